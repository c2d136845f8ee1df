/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The virtual addresses of one instance: which it wants on the machine's interfaces (all, or none),
 * what is there, and the plan from one to the other. Pure; vrrp/vips_link.h looks and carries out.
 *
 * A plan never removes an address that was there before the instance (of an address owner), the
 * address that adverts are sent from, or one that another master of this process has.
 */
#ifndef LVSD_VRRP_VIPS_H
#define LVSD_VRRP_VIPS_H

#include "base/vec.h"
#include "conf/conf.h"

struct vrrp_vips;

/* Which instance has which address; sorted, rebuilt at each COMMIT. */
struct vrrp_vip_ref {
	const struct conf_vip *conf;
	const struct vrrp_vips *vips;
};

struct vrrp_vip_index {
	VEC(struct vrrp_vip_ref) refs;
};

enum vrrp_vip_state {
	VRRP_VIP_ABSENT,
	VRRP_VIP_HELD,    /* on the interface because of us */
	VRRP_VIP_FOREIGN, /* on the interface, but it was there before us */
};

struct vrrp_vip {
	const struct conf_vip *conf; /* lives in the instance's configuration */
	enum vrrp_vip_state state;
	/* Index of the interface that was up at the last attempt to add it; 0: none was. */
	unsigned tried;
	/* It is held with another label, scope or broadcast address than conf has, which the kernel
	 * cannot change: to take it away for them would cut connections. */
	bool is_outdated;
};

struct vrrp_vips {
	const struct vrrp_vip_index *index;
	VEC(struct vrrp_vip) list;
	bool is_master; /* set by the instance: all are wanted; else none is */
	bool is_owner;  /* of priority 255: what exists already is foreign */
};

/* What the machine has of one address. */
struct vrrp_vip_have {
	unsigned index; /* of its interface; 0: there is none of that name */
	bool is_up;     /* it can carry packets */
	bool is_there;  /* the address is on it, with whatever prefix length */
};

enum vrrp_vip_op_kind {
	VRRP_VIP_ADD,
	VRRP_VIP_DEL,
};

struct vrrp_vip_op {
	enum vrrp_vip_op_kind kind;
	size_t at;       /* which of the list */
	unsigned index;  /* of the interface; 0: there is none, so it cannot be carried out */
	int result;      /* 0 or -errno, as whoever carries it out was told */
	bool is_failure; /* set by vrrp_vips_applied(): somebody should hear of the result */
};

struct vrrp_vips_plan {
	VEC(struct vrrp_vip_op) ops;
};

void vrrp_vip_index_clear(struct vrrp_vip_index *index);
void vrrp_vip_index_put(struct vrrp_vip_index *index, const struct vrrp_vips *vips);
/* Call after the last put, before any look-up. */
void vrrp_vip_index_sort(struct vrrp_vip_index *index);
void vrrp_vip_index_fini(struct vrrp_vip_index *index);
/* Is addr a virtual address of any instance, on any interface? */
bool vrrp_vip_index_has(const struct vrrp_vip_index *index, const struct addr *addr);

void vrrp_vips_fini(struct vrrp_vips *vips);

/*
 * Takes over a new list. Addresses that are in both keep their state; those held that are no longer
 * listed go to ret_stale (to be removed, then freed with vrrp_vips_fini). Returns whether any
 * address is new.
 */
bool vrrp_vips_set(struct vrrp_vips *vips, const struct conf_vip *confs, size_t n,
		   struct vrrp_vips *ret_stale);

/* have: one for each of the list, in its order, here and below. */

/* How many of them are on their interfaces now; those count as held from here on. */
size_t vrrp_vips_adopt(struct vrrp_vips *vips, const struct vrrp_vip_have *have);

/*
 * What is to be done so that all are there (is_master), or none but those that stay (see the top).
 * keep is the address that adverts are sent from. Free ret_plan->ops with vec_free(). Example: a
 * master whose second address somebody removed: one op, ADD of 1.
 */
void vrrp_vips_plan(const struct vrrp_vips *vips, const struct vrrp_vip_have *have,
		    const struct addr *keep, struct vrrp_vips_plan *ret_plan);
/* The plan has been carried out, and each op has its result. */
void vrrp_vips_applied(struct vrrp_vips *vips, const struct vrrp_vip_have *have,
		       struct vrrp_vips_plan *plan);

enum vrrp_vips_missing {
	VRRP_VIPS_COMPLETE,
	VRRP_VIPS_REFUSED, /* one could not be added, and its interface is as it was then */
	VRRP_VIPS_REMOVED, /* one was there; or its interface can be tried now */
};

/* Is one of them not on its interface, and why? REMOVED before REFUSED. */
enum vrrp_vips_missing vrrp_vips_missing(const struct vrrp_vips *vips,
					 const struct vrrp_vip_have *have);

#endif
