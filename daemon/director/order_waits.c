/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/director/order_waits.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/plural.h"
#include "vrrp/order_name.h"

#include <stdio.h>
#include <stdlib.h>

/* A request that is not answered yet. */
struct order_wait {
	uint64_t deferred; /* for control_answer() */
	struct control *control;
	bool is_flushing; /* the order is given when the youngest connections were sent */
	bool has_flushed;
	bool is_due; /* the timer was set for it, since they were sent */
	char *name; /* of the instance or group; NULL: all, or the order was given */
	struct vrrp_order order; /* with is_flushing its kind alone */
	VEC(struct role_order) meant; /* the instances, by VRID and interface */
	struct mono deadline;
	uint64_t n_reports; /* roles.n_reports when the orders were judged last */
};

static void on_deadline(void *arg);

static void wait_free(struct order_wait *wait)
{
	free(wait->name);
	vec_free(&wait->meant);
}

static bool is_flush_under_way(const struct order_waits *waits)
{
	return waits->flush.begin && waits->flush.is_under_way(waits->flush.side);
}

void order_waits_close(struct order_waits *waits)
{
	for (size_t i = 0; i < waits->list.n; i++)
		wait_free(&waits->list.items[i]);
	vec_free(&waits->list);
	loop_timer_free(waits->timer);
}

static void deadline_arm(struct order_waits *waits)
{
	struct mono next = MONO_NEVER;

	for (size_t i = 0; i < waits->list.n; i++) {
		next = mono_min(next, waits->list.items[i].deadline);
		if (waits->list.items[i].is_flushing && !is_flush_under_way(waits))
			next = loop_now(waits->loop);
	}
	if (!waits->timer)
		waits->timer = loop_timer_new(waits->loop, on_deadline, waits);
	loop_timer_set(waits->timer, next);
}

/* --- the request --- */

static void give_now(struct order_waits *waits, struct order_wait *wait, const bool *is_meant)
{
	struct roles *roles = waits->roles;

	wait->is_flushing = false;
	wait->order = roles_order(roles, wait->order.kind, is_meant);
	wait->n_reports = roles->n_reports;
	for (size_t i = 0; i < roles->conf->n_vrrps; i++)
		if (is_meant[i])
			*(struct role_order *)vec_push(&wait->meant) =
			    *role_orders_find(&roles->orders, &roles->conf->vrrps[i]);
}

static void give(struct order_waits *waits, struct control *control, enum vrrp_order_kind kind, const char *name,
		 const bool *is_meant)
{
	struct order_wait *wait = vec_push(&waits->list);
	char caller[CONTROL_CALLER_MAX];
	size_t n = 0;

	*wait = (struct order_wait){.deferred = control_defer(control),
				    .control = control,
				    .order.kind = kind,
				    .deadline = mono_add_ms(clock_mono(), ORDER_WAIT_MS)};
	for (size_t i = 0; i < waits->roles->conf->n_vrrps; i++)
		n += is_meant[i];
	log_notice("lvsctl vrrp %s: ordered by %s for %zu instance%s", vrrp_order_name(kind),
		   control_caller(control, caller), n, plural(n));
	if (kind == VRRP_ORDER_RELEASE && waits->flush.begin) {
		waits->flush.begin(waits->flush.side);
		wait->has_flushed = true;
		wait->is_flushing = is_flush_under_way(waits);
	}
	if (wait->is_flushing)
		wait->name = name ? mem_strdup(name) : NULL;
	else
		give_now(waits, wait, is_meant);
	deadline_arm(waits);
}

/* The connections were sent; a reload may have changed the instances meanwhile. Returns whether the order was
 * refused. */
static bool is_refused_now(struct order_waits *waits, struct order_wait *wait)
{
	const struct conf *conf = waits->roles->conf;
	bool *is_meant = mem_calloc(conf->n_vrrps + 1, sizeof(*is_meant));
	struct err err;
	int code = role_orders_select(conf, wait->order.kind, wait->name, is_meant, &err);

	if (code == 0)
		give_now(waits, wait, is_meant);
	else
		control_answer(wait->control, wait->deferred, control_refused(err.text));
	free(is_meant);
	return code != 0;
}

/* order_waits_settle() in the same turn looks at the deadlines. */
static void on_deadline(void *arg)
{
	struct order_waits *waits = arg;
	size_t n = 0;

	for (size_t i = 0; i < waits->list.n; i++) {
		struct order_wait *wait = &waits->list.items[i];

		if (wait->is_flushing && !is_flush_under_way(waits) && is_refused_now(waits, wait))
			wait_free(wait);
		else
			waits->list.items[n++] = *wait;
	}
	waits->list.n = n;
	deadline_arm(waits);
}

