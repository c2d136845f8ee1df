/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Private to ipvs/genl*.c: encodes and decodes the attributes of the requests of ipvs/genl_admin.h,
 * and counters. As in genl_wire.h the decoder trusts only that the whole message is in memory.
 */
#ifndef LVSD_IPVS_GENL_ADMIN_WIRE_H
#define LVSD_IPVS_GENL_ADMIN_WIRE_H

#include "ipvs/genl_admin.h"

struct nlmsghdr;
struct nl_msg;

/* Decodes the counters of a service or a destination; those that are absent become 0. 0 or
 * -EBADMSG. */
int genl_decode_service_stats(struct nlmsghdr *nlh, struct ipvs_stats *ret_stats);
int genl_decode_dest_stats(struct nlmsghdr *nlh, struct ipvs_stats *ret_stats);

/* Decode an answer of IPVS_CMD_GET_INFO or IPVS_CMD_GET_CONFIG: 0, or -EBADMSG. The last function
 * appends the attributes of IPVS_CMD_SET_CONFIG to msg; a timeout of 0 is left as it is. */
int genl_decode_info(struct nlmsghdr *nlh, struct ipvs_info *ret_info);
int genl_decode_timeouts(struct nlmsghdr *nlh, struct ipvs_timeouts *ret_timeouts);
void genl_encode_timeouts(struct nl_msg *msg, const struct ipvs_timeouts *timeouts);

#endif
