/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/script/worker.h"
#include "base/chan.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/log_limit.h"
#include "base/mem.h"
#include "base/pulse.h"
#include "base/signals.h"
#include "daemon/script/fifos.h"
#include "daemon/script/groups.h"
#include "daemon/script/output.h"
#include "daemon/script/path.h"
#include "daemon/script/queue.h"
#include "daemon/script/start.h"
#include "daemon/script/vouched.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <sys/wait.h>
#include <unistd.h>

/* The time between SIGTERM and SIGKILL. */
#define GRACE_MS 1000
/* The same while lvsd stops and other scripts wait for their share of the time. */
#define HURRY_GRACE_MS 300

struct script_worker {
	struct loop *loop;
	struct greeted *director;
	struct script_queue *queue;
	struct script_outputs *outputs;
	struct script_groups *groups;
	struct vouched_reader *vouched;
	struct log_limit refused; /* of the lines about commands that nobody vouched for */
	bool is_taken[SCRIPT_RUNNING_MAX]; /* which places in groups are taken */
	int join_fd;
	bool may_share; /* struct script_start_bounds */
	struct script_fifos fifos;
	TAILQ_HEAD(, job) jobs;
	bool is_hurrying; /* STOPPING has come from the director */
	bool is_stopping; /* no script is started any more */
};

enum job_phase {
	JOB_RUNNING, /* until its leader ends or its deadline comes */
	JOB_ENDING,  /* its group got SIGTERM */
	JOB_KILLED,  /* its group got SIGKILL */
};

/* A script that was started. */
struct job {
	struct script_worker *worker;
	struct script_run *run;
	struct run_child child;
	size_t place; /* its place in the worker's groups */
	struct script_output *output;
	struct loop_io *end; /* readable when the group's leader has ended */
	struct loop_timer *timer;
	struct mono started, deadline;
	enum job_phase phase;
	bool is_hurried; /* may only run for its share of the time in which lvsd stops */
	bool is_obsolete; /* the deadline is for a newer event of its object */
	bool is_leader_gone; /* ended, but not reaped */
	bool is_slow_due;    /* the timer is for SCRIPT_FRAME_SLOW, not for the deadline */
	TAILQ_ENTRY(job) entry;
};

/* ---- reports to the director ---- */

static void say_done(struct script_worker *worker, const struct script_done *done)
{
	char body[SCRIPT_DONE_BODY_MAX];
	size_t len = script_done_encode(done, body, sizeof(body));
	int code = greeted_send(worker->director, SCRIPT_FRAME_DONE, body, len);

	if (code < 0)
		log_error("the result of script run %llu cannot be sent to the director: %s",
			  (unsigned long long)done->id, err_errno(code));
}

static void say_not_run(struct script_worker *worker, const struct script_run *run,
			enum script_how how, int code, const char *cause)
{
	struct script_done done = {.id = run->id, .how = how, .value = -code};

	snprintf(done.line, sizeof(done.line), "%s", cause);
	say_done(worker, &done);
}

static void say_not_started(struct script_worker *worker, const struct script_run *run, int code,
			    const char *cause)
{
	say_not_run(worker, run, SCRIPT_HOW_NOT_STARTED, code, cause);
}

/* Reports the runs that were replaced by a newer one. */
static void say_ousted(struct script_worker *worker)
{
	struct script_run *run;

	while ((run = script_queue_next_ousted(worker->queue))) {
		if (run->is_supersedable)
			say_done(worker, &(struct script_done){.id = run->id,
							       .how = SCRIPT_HOW_SUPERSEDED});
		else
			say_not_started(worker, run, -ENOBUFS,
					"too many newer scripts of the same object are waiting");
		free(run);
	}
}

static void say_end(struct job *job, enum script_how how, int value)
{
	struct script_done done = {.id = job->run->id, .how = how, .value = value};

	done.duration_us = mono_sub(clock_mono(), job->started) / NS_PER_US;
	script_output_line(job->output, job->run->is_first_line, done.line);
	say_done(job->worker, &done);
}

/* ---- a script that runs ---- */

/* Takes a free place, which always exists, since no more than SCRIPT_RUNNING_MAX scripts run. The
 * child writes its pid there. */
