/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "vrrp/holding/vmac.h"

#include <stdio.h>
#include <string.h>

/* A former version reads the beginning alone. */
#define ALIAS   "lvsd use_vmac, before: arp_ignore %u, arp_announce %u"
#define RUN_DIR ", run dir "
#define IPVLAN_ALIAS "lvsd use_ipvlan"

#define ROW_END_NS   (60 * NS_PER_S)
#define PAUSE_MAX_NS (30 * NS_PER_S)
#define DOUBLINGS    5 /* 1 s doubled five times is more than PAUSE_MAX_NS */

struct mono vrrp_vmac_lose(struct vrrp_vmac_losses *losses, struct mono now)
{
	unsigned over;

	if (losses->n && mono_sub(now, losses->at) >= ROW_END_NS)
		losses->n = 0;
	losses->n++;
	losses->at = now;
	if (losses->n <= VRRP_VMAC_LOSSES_MAX)
		return now;
	over = losses->n - VRRP_VMAC_LOSSES_MAX - 1;
	return mono_add_ns(now, over >= DOUBLINGS ? PAUSE_MAX_NS : NS_PER_S << over);
}

bool vrrp_vmac_has_mac(const struct vrrp_link_if *interface, uint64_t mac)
{
	uint64_t own = 0;

	for (size_t i = 0; i < VRRP_MAC_LEN; i++)
		own = own << 8 | interface->mac[i];
	return own == mac;
}

/* On a macvlan the kernel makes a further one beside it, on the same interface below; so with ipvlans. */
static unsigned below(const struct vrrp_link_if *parent, bool is_ipvlan)
{
	return (is_ipvlan ? parent->is_ipvlan : parent->is_macvlan) ? parent->parent : parent->index;
}

/* Is it the interface that is wanted, whoever made it? */
static bool is_right(const struct conf_vmac *vmac, const struct vrrp_link_if *parent,
		     const struct vrrp_link_if *found, const char *run_dir)
{
	bool is_ipvlan = conf_vmac_is_ipvlan(vmac);

	if (found->parent != below(parent, is_ipvlan))
		return false;
	/* Also one that keepalived has left, when it was killed. Nothing but its name tells an ipvlan. */
	return is_ipvlan ? found->is_ipvlan && (!found->alias[0] || vrrp_vmac_is_of(found, run_dir))
			 : found->is_macvlan && vrrp_vmac_has_mac(found, vmac->mac);
}

enum vrrp_vmac_step vrrp_vmac_judge(const struct conf_vmac *vmac, const struct vrrp_link_if *parent,
				    const struct vrrp_link_if *found, const char *run_dir)
{
	if (!parent)
		return VRRP_VMAC_WAIT;
	if (!found)
		return VRRP_VMAC_MAKE;
	if (vrrp_vmac_run_dir(found)[0] && !vrrp_vmac_is_of(found, run_dir))
		return VRRP_VMAC_REFUSE;
	if (is_right(vmac, parent, found, run_dir))
		return VRRP_VMAC_KEEP;
	return vrrp_vmac_is_of(found, run_dir) ? VRRP_VMAC_REMAKE : VRRP_VMAC_REFUSE;
}

const char *vrrp_vmac_why_foreign(const struct conf_vmac *vmac, const struct vrrp_link_if *parent,
				  const struct vrrp_link_if *found,
				  char text[static VRRP_VMAC_WHY_MAX])
{
	const uint8_t *has = found->mac;
	uint8_t wants[VRRP_MAC_LEN];

	if (conf_vmac_is_ipvlan(vmac) ? !found->is_ipvlan : !found->is_macvlan)
		return conf_vmac_is_ipvlan(vmac) ? "it is no ipvlan" : "it is no macvlan";
	if (found->parent != below(parent, conf_vmac_is_ipvlan(vmac)))
		return "it is on another interface";
	if (conf_vmac_is_ipvlan(vmac))
		return "its alias says that it is somebody else's";
	for (size_t i = 0; i < VRRP_MAC_LEN; i++)
		wants[i] = (uint8_t)(vmac->mac >> 8 * (VRRP_MAC_LEN - 1 - i));
	snprintf(text, VRRP_VMAC_WHY_MAX,
		 "its hardware address is %02x:%02x:%02x:%02x:%02x:%02x, not "
		 "%02x:%02x:%02x:%02x:%02x:%02x",
		 has[0], has[1], has[2], has[3], has[4], has[5], wants[0], wants[1], wants[2],
		 wants[3], wants[4], wants[5]);
	return text;
}

void vrrp_vmac_alias(const struct vrrp_vmac_saved *saved, const char *run_dir,
		     char ret_alias[static VRRP_LINK_ALIAS_MAX])
{
	const char *word = run_dir ? RUN_DIR : "", *text = run_dir ? run_dir : "";

	if (saved)
		snprintf(ret_alias, VRRP_LINK_ALIAS_MAX, ALIAS "%s%s", saved->arp_ignore,
			 saved->arp_announce, word, text);
	else
		snprintf(ret_alias, VRRP_LINK_ALIAS_MAX, IPVLAN_ALIAS "%s%s", word, text);
}

bool vrrp_vmac_read_alias(const struct vrrp_link_if *interface, struct vrrp_vmac_saved *ret_saved)
{
	if (interface->is_ipvlan)
		return strncmp(interface->alias, IPVLAN_ALIAS, strlen(IPVLAN_ALIAS)) == 0;
	return interface->is_macvlan && sscanf(interface->alias, ALIAS, &ret_saved->arp_ignore,
					       &ret_saved->arp_announce) == 2;
}

const char *vrrp_vmac_run_dir(const struct vrrp_link_if *interface)
{
	struct vrrp_vmac_saved saved;
	const char *found = vrrp_vmac_read_alias(interface, &saved) ? strstr(interface->alias, RUN_DIR)
								    : NULL;

	return found ? found + strlen(RUN_DIR) : "";
}

bool vrrp_vmac_is_of(const struct vrrp_link_if *interface, const char *run_dir)
{
	const char *owner = vrrp_vmac_run_dir(interface);
	struct vrrp_vmac_saved saved;

	return vrrp_vmac_read_alias(interface, &saved) && (!owner[0] || (run_dir && !strcmp(owner, run_dir)));
}
