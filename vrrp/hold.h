/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Preemption that is held: a router leaves a master of lower priority alone, while connection sync
 * tells of that one's connections, and for preempt_delay. Pure.
 *
 * Each advert of that master then restarts the master-down timer, so its silence and its priority 0
 * end the hold by themselves.
 */
#ifndef LVSD_VRRP_HOLD_H
#define LVSD_VRRP_HOLD_H

#include "base/mono.h"

/* Begins as {0}: there is nothing to wait for. */
struct vrrp_hold {
	struct mono sync_began, sync_until;
	bool hears_lower; /* since lower_since, without a better one in between */
	struct mono lower_since;
	bool is_deaf; /* was late since the last advert: who is master now has to be heard first */
};

/*
 * A router that returned hears another one: connection sync takes usual_ns from now on, or from the
 * hello, if one has to be said first. If no hello is said the hold ends after twice usual_ns, in
 * which a director that hangs is replaced and has said it.
 */
void vrrp_hold_begin(struct vrrp_hold *hold, int64_t usual_ns, bool waits_for_hello,
		     struct mono now);
/* Hello has been said, or will be: connection sync takes ns from now on, but never longer than four
 * times usual_ns in all. Nothing if it does not run. */
void vrrp_hold_count(struct vrrp_hold *hold, int64_t ns, int64_t usual_ns, struct mono now);
/* Connection sync is nothing to wait for any more; preempt_delay still counts. */
void vrrp_hold_end_sync(struct vrrp_hold *hold, struct mono now);
bool vrrp_hold_awaits_sync(const struct vrrp_hold *hold, struct mono now);

/* A master of lower priority is heard, or one that is none. */
void vrrp_hold_hear(struct vrrp_hold *hold, bool is_lower, struct mono now);

/* Until when the lower master that is heard is left alone; {0}: there is none, or it is not. */
struct mono vrrp_hold_until(const struct vrrp_hold *hold, int64_t preempt_delay_ns);
/* Is preempt_delay what lasts longer? */
bool vrrp_hold_is_delayed(const struct vrrp_hold *hold, int64_t preempt_delay_ns);

#endif
