/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/run.h"
#include "base/mem.h"
#include "base/program.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* The descriptor, the first after standard error, through which the child reports that it could not
 * execute the program. */
#define FAILURE_FD 3

/* The exit status of a child that did not execute its program. Nobody uses it, since run_failed()
 * says why. */
/* The size of a pipe: at most so much output can be unread when the program ends. Whatever comes
 * after that was written by a process that the program left behind. */
#define PIPE_SIZE 65536

#define STATUS_NOT_EXECUTED 127

static const char *const usual_variables[] = {"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C",
					      NULL};

/* The child's descriptors for the program's standard input, output and error, and for the report of
 * a failure. -1: /dev/null. */
struct ends {
	int input, output, error, failure;
};

/* ---- in the child: nothing here allocates, logs or returns ---- */

static _Noreturn void give_up(int failure_fd, enum run_step step)
{
	const struct run_failure failure = {step, errno};

	while (write(failure_fd, &failure, sizeof(failure)) < 0 && errno == EINTR)
		;
	_exit(STATUS_NOT_EXECUTED);
}

/* Copies fd to a number above those that the program gets, so that dup2() overwrites none too
 * early. */
static int copy_above(int fd, const struct ends *ends)
{
	int copy = fd < 0 ? open("/dev/null", O_RDWR | O_CLOEXEC) : fd;

	copy = copy < 0 ? -1 : fcntl(copy, F_DUPFD_CLOEXEC, FAILURE_FD + 1);
	if (copy < 0)
		give_up(ends->failure, RUN_STEP_INPUT);
	return copy;
}

static void arrange_descriptors(const struct ends *ends)
{
	int copies[] = {copy_above(ends->input, ends), copy_above(ends->output, ends),
			copy_above(ends->error, ends)};
	int failure = copy_above(ends->failure, ends);

	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		dup2(copies[fd], fd);
	dup3(failure, FAILURE_FD, O_CLOEXEC);
	close_range(FAILURE_FD + 1, ~0u, 0);
}

/*
 * Uses the system call, because glibc's signal() refuses the two numbers that glibc uses itself,
 * and some parents leave these ignored. All zero means SIG_DFL in every layout of the kernel's
 * structure.
 */
static void reset_signals(void)
{
	static const unsigned long standard[8];
	sigset_t none;

	for (int number = 1; number < _NSIG; number++) /* fails for SIGKILL and SIGSTOP, which
							  cannot be changed */
		syscall(SYS_rt_sigaction, number, standard, NULL, _NSIG / 8);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

static void become(const struct run_user *user)
{
	if (user && (setgroups(user->n_groups, user->groups) < 0 ||
		     setresgid(user->gid, user->gid, user->gid) < 0 ||
		     setresuid(user->uid, user->uid, user->uid) < 0))
		give_up(FAILURE_FD, RUN_STEP_USER);
}

/* Writes the pid to shared memory, and enters a process group and a control group, as program
 * demands. To be called first, while this process still has the caller's rights. */
static void enter_bounds(const struct run_program *program)
{
	if (program->is_apart)
		setsid();
	if (program->leader)
		atomic_store(program->leader, (int32_t)getpid());
	/* If the kernel refuses this, the process group is left as the bound. */
	if (program->join_fd && write(program->join_fd, "0", 1) != 1)
		errno = 0;
}

static void enter_root(void)
{
	umask(022);
	if (chdir("/") < 0)
		give_up(FAILURE_FD, RUN_STEP_INPUT);
}

/* Has this process killed when the caller dies. To be called after the change of user, which clears
 * that setting. The caller may have died before, so check that it is still the parent. */
static void die_with(pid_t caller)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != caller)
		_exit(STATUS_NOT_EXECUTED);
}

static _Noreturn void child_main(const struct run_program *program, const char *path,
				 const struct ends *ends, pid_t caller)
{
	const char *const *variables = program->variables ? program->variables : usual_variables;

	enter_bounds(program);
	arrange_descriptors(ends);
	reset_signals();
	if (program->is_apart)
		enter_root();
	become(program->user);
	if (program->is_apart)
		die_with(caller);
	execve(path, (char *const *)program->words, (char *const *)variables);
	give_up(FAILURE_FD, RUN_STEP_EXEC);
}

