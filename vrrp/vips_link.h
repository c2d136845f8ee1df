/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The virtual addresses of an instance on the machine (edge): reads which are present, and carries
 * out the plans of vrrp/vips.h. */
#ifndef LVSD_VRRP_VIPS_LINK_H
#define LVSD_VRRP_VIPS_LINK_H

#include "vrrp/machine/link.h"
#include "vrrp/vips.h"

/* With vips->is_master adds the addresses that are missing, else removes those that may be removed.
 * Failures are logged with the name of the instance, unless is_quiet. keep is the address that
 * advertisements are sent from, which stays. */
void vrrp_vips_link_apply(struct vrrp_vips *vips, struct vrrp_link *link, const char *instance,
			  const struct addr *keep, bool is_quiet);

/* vrrp_vips_strays(), vrrp_vips_missing() and vrrp_vips_adopt() with what the machine shows now. */
struct vrrp_vips_strays vrrp_vips_link_strays(const struct vrrp_vips *vips, const struct vrrp_link *link,
					      const struct addr *keep);
enum vrrp_vips_missing vrrp_vips_link_missing(const struct vrrp_vips *vips,
					      const struct vrrp_link *link);
size_t vrrp_vips_link_adopt(struct vrrp_vips *vips, const struct vrrp_link *link);

/* vrrp_vip_is_in_use() as the machine is now. */
bool vrrp_vips_link_is_in_use(const struct vrrp_vip *vip, const struct vrrp_link *link);
/* Such an address of the list, which a plan would add again now; NULL: there is none. */
const struct conf_vip *vrrp_vips_link_duplicate(const struct vrrp_vips *vips, const struct vrrp_link *link);

/* The first address that is missing on the machine, so that a message can name it; NULL: none is
 * missing. Addresses with `no_track` do not count. */
const struct conf_vip *vrrp_vips_link_first_missing(const struct vrrp_vips *vips,
						    const struct vrrp_link *link);

/* The first address that lvsd added and that is not there any more; NULL: none is lost. Addresses with
 * `no_track` do not count. */
const struct conf_vip *vrrp_vips_link_lost(const struct vrrp_vips *vips, const struct vrrp_link *link);

/* Has the first address that is missing gone with its interface, and is there another interface of that name
 * now? */
bool vrrp_vips_link_lost_interface(const struct vrrp_vips *vips, const struct vrrp_link *link);

/* Logs the addresses whose new options (label, scope, broadcast, ...) take effect only when lvsd
 * adds the address the next time. */
void vrrp_vips_link_say_outdated(struct vrrp_vips *vips, const char *instance);

#endif
