/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The interface of all kinds of probes, and what they share. A probe runs once, in the loop of the
 * check process, and has one outcome; it decides nothing about states and knows no schedule. Each
 * kind of check that the check process runs names one struct probe_kind (CONF_KIND in conf/kind.h).
 */
#ifndef LVSD_HEALTHCHECK_PROBE_H
#define LVSD_HEALTHCHECK_PROBE_H

#include "base/loop.h"
#include "healthcheck/wire.h"

/* A probe in flight. Each kind defines its own struct and passes a pointer to it as this type. */
struct probe;

struct passed_sockets;

/*
 * What a kind keeps of a check between its probes, such as a connection that it holds. Each such kind
 * defines its own struct, with this as its first member.
 */
struct probe_held {
	bool is_ready; /* the next probe ends at once, and needs no socket */
};

/* Has the worker begin the next probe of a check that keeps something, before its time. */
typedef void probe_wake_fn(void *arg);

/* What a probe uses besides its check. */
struct probe_means {
	const struct check_tls *tls;
	struct passed_sockets *sockets; /* those that the director has passed; NULL: none */
	struct probe_held **held; /* what the kind keeps, in the beginning NULL; start may set it */
	probe_wake_fn *wake;      /* for who is kept; wake_arg outlives it */
	void *wake_arg;
};

/* Called once, from the loop, with the outcome. The probe has been freed by then. */
typedef void probe_done_fn(const struct probe_result *result, void *arg);

/* A kind of probe: the functions that run it. All are called in the loop of the check process. */
struct probe_kind {
	/* Makes the object that all probes of the kind share in this process, before the first check
	 * of the kind. May return NULL. */
	void *(*open)(struct loop *loop);
	/* Frees that object, if it was made. No probe of the kind may be in flight. */
	void (*close)(void *shared);
	/*
	 * Starts a probe of check. check, and what means points to, must outlive the probe. shared: the
	 * value of open.
	 * Returns NULL when the probe has ended at once: then *ret_result is the outcome, and done
	 * is never called.
	 */
	struct probe *(*start)(void *shared, const struct conf_check *check,
			       const struct probe_means *means, probe_done_fn *done, void *arg,
			       struct probe_result *ret_result);
	/* Ends a probe in flight without an outcome: done is never called. */
	void (*abandon)(struct probe *probe);
	/* Frees what is kept of a check, whose last probe has ended. NULL: the kind keeps nothing. */
	void (*release)(struct probe_held *held);
};

/* The probes that the kinds of checks name: probe_tcp, ... */
#define PROBE_DECLARE(name, keyword, object, runner, probe, sets) PROBE_DECLARE_##runner(probe)
#define PROBE_DECLARE_CHECK(probe)                                extern const struct probe_kind probe_##probe;
#define PROBE_DECLARE_SCRIPT(probe)
#define PROBE_DECLARE_DIRECTOR(probe)
#define PROBE_DECLARE_MODEL(probe)
CONF_KINDS(PROBE_DECLARE)

/* An outcome with the time since started as its latency. The reason is cut to PROBE_REASON_MAX. */
struct probe_result probe_result_new(enum probe_outcome outcome, struct mono started,
				     const char *format, ...) __attribute__((format(printf, 3, 4)));

/*
 * The outcome of a connection that ended with error (an errno value): PROBE_NONE when the fault
 * is on this machine (no port, no descriptor, no memory, not permitted), else PROBE_FAIL.
 */
struct probe_result probe_result_of_errno(int error, struct mono started);

/*
 * The outcome when connect() itself, or the bind() before it, has failed at once. Such an error
 * comes from this machine's own routing table or addresses, so the outcome names the fault of the
 * path.
 */
struct probe_result probe_result_of_connect(int error, const struct conf_check *check,
					    struct mono started);
struct probe_result probe_result_of_bind(int error, const struct conf_check *check,
					 struct mono started);

/* The same result, marked as an answer of the server itself. */
struct probe_result probe_result_answered(struct probe_result result);

/* The outcome of a probe that took longer than its timeout. what is missing: "connection",
 * "complete answer". Example of a reason: "no connection within 1.000 s". */
struct probe_result probe_result_late(const char *what, const struct conf_check *check,
				      struct mono started);

/*
 * The socket for a request of check, which does not block: one that the director has passed, if the
 * check needs that (check_sockets_needed()). Its owner is the caller. -1 with errno: there is none.
 */
int probe_socket(const struct conf_check *check, const struct probe_means *means);

/*
 * Begins a TCP connection to the target of check, from its source. Returns a socket that connects,
 * or is connected already; its owner is the caller. Returns -1 when the attempt has ended at once, with *ret_result.
 */
int probe_connect(const struct conf_check *check, const struct probe_means *means,
		  struct mono started, struct probe_result *ret_result);

/*
 * Binds fd to the interface and to the source address and port of check, as far as it has them.
 * Returns 0 or -errno, -ENODEV when there is no such interface. A fixed port
 * leaves no TIME_WAIT behind when fd is closed, so that the next probe can use it.
 */
int probe_bind(int fd, const struct conf_check *check);

#endif
