/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * KEEP_CHECK: one idle connection to the server. A probe succeeds while it is held; else the probe
 * connects. The end of the connection is reported by a probe of its own, which the worker begins at
 * once, unless keep_ended() (pace/keep.h) says that the end is worth nothing.
 */
#include "base/clock.h"
#include "base/mem.h"
#include "healthcheck/pace/keep.h"
#include "healthcheck/probes/attempt.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#define CHUNK 4096

/* What all held connections of this process share. */
struct keeps {
	struct loop *loop;
	size_t n, max; /* connections that are held */
};

struct held {
	struct probe_held head;
	struct keeps *keeps;
	struct loop_io *io; /* NULL: no connection is held */
	int fd;
	struct mono made; /* when the connection was */
	size_t n_bytes;   /* that it has brought */
	struct keep keep;
	probe_wake_fn *wake;
	void *wake_arg;
	char ended[PROBE_REASON_MAX]; /* while an end is to be reported */
};

struct keep_probe {
	struct attempt attempt;
	struct held *held;
};

static void *keeps_open(struct loop *loop)
{
	struct keeps *keeps = mem_calloc(1, sizeof(*keeps));
	struct rlimit limit = {.rlim_cur = 1024};

	getrlimit(RLIMIT_NOFILE, &limit);
	keeps->loop = loop;
	keeps->max = keep_max(limit.rlim_cur, HEALTH_IN_FLIGHT_MAX);
	return keeps;
}

static void keeps_close(void *shared)
{
	free(shared);
}

static void held_close(struct held *held)
{
	if (!held->io)
		return;
	loop_io_free(held->io);
	held->io = NULL;
	close(held->fd);
	held->keeps->n--;
}

static void held_release(struct probe_held *head)
{
	struct held *held = (struct held *)head;

	held_close(held);
	free(held);
}

static void held_end(struct held *held, const char *how, bool is_chatty)
{
	int64_t lived_ns = mono_sub(clock_mono(), held->made);

	held_close(held);
	held->head.is_ready = keep_ended(&held->keep, lived_ns, is_chatty);
	if (!held->head.is_ready)
		return;
	snprintf(held->ended, sizeof(held->ended), "the connection has ended after %.3f s: %s",
		 (double)lived_ns / NS_PER_S, how);
	held->wake(held->wake_arg);
}

/* The server ends the connection, or says something, which nobody reads. */
static void on_held_ready(int fd, unsigned events, void *arg)
{
	struct held *held = arg;
	char chunk[CHUNK];
	ssize_t n = recv(fd, chunk, sizeof(chunk), MSG_DONTWAIT);
	int error = errno;

	(void)events;
	if (n > 0) {
		held->n_bytes += (size_t)n;
		if (held->n_bytes > KEEP_BYTES_MAX)
			held_end(held, "", true);
	} else if (n == 0) {
		held_end(held, "closed by the server", false);
	} else if (error != EAGAIN && error != EINTR) {
		held_end(held, probe_result_of_errno(error, held->made).reason, false);
	}
}

/* A machine that is gone without a word is noticed by TCP keepalive. */
static void ask_for_life(int fd, const struct conf_check *check)
{
	int on = 1, count = KEEP_ALIVE_COUNT, idle, interval;

	keep_alive_times(check->connect_timeout_us, &idle, &interval);
	setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on));
	setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &idle, sizeof(idle));
	setsockopt(fd, IPPROTO_TCP, TCP_KEEPINTVL, &interval, sizeof(interval));
	setsockopt(fd, IPPROTO_TCP, TCP_KEEPCNT, &count, sizeof(count));
}

/* Holds the connection of the probe. Returns false when this process holds as many as it may. */
static bool hold(struct keep_probe *probe)
{
	struct held *held = probe->held;

	if (held->keeps->n >= held->keeps->max)
		return false;
	held->fd = probe->attempt.fd;
	probe->attempt.fd = -1;
	/* Two watchers of one descriptor at a time: the one of the attempt goes first. */
	loop_io_free(probe->attempt.io);
	probe->attempt.io = NULL;
	ask_for_life(held->fd, probe->attempt.check);
	held->io = loop_io_new(held->keeps->loop, held->fd, LOOP_READ, on_held_ready, held);
	held->made = clock_mono();
	held->n_bytes = 0;
	held->keeps->n++;
	return true;
}

static struct probe_result connected(struct keep_probe *probe)
{
	struct mono started = probe->attempt.started;
	struct held *held = probe->held;
	size_t max = held->keeps->max;

	held->head.is_ready = hold(probe);
	if (!held->head.is_ready)
		return probe_result_new(PROBE_OK, started,
					"connected, but not held: this process holds %zu connections, "
					"as many as it may",
					max);
	return probe_result_new(PROBE_OK, started, "connected%s", keep_complaint(&held->keep));
}

static void on_keep_connected(int fd, unsigned events, void *arg)
{
	struct keep_probe *probe = arg;
	socklen_t len = sizeof(int);
	int error = 0;

	(void)events;
	if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len) < 0)
		error = errno;
	attempt_finish(&probe->attempt, error ? probe_result_of_errno(error, probe->attempt.started)
					      : connected(probe));
}

static void on_keep_late(void *arg)
{
	struct keep_probe *probe = arg;
	struct pollfd ready = {.fd = probe->attempt.fd, .events = POLLOUT};

	/* If this process did not run for a while, the answer may have arrived unread. */
	if (poll(&ready, 1, 0) > 0)
		on_keep_connected(probe->attempt.fd, LOOP_READ | LOOP_WRITE, probe);
	else
		attempt_finish(&probe->attempt,
			       probe_result_late("connection", probe->attempt.check,
						 probe->attempt.started));
}

static struct held *held_of(struct keeps *keeps, const struct probe_means *means)
{
	struct held *held = (struct held *)*means->held;

	if (held)
		return held;
	held = mem_calloc(1, sizeof(*held));
	held->keeps = keeps;
	held->wake = means->wake;
	held->wake_arg = means->wake_arg;
	*means->held = &held->head;
	return held;
}

/* What a probe reports that needs not connect. */
static struct probe_result ready_result(struct held *held, struct mono started)
{
	struct probe_result result;

	if (held->io) {
		keep_lasts(&held->keep, mono_sub(started, held->made));
		return probe_result_new(PROBE_OK, started, "connected%s", keep_complaint(&held->keep));
	}
	held->head.is_ready = false;
	result = probe_result_new(PROBE_NONE, started, "%s", held->ended);
	result.is_ended = true;
	return result;
}

static struct probe *keep_start(void *shared, const struct conf_check *check,
				const struct probe_means *means, probe_done_fn *done, void *arg,
				struct probe_result *ret_result)
{
	struct mono started = clock_mono();
	struct keeps *keeps = shared;
	struct held *held = held_of(keeps, means);
	struct attempt attempt = {.check = check, .done = done, .arg = arg, .started = started};
	struct keep_probe *probe;

	if (held->head.is_ready) {
		*ret_result = ready_result(held, started);
		return NULL;
	}
	attempt.fd = probe_connect(check, means, started, ret_result);
	if (attempt.fd < 0)
		return NULL;
	probe = attempt_new(keeps->loop, sizeof(*probe), attempt, LOOP_READ | LOOP_WRITE,
			    on_keep_connected, on_keep_late);
	probe->held = held;
	return (struct probe *)probe;
}

const struct probe_kind probe_keep = {
    .open = keeps_open,
    .close = keeps_close,
    .start = keep_start,
    .abandon = attempt_abandon,
    .release = held_release,
};
