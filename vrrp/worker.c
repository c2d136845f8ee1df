/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The vrrp process: its signals, the channel to the director, and the frames on it. It collects a
 * configuration between BEGIN and COMMIT; then vrrp/runner.h puts the configuration into force.
 */
#include "vrrp/worker.h"
#include "base/chan.h"
#include "base/clock.h"
#include "base/exit_status.h"
#include "base/log.h"
#include "base/nonce.h"
#include "base/pulse.h"
#include "base/signals.h"
#include "base/vec.h"
#include "vrrp/machine/realtime.h"
#include "vrrp/runner.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Bounds on what a director can make this process keep, far above any real configuration. */
#define INSTANCES_MAX 20000
#define LEFT_MAX      100000
#define SOURCES_MAX   20000

struct worker {
	struct loop *loop;
	struct chan *chan; /* to the director */
	struct vrrp_runner *runner;
	struct pulse *pulse;
	uint64_t nonce, draft_nonce;
	VEC(struct vrrp_runner_item) draft;
	VEC(struct conf_vip) left; /* of the draft */
	VEC(struct vrrp_source) sources; /* of the draft */
	struct arena *left_arena;  /* what left points to; NULL: nothing yet */
	bool is_drafting, is_draft_broken;
};

/* --- putting a configuration into force --- */

static void clear_draft(struct worker *worker)
{
	for (size_t i = 0; i < worker->draft.n; i++)
		arena_free(worker->draft.items[i].arena);
	vec_clear(&worker->draft);
	vec_clear(&worker->left);
	vec_clear(&worker->sources);
	arena_free(worker->left_arena);
	worker->left_arena = NULL;
	worker->is_drafting = worker->is_draft_broken = false;
}

static void commit(struct worker *worker, uint64_t serial)
{
	vrrp_runner_release_left(worker->runner, worker->left.items, worker->left.n);
	for (size_t i = 0; i < worker->sources.n; i++)
		vrrp_runner_source(worker->runner, &worker->sources.items[i]);
	vrrp_runner_configure(worker->runner, worker->draft.items, worker->draft.n);
	chan_send(worker->chan, VRRP_FRAME_CARRIED, &serial, sizeof(serial));
	vec_clear(&worker->draft); /* the instances have the arenas */
	clear_draft(worker);
	pulse_at_work(worker->pulse);
}

/* --- frames --- */

static void on_begin(struct worker *worker, const void *body, size_t len)
{
	uint64_t nonce;

	clear_draft(worker);
	if (len != sizeof(nonce))
		return;
	memcpy(&nonce, body, sizeof(nonce));
	/* 0 is a reload, which cannot be meant for a process that has no configuration yet. */
	worker->is_drafting =
	    nonce == worker->nonce || (nonce == 0 && vrrp_runner_is_configured(worker->runner));
	worker->draft_nonce = nonce;
}

static void on_instance(struct worker *worker, const void *body, size_t len)
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

static void on_left(struct worker *worker, const void *body, size_t len)
{
	struct conf_vip vip;

	if (!worker->left_arena)
		worker->left_arena = arena_new();
	/* A malformed LEFT is ignored: it must not keep the instances from their work. */
	if (worker->left.n < LEFT_MAX &&
	    vrrp_left_decode(body, len, worker->left_arena, &vip) == 0)
		*(struct conf_vip *)vec_push(&worker->left) = vip;
}

static void on_source(struct worker *worker, const void *body, size_t len)
{
	struct vrrp_source source;

	if (vrrp_source_decode(body, len, &source) < 0)
		worker->is_draft_broken = worker->is_drafting;
	else if (!worker->is_drafting)
		vrrp_runner_source(worker->runner, &source);
	else if (worker->sources.n < SOURCES_MAX)
		*(struct vrrp_source *)vec_push(&worker->sources) = source;
}

static void on_commit(struct worker *worker, const void *body, size_t len)
{
	struct vrrp_commit frame;

	if (len != sizeof(frame))
		return;
	memcpy(&frame, body, sizeof(frame));
	if (frame.nonce != worker->draft_nonce)
		return;
	if (worker->is_draft_broken) {
		log_error("vrrp: the director sent a malformed configuration, which is ignored");
		clear_draft(worker);
		return;
	}
	commit(worker, frame.serial);
}

static void say_hello(struct worker *worker)
{
	chan_send(worker->chan, VRRP_FRAME_HELLO, &worker->nonce, sizeof(worker->nonce));
}

static void on_ask(struct worker *worker)
{
	clear_draft(worker);
	say_hello(worker);
	vrrp_runner_report(worker->runner);
}

static void on_hold(struct worker *worker, const void *body, size_t len)
{
	uint32_t hold_ms;

	if (len != sizeof(hold_ms))
		return;
	memcpy(&hold_ms, body, sizeof(hold_ms));
	vrrp_runner_hold(worker->runner, hold_ms);
}

static void on_vrrp_order(uint16_t type, const void *body, size_t len, void *arg)
{
	struct worker *worker = arg;

	switch (type) {
	case VRRP_FRAME_ASK:
		on_ask(worker);
		break;
	case VRRP_FRAME_BEGIN:
		on_begin(worker, body, len);
		break;
	case VRRP_FRAME_INSTANCE:
		if (worker->is_drafting)
			on_instance(worker, body, len);
		break;
	case VRRP_FRAME_LEFT:
		if (worker->is_drafting)
			on_left(worker, body, len);
		break;
	case VRRP_FRAME_SOURCE:
		on_source(worker, body, len);
		break;
	case VRRP_FRAME_COMMIT:
		if (worker->is_drafting)
			on_commit(worker, body, len);
		break;
	case VRRP_FRAME_HOLD:
		on_hold(worker, body, len);
		break;
	}
}

/* --- the process --- */

static void on_vrrp_term(int number, void *arg)
{
	struct worker *worker = arg;

	(void)number;
	vrrp_runner_stop(worker->runner);
	chan_send(worker->chan, VRRP_FRAME_RELEASED, NULL, 0);
	loop_stop(worker->loop);
}

int vrrp_worker_run(int channel, int pulse_fd, const struct vrrp_predecessor *predecessor)
{
	struct worker worker = {0};
	struct loop_signal *term;
	struct signals *signals;
	struct err err;
	int status = 0;

	/* A terminal sends SIGINT to the whole process group; only the supervisor acts on it. */
	signal(SIGINT, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
	worker.nonce = nonce_new();
	worker.loop = loop_new();
	vrrp_realtime_enter();
	term = loop_signal_new(worker.loop, SIGTERM, on_vrrp_term, &worker);
	signals = signals_new(worker.loop, false);
	worker.pulse = pulse_new(worker.loop, pulse_fd);
	worker.chan = chan_new(worker.loop, channel, on_vrrp_order, NULL, &worker);
	if (vrrp_runner_new(worker.loop, worker.chan, predecessor, &worker.runner, &err) < 0) {
		log_error("vrrp: %s", err.text);
		status = EXIT_STATUS_MACHINE;
	} else {
		say_hello(&worker);
		loop_run(worker.loop);
	}
	vrrp_realtime_leave();
	clear_draft(&worker);
	vec_free(&worker.draft);
	vec_free(&worker.left);
	vec_free(&worker.sources);
	vrrp_runner_free(worker.runner);
	chan_free(worker.chan);
	loop_signal_free(term);
	signals_free(signals);
	pulse_free(worker.pulse);
	loop_free(worker.loop);
	return status;
}
