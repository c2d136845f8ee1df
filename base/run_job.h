/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A program that runs beside the loop: its output comes in pieces, a deadline kills it, its end is
 * told once.
 */
#ifndef LVSD_BASE_RUN_JOB_H
#define LVSD_BASE_RUN_JOB_H

#include "base/err.h"
#include "base/loop.h"
#include "base/run.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes of standard error (of RUN_ERROR_PIPE) that are kept for the sentence. */
#define RUN_JOB_ERROR_MAX 600

struct run_job;

struct run_job_end {
	/*
	 * 0: the program ended with status 0. -EIO: with another status, or by a signal;
	 * -ETIMEDOUT: the deadline killed it; -E2BIG: on_output() refused more, and it was killed;
	 * else the -errno with which it could not be executed.
	 */
	int code;
	/* For another code than 0. Example: "nft ended with status 1: Error: syntax error" */
	const char *sentence;
};

/* bytes of standard output as they come. Returns false if that is too much: kills the program. */
typedef bool run_job_output_fn(const char *bytes, size_t len, void *arg);
/* Called once, from the loop; run_job_free() is allowed inside. */
typedef void run_job_end_fn(const struct run_job_end *end, void *arg);

struct run_job_ops {
	int64_t limit_ms;             /* from the start of the program to SIGKILL */
	run_job_output_fn *on_output; /* NULL: output is dropped */
	run_job_end_fn *on_end;
	void *arg;
};

/* Starts the program. 0, or -errno of run_start() with a sentence. */
int run_job_start(struct loop *loop, const struct run_program *program,
		  const struct run_job_ops *ops, struct run_job **ret_job, struct err *err);

/* The process that nobody has waited for yet; 0 afterwards. */
pid_t run_job_pid(const struct run_job *job);

/* A program that still runs is killed and waited for; on_end() is not called any more. NULL:
 * nothing. */
void run_job_free(struct run_job *job);

#endif
