/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/loop.h"
#include "base/clock.h"
#include "base/mem.h"

#include <event2/event.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/signalfd.h>
#include <unistd.h>

struct loop {
	struct event_base *base;
	loop_fn *settle;
	void *settle_arg;
	struct mono turn_start; /* MONO_NEVER outside a turn */
	bool is_stopping;
};

struct loop_io {
	struct event *event; /* behind this struct, in the same piece of memory */
	struct loop *loop;
	loop_io_fn *fn;
	void *arg;
	int fd;
	unsigned events;
};

struct loop_timer {
	struct event *event; /* behind this struct, in the same piece of memory */
	struct loop *loop;
	loop_fn *fn;
	void *arg;
};

struct loop_signal {
	struct loop_io *io;
	loop_signal_fn *fn;
	void *arg;
	int fd;
};

/* Memory for a watcher of size bytes and for its event behind it, whose size only libevent knows. */
static void *watcher_alloc(size_t size, struct event **ret_event)
{
	void *watcher = mem_calloc(1, size + event_get_struct_event_size());

	*ret_event = (void *)((char *)watcher + size);
	return watcher;
}

struct loop *loop_new(void)
{
	struct loop *loop = mem_calloc(1, sizeof(*loop));
	struct event_config *config = event_config_new();

	if (!config)
		mem_exhausted(0);
	event_config_set_flag(config, EVENT_BASE_FLAG_PRECISE_TIMER);
	/* Without this flag libevent counts a timer's time from the beginning of the turn. */
	event_config_set_flag(config, EVENT_BASE_FLAG_NO_CACHE_TIME);
	loop->base = event_base_new_with_config(config);
	event_config_free(config);
	if (!loop->base)
		mem_exhausted(0);
	loop->turn_start = MONO_NEVER;
	return loop;
}

void loop_free(struct loop *loop)
{
	if (!loop)
		return;
	event_base_free(loop->base);
	free(loop);
}

static void turn_begin(struct loop *loop)
{
	if (mono_is_never(loop->turn_start))
		loop->turn_start = clock_mono();
}

void loop_run(struct loop *loop)
{
	loop->is_stopping = false;
	while (!loop->is_stopping) {
		if (event_base_loop(loop->base, EVLOOP_ONCE) != 0)
			break;
		turn_begin(loop);
		if (loop->settle)
			loop->settle(loop->settle_arg);
		loop->turn_start = MONO_NEVER;
	}
}

void loop_stop(struct loop *loop)
{
	loop->is_stopping = true;
	event_base_loopbreak(loop->base);
}

void loop_on_settle(struct loop *loop, loop_fn *fn, void *arg)
{
	loop->settle = fn;
	loop->settle_arg = arg;
}

struct mono loop_now(const struct loop *loop)
{
	return mono_is_never(loop->turn_start) ? clock_mono() : loop->turn_start;
}

static short libevent_flags(unsigned events)
{
	return (short)((events & LOOP_READ ? EV_READ : 0) | (events & LOOP_WRITE ? EV_WRITE : 0) |
		       (events & LOOP_CHANGES ? EV_ET : 0) | EV_PERSIST);
}

static void on_io(evutil_socket_t fd, short what, void *arg)
{
	struct loop_io *io = arg;

	turn_begin(io->loop);
	io->fn((int)fd, (what & EV_READ ? LOOP_READ : 0u) | (what & EV_WRITE ? LOOP_WRITE : 0u),
	       io->arg);
}

struct loop_io *loop_io_new(struct loop *loop, int fd, unsigned events, loop_io_fn *fn, void *arg)
{
	struct event *event;
	struct loop_io *io = watcher_alloc(sizeof(*io), &event);

	*io = (struct loop_io){.event = event, .loop = loop, .fn = fn, .arg = arg, .fd = fd};
	event_assign(event, loop->base, fd, 0, on_io, io);
	loop_io_set(io, events);
	return io;
}

void loop_io_set(struct loop_io *io, unsigned events)
{
	if (events == io->events)
		return;
	event_del(io->event);
	io->events = events;
	if (!events)
		return;
	event_assign(io->event, io->loop->base, io->fd, libevent_flags(events), on_io, io);
	event_add(io->event, NULL);
}

void loop_io_free(struct loop_io *io)
{
	if (!io)
		return;
	event_del(io->event);
	free(io);
}

static void on_event_timer(evutil_socket_t fd, short what, void *arg)
{
	struct loop_timer *timer = arg;

	(void)fd;
	(void)what;
	turn_begin(timer->loop);
	timer->fn(timer->arg);
}

struct loop_timer *loop_timer_new(struct loop *loop, loop_fn *fn, void *arg)
{
	struct event *event;
	struct loop_timer *timer = watcher_alloc(sizeof(*timer), &event);

	*timer = (struct loop_timer){.event = event, .loop = loop, .fn = fn, .arg = arg};
	event_assign(event, loop->base, -1, 0, on_event_timer, timer);
	return timer;
}

void loop_timer_set(struct loop_timer *timer, struct mono deadline)
{
	int64_t left;
	struct timeval tv;

	event_del(timer->event);
	if (mono_is_never(deadline))
		return;
	left = mono_sub(deadline, clock_mono());
	/* Rounded up, plus 1 because libevent rounds down the time from which it counts. A timer
	 * that fired too early would find its deadline not reached, and would spin. */
	left = left > 0 ? (left + NS_PER_US - 1) / NS_PER_US + 1 : 0;
	tv.tv_sec = left / US_PER_S;
	tv.tv_usec = left % US_PER_S;
	event_add(timer->event, &tv);
}

void loop_timer_free(struct loop_timer *timer)
{
	if (!timer)
		return;
	event_del(timer->event);
	free(timer);
}

static void on_signal_fd(int fd, unsigned events, void *arg)
{
	struct loop_signal *watch = arg;
	struct signalfd_siginfo info;

	(void)events;
	if (read(fd, &info, sizeof(info)) == (ssize_t)sizeof(info))
		watch->fn((int)info.ssi_signo, watch->arg);
}

/* A signalfd, not libevent's signals: libevent keeps their state in globals, which a forked child
 * would inherit. */
struct loop_signal *loop_signal_new(struct loop *loop, int number, loop_signal_fn *fn, void *arg)
{
	struct loop_signal *watch = mem_calloc(1, sizeof(*watch));
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, number);
	sigprocmask(SIG_BLOCK, &set, NULL);
	*watch = (struct loop_signal){.fn = fn, .arg = arg};
	watch->fd = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
	if (watch->fd < 0)
		mem_exhausted(0);
	watch->io = loop_io_new(loop, watch->fd, LOOP_READ, on_signal_fd, watch);
	return watch;
}

void loop_signal_free(struct loop_signal *watch)
{
	if (!watch)
		return;
	loop_io_free(watch->io);
	close(watch->fd);
	free(watch);
}
