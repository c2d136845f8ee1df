/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The director's side of the process that runs iptables (daemon/rules). One request at a time; a
 * request that comes before the process is there waits for it. */
#ifndef LVSD_DAEMON_DIRECTOR_HOST_RULES_H
#define LVSD_DAEMON_DIRECTOR_HOST_RULES_H

#include "base/run_job.h"
#include "host/state.h"

#include <stdbool.h>

struct rules;

struct rules_order {
	enum host_part part;
	unsigned flavour;
	const char *text; /* the text for iptables-restore; NULL: list the table */
	run_output_fn *on_output; /* it returns true */
	/*
	 * As on_end of run_job_start(). Another code is -EPIPE: the process has died or does not
	 * answer, and it is not known how far the request was carried out. Called once, from the
	 * loop; it may call rules_cancel().
	 */
	run_job_end_fn *on_done;
	void *arg;
};

/* fd is the director's end of the channel, which rules_free() closes. */
struct rules *rules_new(struct loop *loop, int fd, bool is_restart);
void rules_free(struct rules *rules);

/* No other request may be under way. The text is copied. */
void rules_ask(struct rules *rules, const struct rules_order *order);
/* Nobody needs the answer any more. A program that has begun goes on. NULL is allowed. */
void rules_cancel(struct rules *rules);

#endif
