/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a probe has that waits for one socket and one deadline: the first member of such a probe's
 * own struct, with which it is one allocation.
 */
#ifndef LVSD_HEALTHCHECK_PROBES_ATTEMPT_H
#define LVSD_HEALTHCHECK_PROBES_ATTEMPT_H

#include "healthcheck/probe.h"

struct attempt {
	const struct conf_check *check;
	probe_done_fn *done;
	void *arg;
	struct loop_io *io;
	struct loop_timer *timer;
	struct mono started;
	int fd; /* -1: the probe has given it to somebody else */
	/* Frees what the probe has beside its attempt, before it is freed itself; or NULL. */
	void (*clear)(struct attempt *attempt);
};

/*
 * Makes a probe of size bytes, all 0 behind its attempt, which waits until on_ready or on_late is
 * called with it: fd is ready for one of events, or connect_timeout has passed since started. It
 * owns fd.
 */
void *attempt_new(struct loop *loop, size_t size, struct attempt attempt, unsigned events,
		  loop_io_fn *on_ready, loop_fn *on_late);

/* Frees the probe, closes its socket, and tells the outcome. */
void attempt_finish(struct attempt *attempt, struct probe_result result);

/* Members of struct probe_kind. What these probes share is the loop. */
void attempt_abandon(struct probe *probe);
void *attempt_open(struct loop *loop);
void attempt_close(void *shared);

#endif
