/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ipvs/genl_attrs.h"
#include "ipvs/genl_wire.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/ip_vs.h>
#include <netlink/attr.h>
#include <netlink/genl/genl.h>
#include <netlink/msg.h>
#include <string.h>

/* The flags that a user sets; the others (IP_VS_SVC_F_HASHED) are internal to the kernel. */
#define USER_FLAGS                                                                                 \
	(IP_VS_SVC_F_PERSISTENT | IP_VS_SVC_F_ONEPACKET | IP_VS_SVC_F_SCHED1 |                     \
	 IP_VS_SVC_F_SCHED2 | IP_VS_SVC_F_SCHED3)

/* union nf_inet_addr: the kernel always sends all of it. */
#define ADDR_SIZE 16

#define AT_LEAST(size) {(size), 0, false}
#define EXACTLY(size)  {(size), (size), false}
#define TEXT(size)     {1, (size), true}

static const struct genl_attr_rule service_rules[IPVS_SVC_ATTR_MAX + 1] = {
    [IPVS_SVC_ATTR_AF] = AT_LEAST(2),
    [IPVS_SVC_ATTR_PROTOCOL] = AT_LEAST(2),
    [IPVS_SVC_ATTR_ADDR] = EXACTLY(ADDR_SIZE),
    [IPVS_SVC_ATTR_PORT] = AT_LEAST(2),
    [IPVS_SVC_ATTR_FWMARK] = AT_LEAST(4),
    [IPVS_SVC_ATTR_SCHED_NAME] = TEXT(IPVS_SCHEDULER_MAX),
    [IPVS_SVC_ATTR_FLAGS] = EXACTLY(sizeof(struct ip_vs_flags)),
    [IPVS_SVC_ATTR_TIMEOUT] = AT_LEAST(4),
    [IPVS_SVC_ATTR_NETMASK] = AT_LEAST(4),
    [IPVS_SVC_ATTR_PE_NAME] = TEXT(IPVS_PE_MAX),
};

static const struct genl_attr_rule dest_rules[IPVS_DEST_ATTR_MAX + 1] = {
    [IPVS_DEST_ATTR_ADDR] = EXACTLY(ADDR_SIZE),
    [IPVS_DEST_ATTR_PORT] = AT_LEAST(2),
    [IPVS_DEST_ATTR_FWD_METHOD] = AT_LEAST(4),
    [IPVS_DEST_ATTR_WEIGHT] = AT_LEAST(4),
    [IPVS_DEST_ATTR_U_THRESH] = AT_LEAST(4),
    [IPVS_DEST_ATTR_L_THRESH] = AT_LEAST(4),
    [IPVS_DEST_ATTR_ACTIVE_CONNS] = AT_LEAST(4),
    [IPVS_DEST_ATTR_INACT_CONNS] = AT_LEAST(4),
    [IPVS_DEST_ATTR_PERSIST_CONNS] = AT_LEAST(4),
    [IPVS_DEST_ATTR_ADDR_FAMILY] = AT_LEAST(2),
    [IPVS_DEST_ATTR_TUN_TYPE] = AT_LEAST(1),
    [IPVS_DEST_ATTR_TUN_PORT] = AT_LEAST(2),
    [IPVS_DEST_ATTR_TUN_FLAGS] = AT_LEAST(2),
};

static const struct genl_attr_rule stats_rules[IPVS_STATS_ATTR_MAX + 1] = {
    [IPVS_STATS_ATTR_CONNS] = AT_LEAST(8),    [IPVS_STATS_ATTR_INPKTS] = AT_LEAST(8),
    [IPVS_STATS_ATTR_OUTPKTS] = AT_LEAST(8),  [IPVS_STATS_ATTR_INBYTES] = AT_LEAST(8),
    [IPVS_STATS_ATTR_OUTBYTES] = AT_LEAST(8),
};

static const struct genl_attr_rule daemon_rules[IPVS_DAEMON_ATTR_MAX + 1] = {
    [IPVS_DAEMON_ATTR_STATE] = AT_LEAST(4),
    [IPVS_DAEMON_ATTR_MCAST_IFN] = TEXT(CONF_IFNAME_MAX),
    [IPVS_DAEMON_ATTR_SYNC_ID] = AT_LEAST(4),
    [IPVS_DAEMON_ATTR_SYNC_MAXLEN] = AT_LEAST(2),
    [IPVS_DAEMON_ATTR_MCAST_GROUP] = EXACTLY(sizeof(struct in_addr)),
    [IPVS_DAEMON_ATTR_MCAST_GROUP6] = EXACTLY(sizeof(struct in6_addr)),
    [IPVS_DAEMON_ATTR_MCAST_PORT] = AT_LEAST(2),
    [IPVS_DAEMON_ATTR_MCAST_TTL] = AT_LEAST(1),
};

