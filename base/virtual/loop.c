/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/loop.h"
#include "base/mem.h"
#include "base/vec.h"
#include "base/virtual/world.h"

#include <stdlib.h>

struct loop {
	loop_fn *settle;
	void *settle_arg;
	bool is_stopping, is_paused, is_muted;
	const struct world_clock *clock; /* NULL: of the world */
};

struct loop_timer {
	struct loop *loop;
	loop_fn *fn;
	void *arg;
	struct mono deadline; /* by the clock of its loop; MONO_NEVER: not set */
	struct mono due;      /* the same by that of the world, while it is in world.queue */
	uint64_t order;       /* of two equal deadlines, the one that was set first comes first */
	size_t slot;          /* its place in world.timers */
	size_t at;            /* its place in world.queue; NOWHERE: it is not set, or its loop is paused */
};

struct loop_io {
	struct loop_timer *timer;
	loop_io_fn *fn;
	void *arg;
	int fd;
	unsigned wanted, ready;
};

struct loop_signal {
	struct loop_timer *timer;
	loop_signal_fn *fn;
	void *arg;
	int number;
};

#define NOWHERE SIZE_MAX

/* The state that lasts between calls: the world. */
static struct {
	struct mono now;
	uint64_t order, n_turns, n_here, here_max; /* n_here: turns since the clock moved last */
	void (*on_spin)(struct loop *loop);
	struct loop *turning;
	const struct world_clock *clock; /* of who acts outside of turns */
	VEC(struct loop_timer *) timers;
	VEC(struct loop_timer *) queue; /* a heap: the next one is first */
	VEC(struct loop_io *) ios;
	VEC(struct loop_signal *) signals;
} world;

void world_begin(struct mono now)
{
	vec_free(&world.timers);
	vec_free(&world.queue);
	vec_free(&world.ios);
	vec_free(&world.signals);
	world.now = now;
	world.order = world.n_turns = world.n_here = 0;
	world.turning = NULL;
	world.clock = NULL;
}

/* --- clocks --- */

#define MILLION 1000000

struct world_clock world_clock_new(int64_t ppm)
{
	return (struct world_clock){.ppm = ppm, .world_at = world.now, .own_at = world.now};
}

struct mono world_clock_at(const struct world_clock *clock, struct mono at)
{
	int64_t ns;

	if (!clock || mono_is_never(at))
		return at;
	ns = mono_sub(at, clock->world_at);
	if (ns < 0)
		return clock->own_at;
	return mono_add_ns(clock->own_at,
			   (int64_t)((__int128)ns * (MILLION + clock->ppm) / MILLION));
}

/* The first moment of the world at which the clock shows that time. */
static struct mono world_time(const struct world_clock *clock, struct mono own)
{
	int64_t ns, speed;

	if (!clock || mono_is_never(own))
		return own;
	ns = mono_sub(own, clock->own_at);
	speed = MILLION + clock->ppm;
	if (ns <= 0)
		return clock->world_at;
	return mono_add_ns(clock->world_at,
			   (int64_t)(((__int128)ns * MILLION + speed - 1) / speed));
}

void world_clock_stop(struct world_clock *clock, int64_t ns)
{
	clock->own_at = world_clock_at(clock, world.now);
	clock->world_at = mono_add_ns(world.now, ns);
	clock->stopped_ns += ns;
}

void world_set_clock(struct loop *loop, const struct world_clock *clock)
{
	loop->clock = clock;
}

void world_use_clock(const struct world_clock *clock)
{
	world.clock = clock;
}

static const struct world_clock *clock_here(void)
{
	const struct world_clock *of_turn = world.turning ? world.turning->clock : NULL;

	return world.clock ? world.clock : of_turn;
}

struct mono world_mono(void)
{
	return world_clock_at(clock_here(), world.now);
}

int64_t world_suspended_ns(void)
{
	const struct world_clock *clock = clock_here();

	return clock ? clock->stopped_ns : 0;
}

struct mono world_now(void)
{
	return world.now;
}

int64_t world_wall_us(void)
{
	return world.now.ns / NS_PER_US;
}

void world_sleep(int64_t ns)
{
	world.now = mono_add_ns(world.now, ns);
}

