/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The virtual routes of one instance, or the static ones: which it wants on the machine (all while it
 * is master, or none), which it has added, when to look again, and the plan from one to the other. Pure;
 * vrrp/holding/routes_link.h carries the plan out.
 *
 * When an interface goes down, the kernel removes its IPv4 routes and does not announce that. So a
 * repair adds all routes again. A route that was still there answers -EEXIST and stays as it is; the
 * other answers show which routes had been lost.
 */
#ifndef LVSD_VRRP_HOLDING_ROUTES_H
#define LVSD_VRRP_HOLDING_ROUTES_H

#include "base/mono.h"
#include "base/vec.h"
#include "conf/conf.h"
#include "vrrp/holding/retry.h"

struct vrrp_route {
	const struct conf_route *conf; /* lives in the instance's configuration */
	bool is_held;                  /* this instance has added it */
	int refusal;                   /* -errno of the last attempt to add it; 0: none */
	bool is_said;                  /* a line of the log has named the refusal */
};

struct vrrp_routes {
	VEC(struct vrrp_route) list;
	bool is_master; /* set by the caller: all routes are wanted, else none */
	struct vrrp_retry retry; /* of repairs */
};

struct vrrp_route_op {
	size_t at;      /* index of the route in the list */
	int result;     /* the kernel's answer: 0 or -errno */
	bool is_news;   /* set by vrrp_routes_added(): worth a line of the log */
	/* set by vrrp_routes_added(): somebody had removed the route, and now it is back */
	bool is_loss;
};

/* All additions, or all removals. */
struct vrrp_routes_plan {
	VEC(struct vrrp_route_op) ops;
};

void vrrp_routes_fini(struct vrrp_routes *routes);

/*
 * Takes over the routes of a configuration. Routes that are the same in both keep their state.
 * Routes that are held and no longer listed go to ret_stale; the caller removes them from the
 * machine after it has added the new ones, then calls vrrp_routes_fini(ret_stale). conf NULL: no
 * routes.
 */
void vrrp_routes_set(struct vrrp_routes *routes, const struct conf_vrrp *conf,
		     struct vrrp_routes *ret_stale);

/* The additions of a master: all routes, except those with `no_track` that it has added already.
 * Free ret_plan->ops with vec_free(). */
void vrrp_routes_plan_add(const struct vrrp_routes *routes, struct vrrp_routes_plan *ret_plan);
/* Takes the results of the additions, sets is_news and is_loss, and decides when to look again. */
void vrrp_routes_added(struct vrrp_routes *routes, struct vrrp_routes_plan *plan, struct mono now);

/* The removals of an instance that is not master any more, in the reverse order of the additions.
 * Afterwards no route is held. */
void vrrp_routes_plan_del(struct vrrp_routes *routes, struct vrrp_routes_plan *ret_plan);

/* Routes may be missing, as something has changed on the machine: a repair is due at
 * vrrp_routes_wake(). */
void vrrp_routes_doubt(struct vrrp_routes *routes);
/* When to repair; MONO_NEVER: no repair is due. */
struct mono vrrp_routes_wake(const struct vrrp_routes *routes);

/* Is this instance master, with exactly this route in its configuration? */
bool vrrp_routes_want(const struct vrrp_routes *routes, const struct conf_route *route);
/* The same for a route that was found on the machine, of which only the identifying values are
 * known (vrrp_route_sweep()). */
bool vrrp_routes_claim(const struct vrrp_routes *routes, const struct conf_route *found);

/* Sets is_used of the protocol of each route. */
void vrrp_routes_protocols(const struct vrrp_routes *routes, bool is_used[static 256]);

#endif
