/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What every kind of probe has in common. A probe runs once, in the loop of the check process,
 * and finds one outcome; it decides nothing about states and knows no schedule. Each kind of check
 * that the check process runs (conf/kinds.h) has one struct probe_kind.
 */
#ifndef LVSD_HEALTHCHECK_PROBE_H
#define LVSD_HEALTHCHECK_PROBE_H

#include "base/loop.h"
#include "healthcheck/wire.h"

/* A probe in flight; each kind has its own behind it. */
struct probe;

/* Runs once, from the loop, as the last act of a probe: it no longer exists. */
typedef void probe_done_fn(const struct probe_result *result, void *arg);

struct probe_kind {
	/* What all probes of the kind in this process share; NULL is a fine answer. */
	void *(*open)(struct loop *loop);
	/* No probe of the kind may be in flight. */
	void (*close)(void *ground);
	/*
	 * Starts a probe of check; check and tls must outlive it. ground: from open. Returns NULL
	 * when it ended at once: then *ret_result is the outcome and done never runs.
	 */
	struct probe *(*start)(void *ground, const struct conf_check *check,
			       const struct check_tls *tls, probe_done_fn *done, void *arg,
			       struct probe_result *ret_result);
	/* Ends a probe in flight without an outcome: done never runs. */
	void (*abandon)(struct probe *probe);
};

/* One for each kind of check that the check process runs: probe_tcp, ... */
#define PROBE_DECLARE(name, keyword, object, runner) PROBE_DECLARE_##runner(object)
#define PROBE_DECLARE_CHECK(object)                  extern const struct probe_kind probe_##object;
#define PROBE_DECLARE_SCRIPT(object)
CONF_KINDS(PROBE_DECLARE)

/* An outcome with the time since started; the reason is cut to what fits. */
struct probe_result probe_result_new(enum probe_outcome outcome, struct mono started,
				     const char *format, ...) __attribute__((format(printf, 3, 4)));

/*
 * The outcome of a connection that ended with error (an errno value): PROBE_NONE when the fault
 * is on this machine (no port, no descriptor, no memory, not permitted), else PROBE_FAIL.
 */
struct probe_result probe_result_of_errno(int error, struct mono started);

/*
 * The same of connect() itself, or of the bind() before it: an error that comes at once is one of
 * this machine's own routing table, and names the fault of the path.
 */
struct probe_result probe_result_of_connect(int error, const struct conf_check *check,
					    struct mono started);
struct probe_result probe_result_of_bind(int error, const struct conf_check *check,
					 struct mono started);

/* result came from the server itself. */
struct probe_result probe_result_answered(struct probe_result result);

/* "no connection within 1.000 s". what: "connection", "complete answer". */
struct probe_result probe_result_late(const char *what, const struct conf_check *check,
				      struct mono started);

/*
 * Binds fd to the source address and port of check where it has one. Returns 0 or -errno. A fixed
 * port is made free for the next probe: no TIME_WAIT is left behind when fd is closed.
 */
int probe_bind(int fd, const struct conf_check *check);

#endif
