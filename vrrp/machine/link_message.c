/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "vrrp/machine/link_message.h"

#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/ip.h>
#include <linux/rtnetlink.h>
#include <netlink/attr.h>
#include <netlink/msg.h>

/* Which address it is. */
static void put_entry(struct nl_msg *message, const struct vrrp_link_change *change)
{
	struct ifaddrmsg info = {.ifa_family = (uint8_t)change->addr.family,
				 .ifa_prefixlen = change->prefix_len,
				 .ifa_scope = change->scope,
				 .ifa_index = change->index};
	const struct addr *address =
	    change->peer.family == AF_UNSPEC ? &change->addr : &change->peer;
	int len = (int)addr_len(&change->addr);

	nlmsg_append(message, &info, sizeof(info), NLMSG_ALIGNTO);
	nla_put(message, IFA_LOCAL, len, change->addr.bytes);
	nla_put(message, IFA_ADDRESS, len, address->bytes);
}

/* The kernel passes over an address with another label than that of the request, so a removal names none. */
void link_put_removal(struct nl_msg *message, size_t i, const void *arg)
{
	put_entry(message, &((const struct vrrp_link_change *)arg)[i]);
}

void link_put_addition(struct nl_msg *message, size_t i, const void *arg)
{
	const struct vrrp_link_change *change = &((const struct vrrp_link_change *)arg)[i];

	put_entry(message, change);
	if (change->broadcast.family == AF_INET)
		nla_put(message, IFA_BROADCAST, (int)addr_len(&change->addr), change->broadcast.bytes);
	if (change->label[0])
		nla_put_string(message, IFA_LABEL, change->label);
	if (change->flags)
		nla_put_u32(message, IFA_FLAGS, change->flags);
	if (change->preferred_lft != UINT32_MAX) {
		struct ifa_cacheinfo lifetimes = {.ifa_prefered = change->preferred_lft,
						  .ifa_valid = UINT32_MAX};

		nla_put(message, IFA_CACHEINFO, sizeof(lifetimes), &lifetimes);
	}
}

void link_put_promotion(struct nl_msg *message, size_t i, const void *arg)
{
	const struct link_promotion *promotion = arg;
	struct ifinfomsg info = {.ifi_index = (int)promotion->index};
	struct nlattr *families, *inet, *list;

	(void)i;
	nlmsg_append(message, &info, sizeof(info), NLMSG_ALIGNTO);
	families = nla_nest_start(message, IFLA_AF_SPEC);
	inet = nla_nest_start(message, AF_INET);
	list = nla_nest_start(message, IFLA_INET_CONF);
	nla_put_u32(message, IPV4_DEVCONF_PROMOTE_SECONDARIES, promotion->is_on);
	nla_nest_end(message, list);
	nla_nest_end(message, inet);
	nla_nest_end(message, families);
}
