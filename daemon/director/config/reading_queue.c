/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/director/config/reading_queue.h"

#include <string.h>

static bool is_order_equal(const struct reload_order *a, const struct reload_order *b)
{
	return a->confirm_s == b->confirm_s && a->is_empty_meant == b->is_empty_meant &&
	       a->is_accepting == b->is_accepting;
}

static bool is_ask_equal(const struct reading_ask *a, const struct reading_ask *b)
{
	return a->kind == b->kind && is_order_equal(&a->order, &b->order);
}

void reading_queue_add(struct reading_queue *queue, const struct reading_ask *ask)
{
	const struct reading_ask *last =
	    queue->asks.n > queue->n_served ? &queue->asks.items[queue->asks.n - 1] : NULL;

	if (!ask->client && last && !last->client && is_ask_equal(ask, last))
		return;
	*vec_push(&queue->asks) = *ask;
}

void reading_queue_add_tls(struct reading_queue *queue)
{
	queue->is_tls_due = true;
}

/* Removes the command at this index from the queue, and returns it. */
static struct reading_ask ask_take(struct reading_queue *queue, size_t at)
{
	struct reading_ask *items = queue->asks.items;
	struct reading_ask taken = items[at];

	memmove(items + at, items + at + 1, (queue->asks.n - at - 1) * sizeof(*items));
	queue->asks.n--;
	queue->n_served -= at < queue->n_served;
	return taken;
}

/* One reading serves all that stands before a rollback. What is read for a reload is enough for a plan. */
static void begin_for_first(struct reading_queue *queue)
{
	queue->running = LOAD_PLAN;
	while (queue->n_served < queue->asks.n &&
	       queue->asks.items[queue->n_served].kind != READING_ROLLBACK) {
		if (queue->asks.items[queue->n_served].kind != READING_PLAN)
			queue->running = LOAD_CONFIG;
		queue->n_served++;
	}
	queue->is_running = true;
}

/* Removes the first command that the reading serves, with those behind it that ask for the same. */
static void served_take(struct reading_queue *queue, struct reading_step *ret_step)
{
	ret_step->kind = READING_STEP_CARRY_OUT;
	ret_step->ask = queue->asks.items[0];
	while (queue->n_served && is_ask_equal(&ret_step->ask, &queue->asks.items[0]))
		*vec_push(&ret_step->clients) = ask_take(queue, 0).client;
}

/* Decides what follows when the reading has ended. */
static void over_step(struct reading_queue *queue, struct reading_step *ret_step)
{
	if (queue->n_served) {
		served_take(queue, ret_step);
		return;
	}
	ret_step->kind = READING_STEP_END;
	/* If the files for TLS are due again, a configuration has come into force since this
	 * reading began. */
	ret_step->is_tls_read = queue->running == LOAD_TLS && !queue->is_tls_due;
	queue->is_running = false;
}

static void idle_step(struct reading_queue *queue, struct reading_step *ret_step)
{
	if (queue->is_tls_due) {
		queue->is_tls_due = false;
		queue->is_running = true;
		queue->running = LOAD_TLS;
		ret_step->kind = READING_STEP_BEGIN;
	} else if (queue->asks.n) {
		begin_for_first(queue);
		ret_step->kind = READING_STEP_BEGIN;
	}
}

/* Is the next command a rollback, with no reload before it? */
static bool can_roll_back(const struct reading_queue *queue)
{
	return (!queue->is_running || queue->running != LOAD_CONFIG) &&
	       queue->n_served < queue->asks.n &&
	       queue->asks.items[queue->n_served].kind == READING_ROLLBACK;
}

void reading_queue_step(struct reading_queue *queue, bool is_over, struct reading_step *ret_step)
{
	*ret_step = (struct reading_step){.kind = READING_STEP_NONE};
	if (can_roll_back(queue)) {
		ret_step->kind = READING_STEP_CARRY_OUT;
		ret_step->ask = ask_take(queue, queue->n_served);
		*vec_push(&ret_step->clients) = ret_step->ask.client;
	} else if (!queue->is_running) {
		idle_step(queue, ret_step);
	} else if (is_over) {
		over_step(queue, ret_step);
	}
}

bool reading_queue_take_lasting(struct reading_queue *queue, struct reading_ask *ret_ask)
{
	for (size_t i = 0; i < queue->asks.n; i++) {
		const struct reading_ask *ask = &queue->asks.items[i];

		if (ask->kind == READING_ROLLBACK)
			return false;
		if (ask->kind == READING_RELOAD && !ask->order.confirm_s) {
			*ret_ask = ask_take(queue, i);
			return true;
		}
	}
	return false;
}

bool reading_queue_drop(struct reading_queue *queue, struct reading_ask *ret_ask)
{
	if (!queue->asks.n) {
		vec_free(&queue->asks);
		*queue = (struct reading_queue){0};
		return false;
	}
	*ret_ask = ask_take(queue, 0);
	return true;
}

void reading_queue_fini(struct reading_queue *queue)
{
	vec_free(&queue->asks);
}
