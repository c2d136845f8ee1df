/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Watches the director's ways (routes and links) to its real servers, to find out whether the
 * director itself caused that a probe got no answer. */
#ifndef LVSD_DAEMON_DIRECTOR_PATHS_H
#define LVSD_DAEMON_DIRECTOR_PATHS_H

#include "base/loop.h"
#include "healthcheck/health.h"
#include "healthcheck/path_watch.h"

/* How many kinds of fault and interfaces the log names until all servers can be reached again. */
#define PATHS_SAID_MAX 16
/* Room for the cause of a pass over the checks, with its NUL. Example: "eth1 has its
 * carrier again". */
#define PATHS_CAUSE_MAX 64

/* Callbacks to the parts above. */
struct paths_sink {
	/* No instance may preempt as long as checks on a way that has come back have no outcome
	 * yet. */
	void (*forbid_preemption)(bool is_forbidden, void *arg);
	void *arg;
};

struct paths {
	/* Given at the beginning; paths_configure() sets conf. */
	struct loop *loop;
	struct health *health;
	const struct conf *conf;
	struct paths_sink sink;

	struct path_watch *watch; /* NULL without a check, or if it could not be opened */
	struct path_sink events; /* the callbacks of watch */
	struct loop_timer *sweep, *slice, *wait;
	bool is_sweep_set;  /* routes have changed: a pass over the checks without a route is due */
	bool was_faulted;   /* some server could not be reached at the end of the last turn */
	/* Links that have come back and for which no pass has begun yet, as a set of faults; 0:
	 * none. */
	struct {
		unsigned faults;
		unsigned interface; /* 0: several interfaces */
		char cause[PATHS_CAUSE_MAX];
	} back;
	struct path_pass pass; /* goes through the checks in slices, with a look-up of the route
				  for each */
	char cause[PATHS_CAUSE_MAX];
	size_t n_back; /* checks found so far whose way has come back */
	bool is_preemption_forbidden; /* it waits for checks on a way that has come back */
	struct path_targets targets; /* the addresses of the checks, and when their routes last
					changed */
	struct mono wait_due; /* preemption is allowed again at this time, whatever the checks
				 report */
	struct path_verdict said[PATHS_SAID_MAX];
	size_t n_said;
};

/* To be called with a new configuration: begins to watch if it has a check. */
void paths_configure(struct paths *paths, const struct conf *conf);
void paths_close(struct paths *paths);

/* To be called before an outcome is taken: takes the verdict away if the director itself caused the
 * failure. */
void paths_judge(struct paths *paths, check_id id, struct probe_result *result);

/* Once a turn: allows preemption again when it is time, and logs when all servers can be reached
 * again. */
void paths_settle(struct paths *paths);

#endif
