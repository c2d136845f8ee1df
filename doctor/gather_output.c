/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/clock.h"
#include "base/mem.h"
#include "base/program.h"
#include "doctor/gather.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

/* Rules of a large firewall are some megabytes. */
#define OUTPUT_MAX (64u * 1024 * 1024)
#define OUTPUT_MS  5000

/* Starts argv[0] with its stdout on a pipe. Its end of the pipe, or -1. */
static int start(const char *const argv[], pid_t *ret_pid)
{
	posix_spawn_file_actions_t actions;
	char *const environment[] = {"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C", NULL};
	char *path = program_find(PROGRAM_PATH, argv[0]);
	int ends[2], code;

	if (!path || pipe2(ends, O_CLOEXEC) < 0) {
		free(path);
		return -1;
	}
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
	posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
	posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	code = posix_spawn(ret_pid, path, &actions, NULL, (char *const *)argv, environment);
	free(path);
	posix_spawn_file_actions_destroy(&actions);
	close(ends[1]);
	if (code == 0)
		return ends[0];
	close(ends[0]);
	return -1;
}

/* Everything up to the end, or NULL. */
static char *read_all(int fd)
{
	struct mono deadline = mono_add_ms(clock_mono(), OUTPUT_MS);
	size_t len = 0, cap = 65536;
	char *text = mem_calloc(cap, 1);

	for (;;) {
		struct pollfd ready = {.fd = fd, .events = POLLIN};
		int64_t left_ms = mono_sub(deadline, clock_mono()) / NS_PER_MS;
		ssize_t n;

		if (left_ms <= 0 || len >= OUTPUT_MAX || poll(&ready, 1, (int)left_ms) == 0)
			break;
		if (cap - len < 2)
			text = mem_realloc(text, cap *= 2, 1);
		n = read(fd, text + len, cap - len - 1);
		if (n < 0 && errno == EINTR)
			continue;
		if (n == 0) {
			text[len] = '\0';
			return text;
		}
		if (n < 0)
			break;
		len += (size_t)n;
	}
	free(text);
	return NULL;
}

char *gather_output(const char *const argv[])
{
	pid_t pid;
	int fd = start(argv, &pid), status;
	char *text;

	if (fd < 0)
		return NULL;
	text = read_all(fd);
	close(fd);
	if (!text)
		kill(pid, SIGKILL);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return text;
	free(text);
	return NULL;
}
