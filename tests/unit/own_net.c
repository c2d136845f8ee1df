/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "own_net.h"

#include <check.h>
#include <fcntl.h>
#include <sched.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define WORDS_MAX 32

static bool put(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	bool is_done = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);

	if (fd >= 0)
		close(fd);
	return is_done;
}

bool own_net_enter(void)
{
	char map[40];

	snprintf(map, sizeof(map), "0 %u 1", geteuid());
	if (unshare(CLONE_NEWNET) == 0)
		return true;
	return unshare(CLONE_NEWUSER | CLONE_NEWNET) == 0 && put("/proc/self/uid_map", map);
}

void own_net_run(const char *line)
{
	char *const environment[] = {"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C", NULL};
	char copy[512], *words[WORDS_MAX] = {NULL}, *rest = copy, *word;
	size_t n = 0;
	int status;
	pid_t pid;

	ck_assert_uint_lt(strlen(line), sizeof(copy));
	strcpy(copy, line);
	while ((word = strsep(&rest, " "))) {
		ck_assert_uint_lt(n, WORDS_MAX - 1);
		words[n++] = word;
	}
	ck_assert_int_eq(posix_spawnp(&pid, words[0], NULL, NULL, words, environment), 0);
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == 0, "%s: status %d", line, status);
}
