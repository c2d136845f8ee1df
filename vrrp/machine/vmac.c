/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "vrrp/machine/vmac.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/if_link.h>
#include <linux/ip.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Packets are accepted by any way back to their source: the usual way is by the interface below. */
#define RP_FILTER_STRICT 1
#define RP_FILTER_LOOSE  2

struct making {
	const struct conf_vmac *vmac;
	const char *alias;
	unsigned index;  /* of the macvlan, once it is there */
	unsigned parent; /* its index */
	uint32_t group;
	unsigned vrf; /* of the parent: its index; 0: none */
	uint32_t rp_filter;
	uint8_t mac[VRRP_MAC_LEN];
};

static void put_info(struct nl_msg *message, unsigned index, unsigned flags)
{
	struct ifinfomsg info = {
	    .ifi_index = (int)index, .ifi_flags = flags, .ifi_change = flags};

	nlmsg_append(message, &info, sizeof(info), NLMSG_ALIGNTO);
}

static void put_ipvlan(struct nl_msg *message, const struct conf_vmac *vmac)
{
	struct nlattr *info = nla_nest_start(message, IFLA_LINKINFO), *data;

	nla_put_string(message, IFLA_INFO_KIND, "ipvlan");
	data = nla_nest_start(message, IFLA_INFO_DATA);
	nla_put_u16(message, IFLA_IPVLAN_MODE, IPVLAN_MODE_L2);
	nla_put_u16(message, IFLA_IPVLAN_FLAGS, vmac->mode);
	nla_nest_end(message, data);
	nla_nest_end(message, info);
}

static void put_new(struct nl_msg *message, size_t i, const void *arg)
{
	const struct making *making = arg;
	struct nlattr *info, *data;

	(void)i;
	put_info(message, 0, 0);
	nla_put_string(message, IFLA_IFNAME, making->vmac->name);
	nla_put_u32(message, IFLA_LINK, making->parent);
	nla_put_u32(message, IFLA_GROUP, making->group);
	if (making->vrf)
		nla_put_u32(message, IFLA_MASTER, making->vrf);
	if (conf_vmac_is_ipvlan(making->vmac)) {
		put_ipvlan(message, making->vmac);
		return;
	}
	nla_put(message, IFLA_ADDRESS, sizeof(making->mac), making->mac);
	info = nla_nest_start(message, IFLA_LINKINFO);
	nla_put_string(message, IFLA_INFO_KIND, "macvlan");
	data = nla_nest_start(message, IFLA_INFO_DATA);
	/* The frames of the other director come from the same hardware address. In private mode the
	 * kernel gives them to this interface, and to no other. */
	nla_put_u32(message, IFLA_MACVLAN_MODE, MACVLAN_MODE_PRIVATE);
	nla_nest_end(message, data);
	nla_nest_end(message, info);
}

/* The mode, which all ipvlans of the parent get. */
static void put_mode(struct nl_msg *message, size_t i, const void *arg)
{
	const struct making *making = arg;

	(void)i;
	put_info(message, making->index, 0);
	put_ipvlan(message, making->vmac);
}

/* The VRF of the parent; 0 takes it out of any. */
static void put_vrf(struct nl_msg *message, size_t i, const void *arg)
{
	const struct making *making = arg;

	(void)i;
	put_info(message, making->index, 0);
	nla_put_u32(message, IFLA_MASTER, making->vrf);
}

static void put_alias(struct nl_msg *message, size_t i, const void *arg)
{
	const struct making *making = arg;
	struct nlattr *families, *inet, *list;

	(void)i;
	put_info(message, making->index, 0);
	nla_put_string(message, IFLA_IFALIAS, making->alias);
	nla_put_u32(message, IFLA_GROUP, making->group);
	families = nla_nest_start(message, IFLA_AF_SPEC);
	inet = nla_nest_start(message, AF_INET);
	list = nla_nest_start(message, IFLA_INET_CONF);
	/* It answers for its own addresses alone, and keeps them when the first one goes. */
	nla_put_u32(message, IPV4_DEVCONF_ARP_IGNORE, 1);
	nla_put_u32(message, IPV4_DEVCONF_PROMOTE_SECONDARIES, 1);
	nla_put_u32(message, IPV4_DEVCONF_RP_FILTER, making->rp_filter);
	nla_nest_end(message, list);
	nla_nest_end(message, inet);
	nla_nest_end(message, families);
}

static void put_no_link_local(struct nl_msg *message, size_t i, const void *arg)
{
	const struct making *making = arg;
	struct nlattr *families, *inet;

	(void)i;
	put_info(message, making->index, 0);
	families = nla_nest_start(message, IFLA_AF_SPEC);
	inet = nla_nest_start(message, AF_INET6);
	nla_put_u8(message, IFLA_INET6_ADDR_GEN_MODE, IN6_ADDR_GEN_MODE_NONE);
	nla_nest_end(message, inet);
	nla_nest_end(message, families);
}

