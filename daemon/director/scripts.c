/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The director's side of the script process. There are two kinds of runs: notifications, which are
 * forgotten when they are done, and checks and trackers, whose outcome is a verdict. If the script
 * process dies, its running checks have no verdict, and notifications that had begun are not run
 * again.
 */
#include "daemon/director/scripts.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* At most so many objects are named in one DROP frame. */
#define OBJECTS_PER_FRAME 1000

struct scripts_pending {
	uint64_t id;
	uint64_t object;
	check_id check; /* 0, with tracker and reader 0: a notification */
	uint64_t tracker, reader;
	char *what;     /* its name in log lines: "vrrp=VI_1 notify_master" */
	char *program;  /* as in the configuration */
	char *skipped;  /* the log line for the case that it is superseded; NULL: none */
};

static bool is_notification(const struct scripts_pending *pending)
{
	return !pending->check && !pending->tracker && !pending->reader;
}

void scripts_configure(struct scripts *scripts, const struct conf *conf,
		       const struct conf_responder *responder)
{
	scripts->is_secure = conf->global.is_script_security;
	if (responder)
		script_users_learn(&scripts->users, conf, responder);
}

static int by_id(const void *a, const void *b)
{
	uint64_t x = ((const struct scripts_pending *)a)->id;
	uint64_t y = ((const struct scripts_pending *)b)->id;

	return (x > y) - (x < y);
}

/* Ids only grow, so the list is always sorted. */
static struct scripts_pending *pending_find(struct scripts *scripts, uint64_t id)
{
	struct scripts_pending key = {.id = id};

	return scripts->pending.n
		   ? bsearch(&key, scripts->pending.items, scripts->pending.n, sizeof(key), by_id)
		   : NULL;
}

static void pending_forget(struct scripts *scripts, struct scripts_pending *pending)
{
	size_t at = (size_t)(pending - scripts->pending.items);

	free(pending->what);
	free(pending->program);
	free(pending->skipped);
	memmove(pending, pending + 1,
		(scripts->pending.n - at - 1) * sizeof(*scripts->pending.items));
	scripts->pending.n--;
}

/* The oldest notification of object, which is running while later ones wait for it. */
static const struct scripts_pending *find_first(const struct scripts *scripts, uint64_t object)
{
	for (size_t i = 0; i < scripts->pending.n; i++)
		if (is_notification(&scripts->pending.items[i]) && scripts->pending.items[i].object == object)
			return &scripts->pending.items[i];
	return NULL;
}

static void log_skipped(const struct scripts *scripts, const struct scripts_pending *skipped)
{
	const struct scripts_pending *first = find_first(scripts, skipped->object);

	if (first && first != skipped)
		log_warning("%s; the present script is %s, %s", skipped->skipped, first->what,
			    first->program);
	else
		log_warning("%s", skipped->skipped);
}

bool scripts_run(struct scripts *scripts, const struct scripts_order *order, struct err *err)
{
	struct script_run run = {.object = order->object,
				 .is_check = order->check || order->tracker,
				 .is_lasting = order->reader,
				 .event = order->event,
				 .is_secure = scripts->is_secure,
				 .is_supersedable = order->is_supersedable,
				 .is_first_line = order->is_first_line,
				 .timeout_us = (int64_t)order->timeout_us};
	const char *argv[SCRIPT_ARGS_MAX + 1];
	char frame[SCRIPT_RUN_BODY_MAX];
	size_t len;
	int code;

	for (size_t i = 0; order->cause && order->cause[i] && i < sizeof(run.cause) - 1; i++)
		run.cause[i] = script_line_printable((uint8_t)order->cause[i]);
	if (!scripts_are_greeted(scripts))
		return err_set(err, -EAGAIN, "the script process is being started"), false;
	if (!script_users_find(&scripts->users, order->script, !scripts->is_secure, &run.user, err))
		return false;
	for (size_t i = 0; i < order->script->argc && run.n_args < SCRIPT_ARGS_MAX; i++)
		argv[run.n_args++] = order->script->argv[i];
	for (size_t i = 0; i < order->n_words && run.n_args < SCRIPT_ARGS_MAX; i++)
		argv[run.n_args++] = order->words[i];
	argv[run.n_args] = NULL;
	run.argv = argv;
	run.id = scripts->next_id++;
	len = script_run_encode(&run, frame, sizeof(frame));
	code = len ? greeted_send(scripts->worker, SCRIPT_FRAME_RUN, frame, len) : -E2BIG;
	if (code < 0)
		return script_run_not_sent(code, err), false;
	*vec_push(&scripts->pending) = (struct scripts_pending){
	    .id = run.id,
	    .object = order->object,
	    .check = order->check,
	    .tracker = order->tracker,
	    .reader = order->reader,
	    .what = mem_strdup(order->what),
	    .program = mem_strdup(order->script->argv[0]),
	    .skipped = order->skipped ? mem_strdup(order->skipped) : NULL};
	return true;
}