static size_t place_take(struct script_worker *worker)
{
	size_t place = 0;

	while (place < SCRIPT_RUNNING_MAX - 1 && worker->is_taken[place])
		place++;
	worker->is_taken[place] = true;
	return place;
}

static void place_free(struct script_worker *worker, size_t place)
{
	if (worker->groups)
		atomic_store(&worker->groups->leaders[place], 0);
	worker->is_taken[place] = false;
}

static void job_free(struct job *job)
{
	struct script_worker *worker = job->worker;

	TAILQ_REMOVE(&worker->jobs, job, entry);
	loop_io_free(job->end);
	loop_timer_free(job->timer);
	script_output_finish(job->output);
	job->child.output_fd = -1; /* script_output_finish() closes it */
	run_child_close(&job->child);
	script_queue_finished(worker->queue, job->run->object);
	free(job->run);
	free(job);
	if (worker->is_stopping && TAILQ_EMPTY(&worker->jobs))
		loop_stop(worker->loop);
}

/* The leader's pid is the number of its group, too. After this nobody, not even the supervisor, may
 * use the number. */
static void job_reap(struct job *job, siginfo_t *ret_info)
{
	place_free(job->worker, job->place);
	run_child_reap(&job->child, ret_info);
}

static void job_ended_in_time(struct job *job)
{
	char cause[SCRIPT_LINE_MAX];
	int code = script_start_verdict(&job->child, job->run, cause);
	siginfo_t info;

	job_reap(job, &info);
	if (code < 0)
		say_not_started(job->worker, job->run, code, cause);
	else if (info.si_code == CLD_EXITED)
		say_end(job, SCRIPT_HOW_EXITED, info.si_status);
	else
		say_end(job, SCRIPT_HOW_SIGNALED, info.si_status);
	job_free(job);
}

static void job_gone(struct job *job)
{
	siginfo_t info;

	job_reap(job, &info);
	job_free(job);
}

static void on_leader_end(int fd, unsigned events, void *arg)
{
	struct job *job = arg;

	(void)fd;
	(void)events;
	loop_io_set(job->end, 0);
	job->is_leader_gone = true;
	if (job->phase == JOB_RUNNING)
		job_ended_in_time(job);
	else if (job->phase == JOB_KILLED)
		job_gone(job);
	/* Otherwise other processes of its group may live. While the leader is not reaped, its
	 * number cannot be used again. */
}

static void job_signal(struct job *job, int number)
{
	int code = run_child_signal(&job->child, number);

	if (code < 0)
		log_error("the script %s (pid %d) cannot be ended: kill: %s", job->run->argv[0],
			  (int)job->child.pid, err_errno(code));
}

static void job_end(struct job *job)
{
	job->phase = JOB_ENDING;
	job_signal(job, SIGTERM);
	loop_timer_set(job->timer,
		       mono_add_ms(clock_mono(), job->worker->is_hurrying ? HURRY_GRACE_MS : GRACE_MS));
}

/* Sets the timer. A notification that may run longer than SCRIPT_SLOW_US is reported on the way. */
static void job_wait(struct job *job)
{
	if (job->run->is_lasting)
		return;
	job->is_slow_due = !job->run->is_check && !job->is_slow_due &&
			   job->run->timeout_us > SCRIPT_SLOW_US;
	loop_timer_set(job->timer, job->is_slow_due ? mono_add_us(job->started, SCRIPT_SLOW_US)
						    : job->deadline);
}

/* The script may run for so long from now on, unless its deadline comes before. Returns whether the
 * deadline is another one. */
static bool job_shorten(struct job *job, int64_t us)
{
	struct mono end = mono_add_us(clock_mono(), us);

	if (!mono_before(end, job->deadline))
		return false;
	job->deadline = end;
	job->is_slow_due = job->is_slow_due &&
			   mono_before(mono_add_us(job->started, SCRIPT_SLOW_US), end);
	if (!job->is_slow_due)
		loop_timer_set(job->timer, end);
	return true;
}

