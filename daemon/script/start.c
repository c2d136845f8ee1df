/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/script/start.h"
#include "daemon/script/path.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* The verdict's descriptor in the child, the first after standard error. */
#define VERDICT_FD 3

/* Seen by nobody: the verdict says what happened. */
#define STATUS_NOT_EXECUTED 127

static const char *const environment[] = {"PATH=" SCRIPT_PATH, NULL};

enum step {
	STEP_STDIO,
	STEP_USER,
	STEP_EXEC,
};

/* What the child writes when it does not become the script. */
struct verdict {
	enum step step;
	int code; /* errno */
};

/* ---- in the child: nothing here allocates, logs or returns ---- */

static _Noreturn void give_up(enum step step)
{
	const struct verdict verdict = {step, errno};

	while (write(VERDICT_FD, &verdict, sizeof(verdict)) < 0 && errno == EINTR)
		;
	_exit(STATUS_NOT_EXECUTED);
}

static void arrange_descriptors(int output, int verdict)
{
	int null = open("/dev/null", O_RDONLY | O_CLOEXEC), code = errno;

	/* 0 to 2 are open in the parent, so all these are 3 or more: none is overwritten early. */
	dup2(output, STDOUT_FILENO);
	dup2(output, STDERR_FILENO);
	if (null >= 0)
		dup2(null, STDIN_FILENO);
	if (verdict != VERDICT_FD)
		dup3(verdict, VERDICT_FD, O_CLOEXEC);
	close_range(VERDICT_FD + 1, ~0u, 0);
	errno = code;
	if (null < 0)
		give_up(STEP_STDIO);
}

/*
 * By the system call: glibc's signal() refuses the two numbers that it keeps for itself, which some
 * parents leave ignored. All zero is SIG_DFL in every layout of the kernel's structure.
 */
static void reset_signals(void)
{
	static const unsigned long standard[8];
	sigset_t none;

	for (int number = 1; number < _NSIG; number++) /* fails for those that nobody can change */
		syscall(SYS_rt_sigaction, number, standard, NULL, _NSIG / 8);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

static void become(const struct script_user *user)
{
	if (script_user_is_own(user))
		return;
	if (setgroups(user->n_groups, user->groups) < 0 ||
	    setresgid(user->gid, user->gid, user->gid) < 0 ||
	    setresuid(user->uid, user->uid, user->uid) < 0)
		give_up(STEP_USER);
}

/* Before anything else runs, and while this process still has the rights. */
static void enter_bounds(const struct script_start_bounds *bounds)
{
	if (bounds->leader)
		atomic_store(bounds->leader, (int32_t)getpid());
	/* A refusal leaves the process group. */
	if (bounds->join_fd >= 0 && write(bounds->join_fd, "0", 1) != 1)
		errno = 0;
}

static _Noreturn void child_main(const struct script_run *run,
				 const struct script_start_bounds *bounds, pid_t parent, int output,
				 int verdict)
{
	setsid();
	enter_bounds(bounds);
	arrange_descriptors(output, verdict);
	reset_signals();
	umask(022);
	if (chdir("/") < 0)
		give_up(STEP_STDIO);
	become(&run->user);
	/* After the change of user, which takes it away; and the parent may be dead by now. */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(STATUS_NOT_EXECUTED);
	execve(run->argv[0], (char *const *)run->argv, (char *const *)environment);
	give_up(STEP_EXEC);
}

/* ---- in the parent ---- */

static void close_pair(const int ends[static 2])
{
	close(ends[0]);
	close(ends[1]);
}

static int open_pipes(int output[static 2], int verdict[static 2])
{
	int code;

	if (pipe2(output, O_CLOEXEC) < 0)
		return -errno;
	/* The script's end stays blocking: no program expects EAGAIN from its standard output. */
	if (fcntl(output[0], F_SETFL, O_NONBLOCK) == 0 &&
	    pipe2(verdict, O_CLOEXEC | O_NONBLOCK) == 0)
		return 0;
	code = -errno;
	close_pair(output);
	return code;
}

static int fork_child(const struct script_run *run, const struct script_start_bounds *bounds,
		      int output, int verdict, pid_t *ret_pid, int *ret_pidfd)
{
	pid_t parent = getpid(), pid = fork();
	int pidfd, code;

	if (pid == 0)
		child_main(run, bounds, parent, output, verdict);
	if (pid < 0)
		return -errno;
	pidfd = pidfd_open(pid, 0);
	if (pidfd < 0) {
		code = -errno;
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
		return code;
	}
	*ret_pid = pid;
	*ret_pidfd = pidfd;
	return 0;
}

static int no_process(int code, char cause[static SCRIPT_LINE_MAX])
{
	snprintf(cause, SCRIPT_LINE_MAX, "there is no process, descriptor or memory left for it");
	return code;
}

int script_start(const struct script_run *run, const struct script_start_bounds *bounds,
		 struct script_child *ret_child, char ret_cause[static SCRIPT_LINE_MAX])
{
	int output[2], verdict[2];
	int code = open_pipes(output, verdict);

	if (code < 0)
		return no_process(code, ret_cause);
	code = fork_child(run, bounds, output[1], verdict[1], &ret_child->pid,
			  &ret_child->pidfd);
	if (code < 0) {
		close_pair(output);
		close_pair(verdict);
		return no_process(code, ret_cause);
	}
	close(output[1]);
	close(verdict[1]);
	ret_child->output_fd = output[0];
	ret_child->verdict_fd = verdict[0];
	return 0;
}

static const char *exec_cause(int code)
{
	switch (code) {
	case ENOENT:
		return "the script, or the interpreter that its first line names, does not exist";
	case EACCES:
		return "its user may not execute the script or its interpreter, or not reach it";
	case ENOEXEC:
		return "the script is no program and does not begin with '#!' and an interpreter";
	default:
		return "the script cannot be executed";
	}
}

int script_start_verdict(const struct script_child *child, const struct script_run *run,
			 char ret_cause[static SCRIPT_LINE_MAX])
{
	struct verdict verdict;

	if (read(child->verdict_fd, &verdict, sizeof(verdict)) != (ssize_t)sizeof(verdict))
		return 0;
	if (verdict.step == STEP_USER)
		snprintf(ret_cause, SCRIPT_LINE_MAX,
			 "the script process may not become uid %u, gid %u with %zu other groups",
			 run->user.uid, run->user.gid, run->user.n_groups);
	else if (verdict.step == STEP_EXEC)
		snprintf(ret_cause, SCRIPT_LINE_MAX, "%s", exec_cause(verdict.code));
	else
		snprintf(ret_cause, SCRIPT_LINE_MAX, "/dev/null cannot be its standard input");
	return -verdict.code;
}
