/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ipvs/genl_admin_wire.h"

#include "ipvs/genl_attrs.h"

#include <assert.h>
#include <errno.h>
#include <linux/ip_vs.h>
#include <netlink/attr.h>
#include <netlink/genl/genl.h>
#include <netlink/msg.h>

static const struct genl_attr_rule info_rules[IPVS_INFO_ATTR_MAX + 1] = {
    [IPVS_INFO_ATTR_VERSION] = {4, 0, false},
    [IPVS_INFO_ATTR_CONN_TAB_SIZE] = {4, 0, false},
};

static const struct genl_attr_rule timeouts_rules[IPVS_CMD_ATTR_MAX + 1] = {
    [IPVS_CMD_ATTR_TIMEOUT_TCP] = {4, 0, false},
    [IPVS_CMD_ATTR_TIMEOUT_TCP_FIN] = {4, 0, false},
    [IPVS_CMD_ATTR_TIMEOUT_UDP] = {4, 0, false},
};

static int attrs_parse(struct nlmsghdr *nlh, struct nlattr **ret_attrs, int max,
		       const struct genl_attr_rule *rules)
{
	if (!genlmsg_valid_hdr(nlh, 0))
		return -EBADMSG;
	return genl_attrs(genlmsg_attrdata(nlmsg_data(nlh), 0),
			  (size_t)genlmsg_attrlen(nlmsg_data(nlh), 0), rules, max, ret_attrs);
}

/* The value of a counter. Kernels before 4.1 send some counters with 32 bits. */
static uint64_t number_or_0(struct nlattr *attr)
{
	if (attr && nla_len(attr) == sizeof(uint64_t))
		return nla_get_u64(attr);
	if (attr && nla_len(attr) == sizeof(uint32_t))
		return nla_get_u32(attr);
	return 0;
}

static int decode_stats(struct nlattr *nest, struct ipvs_stats *ret_stats)
{
	struct nlattr *attrs[IPVS_STATS_ATTR_MAX + 1] = {NULL};

	if (nest && genl_attrs_nested(nest, NULL, IPVS_STATS_ATTR_MAX, attrs) < 0)
		return -EBADMSG;
	*ret_stats = (struct ipvs_stats){
	    .conns = number_or_0(attrs[IPVS_STATS_ATTR_CONNS]),
	    .in_packets = number_or_0(attrs[IPVS_STATS_ATTR_INPKTS]),
	    .out_packets = number_or_0(attrs[IPVS_STATS_ATTR_OUTPKTS]),
	    .in_bytes = number_or_0(attrs[IPVS_STATS_ATTR_INBYTES]),
	    .out_bytes = number_or_0(attrs[IPVS_STATS_ATTR_OUTBYTES]),
	    .conn_rate = number_or_0(attrs[IPVS_STATS_ATTR_CPS]),
	    .in_packet_rate = number_or_0(attrs[IPVS_STATS_ATTR_INPPS]),
	    .out_packet_rate = number_or_0(attrs[IPVS_STATS_ATTR_OUTPPS]),
	    .in_byte_rate = number_or_0(attrs[IPVS_STATS_ATTR_INBPS]),
	    .out_byte_rate = number_or_0(attrs[IPVS_STATS_ATTR_OUTBPS]),
	};
	return 0;
}

int genl_decode_service_stats(struct nlmsghdr *nlh, struct ipvs_stats *ret_stats)
{
	struct nlattr *top[IPVS_CMD_ATTR_MAX + 1], *attrs[IPVS_SVC_ATTR_MAX + 1];

	if (attrs_parse(nlh, top, IPVS_CMD_ATTR_MAX, NULL) < 0 || !top[IPVS_CMD_ATTR_SERVICE] ||
	    genl_attrs_nested(top[IPVS_CMD_ATTR_SERVICE], NULL, IPVS_SVC_ATTR_MAX, attrs) < 0)
		return -EBADMSG;
	return decode_stats(attrs[IPVS_SVC_ATTR_STATS64] ? attrs[IPVS_SVC_ATTR_STATS64]
							 : attrs[IPVS_SVC_ATTR_STATS],
			    ret_stats);
}

int genl_decode_dest_stats(struct nlmsghdr *nlh, struct ipvs_stats *ret_stats)
{
	struct nlattr *top[IPVS_CMD_ATTR_MAX + 1], *attrs[IPVS_DEST_ATTR_MAX + 1];

	if (attrs_parse(nlh, top, IPVS_CMD_ATTR_MAX, NULL) < 0 || !top[IPVS_CMD_ATTR_DEST] ||
	    genl_attrs_nested(top[IPVS_CMD_ATTR_DEST], NULL, IPVS_DEST_ATTR_MAX, attrs) < 0)
		return -EBADMSG;
	return decode_stats(attrs[IPVS_DEST_ATTR_STATS64] ? attrs[IPVS_DEST_ATTR_STATS64]
							  : attrs[IPVS_DEST_ATTR_STATS],
			    ret_stats);
}

int genl_decode_info(struct nlmsghdr *nlh, struct ipvs_info *ret_info)
{
	struct nlattr *attrs[IPVS_INFO_ATTR_MAX + 1];

	if (attrs_parse(nlh, attrs, IPVS_INFO_ATTR_MAX, info_rules) < 0)
		return -EBADMSG;
	ret_info->version = genl_u32_or_0(attrs[IPVS_INFO_ATTR_VERSION]);
	ret_info->size = genl_u32_or_0(attrs[IPVS_INFO_ATTR_CONN_TAB_SIZE]);
	return 0;
}

int genl_decode_timeouts(struct nlmsghdr *nlh, struct ipvs_timeouts *ret_timeouts)
{
	struct nlattr *attrs[IPVS_CMD_ATTR_MAX + 1];

	if (attrs_parse(nlh, attrs, IPVS_CMD_ATTR_MAX, timeouts_rules) < 0)
		return -EBADMSG;
	ret_timeouts->tcp = genl_u32_or_0(attrs[IPVS_CMD_ATTR_TIMEOUT_TCP]);
	ret_timeouts->tcp_fin = genl_u32_or_0(attrs[IPVS_CMD_ATTR_TIMEOUT_TCP_FIN]);
	ret_timeouts->udp = genl_u32_or_0(attrs[IPVS_CMD_ATTR_TIMEOUT_UDP]);
	return 0;
}

static void attr_put_u32(struct nl_msg *msg, int type, uint32_t value)
{
	int rc = nla_put_u32(msg, type, value);

	assert(rc == 0);
	(void)rc;
}

void genl_encode_timeouts(struct nl_msg *msg, const struct ipvs_timeouts *timeouts)
{
	attr_put_u32(msg, IPVS_CMD_ATTR_TIMEOUT_TCP, timeouts->tcp);
	attr_put_u32(msg, IPVS_CMD_ATTR_TIMEOUT_TCP_FIN, timeouts->tcp_fin);
	attr_put_u32(msg, IPVS_CMD_ATTR_TIMEOUT_UDP, timeouts->udp);
}