/* A newer event of an object has come: ends the script of an older state soon. */
static void obsolete_end(struct script_worker *worker, uint64_t object)
{
	struct job *job;

	if (!script_queue_is_obsolete(worker->queue, object))
		return;
	TAILQ_FOREACH(job, &worker->jobs, entry)
		if (job->run->object == object && job->phase == JOB_RUNNING && !job->is_obsolete &&
		    !job->run->is_lasting)
			job->is_obsolete = job_shorten(job, SCRIPT_OBSOLETE_US);
}

static void on_job_timer(void *arg)
{
	struct job *job = arg;

	if (job->is_slow_due && job->phase == JOB_RUNNING) {
		greeted_send(job->worker->director, SCRIPT_FRAME_SLOW, &job->run->id,
			  sizeof(job->run->id));
		job_wait(job);
		return;
	}
	if (job->phase == JOB_RUNNING) {
		say_end(job, job->is_obsolete ? SCRIPT_HOW_OBSOLETE : SCRIPT_HOW_TIMED_OUT, 0);
		script_queue_oust_obsolete(job->worker->queue, job->run->object);
		say_ousted(job->worker);
		job_end(job);
		return;
	}
	job->phase = JOB_KILLED;
	job_signal(job, SIGKILL);
	if (job->is_leader_gone)
		job_gone(job);
}

static void job_new(struct script_worker *worker, struct script_run *run, const struct run_child *child,
		    size_t place, struct mono started)
{
	struct job *job = mem_calloc(1, sizeof(*job));

	*job = (struct job){.worker = worker,
			    .run = run,
			    .child = *child,
			    .place = place,
			    .started = started,
			    .deadline = mono_add_us(started, run->timeout_us)};
	job->output = script_output_new(worker->outputs, child->output_fd);
	job->end = loop_io_new(worker->loop, child->pidfd, LOOP_READ, on_leader_end, job);
	job->timer = loop_timer_new(worker->loop, on_job_timer, job);
	job_wait(job);
	TAILQ_INSERT_TAIL(&worker->jobs, job, entry);
}

/* While lvsd stops: a script that another one waits for, such as a notify_master that hangs before
 * notify_stop, may run only for its share of the time. */
static void hurry(struct script_worker *worker)
{
	struct job *job;

	TAILQ_FOREACH(job, &worker->jobs, entry) {
		if (job->phase != JOB_RUNNING || job->is_hurried || job->run->is_lasting ||
		    !script_queue_is_waited(worker->queue, job->run->object))
			continue;
		job->is_hurried = true;
		if (job_shorten(job, SCRIPT_STOP_SHARE_US))
			job->is_obsolete = false;
	}
}

static void start_program(struct script_worker *worker, struct script_run *run, const char *program)
{
	struct mono started = clock_mono();
	size_t place = place_take(worker);
	const struct script_start_bounds bounds = {
	    .leader = worker->groups ? &worker->groups->leaders[place] : NULL,
	    .join_fd = run->is_check ? worker->join_fd : -1,
	    .may_share = worker->may_share};
	struct run_child child;
	char cause[SCRIPT_LINE_MAX];
	int code;

	if (worker->is_hurrying && run->timeout_us > SCRIPT_STOP_SHARE_US)
		run->timeout_us = SCRIPT_STOP_SHARE_US;
	code = script_start(run, program, &bounds, &child, cause);
	if (code == 0) {
		job_new(worker, run, &child, place, started);
		obsolete_end(worker, run->object);
		return;
	}
	place_free(worker, place);
	say_not_started(worker, run, code, cause);
	script_queue_finished(worker->queue, run->object);
	free(run);
}

/* The program is judged before each run, since it may be replaced while lvsd runs. */
static void start_run(struct script_worker *worker, struct script_run *run)
{
	struct err err;
	char *program = script_path_admit(run->argv[0], &run->user, run->is_secure, &err);

	if (program) {
		start_program(worker, run, program);
		free(program);
		return;
	}
	say_not_run(worker, run, SCRIPT_HOW_REFUSED, -EACCES, err.text);
	script_queue_finished(worker->queue, run->object);
	free(run);
}

/* Starts, once a turn, the scripts that may start. */
static void worker_settle(void *arg)
{
	struct script_worker *worker = arg;
	struct script_run *run;

	while (!worker->is_stopping && (run = script_queue_take(worker->queue)))
		start_run(worker, run);
	if (worker->is_hurrying && !worker->is_stopping)
		hurry(worker);
}

