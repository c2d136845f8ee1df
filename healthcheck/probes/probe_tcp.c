/* SPDX-License-Identifier: GPL-2.0-or-later */
/* TCP_CHECK: the probe succeeds when the server accepts a connection. Nothing is sent. */
#include "base/clock.h"
#include "base/mem.h"
#include "healthcheck/probe.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

struct tcp_probe {
	const struct conf_check *check;
	probe_done_fn *done;
	void *arg;
	struct loop_io *io;
	struct loop_timer *timer;
	struct mono started;
	int fd;
};

static void tcp_free(struct tcp_probe *tcp)
{
	loop_io_free(tcp->io);
	loop_timer_free(tcp->timer);
	close(tcp->fd);
	free(tcp);
}

static void tcp_finish(struct tcp_probe *tcp, struct probe_result result)
{
	probe_done_fn *done = tcp->done;
	void *arg = tcp->arg;

	tcp_free(tcp);
	done(&result, arg);
}

static struct probe_result tcp_result(int error, struct mono started)
{
	if (error)
		return probe_result_of_errno(error, started);
	return probe_result_new(PROBE_OK, started, "connected");
}

static void on_connect_ready(int fd, unsigned events, void *arg)
{
	struct tcp_probe *tcp = arg;
	socklen_t len = sizeof(int);
	int error = 0;

	(void)events;
	if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len) < 0)
		error = errno;
	tcp_finish(tcp, tcp_result(error, tcp->started));
}

static void on_late(void *arg)
{
	struct tcp_probe *tcp = arg;
	struct pollfd ready = {.fd = tcp->fd, .events = POLLOUT};

	/* If this process did not run for a while, the answer may have arrived unread. */
	if (poll(&ready, 1, 0) > 0)
		on_connect_ready(tcp->fd, LOOP_WRITE, tcp);
	else
		tcp_finish(tcp, probe_result_late("connection", tcp->check, tcp->started));
}

static struct probe *tcp_start(void *shared, const struct conf_check *check,
			       const struct check_tls *tls, probe_done_fn *done, void *arg,
			       struct probe_result *ret_result)
{
	struct loop *loop = shared;
	struct mono started = clock_mono();
	struct tcp_probe *tcp;
	int fd = probe_connect(check, started, ret_result);

	(void)tls;
	if (fd < 0)
		return NULL;
	tcp = mem_calloc(1, sizeof(*tcp));
	*tcp = (struct tcp_probe){
	    .check = check, .done = done, .arg = arg, .started = started, .fd = fd};
	tcp->io = loop_io_new(loop, fd, LOOP_WRITE, on_connect_ready, tcp);
	tcp->timer = loop_timer_new(loop, on_late, tcp);
	loop_timer_set(tcp->timer, mono_add_us(started, (int64_t)check->connect_timeout_us));
	return (struct probe *)tcp;
}

static void tcp_abandon(struct probe *probe)
{
	tcp_free((struct tcp_probe *)probe);
}

static void *tcp_open(struct loop *loop)
{
	return loop;
}

static void tcp_close(void *shared)
{
	(void)shared;
}

const struct probe_kind probe_tcp = {
    .open = tcp_open,
    .close = tcp_close,
    .start = tcp_start,
    .abandon = tcp_abandon,
};
