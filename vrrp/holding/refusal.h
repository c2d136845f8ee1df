/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The addresses, routes and rules that the machine should have now and that the kernel refuses, with
 * the kernel's reason: what the vrrp process tells the director about them, for the status. Encoding
 * and checked decoding of the frame REFUSALS. Pure.
 */
#ifndef LVSD_VRRP_HOLDING_REFUSAL_H
#define LVSD_VRRP_HOLDING_REFUSAL_H

#include "base/vec.h"
#include "conf/conf.h"

#define VRRP_REFUSAL_TEXT_MAX   192
#define VRRP_REFUSAL_REASON_MAX 192
/* At most so many are told one by one; the others are counted. */
#define VRRP_REFUSALS_MAX 64

/* One refused item. */
struct vrrp_refusal {
	char instance[CONF_NAME_MAX]; /* "": a static item */
	char kind[8];                 /* "address", "route" or "rule" */
	char item[VRRP_REFUSAL_TEXT_MAX];     /* "10.1.0.0/16 via 10.9.9.9 dev eth1" */
	char reason[VRRP_REFUSAL_REASON_MAX]; /* "Network is unreachable (Nexthop has invalid
						 gateway)" */
};

/* Begins as {0}. */
struct vrrp_refusals {
	size_t n_all; /* refused items, those included for which the list has no room */
	VEC(struct vrrp_refusal) list;
};

void vrrp_refusals_free(struct vrrp_refusals *refusals);
/* Counts a refusal, and adds it to the list if that has room. Texts that are too long are cut. */
void vrrp_refusals_add(struct vrrp_refusals *refusals, const char *instance, const char *kind,
		       const char *item, const char *reason);

/* The body of REFUSALS. Returns its length; 0 when size is too small. */
size_t vrrp_refusals_encode(const struct vrrp_refusals *refusals, void *buffer, size_t size);
/* Replaces refusals: 0, or -EBADMSG. */
int vrrp_refusals_decode(const void *body, size_t len, struct vrrp_refusals *refusals);

#endif