/* ---- orders of the director ---- */

/* The director asks for a command that nobody has vouched for: it may be broken, or in the hands of a stranger. */
static void refuse(struct script_worker *worker, struct script_run *run)
{
	char *sentence = mem_printf(
	    "refused to run %s as uid %u: root's configuration has no such command, or its user did "
	    "not exist when lvsd read it; `lvsctl reload` reads it again",
	    run->argv[0], run->user.uid);

	log_limited_warning(&worker->refused, sentence);
	say_not_started(worker, run, -EPERM, "root's configuration has no such command for this user");
	free(sentence);
	free(run);
}

static int on_run(struct script_worker *worker, const void *body, size_t len)
{
	struct script_run *run;

	if (script_run_decode(body, len, &run) < 0)
		return -EBADMSG;
	if (!vouched_reader_knows(worker->vouched, run)) {
		refuse(worker, run);
		return 0;
	}
	if (script_queue_push(worker->queue, run) < 0) {
		say_not_started(worker, run, -ENOBUFS, "too many scripts are waiting for their "
						       "turn");
		free(run);
	} else {
		obsolete_end(worker, run->object);
	}
	say_ousted(worker);
	return 0;
}

static void drop_object(struct script_worker *worker, uint64_t object)
{
	struct script_run *run;

	while ((run = script_queue_drop(worker->queue, object))) {
		say_not_started(worker, run, -ECANCELED, "");
		free(run);
	}
}

static void end_object(struct script_worker *worker, uint64_t object)
{
	struct job *job;

	drop_object(worker, object);
	TAILQ_FOREACH(job, &worker->jobs, entry)
		if (job->run->object == object && job->phase == JOB_RUNNING) {
			say_end(job, SCRIPT_HOW_SIGNALED, SIGTERM);
			job_end(job);
		}
}

/* Calls fn for each object of the frame. */
static int on_objects(struct script_worker *worker, const void *body, size_t len,
		      void (*fn)(struct script_worker *worker, uint64_t object))
{
	uint64_t object;

	if (len % sizeof(object))
		return -EBADMSG;
	for (size_t at = 0; at < len; at += sizeof(object)) {
		memcpy(&object, (const char *)body + at, sizeof(object));
		fn(worker, object);
	}
	return 0;
}

static int fifo_open(struct script_worker *worker, const struct script_fifo *order, struct err *err)
{
	if (vouched_reader_knows_fifo(worker->vouched, order))
		return script_fifos_open(&worker->fifos, order, err);
	return err_set(err, -EPERM,
		       "refused to open the FIFO %s for uid %u: root's configuration has no such "
		       "FIFO, or its user did not exist when lvsd read it; `lvsctl reload` reads it "
		       "again",
		       order->path, order->uid);
}

static int on_fifo(struct script_worker *worker, const void *body, size_t len)
{
	struct script_fifo order;
	struct script_fifo_answer answer = {0};
	char path[PATH_MAX], frame[SCRIPT_FIFO_ANSWER_MAX];
	int fd;

	if (script_fifo_decode(body, len, path, &order) < 0)
		return -EBADMSG;
	if (!*path) {
		script_fifos_close(&worker->fifos, order.slot);
		return 0;
	}
	fd = fifo_open(worker, &order, &answer.err);
	answer.slot = order.slot;
	answer.code = fd < 0 ? fd : 0;
	len = script_fifo_answer_encode(&answer, frame, sizeof(frame));
	greeted_send_fd(worker->director, SCRIPT_FRAME_FIFO_ANSWER, frame, len, fd < 0 ? -1 : fd);
	return 0;
}

/* Ends checks, whose results nobody needs any more, to make room for the last notifications. */
static int on_stopping(struct script_worker *worker, size_t len)
{
	struct job *job;

	if (len)
		return -EBADMSG;
	worker->is_hurrying = true;
	TAILQ_FOREACH(job, &worker->jobs, entry)
		if (job->run->is_check && job->phase == JOB_RUNNING)
			job_end(job);
	return 0;
}

