/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/loader/machine_owner.h"
#include "conf/text/report.h"

#include <string.h>

static unsigned ones_in(const struct addr *mask)
{
	unsigned n = 0;

	for (size_t i = 0; i < sizeof(mask->bytes); i++)
		n += (unsigned)__builtin_popcount(mask->bytes[i]);
	return n;
}

/* The prefix length of the address that `one` gives to an interface, if it is that of the virtual address
 * but for the prefix length; 0: it is another address. */
static unsigned own_prefix(const struct ifaddrs *one, const struct conf_vip *vip)
{
	struct endpoint own = {0}, mask = {0};
	unsigned len;

	if (!one->ifa_addr || !one->ifa_netmask ||
	    endpoint_from_sockaddr(one->ifa_addr, &own) < 0 || addr_cmp(&own.addr, &vip->addr) != 0 ||
	    endpoint_from_sockaddr(one->ifa_netmask, &mask) < 0)
		return 0;
	len = ones_in(&mask.addr);
	return len == vip->prefix_len ? 0 : len;
}

/* Is it, with that prefix length, the first IPv4 address of the instance's interface? The kernel lists
 * secondary addresses last. A master needs an address there to send from before it adds others, so no
 * master has added this one. */
static bool is_first_there(const struct ifaddrs *list, const struct conf_vrrp *vrrp,
			   const struct conf_vip *vip)
{
	struct endpoint own = {0}, mask = {0};

	if (vip->addr.family != AF_INET || strcmp(conf_vip_holder(vip), vrrp->interface))
		return false;
	while (list && (!list->ifa_addr || list->ifa_addr->sa_family != AF_INET ||
			strcmp(list->ifa_name, vrrp->interface)))
		list = list->ifa_next;
	return list && list->ifa_netmask && endpoint_from_sockaddr(list->ifa_addr, &own) == 0 &&
	       endpoint_from_sockaddr(list->ifa_netmask, &mask) == 0 &&
	       addr_cmp(&own.addr, &vip->addr) == 0 && ones_in(&mask.addr) == vip->prefix_len;
}

static void judge_first(const struct conf_vrrp *vrrp, const struct conf_vip *vip,
			struct report *report)
{
	char text[ADDR_TEXT_MAX];

	report_warning(report, &vrrp->interface_place,
		       "vrrp_instance %s: its virtual address %s/%u is the first address of %s on this "
		       "machine. With a priority below 255 lvsd removes it, as keepalived does, whenever "
		       "this machine is not master, and when lvsd stops: the machine loses its own "
		       "address. Set priority 255 here, not %u, or choose an address that no machine has",
		       vrrp->name, addr_format(&vip->addr, text), vip->prefix_len, conf_vip_holder(vip),
		       vrrp->priority);
}

static void judge_instance(const struct conf_vrrp *vrrp, const struct ifaddrs *list,
			   struct report *report)
{
	char text[ADDR_TEXT_MAX];

	for (size_t i = 0; i < vrrp->n_vips; i++) {
		if (is_first_there(list, vrrp, &vrrp->vips[i])) {
			judge_first(vrrp, &vrrp->vips[i], report);
			return;
		}
		for (const struct ifaddrs *one = list; one; one = one->ifa_next) {
			unsigned len = own_prefix(one, &vrrp->vips[i]);

			if (!len)
				continue;
			report_warning(
			    report, &vrrp->interface_place,
			    "vrrp_instance %s: its virtual address %s is an address of %s on this "
			    "machine (/%u), which answers for it in every state, also as BACKUP. By "
			    "RFC 9568 this machine owns the address, and an owner has priority 255, "
			    "not %u: set that, or choose an address that no machine has",
			    vrrp->name, addr_format(&vrrp->vips[i].addr, text), one->ifa_name, len,
			    vrrp->priority);
			return;
		}
	}
}

void machine_judge_owner_of(const struct conf *conf, const struct ifaddrs *list, struct diags *diags)
{
	struct report report;

	report_init(&report, diags, diags->map);
	for (size_t i = 0; i < conf->n_vrrps; i++)
		if (conf->vrrps[i].priority != CONF_PRIORITY_OWNER)
			judge_instance(&conf->vrrps[i], list, &report);
	diags_sort(diags);
}

void machine_judge_owner(const struct conf *conf, struct diags *diags)
{
	struct ifaddrs *list = NULL;

	if (!conf || getifaddrs(&list) < 0)
		return;
	machine_judge_owner_of(conf, list, diags);
	freeifaddrs(list);
}
