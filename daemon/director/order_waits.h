/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `lvsctl vrrp`: gives orders about VRRP instances (role_orders.h), and answers when they are carried
 * out, or after a bounded time. */
#ifndef LVSD_DAEMON_DIRECTOR_ORDER_WAITS_H
#define LVSD_DAEMON_DIRECTOR_ORDER_WAITS_H

#include "base/loop.h"
#include "daemon/control/control.h"
#include "daemon/director/roles.h"

/* How long an order may take: a handover takes 10 s at most (VRRP_LEAVE_MAX_NS). */
#define ORDER_WAIT_MS 12000

struct order_wait;
struct sync_side;

/* Before a RELEASE the connections are sent that the other director lacks (sync/flushing.h). begin NULL: none are. */
struct order_flush {
	void (*begin)(struct sync_side *side);
	bool (*is_under_way)(const struct sync_side *side);
	void (*end)(struct sync_side *side);
	struct sync_side *side;
};

struct order_waits {
	/* Set by the owner at the beginning. */
	struct loop *loop;
	struct roles *roles;
	struct order_flush flush;
	VEC(struct order_wait) list;
	struct loop_timer *timer;
};

/* Frees the requests that still wait, without an answer. */
void order_waits_close(struct order_waits *waits);
/* Answers the request {"order": "release", "name": "web"} of control's client: at once with a refusal,
 * else later (NULL). */
json_t *order_waits_begin(struct order_waits *waits, struct control *control, json_t *request);
/* Once a turn: answers the requests whose orders are carried out. */
void order_waits_settle(struct order_waits *waits, struct control *control);

#endif