/* ---- in the caller ---- */

static void close_all(const int *fds, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (fds[i] >= 0)
			close(fds[i]);
}

/* The program's end of the pipe stays blocking: programs do not expect EAGAIN from their standard
 * output. */
static int open_pipe(int *ret_read, int *ret_write)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) < 0)
		return -errno;
	fcntl(ends[0], F_SETFL, O_NONBLOCK);
	*ret_read = ends[0];
	*ret_write = ends[1];
	return 0;
}

/* After a failure, too, *child and *ends have the descriptors that were opened so far. */
static int open_pipes(const struct run_program *program, struct run_child *child, struct ends *ends)
{
	int code = open_pipe(&child->output_fd, &ends->output);

	if (code == 0)
		code = open_pipe(&child->failure_fd, &ends->failure);
	if (code == 0 && program->error == RUN_ERROR_PIPE)
		code = open_pipe(&child->error_fd, &ends->error);
	return code;
}

static int fork_child(const struct run_program *program, const char *path, const struct ends *ends,
		      struct run_child *child)
{
	pid_t caller = getpid();
	int code;

	child->pid = fork();
	if (child->pid == 0)
		child_main(program, path, ends, caller);
	if (child->pid < 0)
		return -errno;
	child->pidfd = pidfd_open(child->pid, 0);
	if (child->pidfd >= 0)
		return 0;
	code = -errno;
	kill(child->pid, SIGKILL);
	waitpid(child->pid, NULL, 0);
	return code;
}

int run_start(const struct run_program *program, struct run_child *ret_child)
{
	bool is_path = strchr(program->words[0], '/') != NULL;
	char *found = is_path ? NULL : program_find(PROGRAM_PATH, program->words[0]);
	struct run_child child = {.pidfd = -1, .output_fd = -1, .error_fd = -1, .failure_fd = -1};
	struct ends ends = {-1, -1, -1, -1}, theirs;
	int code;

	if (!is_path && !found)
		return -ENOENT;
	code = open_pipes(program, &child, &ends);
	theirs = ends;
	theirs.input = program->input_fd ? program->input_fd : -1;
	if (program->error == RUN_ERROR_WITH_OUTPUT)
		theirs.error = ends.output;
	if (code == 0)
		code = fork_child(program, is_path ? program->words[0] : found, &theirs, &child);
	free(found);
	close_all((const int[]){ends.output, ends.error, ends.failure}, 3);
	if (code < 0)
		run_child_close(&child);
	else
		*ret_child = child;
	return code;
}

bool run_failed(const struct run_child *child, struct run_failure *ret_failure)
{
	struct run_failure failure;

	if (read(child->failure_fd, &failure, sizeof(failure)) != (ssize_t)sizeof(failure))
		return false;
	*ret_failure = failure;
	return true;
}

void run_child_reap(const struct run_child *child, siginfo_t *ret_info)
{
	memset(ret_info, 0, sizeof(*ret_info));
	while (waitid(P_PIDFD, (id_t)child->pidfd, ret_info, WEXITED) < 0 && errno == EINTR)
		;
}

int run_child_signal(const struct run_child *child, int number)
{
	int code = kill(-child->pid, number) < 0 ? -errno : 0;

	/* There is no such group, because the child has not called setsid() yet. */
	if (code == -ESRCH)
		code = kill(child->pid, number) < 0 ? -errno : 0;
	return code;
}

void run_child_close(struct run_child *child)
{
	close_all((const int[]){child->pidfd, child->output_fd, child->error_fd, child->failure_fd},
		  4);
}

/* 0 or -errno. */
static int write_whole(int fd, const char *text)
{
	size_t len = text ? strlen(text) : 0;

	while (len > 0) {
		ssize_t n = write(fd, text, len);

		if (n < 0)
			return -errno;
		text += n;
		len -= (size_t)n;
	}
	return lseek(fd, 0, SEEK_SET) < 0 ? -errno : 0;
}

