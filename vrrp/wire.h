/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Frames between the director and the vrrp process (base/chan.h carries them); encoding and
 * checked decoding, pure.
 *
 * Start or replacement of the vrrp process: it says HELLO(nonce); the director answers
 * BEGIN(nonce), one LEFT each, one INSTANCE each, COMMIT(nonce). What comes outside BEGIN..COMMIT of the last
 * HELLO is ignored, so frames meant for a predecessor do no harm. Reload: BEGIN(0), INSTANCEs,
 * COMMIT(0): instances with the same key (vrid, family, interface) keep their state, missing ones
 * are released. Each COMMIT that was carried out, with all its addresses, is answered by CARRIED.
 * Start or replacement of the director: it sends ASK; the vrrp process answers HELLO and its STATEs
 * and goes on with what it has until COMMIT.
 */
#ifndef LVSD_VRRP_WIRE_H
#define LVSD_VRRP_WIRE_H

#include "base/arena.h"
#include "base/mono.h"
#include "conf/conf.h"
#include "vrrp/pkt.h"

enum vrrp_state_name {
	VRRP_INIT,
	VRRP_BACKUP,
	VRRP_MASTER,
	VRRP_FAULT,
};

enum vrrp_frame {
	VRRP_FRAME_HELLO = 1, /* vrrp -> director: u64 nonce */
	VRRP_FRAME_ASK,       /* director -> vrrp: nothing */
	VRRP_FRAME_BEGIN,     /* director -> vrrp: u64 nonce */
	VRRP_FRAME_INSTANCE,  /* director -> vrrp: one instance */
	VRRP_FRAME_COMMIT,    /* director -> vrrp: struct vrrp_commit */
	VRRP_FRAME_STATE,     /* vrrp -> director: one report */
	VRRP_FRAME_HOLD,      /* director -> vrrp: u32, a hold under way ends in so many ms */
	/* director -> vrrp: an address that a predecessor may have left, and that no instance of this
	 * configuration has: it is removed */
	VRRP_FRAME_LEFT,
	VRRP_FRAME_CARRIED,  /* vrrp -> director: u64, the serial of the COMMIT that is carried out */
	VRRP_FRAME_RELEASED, /* vrrp -> director: it ends, and has removed all its addresses */
};

struct vrrp_commit {
	uint64_t nonce;
	uint64_t serial; /* grows with each COMMIT, also over a new director */
};

/* A bound on what a frame may hold; the file may not name more either. */
#define VRRP_PEERS_MAX 1024

/* An instance as it crosses the process boundary, without its scripts, which are not run here.
 * last_state: what the director last heard of it (VRRP_INIT when nothing), so that a replaced vrrp
 * process goes on where its predecessor stopped. */
struct vrrp_instance_frame {
	struct conf_vrrp conf; /* texts, vips and peers in the arena given to decode */
	enum vrrp_state_name last_state;
	uint32_t hold_ms; /* vrrp_fsm_conf.hold_ns: 0 without connection sync, at most 60 s */
	/* As reported last: a replaced process stays in FAULT until then. {0}: no bar is known. */
	struct mono barred_until;
};

/* Returns the length, 0 when size is too small or the configuration too large. */
size_t vrrp_instance_encode(const struct vrrp_instance_frame *frame, void *buffer, size_t size);
int vrrp_instance_decode(const void *body, size_t len, struct arena *arena,
			 struct vrrp_instance_frame *ret_frame);

/* One address of LEFT: addr, prefix_len and interface of vip. */
size_t vrrp_left_encode(const struct conf_vip *vip, void *buffer, size_t size);
int vrrp_left_decode(const void *body, size_t len, struct arena *arena, struct conf_vip *ret_vip);

#define VRRP_FAULT_TEXT_MAX 200

/* What the vrrp process tells about an instance: at each change of its state or configuration, and
 * when it logs rejections, within a minute of each. */
struct vrrp_report {
	char name[CONF_NAME_MAX];
	char interface[CONF_IFNAME_MAX];
	uint8_t vrid;
	uint16_t family;
	enum vrrp_state_name state;
	uint8_t priority, effective_priority;
	struct addr master; /* the current one: own address of a master; AF_UNSPEC: none is heard */
	uint32_t master_interval_us;     /* BACKUP: between the master's adverts, as adopted */
	bool wants_hello;                /* answer with VRRP_FRAME_HOLD */
	struct mono held_until;          /* BACKUP: a master of lower priority is left alone */
	char fault[VRRP_FAULT_TEXT_MAX]; /* FAULT: why, as a sentence */
	struct mono barred_until; /* FAULT: vrrp/guard.h gave up, and for how long; {0}: it did not */
	uint64_t adverts_sent;           /* with peers, one to each of them counts as one */
	uint64_t adverts_received, transitions_to_master;
	/* Adverts that were not accepted, by reason; vrrp_reason_name() gives the name. */
	uint64_t rejections[VRRP_REASONS];
};

size_t vrrp_report_encode(const struct vrrp_report *report, void *buffer, size_t size);
int vrrp_report_decode(const void *body, size_t len, struct vrrp_report *ret_report);

/* "INIT", "BACKUP", "MASTER", "FAULT". */
const char *vrrp_state_text(enum vrrp_state_name state);

#endif
