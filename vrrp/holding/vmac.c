/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "vrrp/holding/vmac.h"

#include <stdio.h>

#define ALIAS "lvsd use_vmac, before: arp_ignore %u, arp_announce %u"

bool vrrp_vmac_has_mac(const struct vrrp_link_if *interface, uint64_t mac)
{
	uint64_t own = 0;

	for (size_t i = 0; i < VRRP_MAC_LEN; i++)
		own = own << 8 | interface->mac[i];
	return own == mac;
}

enum vrrp_vmac_step vrrp_vmac_judge(const struct conf_vmac *vmac, const struct vrrp_link_if *parent,
				    const struct vrrp_link_if *found)
{
	struct vrrp_vmac_saved saved;

	if (!parent)
		return VRRP_VMAC_WAIT;
	if (!found)
		return VRRP_VMAC_MAKE;
	/* Also one that keepalived has left, when it was killed. */
	if (found->is_macvlan && found->parent == parent->index &&
	    vrrp_vmac_has_mac(found, vmac->mac))
		return VRRP_VMAC_KEEP;
	return vrrp_vmac_read_alias(found, &saved) ? VRRP_VMAC_REMAKE : VRRP_VMAC_REFUSE;
}

void vrrp_vmac_alias(const struct vrrp_vmac_saved *saved, char ret_alias[static VRRP_LINK_ALIAS_MAX])
{
	snprintf(ret_alias, VRRP_LINK_ALIAS_MAX, ALIAS, saved->arp_ignore, saved->arp_announce);
}

bool vrrp_vmac_read_alias(const struct vrrp_link_if *interface, struct vrrp_vmac_saved *ret_saved)
{
	return interface->is_macvlan && sscanf(interface->alias, ALIAS, &ret_saved->arp_ignore,
					       &ret_saved->arp_announce) == 2;
}
