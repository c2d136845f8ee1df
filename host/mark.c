/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "host/mark.h"
#include "base/hash.h"
#include "host/state.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter_ipv4/ip_tables.h>
#include <linux/netfilter_ipv6/ip6_tables.h>
#include <linux/netlink.h>
#include <stdio.h>
#include <sys/time.h>
#include <unistd.h>

/* The kernel answers while the request is being sent. */
#define ANSWER_S 1

static void mix(uint64_t *mark, uint64_t value)
{
	*mark = hash_mix(*mark, value);
}

static int mix_ipv4(const char *table, uint64_t *mark)
{
	struct ipt_getinfo info = {0};
	socklen_t len = sizeof(info);
	int fd = socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_RAW), code = 0;

	if (fd < 0)
		return -errno;
	snprintf(info.name, sizeof(info.name), "%s", table);
	if (getsockopt(fd, IPPROTO_IP, IPT_SO_GET_INFO, &info, &len) < 0)
		code = -errno;
	close(fd);
	mix(mark, info.num_entries);
	mix(mark, info.size);
	return code;
}

static int mix_ipv6(const char *table, uint64_t *mark)
{
	struct ip6t_getinfo info = {0};
	socklen_t len = sizeof(info);
	int fd = socket(AF_INET6, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_RAW), code = 0;

	if (fd < 0)
		return -errno;
	snprintf(info.name, sizeof(info.name), "%s", table);
	if (getsockopt(fd, IPPROTO_IPV6, IP6T_SO_GET_INFO, &info, &len) < 0)
		code = -errno;
	close(fd);
	mix(mark, info.num_entries);
	mix(mark, info.size);
	return code;
}

static int read_tables(unsigned parts, uint64_t *ret_mark)
{
	uint64_t mark = 1;
	int code = 0;

	for (int part = 0; part < HOST_N_PARTS && code == 0; part++) {
		const struct host_part_info *info = &host_parts[part];

		if (!(parts & (1u << part)))
			continue;
		code = info->family == AF_INET6 ? mix_ipv6(info->table, &mark)
						: mix_ipv4(info->table, &mark);
	}
	if (code == 0)
		*ret_mark = mark;
	return code;
}

struct request {
	struct nlmsghdr header;
	struct nfgenmsg message;
};

/* The answer is one message with the attribute NFTA_GEN_ID. All of it goes into the number, except
 * for the header, whose sequence number and port are always the same. */
static int take_generation(int fd, uint64_t *ret_mark)
{
	uint8_t answer[512];
	ssize_t len = recv(fd, answer, sizeof(answer), 0);
	struct nlmsghdr header;
	const struct nlattr *attribute;
	size_t at = NLMSG_HDRLEN + NLMSG_ALIGN(sizeof(struct nfgenmsg));

	if (len < 0)
		return -errno;
	if ((size_t)len < at)
		return -EBADMSG;
	memcpy(&header, answer, sizeof(header));
	if (header.nlmsg_type != (NFNL_SUBSYS_NFTABLES << 8 | NFT_MSG_NEWGEN))
		return -EBADMSG;
	while (at + sizeof(*attribute) <= (size_t)len) {
		attribute = (const struct nlattr *)(const void *)(answer + at);
		if (attribute->nla_len < NLA_HDRLEN || at + attribute->nla_len > (size_t)len)
			break;
		if (attribute->nla_type == NFTA_GEN_ID &&
		    attribute->nla_len == NLA_HDRLEN + sizeof(uint32_t)) {
			uint32_t generation;

			memcpy(&generation, answer + at + NLA_HDRLEN, sizeof(generation));
			*ret_mark = 2 + (uint64_t)ntohl(generation);
			return 0;
		}
		at += NLA_ALIGN(attribute->nla_len);
	}
	return -EBADMSG;
}

static int read_generation(uint64_t *ret_mark)
{
	const struct request request = {
	    .header = {.nlmsg_len = sizeof(request),
		       .nlmsg_type = NFNL_SUBSYS_NFTABLES << 8 | NFT_MSG_GETGEN,
		       .nlmsg_flags = NLM_F_REQUEST,
		       .nlmsg_seq = 1},
	    .message = {.nfgen_family = AF_UNSPEC, .version = NFNETLINK_V0},
	};
	const struct timeval limit = {.tv_sec = ANSWER_S};
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_NETFILTER), code = 0;

	if (fd < 0)
		return -errno;
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	if (send(fd, &request, sizeof(request), 0) < 0)
		code = -errno;
	if (code == 0)
		code = take_generation(fd, ret_mark);
	close(fd);
	return code;
}

int host_mark_read(bool is_nft, unsigned parts, uint64_t *ret_mark)
{
	return is_nft ? read_generation(ret_mark) : read_tables(parts, ret_mark);
}
