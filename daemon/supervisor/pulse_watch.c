/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/supervisor/pulse_watch.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/plural.h"
#include "base/pulse.h"

#include <stdlib.h>
#include <sys/socket.h>

struct pulse_watch {
	struct hang_watch hang;
	struct loop_timer *timer;
	struct loop_io *io;
	const char *title;
	loop_fn *on_hung, *on_at_work;
	void *arg;
	int fd;
	uint64_t advert_int_us;
	size_t n_addresses;
	unsigned n_hangs; /* hangs in a row */
	struct mono hung; /* when it hung last */
	struct mono alive;
	bool was_silent;
};

static int64_t bound_ns(const struct pulse_watch *watch)
{
	return watch->advert_int_us ? hang_vrrp_bound_ns(watch->advert_int_us, watch->n_addresses,
							 watch->n_hangs ? watch->n_hangs - 1 : 0)
				    : HANG_BOUND_MS * NS_PER_MS;
}

static void say_hung(const struct pulse_watch *watch)
{
	long long ms = HANG_TICKS * watch->hang.tick_ns / NS_PER_MS, n;

	n = watch->advert_int_us ? ms * NS_PER_MS / NS_PER_US / (long long)watch->advert_int_us : 0;
	if (watch->advert_int_us)
		log_error("%s has not answered for %lld ms (%lld advertisement interval%s): it is "
			  "killed and replaced",
			  watch->title, ms, n, plural((unsigned long long)n));
	else
		log_error("%s has not answered for %lld ms: it is killed and replaced",
			  watch->title, ms);
}

/* Hangs that were long ago do not count. */
static void forget_hangs(struct pulse_watch *watch, struct mono now)
{
	if (watch->n_hangs && mono_sub(now, watch->hung) > HANG_AGAIN_MS * NS_PER_MS)
		watch->n_hangs = 0;
}

static void on_time(void *arg)
{
	struct pulse_watch *watch = arg;
	struct mono now = clock_mono();

	switch (hang_watch_tick(&watch->hang, now)) {
	case HANG_PING:
		send(watch->fd, &watch->hang.number, sizeof(watch->hang.number),
		     MSG_DONTWAIT | MSG_NOSIGNAL);
		break;
	case HANG_HUNG:
		say_hung(watch);
		forget_hangs(watch, now);
		watch->n_hangs++;
		watch->hung = now;
		watch->on_hung(watch->arg);
		break;
	case HANG_WAIT:
		break;
	}
	loop_timer_set(watch->timer, watch->hang.next);
}

static void on_answer(int fd, unsigned events, void *arg)
{
	struct pulse_watch *watch = arg;
	struct mono now = clock_mono();
	uint64_t number;

	(void)events;
	if (recv(fd, &number, sizeof(number), MSG_DONTWAIT) != (ssize_t)sizeof(number))
		return;
	if (number == PULSE_AT_WORK && watch->on_at_work)
		watch->on_at_work(watch->arg);
	if (!hang_watch_answer(&watch->hang, number, now))
		return;
	forget_hangs(watch, now);
	hang_watch_set_bound(&watch->hang, bound_ns(watch), now);
	loop_timer_set(watch->timer, watch->hang.next);
}

struct pulse_watch *pulse_watch_new(struct loop *loop, int fd, const char *title, loop_fn *on_hung,
				    loop_fn *on_at_work, void *arg)
{
	struct pulse_watch *watch = mem_calloc(1, sizeof(*watch));

	*watch = (struct pulse_watch){
	    .fd = fd, .title = title, .on_hung = on_hung, .on_at_work = on_at_work, .arg = arg};
	watch->hang.next = watch->hang.alive = watch->alive = MONO_NEVER;
	watch->timer = loop_timer_new(loop, on_time, watch);
	watch->io = loop_io_new(loop, fd, LOOP_READ, on_answer, watch);
	return watch;
}

void pulse_watch_free(struct pulse_watch *watch)
{
	if (!watch)
		return;
	loop_timer_free(watch->timer);
	loop_io_free(watch->io);
	free(watch);
}

void pulse_watch_set_interval(struct pulse_watch *watch, uint64_t advert_int_us, size_t n_addresses)
{
	watch->n_addresses = n_addresses;
	watch->advert_int_us = advert_int_us;
	hang_watch_set_bound(&watch->hang, bound_ns(watch), clock_mono());
	loop_timer_set(watch->timer, watch->hang.next);
}

void pulse_watch_started(struct pulse_watch *watch)
{
	struct mono now = clock_mono();

	forget_hangs(watch, now);
	hang_watch_start(&watch->hang, bound_ns(watch), HANG_START_MS, now);
	loop_timer_set(watch->timer, watch->hang.next);
}

/* Drops the answers of a process that has ended, so that they are not taken for its successor's. */
static void drop_answers(int fd)
{
	uint64_t number;

	while (recv(fd, &number, sizeof(number), MSG_DONTWAIT) > 0)
		;
}

void pulse_watch_gone(struct pulse_watch *watch)
{
	struct mono now = clock_mono(), alive = hang_watch_last_alive(&watch->hang, now);

	drop_answers(watch->fd);
	if (!mono_is_never(alive)) {
		watch->alive = alive;
		watch->was_silent = alive.ns != now.ns;
	}
	watch->hang.alive = MONO_NEVER;
	hang_watch_stop(&watch->hang);
	loop_timer_set(watch->timer, MONO_NEVER);
}

struct mono pulse_watch_alive(const struct pulse_watch *watch)
{
	return watch->alive;
}

bool pulse_watch_was_silent(const struct pulse_watch *watch)
{
	return watch->was_silent;
}
