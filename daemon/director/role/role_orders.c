/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/director/role/role_orders.h"
#include "base/mem.h"
#include "base/plural.h"
#include "vrrp/order_name.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void role_orders_fini(struct role_orders *orders)
{
	vec_free(&orders->list);
}

/* --- names --- */

static bool belongs_to(const struct conf_vrrp *vrrp, const char *group)
{
	return vrrp->sync_group && group && !strcmp(vrrp->sync_group, group);
}

static const struct conf_vrrp *instance_named(const struct conf *conf, const char *name)
{
	for (size_t i = 0; i < conf->n_vrrps; i++)
		if (!strcmp(conf->vrrps[i].name, name))
			return &conf->vrrps[i];
	return NULL;
}

static bool has_group(const struct conf *conf, const char *name)
{
	for (size_t i = 0; i < conf->n_sync_groups; i++)
		if (!strcmp(conf->sync_groups[i].name, name))
			return true;
	return false;
}

/* instance: NULL if name is that of a group. */
static bool is_meant(const struct conf_vrrp *vrrp, const char *name,
		     const struct conf_vrrp *instance)
{
	if (!name || vrrp == instance)
		return true;
	return belongs_to(vrrp, instance ? instance->sync_group : name);
}

static int check_name(const struct conf *conf, const char *name, const struct conf_vrrp *instance,
		      struct err *err)
{
	if (!conf->n_vrrps)
		return err_set(err, -EINVAL, "the configuration in force has no vrrp_instance");
	if (!name)
		return 0;
	if (!instance && !has_group(conf, name))
		return err_set(err, -EINVAL,
			       "there is no vrrp_instance or vrrp_sync_group '%s' in the "
			       "configuration in force; `lvsctl status` shows their names",
			       name);
	if (instance && has_group(conf, name) && !belongs_to(instance, name))
		return err_set(err, -EINVAL,
			       "'%s' is a vrrp_instance and also a vrrp_sync_group to which that "
			       "instance does not belong; give another instance of the group, or "
			       "rename one of them in the file",
			       name);
	return 0;
}

int role_orders_select(const struct conf *conf, enum vrrp_order_kind kind, const char *name,
		       bool *ret_meant, struct err *err)
{
	const struct conf_vrrp *instance = name ? instance_named(conf, name) : NULL;
	int code = check_name(conf, name, instance, err);

	for (size_t i = 0; i < conf->n_vrrps && code == 0; i++) {
		const struct conf_vrrp *vrrp = &conf->vrrps[i];

		ret_meant[i] = is_meant(vrrp, name, instance);
		if (ret_meant[i] && kind == VRRP_ORDER_HOLD && vrrp->priority == CONF_PRIORITY_OWNER)
			code = err_set(err, -EINVAL,
				       "vrrp=%s has priority 255: an owner of its addresses always "
				       "takes them back; `lvsctl vrrp release %s` keeps it BACKUP",
				       vrrp->name, vrrp->name);
	}
	return code;
}

/* --- the orders in force --- */

bool role_order_lasts(enum vrrp_order_kind kind)
{
	return kind == VRRP_ORDER_RELEASE || kind == VRRP_ORDER_HOLD;
}

bool role_order_is_about(const struct role_order *order, const struct conf_vrrp *conf)
{
	return order->vrid == conf->vrid && order->family == conf->family &&
	       !strcmp(order->interface, conf->interface);
}

static struct role_order *order_of(const struct role_orders *orders, const struct conf_vrrp *conf)
{
	for (size_t i = 0; i < orders->list.n; i++)
		if (role_order_is_about(&orders->list.items[i], conf))
			return &orders->list.items[i];
	return NULL;
}

const struct role_order *role_orders_find(const struct role_orders *orders,
					  const struct conf_vrrp *conf)
{
	return order_of(orders, conf);
}

