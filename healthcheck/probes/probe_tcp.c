/* SPDX-License-Identifier: GPL-2.0-or-later */
/* TCP_CHECK: the probe succeeds when the server accepts a connection. Nothing is sent. */
#include "base/clock.h"
#include "healthcheck/probes/conversation.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>

static void on_connect_ready(int fd, unsigned events, void *arg)
{
	struct attempt *tcp = arg;
	socklen_t len = sizeof(int);
	int error = 0;

	/* After an error the socket can be read too, which a socket that has only just been
	 * connected cannot. So most probes need not ask. */
	if ((events & LOOP_READ) && getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len) < 0)
		error = errno;
	attempt_finish(tcp, error ? probe_result_of_errno(error, tcp->started)
				  : probe_result_new(PROBE_OK, tcp->started, "connected"));
}

static void on_connect_late(void *arg)
{
	struct attempt *tcp = arg;
	struct pollfd ready = {.fd = tcp->fd, .events = POLLOUT};

	/* If this process did not run for a while, the answer may have arrived unread. */
	if (poll(&ready, 1, 0) > 0)
		on_connect_ready(tcp->fd, LOOP_READ | LOOP_WRITE, tcp);
	else
		attempt_finish(tcp, probe_result_late("connection", tcp->check, tcp->started));
}

static struct probe *tcp_start(void *arg, const struct conf_check *check,
			       const struct probe_means *means, probe_done_fn *done, void *done_arg,
			       struct probe_result *ret_result)
{
	struct mono started = clock_mono();
	struct conversations *shared = arg;
	struct attempt attempt = {
	    .check = check, .done = done, .arg = done_arg, .started = started};

	if (check->n_steps)
		return conversation_start(shared, &dialogue_steps, check, means, done, done_arg,
					  ret_result);
	attempt.fd = probe_connect(check, means, started, ret_result);
	return attempt.fd < 0 ? NULL
			      : attempt_new(shared->loop, sizeof(attempt), attempt, LOOP_READ | LOOP_WRITE,
					    on_connect_ready, on_connect_late);
}

const struct probe_kind probe_tcp = {
    .open = conversations_open,
    .close = conversations_close,
    .start = tcp_start,
    .abandon = attempt_abandon,
};
