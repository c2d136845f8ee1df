/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The virtual addresses of one instance on the machine's interfaces (edge): adds what is missing,
 * removes what it may remove, sees what somebody else took away. It never removes an address that
 * was there before it (of an address owner), the address that adverts are sent from, or one that
 * another master of this process has.
 */
#ifndef LVSD_VRRP_VIPS_H
#define LVSD_VRRP_VIPS_H

#include "base/vec.h"
#include "vrrp/link.h"

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
	unsigned
	    tried; /* index of the interface that was up at the last attempt to add it; 0: none */
};

struct vrrp_vips {
	const char *instance; /* for log lines */
	struct vrrp_link *link;
	const struct vrrp_vip_index *index;
	VEC(struct vrrp_vip) list;
	bool is_master; /* set by the instance: it may hold them */
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

/* How many of them are on their interfaces now; those count as held from here on. */
size_t vrrp_vips_adopt(struct vrrp_vips *vips);

/* Adds what is missing; of an owner, what exists already is foreign. Failures are logged unless
 * is_quiet. */
void vrrp_vips_add(struct vrrp_vips *vips, bool is_owner, bool is_quiet);

/* Removes what is there (see the top for what stays); keep is the address that adverts are sent
 * from. */
void vrrp_vips_del(struct vrrp_vips *vips, const struct addr *keep);

enum vrrp_vips_missing {
	VRRP_VIPS_COMPLETE,
	VRRP_VIPS_REFUSED, /* one could not be added, and its interface is as it was then */
	VRRP_VIPS_REMOVED, /* one was there; or its interface can be tried now */
};

/* Is one of them not on its interface, and why? REMOVED before REFUSED. */
enum vrrp_vips_missing vrrp_vips_missing(const struct vrrp_vips *vips);

#endif
