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
	struct vrrp_order order;
	VEC(struct role_order) meant; /* the instances, by VRID and interface */
	struct mono deadline;
	uint64_t n_reports; /* roles.n_reports when the orders were judged last */
};

static void on_deadline(void *arg)
{
	(void)arg; /* order_waits_settle() in the same turn looks at it */
}

static void wait_free(struct order_wait *wait)
{
	vec_free(&wait->meant);
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

	for (size_t i = 0; i < waits->list.n; i++)
		next = mono_min(next, waits->list.items[i].deadline);
	if (!waits->timer)
		waits->timer = loop_timer_new(waits->loop, on_deadline, NULL);
	loop_timer_set(waits->timer, next);
}

/* --- the request --- */

static void give(struct order_waits *waits, uint64_t deferred, enum vrrp_order_kind kind,
		 const bool *is_meant, const char *caller)
{
	struct roles *roles = waits->roles;
	struct order_wait *wait = vec_push(&waits->list);

	wait->deferred = deferred;
	wait->order = roles_order(roles, kind, is_meant);
	wait->deadline = mono_add_ms(clock_mono(), ORDER_WAIT_MS);
	wait->n_reports = roles->n_reports;
	for (size_t i = 0; i < roles->conf->n_vrrps; i++)
		if (is_meant[i])
			*(struct role_order *)vec_push(&wait->meant) =
			    *role_orders_find(&roles->orders, &roles->conf->vrrps[i]);
	log_notice("lvsctl vrrp %s: ordered by %s for %zu instance%s", vrrp_order_name(kind), caller,
		   wait->meant.n, plural(wait->meant.n));
	deadline_arm(waits);
}

json_t *order_waits_begin(struct order_waits *waits, struct control *control, json_t *request)
{
	const char *word = json_string_value(json_object_get(request, "order"));
	json_t *name = json_object_get(request, "name");
	const struct conf *conf = waits->roles->conf;
	enum vrrp_order_kind kind;
	char caller[CONTROL_CALLER_MAX];
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
		give(waits, control_defer(control), kind, is_meant, control_caller(control, caller));
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

static enum role_order_verdict judge(const struct roles *roles, const struct order_wait *wait,
				     const struct role_order *key,
				     char text[static ROLE_ORDER_TEXT_MAX])
{
	const struct conf_vrrp *conf = instance_of(roles->conf, key);

	if (conf)
		return role_order_judge(&wait->order, conf, roles_find(roles, conf), text);
	snprintf(text, ROLE_ORDER_TEXT_MAX,
		 "a reload has removed the instance with VRID %u on %s before the order was carried "
		 "out: it has no addresses here any more",
		 key->vrid, key->interface);
	return ROLE_ORDER_FAILED;
}

/* Appends "TEXT\n" to *lines. */
static void add_line(char **lines, const char *text)
{
	char *longer = mem_printf("%s%s\n", *lines ? *lines : "", text);

	free(*lines);
	*lines = longer;
}

/* Answers if all instances have a verdict, or if the time is over. Returns whether it has answered. */
static bool is_answered(const struct roles *roles, const struct order_wait *wait,
			struct control *control)
{
	bool is_over = mono_reached(clock_mono(), wait->deadline);
	char text[ROLE_ORDER_TEXT_MAX], *failures = NULL;
	json_t *done = json_array();
	bool waits = false;

	for (size_t i = 0; i < wait->meant.n && !waits; i++) {
		enum role_order_verdict verdict =
		    judge(roles, wait, &wait->meant.items[i], text);

		waits = verdict == ROLE_ORDER_WAITS && !is_over;
		if (verdict == ROLE_ORDER_IS_DONE)
			json_array_append_new(done, json_string(text));
		else
			add_line(&failures, text);
	}
	if (!waits)
		control_answer(control, wait->deferred,
			       failures ? control_refused(failures)
					: control_ok(json_pack("{s:O}", "done", done)));
	json_decref(done);
	free(failures);
	return !waits;
}

/* A TAKE has been carried out, or was refused: an order that has failed changes nothing. A RESUME is
 * never refused. */
static void order_end(struct roles *roles, const struct order_wait *wait)
{
	char text[ROLE_ORDER_TEXT_MAX];

	for (size_t i = 0; i < wait->meant.n; i++) {
		const struct conf_vrrp *conf = instance_of(roles->conf, &wait->meant.items[i]);

		if (conf)
			roles_order_end(roles, conf, wait->order.number,
					judge(roles, wait, &wait->meant.items[i], text) ==
					    ROLE_ORDER_IS_DONE);
	}
}

void order_waits_settle(struct order_waits *waits, struct control *control)
{
	struct roles *roles = waits->roles;
	size_t n = 0, before = waits->list.n;

	for (size_t i = 0; i < before; i++) {
		struct order_wait *wait = &waits->list.items[i];
		bool is_new = roles->n_reports != wait->n_reports ||
			      mono_reached(clock_mono(), wait->deadline);

		wait->n_reports = roles->n_reports;
		if (is_new && is_answered(roles, wait, control)) {
			if (!role_order_lasts(wait->order.kind))
				order_end(roles, wait);
			wait_free(wait);
		} else {
			waits->list.items[n++] = *wait;
		}
	}
	waits->list.n = n;
	if (n < before)
		deadline_arm(waits);
}