static int on_order(struct script_worker *worker, uint16_t type, const void *body, size_t len)
{
	if (worker->is_stopping)
		return 0; /* too late */
	switch (type) {
	case SCRIPT_FRAME_RUN:
		return on_run(worker, body, len);
	case SCRIPT_FRAME_DROP:
		return on_objects(worker, body, len, drop_object);
	case SCRIPT_FRAME_END:
		return on_objects(worker, body, len, end_object);
	case SCRIPT_FRAME_FIFO:
		return on_fifo(worker, body, len);
	case SCRIPT_FRAME_STOPPING:
		return on_stopping(worker, len);
	default:
		return -EBADMSG;
	}
}

static void on_director_frame(uint16_t type, const void *body, size_t len, void *arg)
{
	if (on_order(arg, type, body, len) < 0)
		log_warning("a frame of type %u and %zu bytes from the director is malformed: "
			    "ignored",
			    type, len);
}

/* ---- the process ---- */

static void worker_stop(void *arg)
{
	struct script_worker *worker = arg;
	struct job *job;

	worker->is_stopping = true;
	for (job = TAILQ_FIRST(&worker->jobs); job; job = TAILQ_NEXT(job, entry))
		if (job->phase == JOB_RUNNING)
			job_end(job);
	if (TAILQ_EMPTY(&worker->jobs))
		loop_stop(worker->loop);
}

static void on_script_term(int number, void *arg)
{
	struct script_worker **worker = arg;

	(void)number;
	worker_stop(*worker);
}

/* Opens descriptors 0, 1 and 2 if they are closed, so that no later descriptor is taken for
 * standard input, output or error. */
static void fill_standard_descriptors(void)
{
	int fd;

	while ((fd = open("/dev/null", O_RDWR | O_CLOEXEC)) >= 0 && fd <= STDERR_FILENO)
		;
	if (fd >= 0)
		close(fd);
}

/*
 * A terminal sends Ctrl-C to every process of lvsd. The supervisor alone decides what to do then.
 */
static void ignore_terminal(void)
{
	signal(SIGINT, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
}

struct script_worker *script_worker_new(struct loop *loop, int channel,
					struct script_groups *groups, int join_fd,
					const struct vouched *vouched)
{
	struct script_worker *worker = mem_calloc(1, sizeof(*worker));
	const struct greeted_ops ops = {
	    .on_frame = on_director_frame, .on_closed = worker_stop, .arg = worker};

	*worker = (struct script_worker){.loop = loop, .groups = groups, .join_fd = join_fd};
	TAILQ_INIT(&worker->jobs);
	worker->queue = script_queue_new(SCRIPT_RUNNING_MAX, SCRIPT_QUEUED_MAX);
	worker->vouched = vouched_reader_new(vouched);
	worker->outputs = script_outputs_new(loop);
	loop_on_settle(loop, worker_settle, worker);
	worker->director = greeted_new_worker(loop, channel, &ops);
	return worker;
}

void script_worker_free(struct script_worker *worker)
{
	struct job *job;

	if (!worker)
		return;
	while ((job = TAILQ_FIRST(&worker->jobs)))
		job_free(job);
	greeted_free(worker->director);
	script_fifos_fini(&worker->fifos);
	script_outputs_free(worker->outputs);
	vouched_reader_free(worker->vouched);
	script_queue_free(worker->queue);
	free(worker);
}

int script_worker_run(int channel, struct script_groups *groups, int join_fd,
		      const struct vouched *vouched, int pulse_fd)
{
	struct loop *loop = loop_new();
	struct signals *signals = signals_new(loop, false);
	struct pulse *pulse = pulse_new(loop, pulse_fd, NULL, NULL);
	struct script_worker *worker;
	struct loop_signal *term = loop_signal_new(loop, SIGTERM, on_script_term, &worker);

	ignore_terminal();
	fill_standard_descriptors();
	worker = script_worker_new(loop, channel, groups, join_fd, vouched);
	worker->may_share = run_may_share_across_users();
	loop_run(loop);
	script_worker_free(worker);
	loop_signal_free(term);
	signals_free(signals);
	pulse_free(pulse);
	loop_free(loop);
	return 0;
}
