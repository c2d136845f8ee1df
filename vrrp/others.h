/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the log says of the other routers of an instance: packets that are ignored, and facts of
 * accepted ones that somebody should mend. Each kind at most once a minute, with a count.
 */
#ifndef LVSD_VRRP_OTHERS_H
#define LVSD_VRRP_OTHERS_H

#include "vrrp/fsm.h"
#include "vrrp/pkt.h"

/* Trouble that may repeat with every packet. */
struct vrrp_trouble {
	uint64_t total, unsaid;
	struct mono said;
};

/* Counts trouble; returns how often it happened since the last line if a line is due, else 0. */
uint64_t vrrp_trouble_is_due(struct vrrp_trouble *trouble, struct mono now);

/* Begins as {0}. */
struct vrrp_others {
	struct vrrp_trouble rejects[VRRP_REASONS], rivals, intervals;
	struct addr rejected[VRRP_REASONS]; /* who sent the last one */
	bool has_said_list, has_said_equal, has_rival;
	struct mono rival_heard; /* if has_rival: the last advertisement of another master */
	int64_t said_interval_ns; /* of another router; 0: ours */
};

/* The configuration has changed: what was said of lists and priorities may be said again. */
void vrrp_others_reset(struct vrrp_others *others);

/* A packet was ignored. Returns whether a line was due, which is when the counters are told too.
 * Those that no line has counted yet are said when vrrp_others_wake() has come. */
bool vrrp_others_rejected(struct vrrp_others *others, const char *instance, const struct addr *source,
			  enum vrrp_reason reason, struct mono now);

/* When vrrp_others_settle() is to be called; MONO_NEVER: each ignored packet is in some line. */
struct mono vrrp_others_wake(const struct vrrp_others *others);
/* Says what no line has counted for a minute. Returns whether there was any: tell the counters. */
bool vrrp_others_settle(struct vrrp_others *others, const char *instance, struct mono now);

/* An advertisement was accepted; fsm is as it left it. is_same_list: it has our addresses. */
void vrrp_others_heard(struct vrrp_others *others, const char *instance,
		       const struct vrrp_fsm_conf *conf, const struct vrrp_fsm *fsm,
		       const struct vrrp_event *advert, bool is_same_list, struct mono now);

#endif
