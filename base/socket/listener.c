/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/socket/listener.h"
#include "base/clock.h"
#include "base/log_limit.h"
#include "base/mem.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

/* In one turn, so that callers who come all the time cannot starve timers. */
#define PER_TURN 64

struct listener {
	struct loop_io *io;
	struct loop_timer *again;
	listener_fn *fn;
	void *arg;
	int fd;
	bool is_accepting;
	bool *is_freed; /* set while fn is called */
	struct log_limit without;
};

static void on_again(void *arg)
{
	struct listener *listener = arg;

	if (listener->is_accepting)
		loop_io_set(listener->io, LOOP_READ);
}

static void pause_accepting(struct listener *listener)
{
	log_limited_warning(&listener->without, "a connection to a socket of lvsd waits: no descriptor is free; "
						"LimitNOFILE= of the unit or `ulimit -n` allows more");
	loop_io_set(listener->io, 0);
	loop_timer_set(listener->again, mono_add_ms(clock_mono(), LISTENER_PAUSE_MS));
}

/* Returns whether another connection may wait. */
static bool accept_next(struct listener *listener)
{
	int fd = accept4(listener->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
	bool is_freed = false;

	if (fd < 0 && (errno == EINTR || errno == ECONNABORTED))
		return true;
	if (fd < 0 && errno != EAGAIN)
		pause_accepting(listener);
	if (fd < 0)
		return false;
	if (!listener->fn) {
		close(fd);
		return true;
	}
	listener->is_freed = &is_freed;
	listener->fn(fd, listener->arg);
	if (!is_freed)
		listener->is_freed = NULL;
	return !is_freed;
}

void listener_drain(struct listener *listener)
{
	for (int i = 0; i < PER_TURN && accept_next(listener); i++)
		;
}

static void on_callers(int fd, unsigned events, void *arg)
{
	(void)fd, (void)events;
	listener_drain(arg);
}

struct listener *listener_new(struct loop *loop, int fd, listener_fn *fn, void *arg)
{
	struct listener *listener = mem_calloc(1, sizeof(*listener));

	*listener = (struct listener){.fn = fn, .arg = arg, .fd = fd};
	listener->io = loop_io_new(loop, fd, 0, on_callers, listener);
	listener->again = loop_timer_new(loop, on_again, listener);
	return listener;
}

void listener_free(struct listener *listener)
{
	if (!listener)
		return;
	if (listener->is_freed)
		*listener->is_freed = true;
	loop_timer_free(listener->again);
	loop_io_free(listener->io);
	close(listener->fd);
	free(listener);
}

void listener_accept(struct listener *listener, bool is_accepting)
{
	listener->is_accepting = is_accepting;
	loop_timer_set(listener->again, MONO_NEVER);
	loop_io_set(listener->io, is_accepting ? LOOP_READ : 0);
}