/* Finds the nested attribute of the given kind in a message, and the attributes inside it. */
static int nested_parse(struct nlmsghdr *nlh, int kind, struct nlattr **ret_attrs, int max,
			const struct genl_attr_rule *rules)
{
	struct nlattr *top[IPVS_CMD_ATTR_MAX + 1];

	if (!genlmsg_valid_hdr(nlh, 0) ||
	    genl_attrs(genlmsg_attrdata(nlmsg_data(nlh), 0),
		       (size_t)genlmsg_attrlen(nlmsg_data(nlh), 0), NULL, IPVS_CMD_ATTR_MAX,
		       top) < 0 ||
	    !top[kind] || genl_attrs_nested(top[kind], rules, max, ret_attrs) < 0)
		return -EBADMSG;
	return 0;
}

static uint8_t u8_or_0(struct nlattr *attr)
{
	return attr ? nla_get_u8(attr) : 0;
}

static uint16_t u16_or_0(struct nlattr *attr)
{
	return attr ? nla_get_u16(attr) : 0;
}

static uint64_t u64_or_0(struct nlattr *attr)
{
	return attr ? nla_get_u64(attr) : 0;
}

static bool is_family(uint16_t family)
{
	return family == AF_INET || family == AF_INET6;
}

static struct endpoint endpoint_of(uint16_t family, struct nlattr *addr, struct nlattr *port)
{
	struct endpoint ep = {.addr.family = family, .port = ntohs(nla_get_u16(port))};

	memcpy(ep.addr.bytes, nla_data(addr), addr_len(&ep.addr));
	return ep;
}

static int decode_key(struct nlattr **attrs, struct svckey *ret_key)
{
	struct nlattr *protocol = attrs[IPVS_SVC_ATTR_PROTOCOL];
	struct nlattr *addr = attrs[IPVS_SVC_ATTR_ADDR], *port = attrs[IPVS_SVC_ATTR_PORT];
	struct svckey key = {
	    .family = u16_or_0(attrs[IPVS_SVC_ATTR_AF]),
	    .fwmark = genl_u32_or_0(attrs[IPVS_SVC_ATTR_FWMARK]),
	};

	if (!is_family(key.family) || (!key.fwmark && (!protocol || !addr || !port)))
		return -EBADMSG;
	if (!key.fwmark) {
		key.protocol = nla_get_u16(protocol);
		key.ep = endpoint_of(key.family, addr, port);
	}
	*ret_key = key;
	return 0;
}

int genl_decode_service(struct nlmsghdr *nlh, struct ipvs_state *state)
{
	struct nlattr *attrs[IPVS_SVC_ATTR_MAX + 1];
	struct ipvs_service *service;
	struct ip_vs_flags flags;
	struct svckey key;

	if (nested_parse(nlh, IPVS_CMD_ATTR_SERVICE, attrs, IPVS_SVC_ATTR_MAX, service_rules) < 0 ||
	    !attrs[IPVS_SVC_ATTR_SCHED_NAME] || !attrs[IPVS_SVC_ATTR_FLAGS] ||
	    decode_key(attrs, &key) < 0)
		return -EBADMSG;
	service = ipvs_state_add(state, &key);
	strcpy(service->scheduler, nla_get_string(attrs[IPVS_SVC_ATTR_SCHED_NAME]));
	if (attrs[IPVS_SVC_ATTR_PE_NAME])
		strcpy(service->pe, nla_get_string(attrs[IPVS_SVC_ATTR_PE_NAME]));
	memcpy(&flags, nla_data(attrs[IPVS_SVC_ATTR_FLAGS]), sizeof(flags));
	service->flags = flags.flags & USER_FLAGS;
	service->timeout = genl_u32_or_0(attrs[IPVS_SVC_ATTR_TIMEOUT]);
	service->netmask = genl_u32_or_0(attrs[IPVS_SVC_ATTR_NETMASK]);
	return 0;
}

static int decode_counters(struct nlattr **attrs, struct ipvs_dest_counters *ret_counters)
{
	struct nlattr *stats[IPVS_STATS_ATTR_MAX + 1] = {NULL};

	if (attrs[IPVS_DEST_ATTR_STATS64] &&
	    genl_attrs_nested(attrs[IPVS_DEST_ATTR_STATS64], stats_rules, IPVS_STATS_ATTR_MAX,
			      stats) < 0)
		return -EBADMSG;
	*ret_counters = (struct ipvs_dest_counters){
	    .active = genl_u32_or_0(attrs[IPVS_DEST_ATTR_ACTIVE_CONNS]),
	    .inactive = genl_u32_or_0(attrs[IPVS_DEST_ATTR_INACT_CONNS]),
	    .persistent = genl_u32_or_0(attrs[IPVS_DEST_ATTR_PERSIST_CONNS]),
	    .conns = u64_or_0(stats[IPVS_STATS_ATTR_CONNS]),
	    .in_packets = u64_or_0(stats[IPVS_STATS_ATTR_INPKTS]),
	    .in_bytes = u64_or_0(stats[IPVS_STATS_ATTR_INBYTES]),
	    .out_packets = u64_or_0(stats[IPVS_STATS_ATTR_OUTPKTS]),
	    .out_bytes = u64_or_0(stats[IPVS_STATS_ATTR_OUTBYTES]),
	};
	return 0;
}

