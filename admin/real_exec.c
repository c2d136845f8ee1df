/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "admin/real_exec.h"

#include "base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#define STATUS_NOT_FOUND 127

static void child(const char *const *argv, int output)
{
	int null = open("/dev/null", O_RDONLY);

	dup2(null, STDIN_FILENO);
	dup2(output, STDOUT_FILENO);
	dup2(output, STDERR_FILENO);
	setenv("PATH", "/usr/sbin:/usr/bin:/sbin:/bin", 1);
	setenv("LC_ALL", "C", 1);
	execvp(argv[0], (char *const *)argv);
	_exit(STATUS_NOT_FOUND);
}

static char *read_all(int fd)
{
	char *text = NULL;
	size_t size = 0;
	FILE *in = fdopen(fd, "r");

	if (!in || getdelim(&text, &size, '\0', in) < 0) {
		free(text);
		text = mem_strdup("");
	}
	if (in)
		fclose(in);
	else
		close(fd);
	return text;
}

int real_exec(const char *const *argv, char **ret_output)
{
	int fds[2], status;
	char *output;
	pid_t pid;

	if (pipe2(fds, O_CLOEXEC) < 0)
		return -errno;
	fflush(stdout);
	pid = fork();
	if (pid < 0) {
		close(fds[0]);
		close(fds[1]);
		return -errno;
	}
	if (pid == 0)
		child(argv, fds[1]);
	close(fds[1]);
	output = read_all(fds[0]);
	if (ret_output)
		*ret_output = output;
	else
		free(output);
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return -errno;
	if (!WIFEXITED(status))
		return -EINTR;
	return WEXITSTATUS(status) == STATUS_NOT_FOUND ? -ENOENT : WEXITSTATUS(status);
}
