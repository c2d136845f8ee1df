/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The virtual addresses of an instance on the machine (edge): what is there, and plans carried out.
 */
#ifndef LVSD_VRRP_VIPS_LINK_H
#define LVSD_VRRP_VIPS_LINK_H

#include "vrrp/machine/link.h"
#include "vrrp/vips.h"

/* Adds what is missing if vips->is_master, else removes what may be removed. Failures are logged in
 * the name of instance, unless is_quiet. keep is the address that adverts are sent from. */
void vrrp_vips_link_apply(struct vrrp_vips *vips, struct vrrp_link *link, const char *instance,
			  const struct addr *keep, bool is_quiet);

/* See vrrp_vips_missing() and vrrp_vips_adopt(). */
enum vrrp_vips_missing vrrp_vips_link_missing(const struct vrrp_vips *vips,
					      const struct vrrp_link *link);
size_t vrrp_vips_link_adopt(struct vrrp_vips *vips, const struct vrrp_link *link);

/* Logs which of them have a new label, scope or broadcast address that they do not get yet. */
void vrrp_vips_link_say_outdated(struct vrrp_vips *vips, const char *instance);

#endif
