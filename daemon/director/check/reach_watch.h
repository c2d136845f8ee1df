/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Finds out whether this director is cut off, when a probe of a server is silent (healthcheck/judge/reach.h), and tells
 * the health model. It logs one line when servers are kept for that, and one when the director is back.
 */
#ifndef LVSD_DAEMON_DIRECTOR_CHECK_REACH_WATCH_H
#define LVSD_DAEMON_DIRECTOR_CHECK_REACH_WATCH_H

#include "daemon/director/check/gateways.h"
#include "healthcheck/health.h"

struct reach_watch {
	/* Given at the beginning. */
	struct loop *loop;
	struct health *health;
	/* What is known of the other directors: who was heard since that moment, and whether it is time to say for
	 * sure that the others are lost. */
	enum reach_state (*peer)(struct mono since, bool is_late, void *arg);
	void *arg;

	struct reach reach;
	struct gateways *gateways; /* NULL before the first question */
	struct loop_timer *late;
	bool is_said;
};

void reach_watch_close(struct reach_watch *watch);

/* To be called before an outcome is taken. */
void reach_watch_judge(struct reach_watch *watch, check_id id, const struct probe_result *result);
/* Something of another director is new. Cheap while there is no question. */
void reach_watch_peer(struct reach_watch *watch);
/* Once a turn: logs. */
void reach_watch_settle(struct reach_watch *watch);

#endif
