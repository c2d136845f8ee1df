/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The hold of preemption: a router leaves a master of lower priority alone until connection sync
 * has brought that master's connections, and until preempt_delay has passed. Pure.
 *
 * During the hold each advertisement of that master restarts the master-down timer. So the hold
 * ends by itself when the master falls silent or sends priority 0.
 */
#ifndef LVSD_VRRP_HOLD_H
#define LVSD_VRRP_HOLD_H

#include "base/mono.h"

/* Begins as {0}: there is nothing to wait for. */
struct vrrp_hold {
	struct mono sync_began, sync_until;
	bool hears_lower; /* the only master heard since lower_since has a lower priority */
	struct mono lower_since;
	/* The router did not run in time since the last advertisement, so it must first hear who is
	 * master now. */
	bool is_deaf;
};

/*
 * A router that has returned hears another one, and the hold begins. It lasts usual_ns, counted
 * from now, or from the hello if waits_for_hello. Without a hello it ends after twice usual_ns: in
 * that time a director that hangs has been replaced and has sent the hello.
 */
void vrrp_hold_begin(struct vrrp_hold *hold, int64_t usual_ns, bool waits_for_hello,
		     struct mono now);
/* The director has sent a hello, or says when it will: the hold ends in ns, but never lasts longer
 * than four times usual_ns in all. Does nothing when there is no hold for connection sync. */
void vrrp_hold_count(struct vrrp_hold *hold, int64_t ns, int64_t usual_ns, struct mono now);
/* Ends the wait for connection sync; preempt_delay still counts. */
void vrrp_hold_end_sync(struct vrrp_hold *hold, struct mono now);
bool vrrp_hold_awaits_sync(const struct vrrp_hold *hold, struct mono now);

/* An advertisement was heard. is_lower: its sender has a lower priority than this router. */
void vrrp_hold_hear(struct vrrp_hold *hold, bool is_lower, struct mono now);

/* Until when the master of lower priority is left alone. {0}: no such master is heard, or there is
 * nothing to wait for. */
struct mono vrrp_hold_until(const struct vrrp_hold *hold, int64_t preempt_delay_ns);
/* Does preempt_delay last longer than the wait for connection sync? */
bool vrrp_hold_is_delayed(const struct vrrp_hold *hold, int64_t preempt_delay_ns);

#endif
