/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Runs a program of this machine beside the loop: its words as they are, no shell, a short
 * environment, no descriptor but standard input, output and error, and a deadline after which it is
 * killed. The program has the privileges of the caller and, with no_new_privs, can get no others.
 */
#ifndef LVSD_HOST_EXEC_H
#define LVSD_HOST_EXEC_H

#include "base/err.h"
#include "base/loop.h"

#include <stddef.h>
#include <sys/types.h>

/* Bytes of standard error that are kept. */
#define HOST_EXEC_ERROR_MAX 600

struct host_exec;

struct host_exec_result {
	int code;          /* 0: ended with status 0; -EIO: otherwise; -ETIMEDOUT: was killed */
	const char *error; /* a sentence for a code that is not 0 */
};

/* bytes of standard output as they come. */
typedef void host_exec_output_fn(const char *bytes, size_t len, void *arg);
/* Called once, from the loop; host_exec_free() is allowed inside. */
typedef void host_exec_done_fn(const struct host_exec_result *result, void *arg);

struct host_exec_request {
	const char *const *words; /* the program's name, or its path, first; ends with NULL */
	const char *input;        /* for standard input; NULL: none */
	int64_t limit_ms;
	host_exec_output_fn *on_output; /* NULL: output is dropped */
	host_exec_done_fn *on_done;
	void *arg;
};

/* Starts it. 0, or -errno with a sentence; -ENOENT: this machine has no such program. */
int host_exec_start(struct loop *loop, const struct host_exec_request *request,
		    struct host_exec **ret_exec, struct err *err);

/* The process that nobody has waited for yet; 0 afterwards. */
pid_t host_exec_pid(const struct host_exec *exec);

/* A program that still runs is killed and waited for. */
void host_exec_free(struct host_exec *exec);

#endif
