/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Runs other programs. The caller describes the program in a struct run_program, and run_start()
 * forks and executes it. base/run_job.h watches a program in a loop; base/run_text.h waits for its
 * whole output, without a loop, so that a short command need not load the library of one. lvsd's own
 * processes are not started here: they are forked without execve(2) (daemon/shared/spawn.h).
 *
 * Every program gets its words as they are, without a shell in between. Only its standard input,
 * output and error are open, and no signal is blocked or ignored.
 */
#ifndef LVSD_BASE_RUN_H
#define LVSD_BASE_RUN_H

#include "base/child/child.h"
#include "base/err.h"

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
	/*
	 * The child shares the caller's memory until it executes the program, while the caller goes on: no
	 * page table is copied, which is most of what fork(2) costs. On processors that base/child/raw_call.h
	 * does not know, fork(2) is used all the same. The caller must have no signal handlers, and with a
	 * user run_may_share_across_users() must be true. run_failed() is called before run_child_reap().
	 */
	bool shares_memory;
};

/* A program that was started. The caller reaps the process and closes the descriptors that are not
 * negative. */
struct run_child {
	pid_t pid;
	int pidfd;      /* readable when the process has ended */
	int output_fd;  /* the program's standard output; non-blocking */
	int error_fd;   /* the program's standard error; non-blocking; -1 without RUN_ERROR_PIPE */
	int failure_fd; /* for run_failed(); -1 if shared is set */
	struct run_shared *shared; /* what a child that shares memory uses; run_child_reap() frees it */
};

/*
 * Forks a child, and does not wait until the child has executed the program, since execve(2) may
 * have to read from a slow disk. Returns 0; -ENOENT if the program is in no folder of PROGRAM_PATH;
 * or the -errno of pipe2, fork, clone or pidfd_open.
 */
int run_start(const struct run_program *program, struct run_child *ret_child);

/*
 * Whether a child may change its user while it shares this process's memory: only if that user can neither
 * trace the child nor open its memory. So the memory is not dumpable now (PR_GET_DUMPABLE), and the change of
 * user does not make it so (fs.suid_dumpable).
 */
bool run_may_share_across_users(void);

/*
 * To be called when the child has ended. Returns true if the child never executed the program; then
 * *ret_failure says why. Example: words[0] is a file of an unknown format: {RUN_STEP_EXEC,
 * ENOEXEC}.
 */
bool run_failed(const struct run_child *child, struct run_failure *ret_failure);

/* Reaps a child that has ended. Until this call the child's pid, and its process group, cannot be
 * used for another process. */
void run_child_reap(struct run_child *child, siginfo_t *ret_info);

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

/* ---- what a program prints, and how it ends ---- */

/* How many bytes of standard error (with RUN_ERROR_PIPE) are kept for the sentence. */
#define RUN_ERROR_TEXT_MAX 600

/* Gets len bytes of standard output. Returns true, or false to have the program killed, since its
 * output is too long. */
typedef bool run_output_fn(const char *bytes, size_t len, void *arg);

/*
 * A program that runs, for the code that waits for it: run_job.c waits in a loop, run_text.c with
 * poll(2). When child.output_fd or child.error_fd is readable, that code calls run_take_output() or
 * run_take_error(); when child.pidfd is readable, run_end().
 */
struct run_watch {
	struct run_child child;
	char *name;
	int64_t limit_ms; /* for the sentence */
	run_output_fn *on_output; /* NULL: the output is dropped */
	void *arg;
	int killed; /* why the program was killed: -ETIMEDOUT or -E2BIG; 0: it was not */
	bool is_ended;
	char text[RUN_ERROR_TEXT_MAX]; /* the first bytes of standard error */
	size_t len;
};

/* Starts the program, into watch, whose limit_ms, on_output and arg the caller has set; its other members
 * are 0. Returns 0, then run_watch_fini() is to be called; or the -errno of run_start() with a sentence. */
int run_watch_start(struct run_watch *watch, const struct run_program *program, struct err *err);

/* Read once. Return the result of read(2): 0 at the end of the output, negative if there is none now. */
ssize_t run_take_output(struct run_watch *watch);
ssize_t run_take_error(struct run_watch *watch);

/* Kills the program. why is the code that run_end() then returns, such as -ETIMEDOUT. */
void run_watch_kill(struct run_watch *watch, int why);

/*
 * The program has ended: takes the rest of its output, and reaps it. Returns 0 if it ended with status 0;
 * -EIO: with another status, or by a signal; why it was killed; or the -errno for which it could not be
 * executed. Example of a sentence: "nft ended with status 1: Error: syntax error".
 */
int run_end(struct run_watch *watch, struct err *err);

/* Kills the program if it still runs, reaps it and closes its descriptors. */
void run_watch_fini(struct run_watch *watch);

#endif