static void put_up(struct nl_msg *message, size_t i, const void *arg)
{
	const struct making *making = arg;

	(void)i;
	put_info(message, making->index, IFF_UP);
}

static void put_delete(struct nl_msg *message, size_t i, const void *arg)
{
	(void)i;
	put_info(message, *(const unsigned *)arg, 0);
}

/* The group that it has already: the kernel then tells others of the interface. */
static void put_group(struct nl_msg *message, size_t i, const void *arg)
{
	const struct vrrp_link_if *interface = arg;

	(void)i;
	put_info(message, interface->index, 0);
	nla_put_u32(message, IFLA_GROUP, interface->group);
}

/* Sets a sysctl of IPv6 to one digit. -ENOENT: the machine has no IPv6, or the interface is gone. */
static int set_ip6(const char *interface, const char *name, char digit)
{
	char path[128];
	int fd, code;

	snprintf(path, sizeof(path), "/proc/sys/net/ipv6/conf/%s/%s", interface, name);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return errno == ENOENT ? 0 : -errno;
	code = write(fd, &digit, 1) == 1 ? 0 : -errno;
	close(fd);
	return code;
}

/* A router's announcement would make the same address on both directors, out of the hardware address. */
static int set_ip6_all(const struct conf_vmac *vmac)
{
	bool is_ip6 = vmac->family == AF_INET6;
	int code = set_ip6(vmac->name, "accept_ra", '0');

	if (code == 0)
		code = set_ip6(vmac->name, "autoconf", '0');
	if (code == 0)
		code = set_ip6(vmac->name, "disable_ipv6", is_ip6 ? '0' : '1');
	return code;
}

struct vrf_search {
	unsigned master; /* its index */
	unsigned found;
};

static void take_vrf(const struct vrrp_link_if *interface, void *arg)
{
	struct vrf_search *search = arg;

	if (interface->index == search->master && interface->vrf_table)
		search->found = interface->index;
}

unsigned vrrp_vmac_vrf(const struct vrrp_link *link, const struct vrrp_link_if *interface)
{
	struct vrf_search search = {.master = interface->master};

	if (interface->master)
		vrrp_link_each(link, take_vrf, &search);
	return search.found;
}

static struct making making_of(struct vrrp_link *link, const struct conf_vmac *vmac, const char *alias)
{
	const struct vrrp_link_if *parent = vrrp_link_by_name(link, vmac->parent);
	struct making making = {.vmac = vmac, .alias = alias, .parent = parent->index};

	making.vrf = vrrp_vmac_vrf(link, parent);
	making.group = vmac->group ? vmac->group - 1 : parent->group;
	making.rp_filter = vrrp_link_rp_filter(link) == RP_FILTER_STRICT ? RP_FILTER_LOOSE : 0;
	for (size_t i = 0; i < VRRP_MAC_LEN; i++)
		making.mac[i] = (uint8_t)(vmac->mac >> (8 * (VRRP_MAC_LEN - 1 - i)));
	return making;
}

/* A virtual address is set in the same way. -EEXIST is none: it is there. */
static int ipvlan_set_address(struct vrrp_link *link, const struct making *making)
{
	struct vrrp_link_change change = {.index = making->index,
					  .addr = making->vmac->address,
					  .prefix_len = making->vmac->address_len,
					  .scope = RT_SCOPE_UNIVERSE,
					  .label = "",
					  .preferred_lft = UINT32_MAX};

	if (making->vmac->address.family == AF_UNSPEC)
		return 0;
	if (addr_is_link_local(&making->vmac->address))
		change.scope = RT_SCOPE_LINK;
	if (making->vmac->address.family == AF_INET6)
		change.flags = IFA_F_NODAD;
	vrrp_link_add_addrs(link, &change, 1);
	return change.result == -EEXIST ? 0 : change.result;
}

static int vmac_configure(struct vrrp_link *link, struct making *making)
{
	const struct vrrp_link_if *found = vrrp_link_by_name(link, making->vmac->name);
	bool is_ipvlan = conf_vmac_is_ipvlan(making->vmac);
	int code;

	making->index = found->index;
	code = found->master == making->vrf ? 0 : vrrp_link_request(link, RTM_SETLINK, 0, put_vrf, making);
	if (code == 0)
		code = vrrp_link_request(link, RTM_SETLINK, 0, put_alias, making);
	if (code == 0 && is_ipvlan)
		code = vrrp_link_request(link, RTM_NEWLINK, 0, put_mode, making);
	if (code == 0)
		code = set_ip6_all(making->vmac);
	/* Without IPv6 there is nothing to set. */
	vrrp_link_request(link, RTM_SETLINK, 0, put_no_link_local, making);
	if (code == 0)
		code = vrrp_link_request(link, RTM_NEWLINK, 0, put_up, making);
	if (code == 0 && is_ipvlan)
		code = ipvlan_set_address(link, making);
	if (code == 0 && making->vmac->is_announced)
		vrrp_link_request(link, RTM_SETLINK, 0, put_group,
				  vrrp_link_by_name(link, making->vmac->parent));
	vrrp_link_read(link, making->vmac->name);
	return code;
}

