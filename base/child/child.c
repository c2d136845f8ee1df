/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/child/child.h"
#include "base/child/raw_call.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>

/* The descriptor, the first after standard error, through which the child reports that it could not
 * execute the program. */
#define FAILURE_FD 3

/* The exit status of a child that did not execute its program. Nobody uses it, since run_failed()
 * says why. */
#define STATUS_NOT_EXECUTED 127

/* The size of the kernel's set of signals. */
#define SIGNALS_SIZE (_NSIG / 8)

#define CALL0(number)             raw_call(number, 0, 0, 0, 0)
#define CALL1(number, a)          raw_call(number, (long)(a), 0, 0, 0)
#define CALL2(number, a, b)       raw_call(number, (long)(a), (long)(b), 0, 0)
#define CALL3(number, a, b, c)    raw_call(number, (long)(a), (long)(b), (long)(c), 0)
#define CALL4(number, a, b, c, d) raw_call(number, (long)(a), (long)(b), (long)(c), (long)(d))

CHILD_SIDE static void leave(void)
{
	for (;;)
		CALL1(SYS_exit_group, STATUS_NOT_EXECUTED);
}

/* result: what the system call returned, -errno. fd: of the pipe for reports. */
CHILD_SIDE static void give_up(const struct child_order *order, int fd, enum run_step step, long result)
{
	const struct run_failure failure = {step, (int)-result};

	if (order->failure)
		*order->failure = failure;
	else
		while (CALL3(SYS_write, fd, &failure, sizeof(failure)) == -EINTR)
			;
	leave();
}

/* Copies fd to a number above those that the program gets, so that dup3() overwrites none too
 * early. */
CHILD_SIDE static int copy_above(const struct child_order *order, int fd)
{
	long copy = fd < 0 ? CALL4(SYS_openat, AT_FDCWD, "/dev/null", O_RDWR | O_CLOEXEC, 0) : fd;

	if (copy >= 0)
		copy = CALL3(SYS_fcntl, copy, F_DUPFD_CLOEXEC, FAILURE_FD + 1);
	if (copy < 0)
		give_up(order, order->ends.failure, RUN_STEP_INPUT, copy);
	return (int)copy;
}

CHILD_SIDE static void arrange_descriptors(const struct child_order *order)
{
	const struct child_ends *ends = &order->ends;
	int input = copy_above(order, ends->input), output = copy_above(order, ends->output),
	    error = copy_above(order, ends->error);
	int failure = order->failure ? -1 : copy_above(order, ends->failure);

	CALL3(SYS_dup3, input, STDIN_FILENO, 0);
	CALL3(SYS_dup3, output, STDOUT_FILENO, 0);
	CALL3(SYS_dup3, error, STDERR_FILENO, 0);
	if (failure >= 0)
		CALL3(SYS_dup3, failure, FAILURE_FD, O_CLOEXEC);
	CALL3(SYS_close_range, failure >= 0 ? FAILURE_FD + 1 : FAILURE_FD, ~0u, 0);
}

/* The numbers that glibc uses itself are reset, too: some parents leave them ignored. All zero means
 * SIG_DFL, or no signal, in every layout of the kernel's structures. */
CHILD_SIDE static void reset_signals(void)
{
	static const unsigned long zeros[_NSIG / 8];

	for (int number = 1; number < _NSIG; number++) /* fails for SIGKILL and SIGSTOP */
		CALL4(SYS_rt_sigaction, number, zeros, 0, SIGNALS_SIZE);
	CALL4(SYS_rt_sigprocmask, SIG_SETMASK, zeros, 0, SIGNALS_SIZE);
}

CHILD_SIDE static void become(const struct child_order *order)
{
	const struct run_user *user = order->user;
	long result;

	if (!user)
		return;
	result = CALL2(NR_SETGROUPS, user->n_groups, user->groups);
	if (result == 0)
		result = CALL3(NR_SETRESGID, user->gid, user->gid, user->gid);
	if (result == 0)
		result = CALL3(NR_SETRESUID, user->uid, user->uid, user->uid);
	if (result != 0)
		give_up(order, FAILURE_FD, RUN_STEP_USER, result);
	/* The user must not get at the memory of the caller, even if fs.suid_dumpable has changed since
	 * run_may_share_across_users(). execve(2) begins anew. */
	if (order->failure)
		CALL2(SYS_prctl, PR_SET_DUMPABLE, 0);
}

/* Writes the pid to shared memory, and enters a process group and a control group, as the order
 * demands. To be called first, while this process still has the caller's rights. */
CHILD_SIDE static void enter_bounds(const struct child_order *order)
{
	if (order->is_apart)
		CALL0(SYS_setsid);
	if (order->leader)
		atomic_store(order->leader, (int32_t)CALL0(SYS_getpid));
	/* If the kernel refuses this, the process group is left as the bound. */
	if (order->join_fd)
		CALL3(SYS_write, order->join_fd, "0", 1);
}

CHILD_SIDE static void enter_root(const struct child_order *order)
{
	long result;

	CALL1(SYS_umask, 022);
	result = CALL1(SYS_chdir, "/");
	if (result < 0)
		give_up(order, FAILURE_FD, RUN_STEP_INPUT, result);
}

/* Has this process killed when the caller dies. To be called after the change of user, which clears
 * that setting. The caller may have died before, so check that it is still the parent. */
CHILD_SIDE static void die_with(pid_t caller)
{
	CALL2(SYS_prctl, PR_SET_PDEATHSIG, SIGKILL);
	if (CALL0(SYS_getppid) != caller)
		leave();
}

CHILD_SIDE int child_main(void *arg)
{
	const struct child_order *order = arg;

	enter_bounds(order);
	arrange_descriptors(order);
	reset_signals();
	if (order->is_apart)
		enter_root(order);
	become(order);
	if (order->is_apart)
		die_with(order->caller);
	give_up(order, FAILURE_FD, RUN_STEP_EXEC,
		CALL3(SYS_execve, order->path, order->words, order->variables));
	return STATUS_NOT_EXECUTED;
}
