/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "vrrp/worker.h"
#include "base/greeted.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/pulse.h"
#include "base/vec.h"
#include "vrrp/machine/realtime.h"
#include "vrrp/orphan/relief.h"
#include "vrrp/runner.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Bounds on what a director can make this process keep, far above any real configuration. */
#define INSTANCES_MAX 20000
#define LEFT_MAX      100000
#define SOURCES_MAX   20000

struct vrrp_worker {
	struct greeted *director;
	struct vrrp_runner *runner;
	struct pulse *pulse; /* the caller's */
	int self;            /* the caller's pidfd of this process; -1: none */
	int relief;          /* the pipe of an orphan that was relieved, until this process acts; -1: none */
	VEC(struct vrrp_runner_item) draft;
	struct vrrp_left left; /* of the draft */
	VEC(const char *) left_items; /* likewise: keys of routes and rules */
	VEC(struct vrrp_source) sources; /* of the draft */
	struct conf_statics statics;     /* likewise, with statics_arena; NULL: none were sent */
	struct arena *statics_arena;
	struct arena *left_arena;  /* what left and left_items point to; NULL: nothing yet */
	bool is_drafting, is_draft_broken;
	struct vrrp_schedule schedule; /* in force */
	bool is_at_work; /* it has had a configuration */
	bool is_leaving;
	vrrp_told_fn *on_told; /* called with told_arg; NULL: reports go to the director */
	void *told_arg;
	loop_fn *on_work; /* called with work_arg; NULL: nobody is */
	void *work_arg;
	loop_fn *on_end; /* called with end_arg */
	void *end_arg;
};

/* --- putting a configuration into force --- */

static void clear_draft(struct vrrp_worker *worker)
{
	for (size_t i = 0; i < worker->draft.n; i++)
		arena_free(worker->draft.items[i].arena);
	vec_free(&worker->draft);
	vec_free(&worker->left.gone);
	vec_free(&worker->left.owned);
	vec_free(&worker->left_items);
	vec_free(&worker->sources);
	arena_free(worker->left_arena);
	arena_free(worker->statics_arena);
	worker->left_arena = worker->statics_arena = NULL;
	worker->is_drafting = worker->is_draft_broken = false;
}

/* The runner then has the arena. */
static void put_statics(struct vrrp_worker *worker)
{
	if (worker->statics_arena)
		vrrp_runner_set_statics(worker->runner, &worker->statics, worker->statics_arena);
	worker->statics_arena = NULL;
}

static void commit(struct vrrp_worker *worker, uint64_t serial)
{
	vrrp_relief_take(worker->relief);
	worker->relief = -1;
	put_statics(worker);
	vrrp_runner_release_left(worker->runner, &worker->left);
	for (size_t i = 0; i < worker->sources.n; i++)
		vrrp_runner_source(worker->runner, &worker->sources.items[i]);
	vrrp_runner_configure(worker->runner, worker->draft.items, worker->draft.n);
	vrrp_runner_trim_statics(worker->runner);
	/* A process that has had a configuration knows what it has added. */
	if (!worker->is_at_work)
		vrrp_runner_sweep(worker->runner, worker->left_items.items, worker->left_items.n);
	greeted_send(worker->director, VRRP_FRAME_CARRIED, &serial, sizeof(serial));
	vec_clear(&worker->draft); /* the instances own the arenas now */
	clear_draft(worker);
	if (!worker->is_at_work)
		mem_trim();
	worker->is_at_work = true;
	if (worker->on_work)
		worker->on_work(worker->work_arg);
	pulse_at_work(worker->pulse);
}

/* --- frames --- */

static void on_instance(struct vrrp_worker *worker, const void *body, size_t len)
{
	struct vrrp_runner_item item = {.arena = arena_new()};

	if (worker->draft.n >= INSTANCES_MAX ||
	    vrrp_instance_decode(body, len, item.arena, &item.frame) < 0) {
		worker->is_draft_broken = true;
		arena_free(item.arena);
		return;
	}
	*(struct vrrp_runner_item *)vec_push(&worker->draft) = item;
}

static void on_left(struct vrrp_worker *worker, const void *body, size_t len, bool is_owned)
{
	struct conf_vip vip;

	if (!worker->left_arena)
		worker->left_arena = arena_new();
	/* A malformed LEFT is ignored: it must not keep the instances from their work. */
	if (worker->left.gone.n + worker->left.owned.n >= LEFT_MAX ||
	    vrrp_left_decode(body, len, worker->left_arena, &vip) < 0)
		return;
	if (is_owned)
		*(struct conf_vip *)vec_push(&worker->left.owned) = vip;
	else
		*(struct conf_vip *)vec_push(&worker->left.gone) = vip;
}

