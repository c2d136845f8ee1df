/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/unit/turns.h"
#include "base/clock.h"

struct turns {
	struct loop *loop;
	struct loop_timer *timer;
	unsigned n_left;
};

static void on_turn(void *arg)
{
	struct turns *turns = arg;

	if (turns->n_left-- > 0)
		loop_timer_set(turns->timer, clock_mono());
	else
		loop_stop(turns->loop);
}

void turns_pass(struct loop *loop, unsigned n)
{
	struct turns turns = {.loop = loop, .n_left = n};

	turns.timer = loop_timer_new(loop, on_turn, &turns);
	loop_timer_set(turns.timer, clock_mono());
	loop_run(loop);
	loop_timer_free(turns.timer);
}
