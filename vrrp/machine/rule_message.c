/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "vrrp/machine/rule_message.h"

#include <endian.h>
#include <linux/fib_rules.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <string.h>

/* --- to the kernel --- */

static void put_prefix(struct nl_msg *message, int type, const struct addr *addr)
{
	if (addr->family != AF_UNSPEC)
		nla_put(message, type, (int)addr_len(addr), addr->bytes);
}

static void put_number(struct nl_msg *message, int type, uint32_t number)
{
	if (number)
		nla_put_u32(message, type, number);
}

static void put_ports(struct nl_msg *message, int type, const struct conf_range *ports)
{
	const struct fib_rule_port_range range = {ports->first, ports->last};

	if (ports->last)
		nla_put(message, type, sizeof(range), &range);
}

static void put_mark(struct nl_msg *message, uint64_t fwmark)
{
	if (!fwmark)
		return;
	nla_put_u32(message, FRA_FWMARK, (uint32_t)fwmark);
	nla_put_u32(message, FRA_FWMASK, (uint32_t)(fwmark >> 32));
}

static void put_users(struct nl_msg *message, uint64_t users)
{
	const struct fib_rule_uid_range range = {(uint32_t)(users - 1),
						 (uint32_t)((users - 1) >> 32)};

	if (users)
		nla_put(message, FRA_UID_RANGE, sizeof(range), &range);
}

static uint8_t action_of(const struct conf_rule *rule)
{
	if (rule->goto_preference)
		return FR_ACT_GOTO;
	return rule->type && rule->type != CONF_RULE_L3MDEV ? rule->type : FR_ACT_TO_TBL;
}

/* Without the two FRA_SUPPRESS attributes a lookup suppresses nothing. */
static void put_action(struct nl_msg *message, const struct conf_rule *rule)
{
	put_number(message, FRA_TABLE, rule->table);
	put_number(message, FRA_GOTO, rule->goto_preference);
	put_number(message, FRA_FLOW, rule->realms);
	if (rule->type == CONF_RULE_L3MDEV)
		nla_put_u8(message, FRA_L3MDEV, 1);
	if (rule->suppress_prefix_len)
		nla_put_u32(message, FRA_SUPPRESS_PREFIXLEN, rule->suppress_prefix_len - 1u);
	if (rule->suppress_group)
		nla_put_u32(message, FRA_SUPPRESS_IFGROUP, rule->suppress_group - 1);
}

void vrrp_rule_put(struct nl_msg *message, const struct conf_rule *rule)
{
	const struct fib_rule_hdr head = {
	    .family = rule->family,
	    .src_len = rule->from_len,
	    .dst_len = rule->to_len,
	    .tos = (uint8_t)rule->tos,
	    .table = (uint8_t)(rule->table < 256 ? rule->table : 0),
	    .action = action_of(rule),
	    .flags = rule->is_inverted ? FIB_RULE_INVERT : 0,
	};

	nlmsg_append(message, (void *)&head, sizeof(head), NLMSG_ALIGNTO);
	put_prefix(message, FRA_SRC, &rule->from);
	put_prefix(message, FRA_DST, &rule->to);
	nla_put_u32(message, FRA_PRIORITY, rule->preference);
	if (rule->iif[0])
		nla_put_string(message, FRA_IIFNAME, rule->iif);
	if (rule->oif[0])
		nla_put_string(message, FRA_OIFNAME, rule->oif);
	put_mark(message, rule->fwmark);
	put_users(message, rule->users);
	if (rule->tunnel_id)
		nla_put_u64(message, FRA_TUN_ID, htobe64(rule->tunnel_id));
	if (rule->ip_protocol)
		nla_put_u8(message, FRA_IP_PROTO, (uint8_t)rule->ip_protocol);
	put_ports(message, FRA_SPORT_RANGE, &rule->source_ports);
	put_ports(message, FRA_DPORT_RANGE, &rule->destination_ports);
	if (rule->protocol)
		nla_put_u8(message, FRA_PROTOCOL, (uint8_t)rule->protocol);
	put_action(message, rule);
}

/* --- from the kernel --- */

struct attrs {
	struct nlattr *of[FRA_MAX + 1];
};

static struct addr prefix_of(uint8_t family, const struct nlattr *attr)
{
	struct addr addr = {.family = family};

	if (!attr || (size_t)nla_len(attr) != addr_len(&addr))
		return (struct addr){0};
	memcpy(addr.bytes, nla_data(attr), addr_len(&addr));
	return addr;
}

