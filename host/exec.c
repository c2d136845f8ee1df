/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "host/exec.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/program.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

struct host_exec {
	struct host_exec_request request;
	char *name;
	pid_t pid;
	int pidfd, output_fd, error_fd;
	struct loop_io *end, *output, *error;
	struct loop_timer *limit;
	bool is_late, is_ended;
	char text[HOST_EXEC_ERROR_MAX];
	size_t len;
};

static char *find_program(const char *name)
{
	if (*name == '/')
		return access(name, X_OK) == 0 ? mem_strdup(name) : NULL;
	return program_find(PROGRAM_PATH, name);
}

/* Returns the result of read(2): 0 at the end of the output, negative if there is no output now. */
static ssize_t exec_take_output(struct host_exec *exec)
{
	char bytes[4096];
	ssize_t len = read(exec->output_fd, bytes, sizeof(bytes));

	if (len > 0 && exec->request.on_output)
		exec->request.on_output(bytes, (size_t)len, exec->request.arg);
	return len;
}

static ssize_t take_error(struct host_exec *exec)
{
	char bytes[512];
	ssize_t len = read(exec->error_fd, bytes, sizeof(bytes));

	for (ssize_t i = 0; i < len && exec->len + 1 < sizeof(exec->text); i++)
		exec->text[exec->len++] = bytes[i];
	return len;
}

static void on_exec_output(int fd, unsigned events, void *arg)
{
	struct host_exec *exec = arg;

	(void)fd;
	(void)events;
	if (exec_take_output(exec) == 0)
		loop_io_set(exec->output, 0);
}

static void on_error(int fd, unsigned events, void *arg)
{
	struct host_exec *exec = arg;

	(void)fd;
	(void)events;
	if (take_error(exec) == 0)
		loop_io_set(exec->error, 0);
}

static void on_exec_limit(void *arg)
{
	struct host_exec *exec = arg;

	exec->is_late = true;
	pidfd_send_signal(exec->pidfd, SIGKILL, NULL, 0);
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

static void on_exec_end(int fd, unsigned events, void *arg)
{
	struct host_exec *exec = arg;
	struct host_exec_result result = {0};
	siginfo_t info = {0};
	struct err err;

	(void)fd;
	(void)events;
	while (exec_take_output(exec) > 0)
		;
	while (take_error(exec) > 0)
		;
	waitid(P_PIDFD, (id_t)exec->pidfd, &info, WEXITED);
	exec->is_ended = true;
	loop_io_set(exec->end, 0);
	loop_timer_set(exec->limit, MONO_NEVER);
	flatten(exec->text);
	if (exec->is_late)
		result.code = err_set(&err, -ETIMEDOUT, "%s did not end within %lld ms", exec->name,
				      (long long)exec->request.limit_ms);
	else if (info.si_code != CLD_EXITED || info.si_status != 0)
		result.code = err_set(&err, -EIO, "%s ended with %s %d%s%s", exec->name,
				      info.si_code == CLD_EXITED ? "status" : "signal",
				      info.si_status, exec->text[0] ? ": " : "", exec->text);
	result.error = err.text;
	exec->request.on_done(&result, exec->request.arg);
}

static int input_file(const char *text)
{
	int fd = memfd_create("lvsd-input", MFD_CLOEXEC);
	size_t len = text ? strlen(text) : 0;

	if (fd < 0)
		return -errno;
	while (len > 0) {
		ssize_t n = write(fd, text, len);

		if (n < 0) {
			int code = -errno;

			close(fd);
			return code;
		}
		text += n;
		len -= (size_t)n;
	}
	lseek(fd, 0, SEEK_SET);
	return fd;
}

/* fds become the program's descriptors 0, 1 and 2. Its signals are those of a new process. */
static int spawn_program(const char *path, const char *const *words, const int fds[static 3],
			 pid_t *ret_pid)
{
	static char *const environment[] = {"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C", NULL};
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t none, all;
	int code;

	sigemptyset(&none);
	sigfillset(&all);
	posix_spawn_file_actions_init(&actions);
	posix_spawnattr_init(&attributes);
	for (int fd = 0; fd < 3; fd++)
		posix_spawn_file_actions_adddup2(&actions, fds[fd], fd);
	posix_spawn_file_actions_addclosefrom_np(&actions, 3);
	posix_spawnattr_setsigmask(&attributes, &none);
	posix_spawnattr_setsigdefault(&attributes, &all);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
	code = posix_spawn(ret_pid, path, &actions, &attributes, (char *const *)words, environment);
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&actions);
	return -code;
}

