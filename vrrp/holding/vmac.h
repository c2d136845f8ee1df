/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What must be done so that a macvlan of use_vmac is there, and how lvsd knows its own ones. Pure. */
#ifndef LVSD_VRRP_HOLDING_VMAC_H
#define LVSD_VRRP_HOLDING_VMAC_H

#include "vrrp/machine/link.h"

enum vrrp_vmac_step {
	VRRP_VMAC_WAIT,   /* the interface below is missing */
	VRRP_VMAC_MAKE,   /* there is no interface of that name */
	VRRP_VMAC_KEEP,   /* it is there, with the right parent and hardware address */
	VRRP_VMAC_REMAKE, /* lvsd made it, for another parent or hardware address */
	VRRP_VMAC_REFUSE, /* somebody else has an interface of that name */
};

/* parent and found: the interfaces of the names vmac->parent and vmac->name; NULL: there is none. */
enum vrrp_vmac_step vrrp_vmac_judge(const struct conf_vmac *vmac, const struct vrrp_link_if *parent,
				    const struct vrrp_link_if *found);

/* Does the interface have that hardware address (conf_vmac.mac)? */
bool vrrp_vmac_has_mac(const struct vrrp_link_if *interface, uint64_t mac);

/* Sysctls of the interface below, before lvsd set them for its first macvlan there. */
struct vrrp_vmac_saved {
	uint32_t arp_ignore, arp_announce;
};

/* The alias says that lvsd made the macvlan, and what it must put back. Example: "lvsd use_vmac,
 * before: arp_ignore 0, arp_announce 0". */
void vrrp_vmac_alias(const struct vrrp_vmac_saved *saved, char ret_alias[static VRRP_LINK_ALIAS_MAX]);
/* Is that the alias of one of lvsd's macvlans? */
bool vrrp_vmac_read_alias(const struct vrrp_link_if *interface, struct vrrp_vmac_saved *ret_saved);

#endif