int vrrp_vmac_make(struct vrrp_link *link, const struct conf_vmac *vmac, const char *alias)
{
	struct making making = making_of(link, vmac, alias);
	int code = vrrp_link_request(link, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, put_new, &making);

	if (code < 0)
		return code;
	vrrp_link_read(link, vmac->name);
	code = vrrp_link_by_name(link, vmac->name) ? vmac_configure(link, &making) : -ENODEV;
	if (code < 0)
		vrrp_vmac_delete(link, making.index, vmac->name);
	return code;
}

int vrrp_vmac_set_up(struct vrrp_link *link, const struct conf_vmac *vmac, const char *alias)
{
	struct making making = making_of(link, vmac, alias);

	return vmac_configure(link, &making);
}

int vrrp_vmac_delete(struct vrrp_link *link, unsigned index, const char *name)
{
	int code = vrrp_link_request(link, RTM_DELLINK, 0, put_delete, &index);

	/* Another process may have made the name anew. Then the name alone does not say that this
	 * one is gone, and whoever deletes all of them would find it for ever. */
	if (code == 0 || code == -ENODEV)
		vrrp_link_forget(link, index);
	vrrp_link_read(link, name);
	return code;
}

/* The least number of a group that no interface has, from one that nobody is likely to use on. */
struct free_group {
	uint32_t group;
	bool is_used;
};

static void group_compare(const struct vrrp_link_if *interface, void *arg)
{
	struct free_group *group = arg;

	group->is_used |= interface->group == group->group;
}

static uint32_t find_free_group(const struct vrrp_link *link)
{
	struct free_group group = {.group = 0x6c767364};

	do {
		group = (struct free_group){.group = group.group + 1};
		vrrp_link_each(link, group_compare, &group);
	} while (group.is_used);
	return group.group;
}

static void put_group_delete(struct nl_msg *message, size_t i, const void *arg)
{
	(void)i;
	put_info(message, 0, 0);
	nla_put_u32(message, IFLA_GROUP, *(const uint32_t *)arg);
}

int vrrp_vmac_delete_all(struct vrrp_link *link, const struct vrrp_link_if *interfaces, size_t n)
{
	uint32_t group = find_free_group(link);
	int code = 0;

	for (size_t i = 0; i < n && code == 0; i++) {
		struct vrrp_link_if going = interfaces[i];

		going.group = group;
		code = vrrp_link_request(link, RTM_SETLINK, 0, put_group, &going);
		code = code == -ENODEV ? 0 : code; /* it is gone already */
	}
	if (code == 0)
		code = vrrp_link_request(link, RTM_DELLINK, 0, put_group_delete, &group);
	for (size_t i = 0; i < n && code == 0; i++) {
		vrrp_link_forget(link, interfaces[i].index);
		vrrp_link_read(link, interfaces[i].name);
	}
	return code;
}

struct arp {
	unsigned index;
	uint32_t ignore, announce;
};

static void put_arp(struct nl_msg *message, size_t i, const void *arg)
{
	const struct arp *arp = arg;
	struct nlattr *families, *inet, *list;

	(void)i;
	put_info(message, arp->index, 0);
	families = nla_nest_start(message, IFLA_AF_SPEC);
	inet = nla_nest_start(message, AF_INET);
	list = nla_nest_start(message, IFLA_INET_CONF);
	nla_put_u32(message, IPV4_DEVCONF_ARP_IGNORE, arp->ignore);
	nla_put_u32(message, IPV4_DEVCONF_ARP_ANNOUNCE, arp->announce);
	nla_nest_end(message, list);
	nla_nest_end(message, inet);
	nla_nest_end(message, families);
}

int vrrp_vmac_set_arp(struct vrrp_link *link, const char *interface, uint32_t arp_ignore,
		      uint32_t arp_announce)
{
	const struct vrrp_link_if *found = vrrp_link_by_name(link, interface);
	struct arp arp = {.ignore = arp_ignore, .announce = arp_announce};
	int code;

	if (!found)
		return -ENODEV;
	arp.index = found->index;
	code = vrrp_link_request(link, RTM_SETLINK, 0, put_arp, &arp);
	vrrp_link_read(link, interface);
	return code;
}