int run_input(const char *text)
{
	int file = memfd_create("lvsd-input", MFD_CLOEXEC);
	int fd = file < 0 ? -1 : fcntl(file, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	int code = fd < 0 ? -errno : write_whole(fd, text);

	if (file >= 0)
		close(file);
	if (code == 0)
		return fd;
	if (fd >= 0)
		close(fd);
	return code;
}

/* ---- what a program prints, and how it ends ---- */

void run_watch_kill(struct run_watch *watch, int why)
{
	if (!watch->killed)
		watch->killed = why;
	pidfd_send_signal(watch->child.pidfd, SIGKILL, NULL, 0);
}

ssize_t run_take_output(struct run_watch *watch)
{
	char bytes[4096];
	ssize_t len = read(watch->child.output_fd, bytes, sizeof(bytes));

	if (len > 0 && !watch->killed && watch->on_output &&
	    !watch->on_output(bytes, (size_t)len, watch->arg))
		run_watch_kill(watch, -E2BIG);
	return len;
}

ssize_t run_take_error(struct run_watch *watch)
{
	char bytes[512];
	ssize_t len = read(watch->child.error_fd, bytes, sizeof(bytes));

	for (ssize_t i = 0; i < len && watch->len + 1 < sizeof(watch->text); i++)
		watch->text[watch->len++] = bytes[i];
	return len;
}

static void take_rest(struct run_watch *watch, ssize_t (*take)(struct run_watch *watch))
{
	ssize_t len, sum = 0;

	while (sum < PIPE_SIZE && (len = take(watch)) > 0)
		sum += len;
}

/* Replaces the ends of lines, so that the text fits into one line of the log. */
static void flatten(char *text)
{
	size_t len = strlen(text);

	while (len && strchr(" \n\r", text[len - 1]))
		text[--len] = '\0';
	for (; *text; text++)
		if ((unsigned char)*text < ' ')
			*text = ' ';
}

static int judge_end(struct run_watch *watch, const siginfo_t *info, struct err *err)
{
	struct run_failure failure;

	if (watch->killed == -ETIMEDOUT)
		return err_set(err, watch->killed, "%s did not end within %lld ms", watch->name,
			       (long long)watch->limit_ms);
	if (watch->killed)
		return err_set(err, watch->killed, "%s printed more than is read, and was ended", watch->name);
	if (run_failed(&watch->child, &failure))
		return err_set(err, -failure.code, "%s cannot be started: %s", watch->name,
			       err_errno(failure.code));
	if (info->si_code == CLD_EXITED && info->si_status == 0)
		return 0;
	flatten(watch->text);
	return err_set(err, -EIO, "%s ended with %s %d%s%s", watch->name,
		       info->si_code == CLD_EXITED ? "status" : "signal", info->si_status,
		       watch->text[0] ? ": " : "", watch->text);
}

int run_end(struct run_watch *watch, struct err *err)
{
	siginfo_t info = {0};

	take_rest(watch, run_take_output);
	if (watch->child.error_fd >= 0)
		take_rest(watch, run_take_error);
	run_child_reap(&watch->child, &info);
	watch->is_ended = true;
	return judge_end(watch, &info, err);
}

int run_watch_start(struct run_watch *watch, const struct run_program *program, struct err *err)
{
	int code = run_start(program, &watch->child);

	if (code == -ENOENT)
		return err_set(err, code, "%s is not installed", program->words[0]);
	if (code < 0)
		return err_set(err, code, "%s cannot be started: %s", program->words[0],
			       err_errno(code));
	watch->name = mem_strdup(program->words[0]);
	return 0;
}

void run_watch_fini(struct run_watch *watch)
{
	siginfo_t info;

	if (!watch->is_ended) {
		run_watch_kill(watch, -ECANCELED);
		run_child_reap(&watch->child, &info);
	}
	run_child_close(&watch->child);
	free(watch->name);
}