static void watch(struct loop *loop, struct host_exec *exec)
{
	exec->end = loop_io_new(loop, exec->pidfd, LOOP_READ, on_exec_end, exec);
	exec->output = loop_io_new(loop, exec->output_fd, LOOP_READ, on_exec_output, exec);
	exec->error = loop_io_new(loop, exec->error_fd, LOOP_READ, on_error, exec);
	exec->limit = loop_timer_new(loop, on_exec_limit, exec);
	loop_timer_set(exec->limit, mono_add_ms(clock_mono(), exec->request.limit_ms));
}

static void close_all(const int *fds, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (fds[i] >= 0)
			close(fds[i]);
}

static void set_nonblocking(int fd)
{
	fcntl(fd, F_SETFL, O_NONBLOCK);
}

/* Opens the pipes and starts the process; *exec gets the parent's ends. */
static int start(const char *path, const struct host_exec_request *request, struct host_exec *exec)
{
	int output[2] = {-1, -1}, error[2] = {-1, -1}, input = input_file(request->input), code;

	if (input < 0)
		return input;
	if (pipe2(output, O_CLOEXEC) < 0 || pipe2(error, O_CLOEXEC) < 0)
		code = -errno;
	else
		code = spawn_program(path, request->words,
				     (const int[]){input, output[1], error[1]}, &exec->pid);
	if (code == 0 && (exec->pidfd = pidfd_open(exec->pid, 0)) < 0) {
		code = -errno;
		kill(exec->pid, SIGKILL);
		waitpid(exec->pid, NULL, 0);
	}
	close_all((const int[]){input, output[1], error[1]}, 3);
	if (code < 0) {
		close_all((const int[]){output[0], error[0]}, 2);
		return code;
	}
	exec->output_fd = output[0];
	exec->error_fd = error[0];
	set_nonblocking(output[0]);
	set_nonblocking(error[0]);
	return 0;
}

int host_exec_start(struct loop *loop, const struct host_exec_request *request,
		    struct host_exec **ret_exec, struct err *err)
{
	char *path = find_program(request->words[0]);
	struct host_exec *exec;
	int code;

	if (!path)
		return err_set(err, -ENOENT, "%s is not installed", request->words[0]);
	exec = mem_calloc(1, sizeof(*exec));
	exec->request = *request;
	code = start(path, request, exec);
	free(path);
	if (code < 0) {
		free(exec);
		return err_set(err, code, "%s cannot be started: %s", request->words[0],
			       err_errno(code));
	}
	exec->name = mem_strdup(request->words[0]);
	watch(loop, exec);
	*ret_exec = exec;
	return 0;
}

pid_t host_exec_pid(const struct host_exec *exec)
{
	return exec->is_ended ? 0 : exec->pid;
}

void host_exec_free(struct host_exec *exec)
{
	if (!exec)
		return;
	if (!exec->is_ended) {
		pidfd_send_signal(exec->pidfd, SIGKILL, NULL, 0);
		waitpid(exec->pid, NULL, 0);
	}
	loop_io_free(exec->end);
	loop_io_free(exec->output);
	loop_io_free(exec->error);
	loop_timer_free(exec->limit);
	close_all((const int[]){exec->pidfd, exec->output_fd, exec->error_fd}, 3);
	free(exec->name);
	free(exec);
}