/* --- turns --- */

static bool is_before(const struct loop_timer *a, const struct loop_timer *b)
{
	return a->due.ns != b->due.ns ? mono_before(a->due, b->due) : a->order < b->order;
}

static void queue_put(struct loop_timer *timer, size_t at)
{
	world.queue.items[at] = timer;
	timer->at = at;
}

/* Moves the timer from its place to where it belongs. */
static void queue_settle(struct loop_timer *timer)
{
	size_t at = timer->at, child;

	for (; at && is_before(timer, world.queue.items[(at - 1) / 2]); at = (at - 1) / 2)
		queue_put(world.queue.items[(at - 1) / 2], at);
	while ((child = 2 * at + 1) < world.queue.n) {
		if (child + 1 < world.queue.n &&
		    is_before(world.queue.items[child + 1], world.queue.items[child]))
			child++;
		if (!is_before(world.queue.items[child], timer))
			break;
		queue_put(world.queue.items[child], at);
		at = child;
	}
	queue_put(timer, at);
}

static void queue_remove(struct loop_timer *timer)
{
	struct loop_timer *last;
	size_t at = timer->at;

	if (at == NOWHERE)
		return;
	timer->at = NOWHERE;
	last = world.queue.items[--world.queue.n];
	if (last == timer)
		return;
	queue_put(last, at);
	queue_settle(last);
}

/* The deadline has changed, or whether its loop is paused. */
static void queue_renew(struct loop_timer *timer)
{
	if (mono_is_never(timer->deadline) || timer->loop->is_paused) {
		queue_remove(timer);
		return;
	}
	timer->due = world_time(timer->loop->clock, timer->deadline);
	if (timer->at == NOWHERE) {
		vec_push(&world.queue);
		queue_put(timer, world.queue.n - 1);
	}
	queue_settle(timer);
}

static struct loop_timer *next_timer(void)
{
	return world.queue.n ? world.queue.items[0] : NULL;
}

static void turn(struct loop_timer *timer)
{
	struct loop *loop = timer->loop, *before = world.turning;

	if (mono_before(world.now, timer->due)) {
		world.now = timer->due;
		world.n_here = 0;
	}
	if (++world.n_here > world.here_max && world.on_spin)
		world.on_spin(loop);
	timer->deadline = MONO_NEVER;
	queue_remove(timer);
	world.turning = loop;
	world.n_turns++;
	timer->fn(timer->arg);
	if (loop->settle)
		loop->settle(loop->settle_arg);
	world.turning = before;
}

bool world_step(struct mono end)
{
	struct loop_timer *next = next_timer();

	if (!next || mono_before(end, next->due))
		return false;
	turn(next);
	return true;
}

void world_run_until(struct mono end)
{
	while (world_step(end))
		;
	if (mono_before(world.now, end))
		world.now = end;
}

void world_pause(struct loop *loop, bool is_paused)
{
	loop->is_paused = is_paused;
	for (size_t i = 0; i < world.timers.n; i++)
		if (world.timers.items[i]->loop == loop)
			queue_renew(world.timers.items[i]);
}

void world_mute(struct loop *loop)
{
	loop->is_muted = true;
}

bool world_is_muted(const struct loop *loop)
{
	return loop->is_muted;
}

bool world_is_stopped(const struct loop *loop)
{
	return loop->is_stopping;
}

struct loop *world_turning(void)
{
	return world.turning;
}

void world_on_spin(uint64_t n_turns, void (*fn)(struct loop *loop))
{
	world.here_max = n_turns;
	world.on_spin = fn;
}

uint64_t world_turns(void)
{
	return world.n_turns;
}

size_t world_count(const struct loop *loop)
{
	size_t n = 0;

	for (size_t i = 0; i < world.timers.n; i++)
		n += world.timers.items[i]->loop == loop;
	return n;
}

struct loop *loop_new(void)
{
	return mem_calloc(1, sizeof(struct loop));
}

void loop_free(struct loop *loop)
{
	free(loop);
}

void loop_run(struct loop *loop)
{
	struct loop_timer *next;

	loop->is_stopping = false;
	while (!loop->is_stopping && (next = next_timer()))
		turn(next);
}

