/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Runs a program of this machine beside the loop, without a shell, with a short environment and a
 * deadline after which it is killed. Only its standard input, output and error are open. The
 * program has the caller's privileges; if the caller has no_new_privs set, it cannot get further
 * ones.
 */
#ifndef LVSD_HOST_EXEC_H
#define LVSD_HOST_EXEC_H

#include "base/err.h"
#include "base/loop.h"

#include <stddef.h>
#include <sys/types.h>

/* How many bytes of standard error are kept. */
#define HOST_EXEC_ERROR_MAX 600

struct host_exec;

struct host_exec_result {
	int code;          /* 0: it ended with status 0; -EIO: it ended otherwise; -ETIMEDOUT: it
			      was killed */
	const char *error; /* a sentence, if code is not 0 */
};

/* Gets len bytes of standard output as they come. */
typedef void host_exec_output_fn(const char *bytes, size_t len, void *arg);
/* Called once from the loop, when the program has ended. It may call host_exec_free(). */
typedef void host_exec_done_fn(const struct host_exec_result *result, void *arg);

struct host_exec_request {
	const char *const *words; /* the command line: a program's name or path first, NULL last */
	const char *input;        /* the text for its standard input; NULL: none */
	int64_t limit_ms;
	host_exec_output_fn *on_output; /* NULL: the output is dropped */
	host_exec_done_fn *on_done;
	void *arg;
};

/* Starts the program. Returns 0, or -errno with a sentence; -ENOENT: this machine has no such
 * program. */
int host_exec_start(struct loop *loop, const struct host_exec_request *request,
		    struct host_exec **ret_exec, struct err *err);

/* The pid of the process as long as it has not been reaped, then 0. */
pid_t host_exec_pid(const struct host_exec *exec);

/* Kills the program if it still runs, and reaps it. */
void host_exec_free(struct host_exec *exec);

#endif
