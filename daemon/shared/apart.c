/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/shared/apart.h"
#include "base/clock.h"
#include "base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

static _Noreturn void ask_and_end(int fd, apart_fn *ask, const void *question, size_t size)
{
	uint8_t *result = mem_calloc(1, size);

	ask(question, result);
	for (size_t done = 0; done < size;) {
		ssize_t n = write(fd, result + done, size - done);

		if (n < 0 && errno != EINTR)
			_exit(1);
		done += n > 0 ? (size_t)n : 0;
	}
	_exit(0);
}

/* Waits until fd can be read, at most until then. 0 or -errno. */
static int await(int fd, struct mono until)
{
	int64_t left = mono_sub(until, clock_mono());
	struct pollfd poll_fd = {.fd = fd, .events = POLLIN};
	int n = poll(&poll_fd, 1, left > 0 ? (int)(left / NS_PER_MS) + 1 : 0);

	if (n < 0)
		return errno == EINTR ? 0 : -errno;
	return n ? 0 : -ETIMEDOUT;
}

static int read_all(int fd, uint8_t *bytes, size_t size, struct mono until)
{
	size_t done = 0;

	while (done < size) {
		int code = await(fd, until);
		ssize_t n = code < 0 ? 0 : read(fd, bytes + done, size - done);

		if (code < 0)
			return code;
		if (n == 0 || (n < 0 && errno != EINTR))
			return -EIO;
		done += n > 0 ? (size_t)n : 0;
	}
	return 0;
}

int apart_ask(apart_fn *ask, const void *question, void *ret_result, size_t size, int timeout_ms)
{
	struct mono until = mono_add_ms(clock_mono(), timeout_ms);
	uint8_t *result;
	int ends[2], code = 0;
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return -errno;
	pid = fork();
	if (pid == 0)
		ask_and_end(ends[1], ask, question, size);
	code = pid < 0 ? -errno : 0;
	close(ends[1]);
	result = mem_calloc(1, size);
	if (code == 0)
		code = read_all(ends[0], result, size, until);
	close(ends[0]);
	if (pid > 0 && code == -ETIMEDOUT)
		kill(pid, SIGKILL);
	while (pid > 0 && waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
	if (code == 0)
		memcpy(ret_result, result, size);
	free(result);
	return code;
}