void role_orders_set(struct role_orders *orders, const struct conf_vrrp *conf,
		     const struct vrrp_order *order, int64_t wall_us)
{
	struct role_order *own = order_of(orders, conf);
	struct role_order last = own ? *own : (struct role_order){0};

	/* A TAKE that is not carried out yet is no order to come back to. */
	if (last.order.kind == VRRP_ORDER_RESUME) {
		last.before = (struct vrrp_order){0};
	} else if (last.order.kind != VRRP_ORDER_TAKE) {
		last.before = last.order;
		last.before_since_wall_us = last.since_wall_us;
	}
	if (!own)
		own = vec_push(&orders->list);
	*own = (struct role_order){.vrid = conf->vrid,
				   .family = conf->family,
				   .order = *order,
				   .since_wall_us = wall_us};
	if (order->kind == VRRP_ORDER_RELEASE || order->kind == VRRP_ORDER_TAKE) {
		own->before = last.before;
		own->before_since_wall_us = last.before_since_wall_us;
	}
	snprintf(own->interface, sizeof(own->interface), "%s", conf->interface);
}

/* Returns whether there was an order before. */
static bool order_bring_back(struct role_order *order)
{
	if (order->before.kind == VRRP_ORDER_NONE)
		return false;
	order->order = order->before;
	order->since_wall_us = order->before_since_wall_us;
	order->before = (struct vrrp_order){0};
	return true;
}

bool role_orders_drop(struct role_orders *orders, const struct conf *conf,
		      const struct conf_vrrp *vrrp, uint64_t number, bool is_refused)
{
	bool is_any = false;

	for (size_t i = 0; i < conf->n_vrrps; i++) {
		const struct conf_vrrp *other = &conf->vrrps[i];
		struct role_order *own = order_of(orders, other);

		if (!own || own->order.number != number ||
		    (vrrp && other != vrrp && !belongs_to(other, vrrp->sync_group)))
			continue;
		is_any = true;
		if (!is_refused || !order_bring_back(own))
			*own = orders->list.items[--orders->list.n];
	}
	return is_any;
}

bool role_orders_keep(struct role_orders *orders, const struct conf *conf)
{
	size_t n = 0, before = orders->list.n;

	for (size_t i = 0; i < before; i++) {
		bool is_known = false;

		for (size_t k = 0; k < conf->n_vrrps && !is_known; k++)
			is_known = role_order_is_about(&orders->list.items[i], &conf->vrrps[k]);
		if (is_known)
			orders->list.items[n++] = orders->list.items[i];
	}
	orders->list.n = n;
	return n < before;
}

uint64_t role_orders_last(const struct role_orders *orders)
{
	uint64_t last = 0;

	for (size_t i = 0; i < orders->list.n; i++)
		if (orders->list.items[i].order.number > last)
			last = orders->list.items[i].order.number;
	return last;
}

/* --- roles.json --- */

static json_t *order_json(const struct role_order *order)
{
	return json_pack("{s:s, s:i, s:i, s:s, s:I, s:I}", "interface", order->interface, "vrid",
			 order->vrid, "family", order->family, "order",
			 vrrp_order_name(order->order.kind), "number",
			 (json_int_t)order->order.number, "since_us",
			 (json_int_t)order->since_wall_us);
}

/* If the director is replaced, nobody waits for a TAKE any more. So the order before it is stored. A
 * RESUME has none before it. */
json_t *role_orders_json(const struct role_orders *orders)
{
	json_t *list = json_array();

	for (size_t i = 0; i < orders->list.n; i++) {
		struct role_order order = orders->list.items[i];

		if (role_order_lasts(order.order.kind) || order_bring_back(&order))
			json_array_append_new(list, order_json(&order));
	}
	return list;
}

static bool is_order_read(json_t *item, struct role_order *ret_order)
{
	const char *interface = json_string_value(json_object_get(item, "interface"));
	const char *name = json_string_value(json_object_get(item, "order"));
	json_int_t number = json_integer_value(json_object_get(item, "number"));

	if (!interface || strlen(interface) >= CONF_IFNAME_MAX || !name || number <= 0 ||
	    !vrrp_order_read(name, &ret_order->order.kind))
		return false;
	strcpy(ret_order->interface, interface);
	ret_order->order.number = (uint64_t)number;
	ret_order->vrid = (uint8_t)json_integer_value(json_object_get(item, "vrid"));
	ret_order->family = (uint16_t)json_integer_value(json_object_get(item, "family"));
	ret_order->since_wall_us = json_integer_value(json_object_get(item, "since_us"));
	return true;
}

