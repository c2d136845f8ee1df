/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/run_job.h"
#include "base/clock.h"
#include "base/mem.h"

#include <errno.h>
#include <stdlib.h>

struct run_job {
	struct run_watch watch;
	run_job_end_fn *on_end;
	void *arg;
	struct loop_io *end, *output, *error;
	struct loop_timer *limit;
};

static void on_job_output(int fd, unsigned events, void *arg)
{
	struct run_job *job = arg;

	(void)fd;
	(void)events;
	if (run_take_output(&job->watch) == 0)
		loop_io_set(job->output, 0);
}

static void on_error(int fd, unsigned events, void *arg)
{
	struct run_job *job = arg;

	(void)fd;
	(void)events;
	if (run_take_error(&job->watch) == 0)
		loop_io_set(job->error, 0);
}

static void on_job_limit(void *arg)
{
	struct run_job *job = arg;

	run_watch_kill(&job->watch, -ETIMEDOUT);
}

static void on_job_end(int fd, unsigned events, void *arg)
{
	struct run_job *job = arg;
	struct run_job_end end;
	struct err err = {""};

	(void)fd;
	(void)events;
	loop_io_set(job->end, 0);
	loop_timer_set(job->limit, MONO_NEVER);
	end.code = run_end(&job->watch, &err);
	end.sentence = err.text;
	job->on_end(&end, job->arg);
}

static void watch_in(struct loop *loop, struct run_job *job)
{
	const struct run_child *child = &job->watch.child;

	job->end = loop_io_new(loop, child->pidfd, LOOP_READ, on_job_end, job);
	job->output = loop_io_new(loop, child->output_fd, LOOP_READ, on_job_output, job);
	if (child->error_fd >= 0)
		job->error = loop_io_new(loop, child->error_fd, LOOP_READ, on_error, job);
	job->limit = loop_timer_new(loop, on_job_limit, job);
	loop_timer_set(job->limit, mono_add_ms(clock_mono(), job->watch.limit_ms));
}

int run_job_start(struct loop *loop, const struct run_program *program,
		  const struct run_job_ops *ops, struct run_job **ret_job, struct err *err)
{
	struct run_job *job = mem_calloc(1, sizeof(*job));
	int code;

	*job = (struct run_job){.watch = {.limit_ms = ops->limit_ms,
					  .on_output = ops->on_output,
					  .arg = ops->arg},
				.on_end = ops->on_end,
				.arg = ops->arg};
	code = run_watch_start(&job->watch, program, err);
	if (code < 0) {
		free(job);
		return code;
	}
	watch_in(loop, job);
	*ret_job = job;
	return 0;
}

pid_t run_job_pid(const struct run_job *job)
{
	return job->watch.is_ended ? 0 : job->watch.child.pid;
}

void run_job_free(struct run_job *job)
{
	if (!job)
		return;
	loop_io_free(job->end);
	loop_io_free(job->output);
	loop_io_free(job->error);
	loop_timer_free(job->limit);
	run_watch_fini(&job->watch);
	free(job);
}
