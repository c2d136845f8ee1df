/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ipvs/genl_wire.h"

#include <arpa/inet.h>
#include <assert.h>
#include <linux/genetlink.h>
#include <linux/ip_vs.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <string.h>

/*
 * Appends an attribute. This is written by hand, as nla_put() takes several times as long and a
 * large table has hundreds of thousands of attributes. GENL_MESSAGE_MAX has room for all attributes
 * of a request, so there is no error to handle.
 */
static struct nlattr *reserve(struct nl_msg *msg, int type, size_t size)
{
	struct nlmsghdr *nlh = nlmsg_hdr(msg);
	struct nlattr *attr = (struct nlattr *)((char *)nlh + NLMSG_ALIGN(nlh->nlmsg_len));
	size_t len = NLA_HDRLEN + size, end = NLMSG_ALIGN(nlh->nlmsg_len) + NLA_ALIGN(len);

	assert(end <= NLMSG_HDRLEN + GENL_HDRLEN + GENL_MESSAGE_MAX);
	attr->nla_type = (uint16_t)type;
	attr->nla_len = (uint16_t)len;
	memset((char *)attr + len, 0, NLA_ALIGN(len) - len);
	nlh->nlmsg_len = (uint32_t)end;
	return attr;
}

static void attr_put(struct nl_msg *msg, int type, const void *data, size_t size)
{
	memcpy(nla_data(reserve(msg, type, size)), data, size);
}

static void put_u8(struct nl_msg *msg, int type, uint8_t value)
{
	attr_put(msg, type, &value, sizeof(value));
}

static void put_u16(struct nl_msg *msg, int type, uint16_t value)
{
	attr_put(msg, type, &value, sizeof(value));
}

static void attr_put_u32(struct nl_msg *msg, int type, uint32_t value)
{
	attr_put(msg, type, &value, sizeof(value));
}

static void put_text(struct nl_msg *msg, int type, const char *text)
{
	attr_put(msg, type, text, strlen(text) + 1);
}

static struct nlattr *nest(struct nl_msg *msg, int type)
{
	return reserve(msg, type | NLA_F_NESTED, 0);
}

static void nest_end(struct nl_msg *msg, struct nlattr *start)
{
	const struct nlmsghdr *nlh = nlmsg_hdr(msg);

	start->nla_len = (uint16_t)((const char *)nlh + nlh->nlmsg_len - (const char *)start);
}

static void put_key(struct nl_msg *msg, const struct svckey *key)
{
	put_u16(msg, IPVS_SVC_ATTR_AF, key->family);
	if (key->fwmark) {
		attr_put_u32(msg, IPVS_SVC_ATTR_FWMARK, key->fwmark);
		return;
	}
	put_u16(msg, IPVS_SVC_ATTR_PROTOCOL, key->protocol);
	attr_put(msg, IPVS_SVC_ATTR_ADDR, key->ep.addr.bytes, sizeof(key->ep.addr.bytes));
	put_u16(msg, IPVS_SVC_ATTR_PORT, htons(key->ep.port));
}

static void put_settings(struct nl_msg *msg, const struct ipvs_service *service)
{
	struct ip_vs_flags flags = {.flags = service->flags, .mask = ~0U};

	put_text(msg, IPVS_SVC_ATTR_SCHED_NAME, service->scheduler);
	/* Without this attribute an edit removes the persistence engine. */
	if (*service->pe)
		put_text(msg, IPVS_SVC_ATTR_PE_NAME, service->pe);
	attr_put(msg, IPVS_SVC_ATTR_FLAGS, &flags, sizeof(flags));
	attr_put_u32(msg, IPVS_SVC_ATTR_TIMEOUT, service->timeout);
	attr_put_u32(msg, IPVS_SVC_ATTR_NETMASK, service->netmask);
}

