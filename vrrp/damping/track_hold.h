/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * track_hold_time: how long a change of an instance's trackers waits until it counts. The first change
 * begins the wait. What the trackers say at its end counts, so a tracker that has returned by then has
 * changed nothing. With track_hold_asymmetric a loss (FAULT, or a lower priority) counts at once, and
 * only a recovery waits. The first state of a tracker counts at once. Pure.
 */
#ifndef LVSD_VRRP_DAMPING_TRACK_HOLD_H
#define LVSD_VRRP_DAMPING_TRACK_HOLD_H

#include "base/mono.h"
#include "vrrp/track.h"

/* Begins as {0}. */
struct vrrp_track_hold {
	/* With track_hold_time: the states that count for the instance. */
	struct vrrp_sources counted;
	bool is_waiting;
	struct mono due; /* while is_waiting: then the present states count */
};

/* What the present states mean for the instance. */
enum vrrp_track_hold_news {
	VRRP_TRACK_HOLD_COUNTS, /* they count from now on */
	VRRP_TRACK_HOLD_BEGINS, /* they differ from what counts, and a wait has begun */
	VRRP_TRACK_HOLD_GOES_ON,
	VRRP_TRACK_HOLD_ENDS, /* they ask for what counts anyway: the wait is over, nothing has changed */
};

void vrrp_track_hold_free(struct vrrp_track_hold *hold);

/* Takes over a configuration. Without track_hold_time the present states count. A tracker that the
 * former configuration did not have counts as it is now, and the others as before; a wait that has
 * begun goes on, for no longer than the new time. */
void vrrp_track_hold_set(struct vrrp_track_hold *hold, const struct conf_vrrp *conf,
			 const struct vrrp_sources *present, struct mono now);

/* Compares the present states with those that count. Call it when a source has changed, and at
 * vrrp_track_hold_wake(). */
enum vrrp_track_hold_news vrrp_track_hold_take(struct vrrp_track_hold *hold,
					       const struct conf_vrrp *conf,
					       const struct vrrp_sources *present, struct mono now);

/* The present states count from now on: for an instance that has not started. */
void vrrp_track_hold_skip(struct vrrp_track_hold *hold, const struct conf_vrrp *conf,
			  const struct vrrp_sources *present);

/* The sources that count for the instance: those of hold, or present without track_hold_time. */
const struct vrrp_sources *vrrp_track_hold_sources(const struct vrrp_track_hold *hold,
						   const struct conf_vrrp *conf,
						   const struct vrrp_sources *present);

/* The first tracker of the instance whose effect the present states would change; NULL: none. */
const struct conf_track *vrrp_track_hold_changed(const struct vrrp_track_hold *hold,
						 const struct conf_vrrp *conf,
						 const struct vrrp_sources *present);

/* When the wait ends; MONO_NEVER: there is none. */
struct mono vrrp_track_hold_wake(const struct vrrp_track_hold *hold);

#endif