static uint32_t rule_number_of(const struct attrs *attrs, int type, uint32_t absent)
{
	return attrs->of[type] && nla_len(attrs->of[type]) >= (int)sizeof(uint32_t)
		   ? nla_get_u32(attrs->of[type])
		   : absent;
}

static uint8_t byte_of(const struct attrs *attrs, int type)
{
	return attrs->of[type] && nla_len(attrs->of[type]) > 0 ? nla_get_u8(attrs->of[type]) : 0;
}

static const char *text_of(const struct attrs *attrs, int type)
{
	const struct nlattr *attr = attrs->of[type];
	size_t len = attr ? (size_t)nla_len(attr) : 0;
	const char *text = attr ? nla_data(attr) : NULL;

	return text && memchr(text, '\0', len) ? text : "";
}

static struct conf_range ports_of(const struct attrs *attrs, int type)
{
	struct fib_rule_port_range range = {0};

	if (attrs->of[type] && nla_len(attrs->of[type]) >= (int)sizeof(range))
		memcpy(&range, nla_data(attrs->of[type]), sizeof(range));
	return (struct conf_range){range.start, range.end};
}

static uint64_t users_of(const struct attrs *attrs)
{
	struct fib_rule_uid_range range;

	if (!attrs->of[FRA_UID_RANGE] || nla_len(attrs->of[FRA_UID_RANGE]) < (int)sizeof(range))
		return 0;
	memcpy(&range, nla_data(attrs->of[FRA_UID_RANGE]), sizeof(range));
	return ((uint64_t)range.end << 32 | range.start) + 1;
}

static uint64_t tunnel_of(const struct attrs *attrs)
{
	uint64_t id = 0;

	if (attrs->of[FRA_TUN_ID] && nla_len(attrs->of[FRA_TUN_ID]) >= (int)sizeof(id))
		memcpy(&id, nla_data(attrs->of[FRA_TUN_ID]), sizeof(id));
	return be64toh(id);
}

static void action_read(const struct fib_rule_hdr *head, const struct attrs *attrs,
			struct conf_rule *rule)
{
	if (byte_of(attrs, FRA_L3MDEV))
		rule->type = CONF_RULE_L3MDEV;
	else if (head->action == FR_ACT_TO_TBL)
		rule->table = rule_number_of(attrs, FRA_TABLE, head->table);
	else if (head->action != FR_ACT_GOTO)
		rule->type = head->action;
	rule->goto_preference = rule_number_of(attrs, FRA_GOTO, 0);
	rule->realms = rule_number_of(attrs, FRA_FLOW, 0);
	rule->suppress_prefix_len =
	    (uint8_t)(rule_number_of(attrs, FRA_SUPPRESS_PREFIXLEN, UINT32_MAX) + 1);
	rule->suppress_group = rule_number_of(attrs, FRA_SUPPRESS_IFGROUP, UINT32_MAX) + 1;
}

bool vrrp_rule_read(struct nlmsghdr *header, struct conf_rule *ret_rule)
{
	const struct fib_rule_hdr *head = nlmsg_data(header);
	struct conf_rule rule = {.track_group = ""};
	struct attrs attrs;

	if (nlmsg_parse(header, sizeof(*head), attrs.of, FRA_MAX, NULL) < 0)
		return false;
	rule.family = head->family;
	rule.from = prefix_of(head->family, attrs.of[FRA_SRC]);
	rule.from_len = head->src_len;
	rule.to = prefix_of(head->family, attrs.of[FRA_DST]);
	rule.to_len = head->dst_len;
	rule.tos = head->tos;
	rule.is_inverted = head->flags & FIB_RULE_INVERT;
	rule.preference = rule_number_of(&attrs, FRA_PRIORITY, 0);
	rule.iif = text_of(&attrs, FRA_IIFNAME);
	rule.oif = text_of(&attrs, FRA_OIFNAME);
	rule.fwmark = (uint64_t)rule_number_of(&attrs, FRA_FWMASK, 0) << 32 |
		      rule_number_of(&attrs, FRA_FWMARK, 0);
	rule.users = users_of(&attrs);
	rule.tunnel_id = tunnel_of(&attrs);
	rule.ip_protocol = byte_of(&attrs, FRA_IP_PROTO);
	rule.source_ports = ports_of(&attrs, FRA_SPORT_RANGE);
	rule.destination_ports = ports_of(&attrs, FRA_DPORT_RANGE);
	rule.protocol = byte_of(&attrs, FRA_PROTOCOL);
	action_read(head, &attrs, &rule);
	*ret_rule = rule;
	return true;
}
