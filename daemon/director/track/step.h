/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Decides the state of a tracked script from the results of its runs, and when the next run begins.
 * Pure.
 *
 * The first run decides alone, and so does the first run of a changed command: a success means up,
 * a failure means down. After that, a script that is up goes down after `fall` failures in a row,
 * and a script that is down comes up after `rise` successes in a row. With init_fail a script
 * begins as down at a start of lvsd. One that a reload adds does not: it would take the addresses of a
 * master that is well.
 */
#ifndef LVSD_DAEMON_DIRECTOR_TRACK_STEP_H
#define LVSD_DAEMON_DIRECTOR_TRACK_STEP_H

#include "base/mono.h"
#include "vrrp/track.h"

struct track_step {
	enum vrrp_source_state state;
	uint32_t n_other; /* results in a row for the other state */
	bool is_fresh;    /* the next result decides alone */
};

/* The state of a script that has not run yet. is_start: lvsd starts; else a reload has added it. */
struct track_step track_step_begin(const struct conf_vrrp_script *script, bool is_start);
/* The script's command has changed: the state stays until the next result. */
void track_step_renew(struct track_step *step);
/*
 * Takes one result. Example: up, fall 2: after the first failure still up, after the second down.
 */
void track_step_take(struct track_step *step, const struct conf_vrrp_script *script, bool is_success);

/*
 * When a script runs again whose last run began at started and has ended by now. Runs keep to the
 * interval's rhythm; runs that would overlap with the last one are left out. Example: interval 2 s,
 * started at 10 s, now 15 s gives 16 s.
 */
struct mono track_step_due(const struct conf_vrrp_script *script, struct mono started,
			   struct mono now);

#endif