void scripts_drop_checks(struct scripts *scripts, bool (*is_gone)(check_id check, void *arg),
			 void *arg)
{
	VEC(uint64_t) objects = {0};

	for (size_t i = 0; i < scripts->pending.n; i++) {
		const struct scripts_pending *pending = &scripts->pending.items[i];

		if (pending->check && is_gone(pending->check, arg))
			*vec_push(&objects) = pending->object;
	}
	for (size_t at = 0; at < objects.n; at += OBJECTS_PER_FRAME) {
		size_t some = objects.n - at < OBJECTS_PER_FRAME ? objects.n - at
								 : OBJECTS_PER_FRAME;

		greeted_send(scripts->worker, SCRIPT_FRAME_DROP, objects.items + at,
			     some * sizeof(*objects.items));
	}
	vec_free(&objects);
}

void scripts_end(struct scripts *scripts, uint64_t object)
{
	greeted_send(scripts->worker, SCRIPT_FRAME_END, &object, sizeof(object));
}

bool scripts_open_fifo(struct scripts *scripts, unsigned slot, const struct conf_script *fifo,
		       struct err *err)
{
	struct script_fifo order = {.slot = (uint8_t)slot, .path = ""};
	struct script_user user;
	char frame[SCRIPT_FIFO_BODY_MAX];
	size_t len;

	if (fifo && !script_users_find(&scripts->users, fifo, true, &user, err))
		return false;
	if (fifo) {
		order.uid = user.uid;
		order.gid = user.gid;
		order.path = fifo->argv[0];
	}
	len = script_fifo_encode(&order, frame, sizeof(frame));
	if (len && greeted_send(scripts->worker, SCRIPT_FRAME_FIFO, frame, len) == 0)
		return true;
	return err_set(err, -E2BIG, "the script process cannot be asked to open it"), false;
}

void scripts_dismiss(struct scripts *scripts)
{
	greeted_forget(scripts->worker);
}

bool scripts_are_notifying(const struct scripts *scripts)
{
	for (size_t i = 0; i < scripts->pending.n; i++)
		if (is_notification(&scripts->pending.items[i]))
			return true;
	return false;
}

void scripts_stop(struct scripts *scripts)
{
	if (scripts->worker)
		greeted_send(scripts->worker, SCRIPT_FRAME_STOPPING, NULL, 0);
}

/* Whether an earlier notification of the same object than the one at place n is not done yet. */
static bool is_behind_another(const struct scripts *scripts, size_t n)
{
	const struct scripts_pending *items = scripts->pending.items;

	for (size_t i = 0; i < n; i++)
		if (is_notification(&items[i]) && items[i].object == items[n].object)
			return true;
	return false;
}

void scripts_log_unfinished(const struct scripts *scripts)
{
	for (size_t i = 0; i < scripts->pending.n; i++) {
		if (!is_notification(&scripts->pending.items[i]))
			continue;
		if (is_behind_another(scripts, i))
			log_warning("%s: not run: an earlier script of the same object was still "
				    "running when lvsd had to stop",
				    scripts->pending.items[i].what);
		else
			log_warning("%s: it was still running when lvsd had to stop, so it was "
				    "ended",
				    scripts->pending.items[i].what);
	}
}

/* Reports the result of a run. done NULL: the script process has died. The result of a notification
 * is not reported. */
static void end_report(struct scripts *scripts, check_id check, uint64_t tracker, uint64_t reader,
		       const struct script_done *done)
{
	if (check)
		scripts->sink.on_check_done(check, done, scripts->sink.arg);
	if (tracker)
		scripts->sink.on_tracker_done(tracker, done, scripts->sink.arg);
	if (reader)
		scripts->sink.on_reader_done(reader, done, scripts->sink.arg);
}

