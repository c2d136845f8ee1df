/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "healthcheck/probes/attempt.h"
#include "base/mem.h"

#include <stdlib.h>
#include <unistd.h>

void *attempt_new(struct loop *loop, size_t size, struct attempt attempt, unsigned events,
		  loop_io_fn *on_ready, loop_fn *on_late)
{
	struct attempt *probe = mem_calloc(1, size);

	*probe = attempt;
	probe->io = loop_io_new(loop, attempt.fd, events, on_ready, probe);
	probe->timer = loop_timer_new(loop, on_late, probe);
	loop_timer_set(probe->timer,
		       mono_add_us(attempt.started, (int64_t)attempt.check->connect_timeout_us));
	return probe;
}

static void attempt_free(struct attempt *attempt)
{
	if (attempt->clear)
		attempt->clear(attempt);
	loop_io_free(attempt->io);
	loop_timer_free(attempt->timer);
	if (attempt->fd >= 0)
		close(attempt->fd);
	free(attempt);
}

void attempt_finish(struct attempt *attempt, struct probe_result result)
{
	probe_done_fn *done = attempt->done;
	void *arg = attempt->arg;

	attempt_free(attempt);
	done(&result, arg);
}

void attempt_abandon(struct probe *probe)
{
	attempt_free((struct attempt *)probe);
}

void *attempt_open(struct loop *loop)
{
	return loop;
}

void attempt_close(void *shared)
{
	(void)shared;
}
