/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Runs other programs. The caller describes the program in a struct run_program, and run_start()
 * forks and executes it. base/run_job.h watches a program in a loop; base/run_text.h waits for its
 * whole output. lvsd's own processes are not started here: they are forked without execve(2)
 * (daemon/shared/spawn.h).
 *
 * Every program gets its words as they are, without a shell in between. Only its standard input,
 * output and error are open, and no signal is blocked or ignored.
 */
#ifndef LVSD_BASE_RUN_H
#define LVSD_BASE_RUN_H

#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Where the program's standard error goes. */
enum run_error {
	RUN_ERROR_PIPE,        /* to a pipe of its own (error_fd) */
	RUN_ERROR_WITH_OUTPUT, /* to the pipe of standard output (output_fd) */
	RUN_ERROR_NOWHERE,     /* to /dev/null */
};

struct run_user {
	uid_t uid;
	gid_t gid;
	const gid_t *groups; /* the supplementary groups */
	size_t n_groups;
};

/* A program to run. With all members but words zero, it runs with the caller's user, process group
 * and directory. */
struct run_program {
	/* The command line, which ends with NULL. words[0] is a path, or a name that is looked up
	 * in PROGRAM_PATH. */
	const char *const *words;
	/*
	 * The environment, which ends with NULL. NULL: LC_ALL=C and a PATH of the system's folders.
	 */
	const char *const *variables;
	int input_fd; /* the program's standard input; stays the caller's; 0: /dev/null */
	enum run_error error;
	const struct run_user *user; /* NULL: the caller's user and groups */
	/* The program leads a session and a process group of its own, starts in "/" with umask 022,
	 * and is killed (SIGKILL) when the caller dies. */
	bool is_apart;
	/* The child writes its pid there before it does anything else, so this must be shared
	 * memory. NULL: nowhere. */
	_Atomic(int32_t) *leader;
	int join_fd; /* cgroup.procs of the control group that the child enters first; 0: none */
};

/* A program that was started. The caller reaps the process and closes the descriptors that are not
 * negative. */
struct run_child {
	pid_t pid;
	int pidfd;      /* readable when the process has ended */
	int output_fd;  /* the program's standard output; non-blocking */
	int error_fd;   /* the program's standard error; non-blocking; -1 without RUN_ERROR_PIPE */
	int failure_fd; /* for run_failed() */
};

/*
 * Forks a child, and does not wait until the child has executed the program, since execve(2) may
 * have to read from a slow disk. Returns 0; -ENOENT if the program is in no folder of PROGRAM_PATH;
 * or the -errno of pipe2, fork or pidfd_open.
 */
int run_start(const struct run_program *program, struct run_child *ret_child);

enum run_step {
	RUN_STEP_INPUT, /* open the standard input, change to the directory "/" */
	RUN_STEP_USER,
	RUN_STEP_EXEC,
};

/* Why a child could not execute its program: the step that failed, and its errno. */
struct run_failure {
	enum run_step step;
	int code; /* errno */
};

/*
 * To be called when the child has ended. Returns true if the child never executed the program; then
 * *ret_failure says why. Example: words[0] is a file of an unknown format: {RUN_STEP_EXEC,
 * ENOEXEC}.
 */
bool run_failed(const struct run_child *child, struct run_failure *ret_failure);

/* Reaps a child that has ended. Until this call the child's pid, and its process group, cannot be
 * used for another process. */
void run_child_reap(const struct run_child *child, siginfo_t *ret_info);

/* Sends a signal to the child's whole process group (is_apart), or to the child alone as long as it
 * does not lead a group yet. Returns 0 or -errno. */
int run_child_signal(const struct run_child *child, int number);

/* Closes the descriptors of *child. */
void run_child_close(struct run_child *child);

/*
 * Makes a descriptor from which a program can read the whole text as its standard input (NULL: an
 * empty one). The text is in memory, so nobody has to write while the program reads. Returns the
 * descriptor, which is above 2, for close(), or -errno.
 */
int run_input(const char *text);

#endif
