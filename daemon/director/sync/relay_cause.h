/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Why frames of a peer are rejected, as far as the sync process knows. */
#ifndef LVSD_DAEMON_DIRECTOR_SYNC_RELAY_CAUSE_H
#define LVSD_DAEMON_DIRECTOR_SYNC_RELAY_CAUSE_H

#include "base/log_limit.h"
#include "sync/relay/orders.h"

/* Of one peer; begins as {0}. */
struct relay_cause {
	uint64_t before[RELAY_REJECTED_N]; /* rejected until the peer was heard last */
	const char *text;		   /* why nothing of the peer is accepted, after its name; NULL: not known */
	struct log_limit forged;
};

/* A report of the peer, whose address is name, has come: logs what is new. */
void relay_cause_take(struct relay_cause *cause, const struct relay_report *report, const char *name);

#endif
