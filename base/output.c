/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/output.h"
#include "base/err.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

void output_begin(void)
{
	int fd;

	do
		fd = open("/dev/null", fcntl(STDIN_FILENO, F_GETFD) < 0 ? O_WRONLY : O_RDONLY);
	while (fd >= STDIN_FILENO && fd <= STDERR_FILENO);
	if (fd > STDERR_FILENO)
		close(fd);
}

bool output_finish(const char *program)
{
	bool has_failed = ferror(stdout); /* an earlier write failed, whose errno is not known
					     any more */
	int error = fflush(stdout) == 0 ? 0 : errno;

	if (!has_failed && !error)
		return true;
	if (error)
		fprintf(stderr, "%s: standard output cannot be written: %s\n", program,
			err_errno(error));
	else
		fprintf(stderr, "%s: standard output could not be written whole\n", program);
	return false;
}
