/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The virtual routes of one instance, or its rules, or the static ones: which it wants on the machine
 * (all while it is master, or none), which it has added, when to look again, and the plan from one to
 * the other. Pure; vrrp/holding/items_link.h carries the plan out.
 *
 * When an interface goes down, the kernel removes its IPv4 routes and does not announce that. So a
 * repair adds all items again. An item that was still there answers -EEXIST and stays as it is; the
 * other answers show which ones had been lost.
 */
#ifndef LVSD_VRRP_HOLDING_ITEMS_H
#define LVSD_VRRP_HOLDING_ITEMS_H

#include "base/mono.h"
#include "base/vec.h"
#include "conf/conf.h"
#include "vrrp/machine/item.h"
#include "vrrp/holding/retry.h"

struct vrrp_item {
	const void *conf; /* a struct of the kind; memory of the instance's configuration */
	bool is_held;     /* this instance has added it */
	/* Where it was added. A route that is not held may be there even so: its interface was renamed. */
	struct vrrp_item_place place;
	int refusal;      /* -errno of the last attempt to add it; 0: none */
	char why[VRRP_WHY_MAX]; /* the kernel's words about it, or "" */
	bool is_said;     /* a line of the log has named the refusal */
	/* An exclusive route: one of the configuration before is in its place, until vrrp_items_replaced(). */
	bool replaces;
};

struct vrrp_items {
	enum vrrp_item_kind kind;
	VEC(struct vrrp_item) list;
	bool is_master; /* set by the caller: all items are wanted, else none */
	struct vrrp_retry retry; /* of repairs */
};

struct vrrp_item_op {
	size_t at;    /* index of the item in the list */
	struct vrrp_item_place place; /* where it is to be, or was */
	int result;   /* the kernel's answer: 0 or -errno */
	char why[VRRP_WHY_MAX]; /* its words, or "" */
	bool is_news; /* set by vrrp_items_added(): worth a line of the log */
	/* set by vrrp_items_added(): somebody had removed the item, and now it is back */
	bool is_loss;
};

/* All additions, or all removals. */
struct vrrp_items_plan {
	VEC(struct vrrp_item_op) ops;
};

void vrrp_items_fini(struct vrrp_items *items);

/*
 * Takes over the items of a kind of a configuration. Items that are the same in both keep their
 * state. Items that are held and no longer listed go to ret_stale; the caller removes them from the
 * machine after it has added the new ones, then calls vrrp_items_fini(ret_stale). conf NULL: no
 * items.
 */
void vrrp_items_set(struct vrrp_items *items, enum vrrp_item_kind kind,
		    const struct conf_vrrp *conf, struct vrrp_items *ret_stale);

/* To be called when the items of ret_stale have been removed: from now on a refusal is one. */
void vrrp_items_replaced(struct vrrp_items *items);

/* The additions of a master: all items, except those with `no_track` that it has added already.
 * Free ret_plan->ops with vec_free(). */
void vrrp_items_plan_add(const struct vrrp_items *items, struct vrrp_items_plan *ret_plan);
/* Takes the results of the additions, sets is_news and is_loss, and decides when to try again. */
void vrrp_items_added(struct vrrp_items *items, struct vrrp_items_plan *plan, struct mono now);

/* The removals of an instance that is not master any more, in the reverse order of the additions.
 * Afterwards no item is held. */
void vrrp_items_plan_del(struct vrrp_items *items, struct vrrp_items_plan *ret_plan);

/* To be called when something has changed on the machine, so that items may be missing: a repair is
 * then due at vrrp_items_wake(). */
void vrrp_items_recheck(struct vrrp_items *items);
/* To be called after vrrp_items_recheck() when the machine has gained an interface or an address: the
 * repair is due at once (vrrp_retry_now()). */
void vrrp_items_retry_now(struct vrrp_items *items);
/* When to repair; MONO_NEVER: no repair is due. */
struct mono vrrp_items_wake(const struct vrrp_items *items);

/* Is this instance master, with exactly this item in its configuration? */
bool vrrp_items_want(const struct vrrp_items *items, enum vrrp_item_kind kind, const void *item);
/* The same for an item that was found on the machine (vrrp_route_sweep()). Of a route only the
 * identifying values are known. */
bool vrrp_items_claim(const struct vrrp_items *items, enum vrrp_item_kind kind, const void *found);

/* Sets is_used of the protocol of each item. */
void vrrp_items_protocols(const struct vrrp_items *items, bool is_used[static 256]);

/* Does the item have the keyword no_track? And the name of the track_group of a static item, or
 * "". */
bool vrrp_item_is_untracked(enum vrrp_item_kind kind, const void *item);
const char *vrrp_item_track_group(enum vrrp_item_kind kind, const void *item);

#endif