static void on_left_item(struct vrrp_worker *worker, const void *body, size_t len)
{
	const char *key;

	if (!worker->left_arena)
		worker->left_arena = arena_new();
	if (worker->left_items.n < LEFT_MAX &&
	    vrrp_left_item_decode(body, len, worker->left_arena, &key) == 0)
		*(const char **)vec_push(&worker->left_items) = key;
}

/* Before the first configuration they are put into force at once: checks may need a route. */
static void on_statics(struct vrrp_worker *worker, const void *body, size_t len)
{
	struct arena *arena = arena_new();

	if (vrrp_statics_decode(body, len, arena, &worker->statics) < 0) {
		worker->is_draft_broken = worker->is_drafting;
		arena_free(arena);
		return;
	}
	arena_free(worker->statics_arena);
	worker->statics_arena = arena;
	if (worker->is_drafting)
		return;
	put_statics(worker);
	vrrp_runner_trim_statics(worker->runner);
}

static void on_source(struct vrrp_worker *worker, const void *body, size_t len)
{
	struct vrrp_source source;

	if (vrrp_source_decode(body, len, &source) < 0)
		worker->is_draft_broken = worker->is_drafting;
	else if (!worker->is_drafting)
		vrrp_runner_source(worker->runner, &source);
	else if (worker->sources.n < SOURCES_MAX)
		*(struct vrrp_source *)vec_push(&worker->sources) = source;
}

static void on_commit(struct vrrp_worker *worker, const void *body, size_t len)
{
	uint64_t serial;

	if (worker->is_draft_broken || len != sizeof(serial)) {
		log_error("vrrp: the director sent a malformed configuration, which is ignored");
		clear_draft(worker);
		return;
	}
	memcpy(&serial, body, sizeof(serial));
	commit(worker, serial);
}

static void on_hold(struct vrrp_worker *worker, const void *body, size_t len)
{
	uint32_t hold_ms;

	if (len != sizeof(hold_ms))
		return;
	memcpy(&hold_ms, body, sizeof(hold_ms));
	vrrp_runner_hold(worker->runner, hold_ms);
}

static void on_preemption(struct vrrp_worker *worker, const void *body, size_t len)
{
	uint8_t is_forbidden;

	if (len != sizeof(is_forbidden))
		return;
	memcpy(&is_forbidden, body, sizeof(is_forbidden));
	vrrp_runner_forbid_preemption(worker->runner, is_forbidden != 0);
}

static void on_tell(const struct vrrp_worker *worker, const void *body, size_t len)
{
	if (len != sizeof(uint64_t))
		return;
	vrrp_runner_report(worker->runner);
	greeted_send(worker->director, VRRP_FRAME_TOLD, body, len);
}

static void on_relief(struct vrrp_worker *worker)
{
	if (worker->relief >= 0)
		close(worker->relief);
	worker->relief = greeted_take_fd(worker->director);
}

static void on_schedule(struct vrrp_worker *worker, const void *body, size_t len)
{
	struct vrrp_schedule schedule;

	if (vrrp_schedule_decode(body, len, &schedule) < 0 ||
	    !memcmp(&schedule, &worker->schedule, sizeof(schedule)))
		return;
	vrrp_realtime_set(&worker->schedule, &schedule);
	worker->schedule = schedule;
}

static void on_draft_frame(struct vrrp_worker *worker, uint16_t type, const void *body, size_t len)
{
	if (type == VRRP_FRAME_INSTANCE)
		on_instance(worker, body, len);
	else if (type == VRRP_FRAME_LEFT || type == VRRP_FRAME_LEFT_OWNED)
		on_left(worker, body, len, type == VRRP_FRAME_LEFT_OWNED);
	else if (type == VRRP_FRAME_LEFT_ITEM)
		on_left_item(worker, body, len);
	else if (type == VRRP_FRAME_COMMIT)
		on_commit(worker, body, len);
}

static void on_vrrp_order(uint16_t type, const void *body, size_t len, void *arg)
{
	struct vrrp_worker *worker = arg;

	if (worker->is_leaving)
		return;
	if (type == VRRP_FRAME_BEGIN) {
		clear_draft(worker);
		worker->is_drafting = true;
	} else if (type == VRRP_FRAME_HOLD) {
		on_hold(worker, body, len);
	} else if (type == VRRP_FRAME_PREEMPTION) {
		on_preemption(worker, body, len);
	} else if (type == VRRP_FRAME_SOURCE) {
		on_source(worker, body, len);
	} else if (type == VRRP_FRAME_SCHEDULE) {
		on_schedule(worker, body, len);
	} else if (type == VRRP_FRAME_STATICS) {
		on_statics(worker, body, len);
	} else if (type == VRRP_FRAME_TELL) {
		on_tell(worker, body, len);
	} else if (type == VRRP_FRAME_RELIEF) {
		on_relief(worker);
	} else if (worker->is_drafting) {
		on_draft_frame(worker, type, body, len);
	}
}

