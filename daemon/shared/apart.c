/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/shared/apart.h"
#include "base/mem.h"

#include <errno.h>
#include <fcntl.h>
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

static bool read_all(int fd, uint8_t *bytes, size_t size)
{
	size_t done = 0;
	ssize_t n = 1;

	while (done < size && n != 0) {
		n = read(fd, bytes + done, size - done);
		if (n < 0 && errno != EINTR)
			return false;
		done += n > 0 ? (size_t)n : 0;
	}
	return done == size;
}

int apart_ask(apart_fn *ask, const void *question, void *ret_result, size_t size)
{
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
	if (code == 0 && !read_all(ends[0], result, size))
		code = -EIO;
	close(ends[0]);
	while (pid > 0 && waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
	if (code == 0)
		memcpy(ret_result, result, size);
	free(result);
	return code;
}