void role_orders_load(struct role_orders *orders, json_t *list)
{
	json_t *item;
	size_t i;

	json_array_foreach(list, i, item)
	{
		struct role_order order = {0};

		/* A TAKE is not restored: the request that waited for it ended with the former
		 * director. */
		if (is_order_read(item, &order) && role_order_lasts(order.order.kind))
			*(struct role_order *)vec_push(&orders->list) = order;
	}
}

/* --- what has become of an order --- */

/* ", and 10.9.0.12 (priority 100) is master", or "". */
static const char *master_text(const struct vrrp_report *report, char text[static 64])
{
	char addr[ADDR_TEXT_MAX];

	text[0] = '\0';
	if (report->state == VRRP_BACKUP && report->master.family != AF_UNSPEC)
		snprintf(text, 64, ", and %s (priority %u) is master",
			 addr_format(&report->master, addr), report->master_priority);
	return text;
}

static void say_done(const struct vrrp_order *order, const struct conf_vrrp *conf,
		     const struct vrrp_report *report, char *text)
{
	static const char *const words[VRRP_ORDERS] = {
	    [VRRP_ORDER_RELEASE] = "is released",
	    [VRRP_ORDER_HOLD] = "does not preempt any more",
	    [VRRP_ORDER_TAKE] = "takes over",
	    [VRRP_ORDER_RESUME] = "follows its file again"};
	char master[64];

	snprintf(text, ROLE_ORDER_TEXT_MAX, "vrrp=%s %s: it is %s%s", conf->name,
		 words[order->kind], vrrp_state_text(report->state), master_text(report, master));
}

static void say_failure(const struct conf_vrrp *conf, const struct vrrp_report *report,
			uint8_t own_priority, char *text)
{
	char addr[ADDR_TEXT_MAX];

	switch (report->order_result) {
	case VRRP_ORDER_ALONE:
		snprintf(text, ROLE_ORDER_TEXT_MAX,
			 "vrrp=%s stays MASTER, as no other director took over: is there one that "
			 "runs, and hears this one? The release is dropped",
			 conf->name);
		break;
	case VRRP_ORDER_BETTER:
		snprintf(text, ROLE_ORDER_TEXT_MAX,
			 "vrrp=%s stays BACKUP: its master %s has priority %u, and this router would be "
			 "master with %u, so that one would take the addresses back at once. Run "
			 "`lvsctl vrrp release` there; `lvsctl vrrp resume %s` ends an earlier release "
			 "or hold here",
			 conf->name, addr_format(&report->master, addr), report->master_priority,
			 own_priority, conf->name);
		break;
	case VRRP_ORDER_LEARNING:
		snprintf(text, ROLE_ORDER_TEXT_MAX,
			 "vrrp=%s stays BACKUP: it has come back, and still learns who is master and "
			 "which connections there are; run the command again when `lvsctl status` "
			 "shows no waiting time",
			 conf->name);
		break;
	case VRRP_ORDER_GROUP:
		snprintf(text, ROLE_ORDER_TEXT_MAX,
			 "vrrp=%s stays %s: another instance of its vrrp_sync_group %s cannot take "
			 "over",
			 conf->name, vrrp_state_text(report->state),
			 conf->sync_group ? conf->sync_group : "");
		break;
	default:
		snprintf(text, ROLE_ORDER_TEXT_MAX, "vrrp=%s is %s%s%s", conf->name,
			 vrrp_state_text(report->state), report->fault ? ": " : "",
			 report->fault ? report->fault : "");
	}
}

static void say_waiting(const struct conf_vrrp *conf, const struct vrrp_report *report, char *text)
{
	snprintf(text, ROLE_ORDER_TEXT_MAX,
		 "vrrp=%s is %s, and the order has not been carried out in time; `lvsctl status` shows "
		 "what comes",
		 conf->name, vrrp_state_text(report ? report->state : VRRP_INIT));
}