void loop_stop(struct loop *loop)
{
	loop->is_stopping = true;
}

void loop_on_settle(struct loop *loop, loop_fn *fn, void *arg)
{
	loop->settle = fn;
	loop->settle_arg = arg;
}

struct mono loop_now(const struct loop *loop)
{
	return world_clock_at(loop->clock, world.now);
}

/* --- timers --- */

struct loop_timer *loop_timer_new(struct loop *loop, loop_fn *fn, void *arg)
{
	struct loop_timer *timer = mem_calloc(1, sizeof(*timer));

	*timer = (struct loop_timer){.loop = loop,
				     .fn = fn,
				     .arg = arg,
				     .deadline = MONO_NEVER,
				     .slot = world.timers.n,
				     .at = NOWHERE};
	*(struct loop_timer **)vec_push(&world.timers) = timer;
	return timer;
}

void loop_timer_set(struct loop_timer *timer, struct mono deadline)
{
	timer->deadline = deadline;
	timer->order = ++world.order;
	queue_renew(timer);
}

void loop_timer_free(struct loop_timer *timer)
{
	struct loop_timer *last;

	if (!timer)
		return;
	queue_remove(timer);
	last = world.timers.items[--world.timers.n];
	world.timers.items[timer->slot] = last;
	last->slot = timer->slot;
	free(timer);
}

/* --- descriptors that nobody opens, and signals that nobody sends --- */

static void on_io_ready(void *arg)
{
	struct loop_io *io = arg;
	unsigned events = io->ready & io->wanted;

	io->ready &= ~events;
	if (events)
		io->fn(io->fd, events, io->arg);
}

struct loop_io *loop_io_new(struct loop *loop, int fd, unsigned events, loop_io_fn *fn, void *arg)
{
	struct loop_io *io = mem_calloc(1, sizeof(*io));

	*io = (struct loop_io){.fn = fn, .arg = arg, .fd = fd, .wanted = events};
	io->timer = loop_timer_new(loop, on_io_ready, io);
	*(struct loop_io **)vec_push(&world.ios) = io;
	return io;
}

void loop_io_set(struct loop_io *io, unsigned events)
{
	io->wanted = events;
	if (io->ready & events)
		loop_timer_set(io->timer, loop_now(io->timer->loop));
}

void loop_io_free(struct loop_io *io)
{
	if (!io)
		return;
	for (size_t i = 0; i < world.ios.n; i++)
		if (world.ios.items[i] == io) {
			world.ios.items[i] = world.ios.items[--world.ios.n];
			break;
		}
	loop_timer_free(io->timer);
	free(io);
}

void world_fire(struct loop *loop, int fd, unsigned events)
{
	for (size_t i = 0; i < world.ios.n; i++) {
		struct loop_io *io = world.ios.items[i];

		if (io->timer->loop != loop || io->fd != fd)
			continue;
		io->ready |= events;
		if (io->ready & io->wanted)
			loop_timer_set(io->timer, loop_now(loop));
	}
}

static void on_virtual_signal(void *arg)
{
	const struct loop_signal *watch = arg;

	watch->fn(watch->number, watch->arg);
}

struct loop_signal *loop_signal_new(struct loop *loop, int number, loop_signal_fn *fn, void *arg)
{
	struct loop_signal *watch = mem_calloc(1, sizeof(*watch));

	*watch = (struct loop_signal){.fn = fn, .arg = arg, .number = number};
	watch->timer = loop_timer_new(loop, on_virtual_signal, watch);
	*(struct loop_signal **)vec_push(&world.signals) = watch;
	return watch;
}

void loop_signal_free(struct loop_signal *watch)
{
	if (!watch)
		return;
	for (size_t i = 0; i < world.signals.n; i++)
		if (world.signals.items[i] == watch) {
			world.signals.items[i] = world.signals.items[--world.signals.n];
			break;
		}
	loop_timer_free(watch->timer);
	free(watch);
}

void world_signal(struct loop *loop, int number)
{
	for (size_t i = 0; i < world.signals.n; i++)
		if (world.signals.items[i]->timer->loop == loop &&
		    world.signals.items[i]->number == number)
			loop_timer_set(world.signals.items[i]->timer, loop_now(loop));
}
