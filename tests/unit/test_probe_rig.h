/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A real check process, and servers of every kind of manners on 127.0.0.1, for the tests of the
 * probes. The rig plays the director.
 */
#ifndef LVSD_TESTS_UNIT_TEST_PROBE_RIG_H
#define LVSD_TESTS_UNIT_TEST_PROBE_RIG_H

#include "base/chan.h"
#include "base/vec.h"
#include "healthcheck/wire.h"

#include <sys/types.h>

/* The timeout of a check that does not wait for it; a loaded machine may take seconds for an answer. */
#define PROBE_PATIENCE_US 40000000

struct outcome {
	check_id id;
	struct probe_result result;
};

struct rig {
	struct loop *loop;
	struct chan *chan;
	struct loop_timer *timer;
	pid_t worker;
	uint64_t nonce; /* of the last HELLO */
	size_t n_hellos;
	VEC(struct outcome) outcomes;
	VEC(size_t) since; /* by id: outcomes.n when its spec was sent */
	size_t n_counted; /* outcomes that changed nothing */
	size_t n_awaited; /* of outcomes, of hellos, or of counted outcomes */
	bool is_late;
	const struct check_tls *tls; /* given with each spec; NULL: none */
	size_t n_wanted;             /* how often sockets were wanted */
	bool is_wanting_awaited;
	/* The answer to that: opens the sockets of a check, and sends them; NULL: none. */
	void (*on_want)(struct rig *rig, check_id id);
};

/* Starts a check process that may open no more than n_files (0: no limit) and awaits its HELLO. */
struct rig *rig_new(unsigned n_files);
/* Ends the process by SIGTERM and checks that it leaves in order. */
void rig_free(struct rig *rig);

void rig_reset(struct rig *rig, uint64_t nonce);
void rig_spec(struct rig *rig, check_id id, const struct conf_check *check);
/* The check is probed at once, and its outcome told; again after the next rig_run(). */
void rig_run(struct rig *rig, check_id id);
/* The check is probed now, and then each interval_us while its outcome is rest. */
void rig_rest(struct rig *rig, check_id id, enum probe_outcome rest, uint64_t interval_us);
void rig_drop(struct rig *rig, check_id id);

/* Turns until there are n outcomes, or hellos, since the rig began; fails after ten seconds. */
void rig_await_outcomes(struct rig *rig, size_t n);
void rig_await_hellos(struct rig *rig, size_t n);
void rig_await_counts(struct rig *rig, size_t n);
/* Turns until sockets were wanted n times. */
void rig_await_wants(struct rig *rig, size_t n);

/* Runs one check under a new id and gives its outcome. */
struct probe_result rig_probe(struct rig *rig, const struct conf_check *check);

/* Serves one connection whose request (up to the empty line) is there; fd is closed for it. */
typedef void serve_fn(int fd, const char *request, void *arg);

/* Serves all who come, each in a thread of its own, until the process ends. Gives its address. */
struct endpoint server_new(serve_fn *serve, void *arg);

/* The same without reading the request, which is "" then. */
struct endpoint server_new_raw(serve_fn *serve, void *arg);

/* Ends the servers once no visit is under way: what they use may be freed then. Their clients end
 * before. */
void servers_end(void);

/*
 * Stops the check process, has `act` done (NULL: nothing), and lets the process go on when after_us have passed.
 * To be called by a server's thread: what it sends meanwhile is unread when the process wakes.
 */
void rig_starve(const struct rig *rig, void (*act)(void *arg), void *arg, uint64_t after_us);

/* A port that refuses connections. */
struct endpoint server_refusing(void);

/* A port where connections are neither taken nor refused. */
struct endpoint server_black_hole(void);

/* Sends text, all of it or until the peer is gone; false when it is. */
bool serve_text(int fd, const char *text);

#endif