int genl_decode_dest(struct nlmsghdr *nlh, struct ipvs_service *service)
{
	struct nlattr *attrs[IPVS_DEST_ATTR_MAX + 1];
	struct ipvs_dest_counters counters;
	struct ipvs_dest *dest;
	struct endpoint ep;
	uint16_t family;

	if (nested_parse(nlh, IPVS_CMD_ATTR_DEST, attrs, IPVS_DEST_ATTR_MAX, dest_rules) < 0 ||
	    !attrs[IPVS_DEST_ATTR_ADDR] || !attrs[IPVS_DEST_ATTR_PORT] ||
	    !attrs[IPVS_DEST_ATTR_FWD_METHOD] || !attrs[IPVS_DEST_ATTR_WEIGHT] ||
	    decode_counters(attrs, &counters) < 0)
		return -EBADMSG;
	/* Kernels before 3.18 do not send it: there all destinations have the service's family. */
	family = attrs[IPVS_DEST_ATTR_ADDR_FAMILY] ? nla_get_u16(attrs[IPVS_DEST_ATTR_ADDR_FAMILY])
						   : service->key.family;
	if (!is_family(family))
		return -EBADMSG;
	ep = endpoint_of(family, attrs[IPVS_DEST_ATTR_ADDR], attrs[IPVS_DEST_ATTR_PORT]);
	dest = ipvs_service_add(service, &ep);
	dest->weight = nla_get_u32(attrs[IPVS_DEST_ATTR_WEIGHT]);
	dest->method = nla_get_u32(attrs[IPVS_DEST_ATTR_FWD_METHOD]) & IP_VS_CONN_F_FWD_MASK;
	dest->upper_threshold = genl_u32_or_0(attrs[IPVS_DEST_ATTR_U_THRESH]);
	dest->lower_threshold = genl_u32_or_0(attrs[IPVS_DEST_ATTR_L_THRESH]);
	dest->tun_type = u8_or_0(attrs[IPVS_DEST_ATTR_TUN_TYPE]);
	dest->tun_port = ntohs(u16_or_0(attrs[IPVS_DEST_ATTR_TUN_PORT]));
	dest->tun_flags = u16_or_0(attrs[IPVS_DEST_ATTR_TUN_FLAGS]);
	dest->counters = counters;
	return 0;
}

int genl_decode_daemon(struct nlmsghdr *nlh, struct sync_daemon *ret_daemon)
{
	struct nlattr *attrs[IPVS_DAEMON_ATTR_MAX + 1];
	struct sync_daemon daemon = {0};

	if (nested_parse(nlh, IPVS_CMD_ATTR_DAEMON, attrs, IPVS_DAEMON_ATTR_MAX, daemon_rules) <
		0 ||
	    !attrs[IPVS_DAEMON_ATTR_STATE] || !attrs[IPVS_DAEMON_ATTR_MCAST_IFN] ||
	    !attrs[IPVS_DAEMON_ATTR_SYNC_ID])
		return -EBADMSG;
	daemon.role = nla_get_u32(attrs[IPVS_DAEMON_ATTR_STATE]);
	if (daemon.role != SYNC_ROLE_MASTER && daemon.role != SYNC_ROLE_BACKUP)
		return -EBADMSG;
	strcpy(daemon.interface, nla_get_string(attrs[IPVS_DAEMON_ATTR_MCAST_IFN]));
	daemon.syncid = nla_get_u32(attrs[IPVS_DAEMON_ATTR_SYNC_ID]);
	daemon.maxlen = u16_or_0(attrs[IPVS_DAEMON_ATTR_SYNC_MAXLEN]);
	daemon.port = u16_or_0(attrs[IPVS_DAEMON_ATTR_MCAST_PORT]);
	daemon.ttl = u8_or_0(attrs[IPVS_DAEMON_ATTR_MCAST_TTL]);
	if (attrs[IPVS_DAEMON_ATTR_MCAST_GROUP6]) {
		daemon.group.family = AF_INET6;
		memcpy(daemon.group.bytes, nla_data(attrs[IPVS_DAEMON_ATTR_MCAST_GROUP6]), 16);
	} else if (attrs[IPVS_DAEMON_ATTR_MCAST_GROUP]) {
		daemon.group.family = AF_INET;
		memcpy(daemon.group.bytes, nla_data(attrs[IPVS_DAEMON_ATTR_MCAST_GROUP]), 4);
	}
	*ret_daemon = daemon;
	return 0;
}
