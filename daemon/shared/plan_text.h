/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What lvsd would do to the kernel, as text, one operation a line. Pure but for the stream. */
#ifndef LVSD_DAEMON_SHARED_PLAN_TEXT_H
#define LVSD_DAEMON_SHARED_PLAN_TEXT_H

#include "base/vec.h"
#include "host/state.h"
#include "ipvs/drain.h"
#include "ipvs/owned.h"
#include "ipvs/state.h"
#include "ipvs/timeouts.h"
#include "sync/want.h"

#include <stdio.h>

/* Ends an operation that waits for the first success of a check. */
#define PLAN_TEXT_WAITS " # when its checks succeed"

/* Both sides of the comparison; all of it belongs to the input. */
struct plan_input {
	struct ipvs_state now;   /* the table that is wanted at once */
	struct ipvs_state later; /* wanted when each check without a verdict has succeeded */
	struct ipvs_state have;
	const struct ipvs_state *applied; /* what a daemon that runs made last, or NULL */
	struct ipvs_owned owned;
	struct ipvs_drain drain; /* what does, and what would begin to at the time 0 */
	struct conf_sync_daemon sync; /* refers to the configuration */
	struct sync_daemon daemons[2];
	size_t n_daemons;
	bool is_sync_ours;
	/* Of lvs_timeouts: before lvsd, now, and what would be set (0: nothing). */
	struct ipvs_timeouts former_timeouts, timeouts_now, timeouts_change;
	struct host_state host_want, host_have; /* outside of IPVS */
};

/*
 * Prints the operations in the order in which they would be made: what is outside of IPVS as
 * host_op_print() does, services and destinations as ipvs_op_print() does, then timeouts and sync
 * roles. What waits for the first success of a check is marked and comes last; "nothing to do"
 * when there is none at all. have is brought forward on the way. Returns the number of operations.
 */
size_t plan_text_print(struct plan_input *input, FILE *out);

void plan_input_fini(struct plan_input *input);

#endif