enum role_order_verdict role_order_judge(const struct vrrp_order *order,
					 const struct conf_vrrp *conf,
					 const struct vrrp_report *report, uint8_t own_priority,
					 char ret_text[static ROLE_ORDER_TEXT_MAX])
{
	say_waiting(conf, report, ret_text);
	if (!report || report->order_number < order->number ||
	    report->order_result == VRRP_ORDER_PENDING)
		return ROLE_ORDER_WAITS;
	if (report->order_number > order->number) {
		snprintf(ret_text, ROLE_ORDER_TEXT_MAX, "vrrp=%s has got another order meanwhile",
			 conf->name);
		return ROLE_ORDER_FAILED;
	}
	if (report->order_result != VRRP_ORDER_DONE) {
		say_failure(conf, report, own_priority, ret_text);
		return ROLE_ORDER_FAILED;
	}
	/* The vrrp process may have been replaced in the midst of it. */
	if ((order->kind == VRRP_ORDER_RELEASE && report->state == VRRP_MASTER) ||
	    (order->kind == VRRP_ORDER_TAKE && report->state != VRRP_MASTER))
		return ROLE_ORDER_WAITS;
	say_done(order, conf, report, ret_text);
	return ROLE_ORDER_IS_DONE;
}

/* --- the answer to the request --- */

static const char *verdict_name(enum role_order_verdict verdict)
{
	return verdict == ROLE_ORDER_IS_DONE ? "done"
	       : verdict == ROLE_ORDER_WAITS ? "late"
					     : "refused";
}

static size_t count_verdict(const struct role_order_outcome *outcomes, size_t n,
			    enum role_order_verdict verdict)
{
	size_t count = 0;

	for (size_t i = 0; i < n; i++)
		count += outcomes[i].verdict == verdict;
	return count;
}

/* The error of an order that was not carried out for all instances, for free(). */
static char *error_text(const struct role_order_outcome *outcomes, size_t n)
{
	size_t n_done = count_verdict(outcomes, n, ROLE_ORDER_IS_DONE);
	size_t n_late = count_verdict(outcomes, n, ROLE_ORDER_WAITS);
	char *text = NULL, *longer, late[48] = "";

	if (n_late)
		snprintf(late, sizeof(late), ", not in time for %zu", n_late);
	if (n_done || n_late)
		text = mem_printf("carried out for %zu of %zu instance%s%s:\n", n_done, n, plural(n),
				  late);
	for (size_t i = 0; i < n; i++) {
		longer = mem_printf("%s%s\n", text ? text : "", outcomes[i].text);
		free(text);
		text = longer;
	}
	return text;
}

json_t *role_orders_answer(const struct role_order_outcome *outcomes, size_t n)
{
	size_t n_done = count_verdict(outcomes, n, ROLE_ORDER_IS_DONE);
	size_t n_late = count_verdict(outcomes, n, ROLE_ORDER_WAITS);
	json_t *result = json_object(), *instances = json_array(), *done = json_array();
	bool is_done = n_done == n;
	json_t *answer = json_pack("{s:b}", "ok", is_done);
	char *error;

	for (size_t i = 0; i < n; i++) {
		json_array_append_new(instances,
				      json_pack("{s:s?, s:s, s:s}", "name", outcomes[i].instance,
						"outcome", verdict_name(outcomes[i].verdict), "text",
						outcomes[i].text));
		if (outcomes[i].verdict == ROLE_ORDER_IS_DONE)
			json_array_append_new(done, json_string(outcomes[i].text));
	}
	json_object_set_new(result, "done", done);
	json_object_set_new(result, "instances", instances);
	if (!is_done) {
		error = error_text(outcomes, n);
		json_object_set_new(answer, "error", json_string(error));
		json_object_set_new(answer, "partly", json_boolean(n_done > 0));
		json_object_set_new(answer, "late", json_boolean(n_done == 0 && n_late > 0));
		free(error);
	}
	json_object_set_new(answer, "result", result);
	return answer;
}
