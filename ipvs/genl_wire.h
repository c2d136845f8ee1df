/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Private to ipvs/genl*.c: decodes attributes of family IPVS to values, and encodes values
 * (linux/ip_vs.h). There is no socket here. The decoder trusts only that the whole message is in
 * memory: it checks the length of every attribute, names must end in NUL, and an answer without a
 * key is refused.
 */
#ifndef LVSD_IPVS_GENL_WIRE_H
#define LVSD_IPVS_GENL_WIRE_H

#include "ipvs/plan.h"
#include "ipvs/state.h"
#include "sync/want.h"

struct nlmsghdr;
struct nl_msg;

/* Room for the payload of each request that is encoded here. */
#define GENL_MESSAGE_MAX 512

/* Each decodes one answer of a dump. 0, or -EBADMSG: then nothing was appended or changed. */
int genl_decode_service(struct nlmsghdr *nlh, struct ipvs_state *state);
int genl_decode_dest(struct nlmsghdr *nlh, struct ipvs_service *service);
int genl_decode_daemon(struct nlmsghdr *nlh, struct sync_daemon *ret_daemon);

/* Each puts its attributes into a message with a payload of GENL_MESSAGE_MAX. */
void genl_encode_op(struct nl_msg *msg, const struct ipvs_op *op);
void genl_encode_service_key(struct nl_msg *msg, const struct svckey *key);
void genl_encode_daemon(struct nl_msg *msg, const struct sync_daemon *daemon);
void genl_encode_daemon_role(struct nl_msg *msg, enum sync_role role);

/* The IPVS_CMD_* of a kind of operation. */
uint8_t genl_op_command(enum ipvs_op_kind kind);

#endif
