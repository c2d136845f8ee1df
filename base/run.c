/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/run.h"
#include "base/child/raw_call.h"
#include "base/mem.h"
#include "base/program.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
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

/* The size of a pipe: at most so much output can be unread when the program ends. Whatever comes
 * after that was written by a process that the program left behind. */
#define PIPE_SIZE 65536

/* The stack of a child that shares the caller's memory. It needs some hundred bytes of it. */
#define STACK_SIZE 16384

static const char *const usual_variables[] = {"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C",
					      NULL};

/* What a child that shares the caller's memory needs until it has executed its program. */
struct run_shared {
	_Alignas(16) char stack[STACK_SIZE];
	struct child_order order;
	struct run_user user;
	struct run_failure failure;
	void *pieces[]; /* the words, NULL, the variables, NULL; then the groups, and the bytes of all texts */
};

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
static int open_pipes(const struct run_program *program, bool is_sharing, struct run_child *child,
		      struct child_ends *ends)
{
	int code = open_pipe(&child->output_fd, &ends->output);

	if (code == 0 && !is_sharing)
		code = open_pipe(&child->failure_fd, &ends->failure);
	if (code == 0 && program->error == RUN_ERROR_PIPE)
		code = open_pipe(&child->error_fd, &ends->error);
	return code;
}

static int open_pidfd(struct run_child *child)
{
	int code;

	child->pidfd = pidfd_open(child->pid, 0);
	if (child->pidfd >= 0)
		return 0;
	code = -errno;
	kill(child->pid, SIGKILL);
	waitpid(child->pid, NULL, 0);
	return code;
}

static int fork_child(struct child_order *order, struct run_child *child)
{
	child->pid = fork();
	if (child->pid == 0)
		child_main(order);
	return child->pid < 0 ? -errno : open_pidfd(child);
}

/* ---- a child that shares the caller's memory ---- */

/* How many texts there are, NULL included; adds their bytes to *size. */
static size_t texts_count(const char *const *texts, size_t *size)
{
	size_t n = 0;

	for (; texts[n]; n++)
		*size += strlen(texts[n]) + 1;
	return n + 1;
}

static char *text_copy(const char *text, char **at)
{
	size_t size = strlen(text) + 1;
	char *copy = memcpy(*at, text, size);

	*at += size;
	return copy;
}

/* Copies all that order points to, since the caller changes it while the child still uses it. */
static struct run_shared *shared_new(const struct child_order *order)
{
	const char *const *words = (const char *const *)order->words;
	const char *const *variables = (const char *const *)order->variables;
	size_t size = strlen(order->path) + 1;
	size_t n_words = texts_count(words, &size), n = n_words + texts_count(variables, &size);
	size_t n_groups = order->user ? order->user->n_groups : 0;
	struct run_shared *shared = mem_realloc(
	    NULL, sizeof(*shared) + n * sizeof(void *) + n_groups * sizeof(gid_t) + size, 1);
	gid_t *groups = (gid_t *)(shared->pieces + n);
	char *bytes = (char *)(groups + n_groups);

	for (size_t i = 0; i < n; i++) {
		const char *text = i < n_words ? words[i] : variables[i - n_words];

		shared->pieces[i] = text ? text_copy(text, &bytes) : NULL;
	}
	shared->order = *order;
	shared->order.words = (char *const *)shared->pieces;
	shared->order.variables = shared->order.words + n_words;
	shared->order.path = text_copy(order->path, &bytes);
	shared->failure = (struct run_failure){0};
	shared->order.failure = &shared->failure;
	if (!order->user)
		return shared;
	shared->user = *order->user;
	shared->user.groups = groups;
	if (n_groups)
		memcpy(groups, order->user->groups, n_groups * sizeof(*groups));
	shared->order.user = &shared->user;
	return shared;
}

static int share_child(const struct child_order *order, struct run_child *child)
{
	int code;

	child->shared = shared_new(order);
	child->pid = clone(child_main, child->shared->stack + STACK_SIZE, CLONE_VM | CLONE_PIDFD | SIGCHLD,
			   &child->shared->order, &child->pidfd);
	if (child->pid >= 0)
		return 0;
	code = -errno;
	free(child->shared);
	child->shared = NULL;
	return code;
}

bool run_may_share_across_users(void)
{
	int fd = prctl(PR_GET_DUMPABLE) == 0 ? open("/proc/sys/fs/suid_dumpable", O_RDONLY | O_CLOEXEC) : -1;
	char value = '\0';

	if (fd < 0)
		return false;
	if (read(fd, &value, 1) != 1)
		value = '\0';
	close(fd);
	return value == '0' || value == '2';
}

/* ---- start and end ---- */

/* Opens the pipes, and starts the child that executes path. After a failure, too, *child and *ends have the
 * descriptors that were opened so far. */
static int start_child(const struct run_program *program, const char *path, struct run_child *child,
		       struct child_ends *ends)
{
	bool is_sharing = RAW_CALL_SPARES_ERRNO && program->shares_memory;
	struct child_order order = {.path = path,
				    .words = (char *const *)program->words,
				    .variables = (char *const *)(program->variables ? program->variables
										    : usual_variables),
				    .user = program->user,
				    .is_apart = program->is_apart,
				    .leader = program->leader,
				    .join_fd = program->join_fd,
				    .caller = getpid()};
	int code = open_pipes(program, is_sharing, child, ends);

	if (code < 0)
		return code;
	order.ends = *ends;
	order.ends.input = program->input_fd ? program->input_fd : -1;
	if (program->error == RUN_ERROR_WITH_OUTPUT)
		order.ends.error = ends->output;
	return is_sharing ? share_child(&order, child) : fork_child(&order, child);
}

int run_start(const struct run_program *program, struct run_child *ret_child)
{
	bool is_path = strchr(program->words[0], '/') != NULL;
	char *found = is_path ? NULL : program_find(PROGRAM_PATH, program->words[0]);
	struct run_child child = {.pidfd = -1, .output_fd = -1, .error_fd = -1, .failure_fd = -1};
	struct child_ends ends = {-1, -1, -1, -1};
	int code;

	if (!is_path && !found)
		return -ENOENT;
	code = start_child(program, is_path ? program->words[0] : found, &child, &ends);
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
	struct run_failure failure = child->shared ? child->shared->failure : (struct run_failure){0};

	if (!child->shared && read(child->failure_fd, &failure, sizeof(failure)) != (ssize_t)sizeof(failure))
		return false;
	if (!failure.code)
		return false;
	*ret_failure = failure;
	return true;
}

void run_child_reap(struct run_child *child, siginfo_t *ret_info)
{
	memset(ret_info, 0, sizeof(*ret_info));
	while (waitid(P_PIDFD, (id_t)child->pidfd, ret_info, WEXITED) < 0 && errno == EINTR)
		;
	free(child->shared);
	child->shared = NULL;
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
