/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Log lines about the other routers of an instance: packets that are ignored, and mistakes that
 * show in accepted ones (another list of addresses, an equal priority, a second master). One line
 * for each kind in a minute at most, with a count.
 */
#ifndef LVSD_VRRP_OTHERS_H
#define LVSD_VRRP_OTHERS_H

#include "vrrp/claim/claim.h"
#include "vrrp/fsm.h"
#include "vrrp/pkt.h"
#include "vrrp/router/queue.h"

/* One kind of trouble, which may repeat with every packet. */
struct vrrp_trouble {
	uint64_t total, unsaid;
	struct mono said;
};

/* Counts the trouble once more. If a line is due, returns how often it happened since the last
 * line, else 0. Example: five calls within a second, the first ones ever: 1, 0, 0, 0, 0. */
uint64_t vrrp_trouble_is_due(struct vrrp_trouble *trouble, struct mono now);

/* Packets that were ignored for one reason. */
struct vrrp_ignored {
	struct vrrp_trouble trouble;
	struct addr source; /* of the last one */
};

/* Begins as {0}. */
struct vrrp_others {
	struct vrrp_ignored *ignored; /* VRRP_REASONS of them; NULL: no packet was ignored yet */
	struct vrrp_trouble rivals, besides, intervals, strangers;
	bool has_said_list, has_said_equal, has_said_checksum, has_rival;
	/* A list or an equal priority that has come and gone is not said again before. */
	struct mono quiet_until;
	/* If has_rival: the first advertisement of another master in this term, and the last one. */
	struct mono rival_first, rival_heard;
	/* Of the last line about another router that does not fit; NONE when its cause is gone, or when that
	 * router has been silent since mismatch_heard for mismatch_silence_ns. */
	struct vrrp_mismatch mismatch;
	struct mono mismatch_heard;  /* the last advertisement that showed the mismatch */
	int64_t mismatch_silence_ns; /* 0: no silence ends it */
	char *mismatch_text; /* of mismatch */
	int64_t said_interval_ns; /* the other router's interval that was logged; 0: ours */
};

void vrrp_others_fini(struct vrrp_others *others);
/* How many packets were ignored for the reason. */
uint64_t vrrp_others_n_ignored(const struct vrrp_others *others, enum vrrp_reason reason);

/* The configuration has changed: lines about lists and priorities may be logged again. */
void vrrp_others_reset(struct vrrp_others *others);

/* This router's state has changed. Advertisements of another master are counted anew: a master that
 * steps down sends one or two in each term of this router. */
void vrrp_others_begin_term(struct vrrp_others *others);

/* An advertisement was ignored (VRRP_ROUTER_SAY_REJECTED). Returns whether a line was logged: the
 * caller then reports to the director. A packet that no line has counted yet is logged at
 * vrrp_others_wake(). */
bool vrrp_others_rejected(struct vrrp_others *others, const struct conf_vrrp *conf,
			  const struct vrrp_router_action *action, struct mono now);

/* When to call vrrp_others_settle(); MONO_NEVER: a line has counted each ignored packet, and no mismatch
 * lapses. */
struct mono vrrp_others_wake(const struct vrrp_others *others);
/* Logs the ignored packets that no line has counted for a minute, and forgets a mismatch whose router is
 * silent: a good backup sends nothing that could show that it fits. Returns whether there was anything:
 * the caller then reports to the director. */
bool vrrp_others_settle(struct vrrp_others *others, const char *instance, struct mono now);

/* An advertisement was accepted (VRRP_ROUTER_SAY_HEARD). fsm: the state machine after it. Returns
 * whether a line was logged: the caller then reports to the director. */
bool vrrp_others_heard(struct vrrp_others *others, const struct conf_vrrp *file,
		       const struct vrrp_fsm_conf *conf, const struct vrrp_fsm *fsm,
		       const struct vrrp_router_action *action, struct mono now);

/* The same advertisement: says once when its checksum is of another form than this router's. Such a
 * router may not take the advertisements of this one. */
void vrrp_others_checksum(struct vrrp_others *others, const struct conf_vrrp *conf,
			  const struct addr *source, bool has_pseudo_header);

/* This router becomes MASTER since it has heard no master, and another machine has one of its addresses, as
 * claim says. */
void vrrp_others_in_use(struct vrrp_others *others, const struct conf_vrrp *conf,
			const struct vrrp_claim *claim, struct mono now);

/* Does the advertisement, of a VRID that no instance has on this interface, give up one of the instance's
 * virtual addresses with priority 0? pkt is decoded, and not checked further. */
bool vrrp_others_yield(const struct conf_vrrp *conf, const struct vrrp_pkt *pkt);
/* Another advertisement of such a VRID. If one of the instance's virtual
 * addresses is in its list, a line says so. pkt is decoded, and not checked further. Returns whether a
 * line was logged: the caller then reports to the director. */
bool vrrp_others_stranger(struct vrrp_others *others, const struct conf_vrrp *conf,
			  const struct vrrp_pkt *pkt, const struct addr *source, struct mono now);

#endif
