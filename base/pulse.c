/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/pulse.h"
#include "base/mem.h"

#include <stdint.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

struct pulse {
	struct loop_io *io;
	int fd;
	loop_fn *on_gone;
	void *arg;
};

static void supervisor_gone(const struct pulse *pulse)
{
	loop_io_set(pulse->io, 0);
	if (pulse->on_gone)
		pulse->on_gone(pulse->arg);
}

/* Answers one ping a turn. Pings that a predecessor left unanswered need no quick answer. */
static void on_ping(int fd, unsigned events, void *arg)
{
	struct pulse *pulse = arg;
	uint64_t number;
	ssize_t len = recv(fd, &number, sizeof(number), MSG_DONTWAIT);

	(void)events;
	if (len == (ssize_t)sizeof(number))
		send(fd, &number, sizeof(number), MSG_DONTWAIT | MSG_NOSIGNAL);
	else if (len == 0)
		supervisor_gone(pulse);
}

void pulse_at_work(struct pulse *pulse)
{
	const uint64_t number = PULSE_AT_WORK;

	if (pulse)
		send(pulse->fd, &number, sizeof(number), MSG_DONTWAIT | MSG_NOSIGNAL);
}

struct pulse *pulse_new(struct loop *loop, int fd, loop_fn *on_gone, void *arg)
{
	struct pulse *pulse;

	if (fd < 0)
		return NULL;
	pulse = mem_calloc(1, sizeof(*pulse));
	pulse->fd = fd;
	pulse->on_gone = on_gone;
	pulse->arg = arg;
	pulse->io = loop_io_new(loop, fd, LOOP_READ, on_ping, pulse);
	return pulse;
}

void pulse_free(struct pulse *pulse)
{
	if (!pulse)
		return;
	loop_io_free(pulse->io);
	close(pulse->fd);
	free(pulse);
}
