/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a child of base/run.c does before it executes its program. It may share the memory of its parent,
 * which goes on running: so it makes its system calls without errno, calls no function of the C library, and
 * writes nothing but its own stack, *leader and *failure.
 */
#ifndef LVSD_BASE_CHILD_CHILD_H
#define LVSD_BASE_CHILD_CHILD_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum run_step {
	RUN_STEP_INPUT, /* open the standard input, change to the directory "/" */
	RUN_STEP_USER,
	RUN_STEP_EXEC,
};

/* Why a child could not execute its program: the step that failed, and its errno. */
struct run_failure {
	enum run_step step;
	int code; /* errno; 0: there was no failure */
};

struct run_user {
	uid_t uid;
	gid_t gid;
	const gid_t *groups; /* the supplementary groups */
	size_t n_groups;
};

/* The child's descriptors for the program's standard input, output and error (-1: /dev/null), and for the
 * report of a failure (-1: there is none). */
struct child_ends {
	int input, output, error, failure;
};

/* The members of struct run_program have the same names there. */
struct child_order {
	const char *path; /* what is executed */
	char *const *words, *const *variables;
	const struct run_user *user; /* NULL: no other user */
	bool is_apart;
	_Atomic(int32_t) *leader;
	int join_fd;
	struct child_ends ends;
	struct run_failure *failure; /* where a failure is written; NULL: to ends.failure */
	pid_t caller;
};

/* order: a struct child_order, for clone(2). Never returns. */
int child_main(void *order);

#endif