json_t *order_waits_begin(struct order_waits *waits, struct control *control, json_t *request)
{
	const char *word = json_string_value(json_object_get(request, "order"));
	json_t *name = json_object_get(request, "name");
	const struct conf *conf = waits->roles->conf;
	enum vrrp_order_kind kind;
	bool *is_meant;
	struct err err;
	int code;

	if (!word || !vrrp_order_read(word, &kind))
		return control_refused("\"order\" is release, take, hold or resume");
	if (name && !json_is_string(name))
		return control_refused("\"name\" is the name of a vrrp_instance or vrrp_sync_group");
	is_meant = mem_calloc(conf->n_vrrps, sizeof(*is_meant));
	code = role_orders_select(conf, kind, json_string_value(name), is_meant, &err);
	if (code == 0 && !waits->roles->is_gate_open)
		code = err_set(&err, -1,
			       "the instances have not begun yet: lvsd waits for the first checks, or "
			       "for vrrp_startup_delay");
	if (code == 0)
		give(waits, control, kind, json_string_value(name), is_meant);
	free(is_meant);
	return code == 0 ? NULL : control_refused(err.text);
}

/* --- the answer --- */

static const struct conf_vrrp *instance_of(const struct conf *conf, const struct role_order *key)
{
	for (size_t i = 0; i < conf->n_vrrps; i++)
		if (role_order_is_about(key, &conf->vrrps[i]))
			return &conf->vrrps[i];
	return NULL;
}

/* The priority that the file and the trackers give to an instance which is released. */
static uint8_t unreleased_priority(const struct roles *roles, const struct conf_vrrp *conf)
{
	struct vrrp_sources all = {0};
	uint8_t priority;

	for (size_t i = 0; i < roles->heard.list.n; i++)
		vrrp_sources_set(&all, &roles->heard.list.items[i]);
	for (size_t i = 0; i < roles->sources->list.n; i++)
		vrrp_sources_set(&all, &roles->sources->list.items[i]);
	priority = vrrp_track_sum(conf, &all).priority;
	vrrp_sources_free(&all);
	return priority;
}

static struct role_order_outcome judge(const struct roles *roles, const struct order_wait *wait,
				       const struct role_order *key)
{
	const struct conf_vrrp *conf = instance_of(roles->conf, key);
	struct role_order_outcome outcome = {.verdict = ROLE_ORDER_FAILED};
	const struct vrrp_report *report;
	uint8_t priority;

	if (!conf) {
		snprintf(outcome.text, sizeof(outcome.text),
			 "a reload has removed the instance with VRID %u on %s before the order was "
			 "carried out: it has no addresses here any more",
			 key->vrid, key->interface);
		return outcome;
	}
	report = roles_find(roles, conf);
	priority = key->before.kind == VRRP_ORDER_RELEASE ? unreleased_priority(roles, conf)
		   : report				  ? report->effective_priority
							  : conf->priority;
	outcome.instance = conf->name;
	outcome.verdict = role_order_judge(&wait->order, conf, report, priority, outcome.text);
	return outcome;
}

/* Answers if all instances have a verdict, or if the time is over. Returns whether it has answered. */
static bool is_answered(const struct roles *roles, const struct order_wait *wait,
			struct control *control)
{
	bool is_over = mono_reached(clock_mono(), wait->deadline), waits = false;
	struct role_order_outcome *outcomes = mem_calloc(wait->meant.n, sizeof(*outcomes));

	for (size_t i = 0; i < wait->meant.n && !waits; i++) {
		outcomes[i] = judge(roles, wait, &wait->meant.items[i]);
		waits = outcomes[i].verdict == ROLE_ORDER_WAITS && !is_over;
	}
	if (!waits)
		control_answer(control, wait->deferred, role_orders_answer(outcomes, wait->meant.n));
	free(outcomes);
	return !waits;
}

/* A TAKE has been carried out, or was refused: an order that has failed changes nothing. A RESUME is
 * never refused. */
static void order_end(struct roles *roles, const struct order_wait *wait)
{
	for (size_t i = 0; i < wait->meant.n; i++) {
		const struct conf_vrrp *conf = instance_of(roles->conf, &wait->meant.items[i]);

		if (conf)
			roles_order_end(roles, conf, wait->order.number,
					judge(roles, wait, &wait->meant.items[i]).verdict ==
					    ROLE_ORDER_IS_DONE);
	}
}

void order_waits_settle(struct order_waits *waits, struct control *control)
{
	struct roles *roles = waits->roles;
	size_t n = 0, before = waits->list.n;
	bool is_any_due = false;

	for (size_t i = 0; i < before; i++) {
		struct order_wait *wait = &waits->list.items[i];
		bool is_new = !wait->is_flushing && (roles->n_reports != wait->n_reports ||
						     mono_reached(clock_mono(), wait->deadline));

		wait->n_reports = roles->n_reports;
		if (wait->is_flushing && !wait->is_due && !is_flush_under_way(waits))
			wait->is_due = is_any_due = true;
		if (is_new && is_answered(roles, wait, control)) {
			if (!role_order_lasts(wait->order.kind))
				order_end(roles, wait);
			if (wait->has_flushed)
				waits->flush.end(waits->flush.side);
			wait_free(wait);
		} else {
			waits->list.items[n++] = *wait;
		}
	}
	waits->list.n = n;
	if (n < before || is_any_due)
		deadline_arm(waits);
}
