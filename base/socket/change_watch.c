/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/socket/change_watch.h"
#include "base/clock.h"
#include "base/mem.h"

#include <errno.h>
#include <linux/netlink.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

/* At most so many notifications are read in one turn of the loop. */
#define N_TAKEN_MAX 256

struct change_watch {
	int fd;
	int64_t together_ms;
	struct loop_io *io;
	struct loop_timer *timer;
	bool is_set; /* the timer */
	loop_fn *fn;
	void *arg;
};

/* The content of a notification is not used, since the caller reads the state. So a lost one (ENOBUFS) counts like
 * any other. */
static void on_changes_readable(int fd, unsigned events, void *arg)
{
	struct change_watch *watch = arg;
	char data[4096];

	(void)events;
	for (int i = 0; i < N_TAKEN_MAX; i++)
		if (recv(fd, data, sizeof(data), MSG_TRUNC) < 0 && errno != ENOBUFS)
			break;
	if (watch->is_set)
		return;
	watch->is_set = true;
	loop_timer_set(watch->timer, mono_add_ms(clock_mono(), watch->together_ms));
}

static void on_changes_settled(void *arg)
{
	struct change_watch *watch = arg;

	watch->is_set = false;
	watch->fn(watch->arg);
}

int change_watch_new(struct loop *loop, uint32_t groups, int64_t together_ms, loop_fn *fn, void *arg,
		     struct change_watch **ret_watch)
{
	struct sockaddr_nl sa = {.nl_family = AF_NETLINK, .nl_groups = groups};
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, NETLINK_ROUTE);
	struct change_watch *watch;

	if (fd < 0 || bind(fd, (struct sockaddr *)&sa, sizeof(sa)) < 0) {
		int code = -errno;

		if (fd >= 0)
			close(fd);
		return code;
	}
	watch = mem_calloc(1, sizeof(*watch));
	*watch = (struct change_watch){.fd = fd, .together_ms = together_ms, .fn = fn, .arg = arg};
	watch->io = loop_io_new(loop, fd, LOOP_READ, on_changes_readable, watch);
	watch->timer = loop_timer_new(loop, on_changes_settled, watch);
	*ret_watch = watch;
	return 0;
}

void change_watch_free(struct change_watch *watch)
{
	if (!watch)
		return;
	loop_io_free(watch->io);
	loop_timer_free(watch->timer);
	close(watch->fd);
	free(watch);
}