static void put_dest(struct nl_msg *msg, const struct ipvs_dest *dest, bool is_full)
{
	struct nlattr *start = nest(msg, IPVS_CMD_ATTR_DEST);

	put_u16(msg, IPVS_DEST_ATTR_ADDR_FAMILY, dest->ep.addr.family);
	attr_put(msg, IPVS_DEST_ATTR_ADDR, dest->ep.addr.bytes, sizeof(dest->ep.addr.bytes));
	put_u16(msg, IPVS_DEST_ATTR_PORT, htons(dest->ep.port));
	if (is_full) {
		attr_put_u32(msg, IPVS_DEST_ATTR_FWD_METHOD, dest->method);
		attr_put_u32(msg, IPVS_DEST_ATTR_WEIGHT, dest->weight);
		attr_put_u32(msg, IPVS_DEST_ATTR_U_THRESH, dest->upper_threshold);
		attr_put_u32(msg, IPVS_DEST_ATTR_L_THRESH, dest->lower_threshold);
		put_u8(msg, IPVS_DEST_ATTR_TUN_TYPE, dest->tun_type);
		put_u16(msg, IPVS_DEST_ATTR_TUN_PORT, htons(dest->tun_port));
		put_u16(msg, IPVS_DEST_ATTR_TUN_FLAGS, dest->tun_flags);
	}
	nest_end(msg, start);
}

uint8_t genl_op_command(enum ipvs_op_kind kind)
{
	static const uint8_t commands[] = {
	    [IPVS_OP_ADD_SERVICE] = IPVS_CMD_NEW_SERVICE,
	    [IPVS_OP_EDIT_SERVICE] = IPVS_CMD_SET_SERVICE,
	    [IPVS_OP_DEL_SERVICE] = IPVS_CMD_DEL_SERVICE,
	    [IPVS_OP_ADD_DEST] = IPVS_CMD_NEW_DEST,
	    [IPVS_OP_EDIT_DEST] = IPVS_CMD_SET_DEST,
	    [IPVS_OP_DEL_DEST] = IPVS_CMD_DEL_DEST,
	};

	return commands[kind];
}

void genl_encode_op(struct nl_msg *msg, const struct ipvs_op *op)
{
	bool is_service_full = op->kind == IPVS_OP_ADD_SERVICE || op->kind == IPVS_OP_EDIT_SERVICE;
	struct nlattr *start = nest(msg, IPVS_CMD_ATTR_SERVICE);

	put_key(msg, &op->service.key);
	if (is_service_full)
		put_settings(msg, &op->service);
	nest_end(msg, start);
	if (op->kind == IPVS_OP_ADD_DEST || op->kind == IPVS_OP_EDIT_DEST)
		put_dest(msg, &op->dest, true);
	else if (op->kind == IPVS_OP_DEL_DEST)
		put_dest(msg, &op->dest, false);
}

void genl_encode_service_key(struct nl_msg *msg, const struct svckey *key)
{
	struct nlattr *start = nest(msg, IPVS_CMD_ATTR_SERVICE);

	put_key(msg, key);
	nest_end(msg, start);
}

void genl_encode_daemon(struct nl_msg *msg, const struct sync_daemon *daemon)
{
	struct nlattr *start = nest(msg, IPVS_CMD_ATTR_DAEMON);

	attr_put_u32(msg, IPVS_DAEMON_ATTR_STATE, daemon->role);
	put_text(msg, IPVS_DAEMON_ATTR_MCAST_IFN, daemon->interface);
	attr_put_u32(msg, IPVS_DAEMON_ATTR_SYNC_ID, daemon->syncid);
	if (daemon->maxlen)
		put_u16(msg, IPVS_DAEMON_ATTR_SYNC_MAXLEN, daemon->maxlen);
	if (daemon->group.family == AF_INET)
		attr_put(msg, IPVS_DAEMON_ATTR_MCAST_GROUP, daemon->group.bytes, 4);
	else if (daemon->group.family == AF_INET6)
		attr_put(msg, IPVS_DAEMON_ATTR_MCAST_GROUP6, daemon->group.bytes, 16);
	if (daemon->port)
		put_u16(msg, IPVS_DAEMON_ATTR_MCAST_PORT, daemon->port);
	if (daemon->ttl)
		put_u8(msg, IPVS_DAEMON_ATTR_MCAST_TTL, daemon->ttl);
	nest_end(msg, start);
}

void genl_encode_daemon_role(struct nl_msg *msg, enum sync_role role)
{
	struct nlattr *start = nest(msg, IPVS_CMD_ATTR_DAEMON);

	attr_put_u32(msg, IPVS_DAEMON_ATTR_STATE, role);
	nest_end(msg, start);
}
