/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The orders of an operator about VRRP instances (lvsctl vrrp): which instances a name means, which
 * orders are in force, what has become of an order. An order belongs to a VRID on an interface, as
 * a report of the vrrp process does, so it stays when a reload renames the instance. Pure.
 */
#ifndef LVSD_DAEMON_DIRECTOR_ROLE_ROLE_ORDERS_H
#define LVSD_DAEMON_DIRECTOR_ROLE_ROLE_ORDERS_H

#include "base/err.h"
#include "base/vec.h"
#include "conf/conf.h"
#include "vrrp/wire.h"

#include <jansson.h>

struct role_order {
	char interface[CONF_IFNAME_MAX];
	uint8_t vrid;
	uint16_t family;
	struct vrrp_order order;
	int64_t since_wall_us; /* when it was given */
	/* RELEASE and TAKE: the order that was in force before, and is so again if this one is refused */
	struct vrrp_order before;
	int64_t before_since_wall_us;
};

/* Begins as {0}. */
struct role_orders {
	VEC(struct role_order) list; /* at most one order for each instance */
};

void role_orders_fini(struct role_orders *orders);

/*
 * Marks the instances that name means in ret_meant, which has conf->n_vrrps items: a vrrp_instance with
 * its whole vrrp_sync_group, or the instances of a vrrp_sync_group; NULL: all. Returns 0, or -EINVAL
 * with a sentence when none is meant, or when the order cannot apply to one of them.
 */
int role_orders_select(const struct conf *conf, enum vrrp_order_kind kind, const char *name,
		       bool *ret_meant, struct err *err);

/* Is this an order that lasts, RELEASE or HOLD? The others end when they are carried out. */
bool role_order_lasts(enum vrrp_order_kind kind);
/* The order about an instance, or NULL. */
const struct role_order *role_orders_find(const struct role_orders *orders,
					  const struct conf_vrrp *conf);
/* Is the order about this instance? */
bool role_order_is_about(const struct role_order *order, const struct conf_vrrp *conf);
/* Sets the order about an instance. It replaces an earlier one. */
void role_orders_set(struct role_orders *orders, const struct conf_vrrp *conf,
		     const struct vrrp_order *order, int64_t wall_us);
/*
 * Drops the orders with the number for the instance vrrp and the members of its sync group. vrrp
 * NULL: drops all orders with the number. is_refused: they were not carried out, so the orders
 * before them are in force again. Returns whether an order was dropped.
 */
bool role_orders_drop(struct role_orders *orders, const struct conf *conf,
		      const struct conf_vrrp *vrrp, uint64_t number, bool is_refused);
/* Drops the orders for instances that conf does not have. Returns whether an order was dropped. */
bool role_orders_keep(struct role_orders *orders, const struct conf *conf);
/* The greatest number of an order; 0: there is no order. */
uint64_t role_orders_last(const struct role_orders *orders);

/* Write the orders as an array of roles.json, and read such an array. Malformed items are left
 * out. */
json_t *role_orders_json(const struct role_orders *orders);
void role_orders_load(struct role_orders *orders, json_t *list);

/* Is an order still being carried out, done, or in vain? */
enum role_order_verdict {
	ROLE_ORDER_WAITS,
	ROLE_ORDER_IS_DONE,
	ROLE_ORDER_FAILED,
};

#define ROLE_ORDER_TEXT_MAX 512

/*
 * What has become of an order for an instance. report is the instance's last report, or NULL.
 * own_priority: the priority that the instance has without an order, and after a TAKE. ret_text gets
 * a sentence.
 * Example: RELEASE, and a report of BACKUP: IS_DONE, "vrrp=web is released: it is BACKUP, and
 * 10.9.0.12 (priority 100) is master".
 */
enum role_order_verdict role_order_judge(const struct vrrp_order *order,
					 const struct conf_vrrp *conf,
					 const struct vrrp_report *report, uint8_t own_priority,
					 char ret_text[static ROLE_ORDER_TEXT_MAX]);

/* What has become of an order for one of the instances that it meant. */
struct role_order_outcome {
	const char *instance; /* its name; NULL: a reload has removed it meanwhile */
	enum role_order_verdict verdict; /* WAITS: it was not carried out in time */
	char text[ROLE_ORDER_TEXT_MAX];  /* the sentence of role_order_judge() */
};

/*
 * The answer to the request that gave the order, as doc/control.md describes it. If the order was not
 * carried out for all instances, the error has a line for each, also for those where it was. "late": for
 * none in time.
 * Example: released web, and db stays MASTER: "ok" false, "partly" true, and the error "carried out for 1
 * of 2 instances:\nvrrp=web is released: ...\nvrrp=db stays MASTER, ...\n".
 */
json_t *role_orders_answer(const struct role_order_outcome *outcomes, size_t n);

#endif
