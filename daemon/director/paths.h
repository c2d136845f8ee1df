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

/* What a part above does for it. */
struct paths_sink {
	/* A probe in flight is ended without an outcome: its way came back. */
	void (*end_probe)(check_id id, void *arg);
	/* While a way that came back has checks without an outcome no instance preempts. */
	void (*forbid_preemption)(bool is_forbidden, void *arg);
	void *arg;
};

struct paths {
	/* What it is given; conf by paths_configure(). */
	struct loop *loop;
	struct health *health;
	const struct conf *conf;
	struct paths_sink sink;

	struct path_watch *watch; /* NULL without a check, or when it could not be opened */
	struct path_sink events; /* of watch */
	struct loop_timer *sweep, *slice, *gate;
	bool is_sweep_set;  /* routes have changed: checks without a route are looked through */
	bool was_faulted;   /* some server could not be reached at the end of the last turn */
	/* Links that came back and no look has begun for yet: a set of faults; 0: none. */
	struct {
		unsigned faults;
		unsigned interface; /* 0: several */
		char cause[PATHS_CAUSE_MAX];
	} back;
	struct path_look look; /* through the checks, in slices: one lookup of a route for each */
	char cause[PATHS_CAUSE_MAX];
	size_t n_back; /* checks that the look has found to be concerned */
	bool is_gate_shut;  /* preemption waits for the checks of a way that came back */
	struct path_targets targets; /* the checks' addresses, and when their routes changed */
	struct mono gate_due; /* when it is opened whatever they say */
	struct path_verdict said[PATHS_SAID_MAX];
	size_t n_said;
};

/* After a new configuration: begins to watch when it has a check. */
void paths_configure(struct paths *paths, const struct conf *conf);
void paths_close(struct paths *paths);

/* Before an outcome is taken: gives it no verdict when the fault is this director's own. */
void paths_judge(struct paths *paths, check_id id, struct probe_result *result);

/* Once a turn: opens the gate, and says when all servers can be reached again. */
void paths_settle(struct paths *paths);

#endif
