/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Runs other programs. What is to be run is a value, struct run_program; run_start() forks and
 * executes it. base/run_job.h watches the program in a loop, base/run_text.h waits for all that it
 * prints. lvsd's own processes are another matter: they execute nothing (daemon/shared/spawn.h).
 *
 * What every program may count on: its words as they are, without a shell; no descriptor is open
 * but standard input, output and error; no signal is blocked or ignored.
 */
#ifndef LVSD_BASE_RUN_H
#define LVSD_BASE_RUN_H

#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Where standard error goes. */
enum run_error {
	RUN_ERROR_PIPE,        /* to a pipe of its own */
	RUN_ERROR_WITH_OUTPUT, /* into the pipe of standard output */
	RUN_ERROR_NOWHERE,     /* to /dev/null */
};

struct run_user {
	uid_t uid;
	gid_t gid;
	const gid_t *groups; /* supplementary */
	size_t n_groups;
};

/* All zero but words: a program with the caller's rights, group and directory. */
struct run_program {
	/* Ends with NULL. words[0]: a path, or a name that is looked for in PROGRAM_PATH. */
	const char *const *words;
	/* The environment, ends with NULL; NULL: a PATH of the system's folders, and LC_ALL=C. */
	const char *const *variables;
	int input_fd; /* becomes standard input, stays the caller's; 0: /dev/null */
	enum run_error error;
	const struct run_user *user; /* NULL: the caller's */
	/*
	 * The program leads a session and a process group, its directory is "/", its umask 022, and
	 * it gets SIGKILL when the caller dies.
	 */
	bool is_apart;
	/* Before anything else runs, the child writes its pid there (shared memory); NULL: nowhere.
	 */
	_Atomic(int32_t) *leader;
	int join_fd; /* of a control group's cgroup.procs, which the child enters first; 0: none */
};

/* A program that was started. The caller reaps the process and closes what is 0 or more. */
struct run_child {
	pid_t pid;
	int pidfd;      /* readable when it ended */
	int output_fd;  /* non-blocking */
	int error_fd;   /* non-blocking; -1 without RUN_ERROR_PIPE */
	int failure_fd; /* for run_failed() */
};

/*
 * Forks; does not wait for execve(2), which may have to read from a disk. Returns 0; -ENOENT if no
 * folder of PROGRAM_PATH has the program; or what pipe2, fork or pidfd_open were refused with.
 */
int run_start(const struct run_program *program, struct run_child *ret_child);

enum run_step {
	RUN_STEP_INPUT, /* standard input, or the directory "/" */
	RUN_STEP_USER,
	RUN_STEP_EXEC,
};

/* Why a child did not become its program. */
struct run_failure {
	enum run_step step;
	int code; /* errno */
};

/* Once the child has ended: whether it never became the program. Example: a words[0] that is no
 * program gives {RUN_STEP_EXEC, ENOEXEC}. */
bool run_failed(const struct run_child *child, struct run_failure *ret_failure);

/* Waits for the child, which has ended: until then its number names it, and the group that it led. */
void run_child_reap(const struct run_child *child, siginfo_t *ret_info);

/* Signals the whole group of a child that is_apart, or the child alone while it leads none yet. 0 or -errno. */
int run_child_signal(const struct run_child *child, int number);

/* Closes the descriptors of *child. */
void run_child_close(struct run_child *child);

/*
 * A descriptor from which a program reads text (NULL: "") as its standard input, whole, without
 * anybody who writes meanwhile. Returns the descriptor, which is above 2, for close(); or -errno.
 */
int run_input(const char *text);

#endif
