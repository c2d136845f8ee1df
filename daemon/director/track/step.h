/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the run of a tracked script makes of its state, and when the next run begins. Pure.
 *
 * The first run decides alone, and so does the first run of another command: a success means up, a
 * failure means down. Later a script that is up needs `fall` failures in a row to be down, and one
 * that is down needs `rise` successes in a row to be up. With init_fail a script begins as down.
 */
#ifndef LVSD_DAEMON_DIRECTOR_TRACK_STEP_H
#define LVSD_DAEMON_DIRECTOR_TRACK_STEP_H

#include "base/mono.h"
#include "vrrp/track.h"

struct track_step {
	enum vrrp_source_state state;
	uint32_t n_other; /* outcomes in a row that spoke for the other state */
	bool is_fresh;    /* the next outcome decides alone */
};

/* As a script begins that has not run. */
struct track_step track_step_begin(const struct conf_vrrp_script *script);
/* Another command has taken the place of the one that made the state: the state stays so far. */
void track_step_renew(struct track_step *step);
/* One outcome. Example: up, fall 2, the first failure: up; the second failure: down. */
void track_step_take(struct track_step *step, const struct conf_vrrp_script *script, bool is_success);

/*
 * When a script runs again whose run began at started and has ended by now. Runs keep the rhythm of
 * the interval; a run that takes longer leaves out the ones that it overlaps.
 * Example: interval 2 s, started at 10 s, now 15 s: 16 s.
 */
struct mono track_step_due(const struct conf_vrrp_script *script, struct mono started,
			   struct mono now);

#endif
