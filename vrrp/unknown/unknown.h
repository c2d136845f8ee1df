/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Virtual routers that advertise where no instance has their VRID (log_unknown_vrids): which ones were
 * heard, for the status. Encoding and checked decoding of the frame UNKNOWNS. Pure.
 */
#ifndef LVSD_VRRP_UNKNOWN_UNKNOWN_H
#define LVSD_VRRP_UNKNOWN_UNKNOWN_H

#include "base/addr.h"
#include "base/mono.h"
#include "conf/conf.h"

/* At most so many are kept; a further one takes the place of the one that was heard longest ago. */
#define VRRP_UNKNOWNS_MAX 64

struct vrrp_unknown {
	uint8_t vrid;
	char interface[CONF_IFNAME_MAX];
	struct addr source; /* of its last advertisement; the family is that of the virtual router */
	struct mono at;     /* when that came */
};

/* Begins as {0}. Each VRID stands there once for an interface and a family. */
struct vrrp_unknowns {
	size_t n;
	struct vrrp_unknown items[VRRP_UNKNOWNS_MAX];
};

/* An advertisement of vrid from source has come on the interface. 0 is no VRID, and not kept. */
void vrrp_unknowns_note(struct vrrp_unknowns *unknowns, const char *interface, uint8_t vrid,
			const struct addr *source, struct mono now);
/* An instance has the VRID there now. */
void vrrp_unknowns_drop(struct vrrp_unknowns *unknowns, const char *interface, uint16_t family,
			uint8_t vrid);

/* The body of UNKNOWNS. Returns its length; 0 when size is too small. */
size_t vrrp_unknowns_encode(const struct vrrp_unknowns *unknowns, void *buffer, size_t size);
/* Replaces unknowns: 0, or -EBADMSG. */
int vrrp_unknowns_decode(const void *body, size_t len, struct vrrp_unknowns *unknowns);

#endif
