/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/director/role/link_watch.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "base/mem.h"

#include <errno.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

/* An interface that is made again is announced several times. */
#define TOGETHER_MS 20
/* At most so many notifications are read in one turn of the loop. */
#define N_TAKEN_MAX 256

struct link_watch {
	int fd; /* -1: there is none */
	struct loop_io *io;
	struct loop_timer *timer;
	bool is_set; /* the timer */
	loop_fn *fn;
	void *arg;
};

/* fn reads the interfaces itself, so a lost notification (ENOBUFS) counts like any other. */
static void on_link_readable(int fd, unsigned events, void *arg)
{
	struct link_watch *watch = arg;
	char data[4096];

	(void)events;
	for (int i = 0; i < N_TAKEN_MAX; i++)
		if (recv(fd, data, sizeof(data), MSG_TRUNC) < 0 && errno != ENOBUFS)
			break;
	if (watch->is_set)
		return;
	watch->is_set = true;
	loop_timer_set(watch->timer, mono_add_ms(clock_mono(), TOGETHER_MS));
}

static void on_links_settled(void *arg)
{
	struct link_watch *watch = arg;

	watch->is_set = false;
	watch->fn(watch->arg);
}

static int links_open(void)
{
	struct sockaddr_nl sa = {.nl_family = AF_NETLINK, .nl_groups = RTMGRP_LINK};
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, NETLINK_ROUTE), code;

	if (fd >= 0 && bind(fd, (struct sockaddr *)&sa, sizeof(sa)) == 0)
		return fd;
	code = -errno;
	if (fd >= 0)
		close(fd);
	return code;
}

struct link_watch *link_watch_new(struct loop *loop, loop_fn *fn, void *arg)
{
	struct link_watch *watch = mem_calloc(1, sizeof(*watch));

	*watch = (struct link_watch){.fd = links_open(), .fn = fn, .arg = arg};
	watch->timer = loop_timer_new(loop, on_links_settled, watch);
	if (watch->fd >= 0)
		watch->io = loop_io_new(loop, watch->fd, LOOP_READ, on_link_readable, watch);
	else
		log_warning("changes of interfaces cannot be watched: %s. If all of lvsd is killed after an interface "
			    "was made again, `lvsd --release-addresses` does not find the addresses on it",
			    err_errno(watch->fd));
	return watch;
}

void link_watch_free(struct link_watch *watch)
{
	loop_io_free(watch->io);
	loop_timer_free(watch->timer);
	if (watch->fd >= 0)
		close(watch->fd);
	free(watch);
}
