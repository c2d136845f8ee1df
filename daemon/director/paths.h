/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The director's ways to its real servers: whether a probe without an answer was its own fault. */
#ifndef LVSD_DAEMON_DIRECTOR_PATHS_H
#define LVSD_DAEMON_DIRECTOR_PATHS_H

#include "base/loop.h"
#include "healthcheck/health.h"
#include "healthcheck/path_watch.h"

/* Kinds of fault and interfaces that the log names until all is well again. */
#define PATHS_SAID_MAX 16
/* Longest cause of a look through the checks, with its NUL: "eth1 has its carrier again". */
#define PATHS_CAUSE_MAX 64

struct paths {
	struct path_watch *watch; /* NULL without a check, or when it could not be opened */
	struct path_sink sink;
	struct loop_timer *sweep, *slice, *gate;
	bool is_sweep_set;  /* routes have changed: checks without a route are looked through */
	bool was_faulted;   /* some server could not be reached at the end of the last turn */
	struct path_look look; /* through the checks, in slices: one lookup of a route for each */
	char cause[PATHS_CAUSE_MAX];
	size_t n_back; /* checks that the look has found to be concerned */
	bool is_gate_shut;  /* preemption waits for the checks of a way that came back */
	struct path_targets targets; /* the checks' addresses, and when their routes changed */
	struct mono gate_due; /* when it is opened whatever they say */
	struct path_verdict said[PATHS_SAID_MAX];
	size_t n_said;
};

struct director;

/* After a new configuration: begins to watch when it has a check. */
void paths_configure(struct director *d);
void paths_close(struct director *d);

/* Before an outcome is taken: gives it no verdict when the fault is this director's own. */
void paths_judge(struct director *d, check_id id, struct probe_result *result);

/* Once a turn: opens the gate, and says when all servers can be reached again. */
void paths_settle(struct director *d);

/* A way has come back, and its checks had no outcome yet. */
bool paths_are_holding_preemption(const struct director *d);

#endif
