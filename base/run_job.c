/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/run_job.h"
#include "base/clock.h"
#include "base/mem.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

/* The size of a pipe: at most so much output can be unread when the program ends. Whatever comes
 * after that was written by a process that the program left behind. */
#define PIPE_SIZE 65536

struct run_job {
	struct run_job_ops ops;
	char *name;
	struct run_child child;
	struct loop_io *end, *output, *error;
	struct loop_timer *limit;
	int killed; /* why the program was killed: -ETIMEDOUT or -E2BIG; 0: it was not */
	bool is_ended;
	char text[RUN_JOB_ERROR_MAX]; /* the first bytes of standard error */
	size_t len;
};

static void kill_job(struct run_job *job, int why)
{
	if (!job->killed)
		job->killed = why;
	pidfd_send_signal(job->child.pidfd, SIGKILL, NULL, 0);
}

/* Returns the result of read(2): 0 at the end of the output, negative if there is no output now. */
static ssize_t job_take_output(struct run_job *job)
{
	char bytes[4096];
	ssize_t len = read(job->child.output_fd, bytes, sizeof(bytes));

	if (len > 0 && !job->killed && job->ops.on_output &&
	    !job->ops.on_output(bytes, (size_t)len, job->ops.arg))
		kill_job(job, -E2BIG);
	return len;
}

static ssize_t take_error(struct run_job *job)
{
	char bytes[512];
	ssize_t len = read(job->child.error_fd, bytes, sizeof(bytes));

	for (ssize_t i = 0; i < len && job->len + 1 < sizeof(job->text); i++)
		job->text[job->len++] = bytes[i];
	return len;
}

static void take_rest(struct run_job *job, ssize_t (*take)(struct run_job *job))
{
	ssize_t len, sum = 0;

	while (sum < PIPE_SIZE && (len = take(job)) > 0)
		sum += len;
}

static void on_job_output(int fd, unsigned events, void *arg)
{
	struct run_job *job = arg;

	(void)fd;
	(void)events;
	if (job_take_output(job) == 0)
		loop_io_set(job->output, 0);
}

static void on_error(int fd, unsigned events, void *arg)
{
	struct run_job *job = arg;

	(void)fd;
	(void)events;
	if (take_error(job) == 0)
		loop_io_set(job->error, 0);
}

static void on_job_limit(void *arg)
{
	kill_job(arg, -ETIMEDOUT);
}

/* Replaces the ends of lines, so that the text fits into one line of the log. */
static void flatten(char *text)
{
	size_t len = strlen(text);

	while (len && strchr(" \n\r", text[len - 1]))
		text[--len] = '\0';
	for (; *text; text++)
		if ((unsigned char)*text < ' ')
			*text = ' ';
}

static int job_judge(struct run_job *job, const siginfo_t *info, struct err *err)
{
	struct run_failure failure;

	if (job->killed == -ETIMEDOUT)
		return err_set(err, job->killed, "%s did not end within %lld ms", job->name,
			       (long long)job->ops.limit_ms);
	if (job->killed)
		return err_set(err, job->killed, "%s printed more than is read, and was ended", job->name);
	if (run_failed(&job->child, &failure))
		return err_set(err, -failure.code, "%s cannot be started: %s", job->name,
			       err_errno(failure.code));
	if (info->si_code == CLD_EXITED && info->si_status == 0)
		return 0;
	flatten(job->text);
	return err_set(err, -EIO, "%s ended with %s %d%s%s", job->name,
		       info->si_code == CLD_EXITED ? "status" : "signal", info->si_status,
		       job->text[0] ? ": " : "", job->text);
}

static void job_reap(struct run_job *job, siginfo_t *ret_info)
{
	run_child_reap(&job->child, ret_info);
	job->is_ended = true;
}

static void on_job_end(int fd, unsigned events, void *arg)
{
	struct run_job *job = arg;
	struct run_job_end end;
	siginfo_t info = {0};
	struct err err = {""};

	(void)fd;
	(void)events;
	take_rest(job, job_take_output);
	if (job->error)
		take_rest(job, take_error);
	job_reap(job, &info);
	loop_io_set(job->end, 0);
	loop_timer_set(job->limit, MONO_NEVER);
	end = (struct run_job_end){.code = job_judge(job, &info, &err), .sentence = err.text};
	job->ops.on_end(&end, job->ops.arg);
}

static void watch(struct loop *loop, struct run_job *job)
{
	job->end = loop_io_new(loop, job->child.pidfd, LOOP_READ, on_job_end, job);
	job->output = loop_io_new(loop, job->child.output_fd, LOOP_READ, on_job_output, job);
	if (job->child.error_fd >= 0)
		job->error = loop_io_new(loop, job->child.error_fd, LOOP_READ, on_error, job);
	job->limit = loop_timer_new(loop, on_job_limit, job);
	loop_timer_set(job->limit, mono_add_ms(clock_mono(), job->ops.limit_ms));
}

int run_job_start(struct loop *loop, const struct run_program *program,
		  const struct run_job_ops *ops, struct run_job **ret_job, struct err *err)
{
	struct run_child child;
	struct run_job *job;
	int code = run_start(program, &child);

	if (code == -ENOENT)
		return err_set(err, code, "%s is not installed", program->words[0]);
	if (code < 0)
		return err_set(err, code, "%s cannot be started: %s", program->words[0],
			       err_errno(code));
	job = mem_calloc(1, sizeof(*job));
	job->ops = *ops;
	job->child = child;
	job->name = mem_strdup(program->words[0]);
	watch(loop, job);
	*ret_job = job;
	return 0;
}

pid_t run_job_pid(const struct run_job *job)
{
	return job->is_ended ? 0 : job->child.pid;
}

void run_job_free(struct run_job *job)
{
	siginfo_t info;

	if (!job)
		return;
	if (!job->is_ended) {
		kill_job(job, -ECANCELED);
		job_reap(job, &info);
	}
	loop_io_free(job->end);
	loop_io_free(job->output);
	loop_io_free(job->error);
	loop_timer_free(job->limit);
	run_child_close(&job->child);
	free(job->name);
	free(job);
}
