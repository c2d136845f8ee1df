/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/supervisor/stop_order.h"

/* The process whose turn it is. */
static enum process_name process_of_stage(unsigned stage)
{
	int name = 0;

	while (name < N_PROCESSES && process_kinds[name].stop_rank != stage)
		name++;
	return (enum process_name)name;
}

static void next_stage(struct stop_order *order)
{
	*order = (struct stop_order){.stage = order->stage + 1, .deadline = MONO_NEVER};
}

static bool is_to_start(const struct stop_order *order, const struct stop_view *view)
{
	return process_of_stage(order->stage) == PROCESS_RELEASE && view->owes_release && !order->is_asked;
}

/* What the flush took is part of the time of vrrp, so that the whole stop does not get longer. */
static struct mono end_by(const struct stop_order *order, const struct stop_view *view, enum process_name name,
			  struct mono now)
{
	struct mono begin = order->flush_by.ns ? mono_add_ms(order->flush_by, -STOP_ORDER_FLUSH_MS) : now;

	return mono_add_ms(begin, process_kinds[name].stop_ms + (name == PROCESS_VRRP ? view->handover_ms : 0));
}

/* Returns whether the handover must still wait for connections to be sent, and sets the deadline. */
static bool is_flush_due(struct stop_order *order, const struct stop_view *view, enum process_name name,
			 struct mono now)
{
	if (name != PROCESS_VRRP || !view->is_flushing)
		return false;
	if (!order->flush_by.ns)
		order->flush_by = mono_add_ms(now, STOP_ORDER_FLUSH_MS);
	order->deadline = order->flush_by;
	return mono_before(now, order->flush_by);
}

enum stop_act stop_order_step(struct stop_order *order, const struct stop_view *view,
			      struct mono now, enum process_name *ret_name)
{
	for (; order->stage < N_PROCESSES; next_stage(order)) {
		enum process_name name = process_of_stage(order->stage);

		*ret_name = name;
		if (is_to_start(order, view)) {
			order->is_asked = true;
			order->deadline = end_by(order, view, name, now);
			return STOP_START;
		}
		if (!view->runs[name])
			continue;
		if (!order->is_asked) {
			if (is_flush_due(order, view, name, now))
				return STOP_WAIT;
			order->is_asked = true;
			order->deadline = end_by(order, view, name, now);
			return STOP_ASK;
		}
		if (!mono_reached(now, order->deadline))
			return STOP_WAIT;
		if (!order->is_killed) {
			order->is_killed = true;
			order->deadline = mono_add_ms(now, STOP_ORDER_KILL_MS);
			return STOP_KILL;
		}
		/* The process cannot be killed; the next stage begins all the same. */
	}
	return STOP_DONE;
}