/* The director was replaced. A configuration that the old one had begun to send is dropped; the new
 * one sends all of it. The instances go on. */
static void on_lost(void *arg)
{
	clear_draft(arg);
}

static void on_met(void *arg)
{
	const struct vrrp_worker *worker = arg;

	greeted_send_fd(worker->director, VRRP_FRAME_PROCESS, NULL, 0, worker->self);
	vrrp_runner_report(worker->runner);
}

static void on_report(const struct vrrp_report *report, void *arg)
{
	const struct vrrp_worker *worker = arg;
	uint8_t body[2048];
	size_t len = vrrp_report_encode(report, body, sizeof(body));

	/* While no director is connected, the report is lost. A new director gets one of each
	 * instance. */
	if (worker->on_told)
		worker->on_told(body, len, worker->told_arg);
	else
		greeted_send(worker->director, VRRP_FRAME_STATE, body, len);
}

static void on_tracked(const struct vrrp_source *source, void *arg)
{
	const struct vrrp_worker *worker = arg;
	char body[CONF_NAME_MAX + VRRP_SOURCE_TEXT_MAX + 16];

	greeted_send(worker->director, VRRP_FRAME_SOURCE, body,
		     vrrp_source_encode(source, body, sizeof(body)));
}

static void on_refusals(const struct vrrp_refusals *refusals, void *arg)
{
	const struct vrrp_worker *worker = arg;
	uint8_t body[CHAN_BODY_MAX];

	greeted_send(worker->director, VRRP_FRAME_REFUSALS, body,
		     vrrp_refusals_encode(refusals, body, sizeof(body)));
}

static void on_unknowns(const struct vrrp_unknowns *unknowns, void *arg)
{
	const struct vrrp_worker *worker = arg;
	uint8_t body[CHAN_BODY_MAX];

	greeted_send(worker->director, VRRP_FRAME_UNKNOWNS, body,
		     vrrp_unknowns_encode(unknowns, body, sizeof(body)));
}

/* --- the whole --- */

int vrrp_worker_new(struct loop *loop, int channel, const struct vrrp_predecessor *predecessor,
		    struct pulse *pulse, struct vrrp_worker **ret_worker, struct err *err)
{
	struct vrrp_worker *worker = mem_calloc(1, sizeof(*worker));
	const struct greeted_ops ops = {
	    .on_lost = on_lost, .on_met = on_met, .on_frame = on_vrrp_order, .arg = worker};
	const struct vrrp_sink sink = {on_report, on_tracked, on_refusals, on_unknowns, worker};
	int code;

	worker->pulse = pulse;
	worker->self = worker->relief = -1;
	code = vrrp_runner_new(loop, predecessor, &sink, &worker->runner, err);
	if (code < 0) {
		close(channel);
		vrrp_worker_free(worker);
		return code;
	}
	/* HELLO tells the director that this process can work. */
	worker->director = greeted_new_worker(loop, channel, &ops);
	*ret_worker = worker;
	return 0;
}

static void on_runner_left(void *arg)
{
	const struct vrrp_worker *worker = arg;

	/* Without a configuration it does not know what its predecessor has left, and has removed
	 * nothing: the supervisor sees to that. */
	if (worker->is_at_work)
		greeted_send(worker->director, VRRP_FRAME_RELEASED, NULL, 0);
	worker->on_end(worker->end_arg);
}

void vrrp_worker_show(struct vrrp_worker *worker, int self)
{
	worker->self = self;
}

void vrrp_worker_on_work(struct vrrp_worker *worker, loop_fn *fn, void *arg)
{
	worker->on_work = fn;
	worker->work_arg = arg;
}

bool vrrp_worker_is_at_work(const struct vrrp_worker *worker)
{
	return worker->is_at_work;
}

bool vrrp_worker_is_leaving(const struct vrrp_worker *worker)
{
	return worker->is_leaving;
}

void vrrp_worker_tell(struct vrrp_worker *worker, vrrp_told_fn *fn, void *arg)
{
	worker->on_told = fn;
	worker->told_arg = arg;
	vrrp_runner_report(worker->runner);
}

void vrrp_worker_leave(struct vrrp_worker *worker, loop_fn *on_end, void *arg)
{
	if (worker->is_leaving)
		return;
	worker->is_leaving = true;
	worker->on_end = on_end;
	worker->end_arg = arg;
	vrrp_runner_leave(worker->runner, on_runner_left, worker);
}

void vrrp_worker_free(struct vrrp_worker *worker)
{
	if (!worker)
		return;
	clear_draft(worker);
	if (worker->relief >= 0)
		close(worker->relief);
	vrrp_runner_free(worker->runner);
	greeted_free(worker->director);
	free(worker);
}