static void take_done(struct scripts *scripts, const void *body, size_t len)
{
	struct scripts_pending *pending;
	struct script_done done;
	char text[SCRIPT_DONE_TEXT_MAX];

	if (script_done_decode(body, len, &done) < 0) {
		log_limited_warning(&scripts->nonsense,
				    "the script process sent a malformed result: ignored");
		return;
	}
	pending = pending_find(scripts, done.id);
	if (!pending)
		return; /* a run that a predecessor of this director asked for */
	if (!is_notification(pending)) {
		end_report(scripts, pending->check, pending->tracker, pending->reader, &done);
		pending = pending_find(scripts, done.id);
	} else if (done.how == SCRIPT_HOW_SUPERSEDED) {
		if (pending->skipped)
			log_skipped(scripts, pending);
	} else if (done.how != SCRIPT_HOW_EXITED || done.value != 0) {
		log_warning("%s: %s", pending->what, script_done_describe(&done, text));
	}
	if (pending)
		pending_forget(scripts, pending);
}

static void take_slow(struct scripts *scripts, uint64_t id)
{
	const struct scripts_pending *pending = pending_find(scripts, id);

	if (pending)
		log_warning("%s: %s has been running for %d s: no other script of this object "
			    "starts before it ends; it is ended after %d s, or, without "
			    "notify_all_states, %d s after a newer state",
			    pending->what, pending->program, (int)(SCRIPT_SLOW_US / US_PER_S),
			    (int)(NOTIFY_TIMEOUT_US / US_PER_S),
			    (int)(SCRIPT_OBSOLETE_US / US_PER_S));
}

/* The script process has died: its runs have no verdict. */
static void lose_all(struct scripts *scripts)
{
	while (scripts->pending.n > 0) {
		struct scripts_pending *last = &scripts->pending.items[scripts->pending.n - 1];
		check_id check = last->check;
		uint64_t tracker = last->tracker, reader = last->reader;

		if (is_notification(last))
			log_warning("%s: its result is not known, because the script process died",
				    last->what);
		pending_forget(scripts, last);
		end_report(scripts, check, tracker, reader, NULL);
	}
}

static void on_scripts_lost(void *arg)
{
	lose_all(arg);
}

static void on_scripts_met(void *arg)
{
	struct scripts *scripts = arg;

	scripts->sink.on_greeted(scripts->sink.arg);
}

static void take_fifo(struct scripts *scripts, const void *body, size_t len)
{
	struct script_fifo_answer answer;
	int fd;

	if (script_fifo_answer_decode(body, len, &answer) < 0) {
		log_limited_warning(&scripts->nonsense,
				    "the script process sent a malformed answer about a FIFO: ignored");
		return;
	}
	fd = answer.code ? -1 : greeted_take_fd(scripts->worker);
	scripts->sink.on_fifo(&answer, fd, scripts->sink.arg);
}

static void on_script_frame(uint16_t type, const void *body, size_t len, void *arg)
{
	uint64_t id;

	if (type == SCRIPT_FRAME_DONE) {
		take_done(arg, body, len);
	} else if (type == SCRIPT_FRAME_FIFO_ANSWER) {
		take_fifo(arg, body, len);
	} else if (type == SCRIPT_FRAME_SLOW && len == sizeof(id)) {
		memcpy(&id, body, len);
		take_slow(arg, id);
	}
}

void scripts_open(struct scripts *scripts, struct loop *loop, int fd, bool is_restart,
		  const struct scripts_sink *sink)
{
	const struct greeted_ops ops = {.on_lost = on_scripts_lost,
					.on_met = on_scripts_met,
					.on_frame = on_script_frame,
					.arg = scripts};

	scripts->sink = *sink;
	scripts->worker = greeted_new_director(loop, fd, is_restart, &ops);
	/* The ids of a director that this one replaces are smaller; answers to them may still
	 * come. */
	scripts->next_id = (uint64_t)clock_wall_us();
}

bool scripts_are_greeted(const struct scripts *scripts)
{
	return greeted_is_met(scripts->worker);
}

void scripts_close(struct scripts *scripts)
{
	while (scripts->pending.n > 0)
		pending_forget(scripts, &scripts->pending.items[scripts->pending.n - 1]);
	script_users_fini(&scripts->users);
	vec_free(&scripts->pending);
	greeted_free(scripts->worker);
}
