/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The director's side of the process that runs iptables (daemon/rules): one request at a time. A
 * request that comes before the process is there waits for it.
 */
#ifndef LVSD_DAEMON_DIRECTOR_HOST_RULES_H
#define LVSD_DAEMON_DIRECTOR_HOST_RULES_H

#include "host/exec.h"
#include "host/state.h"

#include <stdbool.h>

struct rules;

struct rules_order {
	enum host_part part;
	unsigned flavour;
	const char *text; /* what iptables-restore is to read; NULL: the table is listed */
	host_exec_output_fn *on_output;
	/* As of host_exec_start(); besides, -EPIPE: the process has ended or does not answer, and
	 * it is not known what has been done. Called from the loop, once; rules_cancel() is allowed
	 * inside. */
	host_exec_done_fn *on_done;
	void *arg;
};

/* fd: our end of the channel, taken over. */
struct rules *rules_new(struct loop *loop, int fd, bool is_restart);
void rules_free(struct rules *rules);

/* None may be under way. The text is copied. */
void rules_ask(struct rules *rules, const struct rules_order *order);
/* Nobody waits for the answer any more; what has begun goes on. NULL is allowed. */
void rules_cancel(struct rules *rules);

#endif
