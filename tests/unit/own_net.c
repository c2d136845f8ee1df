/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "own_net.h"

#include <check.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define WORDS_MAX  32
#define CARRIER_MS 20000 /* far above what a loaded machine needs */

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

int own_net_tests(const char *name, TCase *tcase)
{
	Suite *suite = suite_create(name);
	SRunner *runner = srunner_create(suite);
	int n_failed;

	suite_add_tcase(suite, tcase);
	if (!own_net_enter()) {
		fprintf(stderr, "no network namespace can be had here\n");
		srunner_free(runner);
		return EXIT_SKIP;
	}
	tcase_set_timeout(tcase, 60);
	srunner_run_all(runner, CK_ENV);
	n_failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return n_failed ? EXIT_FAILURE : EXIT_SUCCESS;
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

static bool is_running(int fd, const char *name)
{
	struct ifreq request = {0};

	ck_assert_uint_lt(strlen(name), sizeof(request.ifr_name));
	strcpy(request.ifr_name, name);
	ck_assert_msg(ioctl(fd, SIOCGIFFLAGS, &request) == 0, "%s is not there", name);
	return request.ifr_flags & IFF_RUNNING;
}

void own_net_await_carrier(const char *name)
{
	const struct sockaddr_nl group = {.nl_family = AF_NETLINK, .nl_groups = RTMGRP_LINK};
	struct pollfd events = {.fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE),
				.events = POLLIN};
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	char news[8192];

	/* The messages are asked for first, so that none is missed between a reading and the wait.
	 */
	ck_assert_int_eq(bind(events.fd, (const struct sockaddr *)&group, sizeof(group)), 0);
	while (!is_running(fd, name)) {
		ck_assert_msg(poll(&events, 1, CARRIER_MS) == 1, "%s has no carrier", name);
		recv(events.fd, news, sizeof(news), MSG_TRUNC);
	}
	close(fd);
	close(events.fd);
}
