/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Runs a program beside the loop: a callback gets its output piece by piece, a deadline kills it,
 * and a callback is told once of its end. */
#ifndef LVSD_BASE_RUN_JOB_H
#define LVSD_BASE_RUN_JOB_H

#include "base/err.h"
#include "base/loop.h"
#include "base/run.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct run_job;

struct run_job_end {
	/*
	 * 0: the program ended with status 0. -EIO: it ended with another status, or by a signal.
	 * -ETIMEDOUT: it was killed at its deadline. -E2BIG: it was killed because on_output()
	 * returned false. Any other value: it could not be executed, for this -errno.
	 */
	int code;
	/* What went wrong, if code is not 0. Example: "nft ended with status 1: Error: syntax
	 * error" */
	const char *sentence;
};

/* Called once from the loop, when the program has ended. It may call run_job_free(). */
typedef void run_job_end_fn(const struct run_job_end *end, void *arg);

struct run_job_ops {
	int64_t limit_ms;             /* the time from the start of the program to SIGKILL */
	run_output_fn *on_output;     /* NULL: the output is dropped */
	run_job_end_fn *on_end;
	void *arg;
};

/* Starts the program. Returns 0 and *ret_job, for run_job_free(); or the -errno of run_start() with
 * a sentence. */
int run_job_start(struct loop *loop, const struct run_program *program,
		  const struct run_job_ops *ops, struct run_job **ret_job, struct err *err);

/* The pid of the process as long as it has not been reaped, then 0. */
pid_t run_job_pid(const struct run_job *job);

/*
 * Kills the program if it still runs and reaps it; on_end() is not called then. NULL: does nothing.
 */
void run_job_free(struct run_job *job);

#endif
