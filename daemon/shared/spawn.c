/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/shared/spawn.h"
#include "base/log.h"
#include "base/signals.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <unistd.h>

extern char **environ;

/* The memory of the command line, which ps(1) shows. */
static struct {
	char *start;
	size_t size;
} title_area;

void spawn_init_title(int argc, char **argv)
{
	char *end = argv[0];

	for (int i = 0; i < argc && argv[i] == end; i++)
		end += strlen(argv[i]) + 1;
	title_area.start = argv[0];
	title_area.size = (size_t)(end - argv[0]);
}

void spawn_set_title(const char *title)
{
	prctl(PR_SET_NAME, title);
	if (title_area.size < 2)
		return;
	memset(title_area.start, 0, title_area.size);
	snprintf(title_area.start, title_area.size, "%s", title);
}

static int by_number(const void *a, const void *b)
{
	return *(const int *)a - *(const int *)b;
}

static void close_all_but(const int *keep, size_t n)
{
	int sorted[SPAWN_KEEP_MAX];
	unsigned first = 3;

	assert(n <= SPAWN_KEEP_MAX);
	memcpy(sorted, keep, n * sizeof(int));
	qsort(sorted, n, sizeof(int), by_number);
	for (size_t i = 0; i < n; i++) {
		if ((unsigned)sorted[i] > first)
			close_range(first, (unsigned)sorted[i] - 1, 0);
		first = (unsigned)sorted[i] + 1;
	}
	close_range(first, ~0u, 0);
}

static void reset_signals(void)
{
	signals_block();
	/* A terminal sends SIGINT to all processes of the group. The supervisor alone acts on it,
	 * and stops the others in order. */
	signal(SIGINT, SIG_IGN);
}

/* The process keeps its group: whoever kills the group of lvsd kills it too. */
static void leave_terminal(void)
{
	int fd = open("/dev/tty", O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);

	if (fd < 0 && errno == ENXIO)
		return; /* there is none */
	if (fd < 0 || ioctl(fd, TIOCNOTTY) < 0)
		setsid();
	if (fd >= 0)
		close(fd);
}

void spawn_detach(enum spawn_stderr error)
{
	int null = open("/dev/null", O_RDWR);

	if (null < 0)
		return;
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fd != STDERR_FILENO || error != SPAWN_STDERR_KEPT)
			dup2(null, fd);
	if (null > STDERR_FILENO)
		close(null);
	if (error == SPAWN_STDERR_LOG)
		log_take_stderr();
}

pid_t spawn(const int *keep, size_t n, int (*main)(void *arg), void *arg)
{
	pid_t parent = getpid(), pid = fork();

	if (pid < 0)
		return -errno;
	if (pid > 0)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() != parent)
		_exit(0);
	close_all_but(keep, n);
	leave_terminal();
	reset_signals();
	exit(main(arg));
}
