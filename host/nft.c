/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "host/nft.h"
#include "host/nft_read.h"
#include "host/nft_write.h"

#include <errno.h>
#include <linux/netfilter/nfnetlink.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

/* The kernel answers while the request is being sent. */
#define ANSWER_S 5

/* So often the table is read when others change rules meanwhile. */
#define READINGS_MAX 5

/* An answer is at most a page or 32 KiB (NLMSG_GOODSIZE, and the largest that a dump gets). */
#define ANSWER_MAX 65536

static int nft_open(struct err *err)
{
	const struct timeval limit = {.tv_sec = ANSWER_S};
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_NETFILTER);

	if (fd < 0)
		return err_set(err, -errno, "no socket to nftables: %s", err_errno(-errno));
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	return fd;
}

static int nft_fail(struct err *err, int code, const char *verb, const char *table)
{
	/* nfnetlink refuses a subsystem that it does not have as invalid. */
	if (code == -EINVAL || code == -EOPNOTSUPP || code == -EAFNOSUPPORT ||
	    code == -EPROTONOSUPPORT)
		return err_set(err, -EOPNOTSUPP,
			       "cannot %s the table inet %s of nftables: this kernel has no nf_tables, "
			       "or one without the family inet",
			       verb, table);
	return err_set(err, code, "cannot %s the table inet %s of nftables: %s", verb, table,
		       err_errno(code));
}

static int nft_send(int fd, const struct host_nft_bytes *bytes)
{
	const int size = (int)bytes->items.n + ANSWER_MAX;

	/* The kernel takes no message longer than the buffer; it doubles the number. */
	setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof(size));
	return send(fd, bytes->items.items, bytes->items.n, 0) < 0 ? -errno : 0;
}

/* The table of which a listing is taken; NULL: an answer to a change. */
struct taking {
	const char *table, *chain;
	struct host_filter *have;
	int n_sets; /* whose elements are read */
};

/* Takes one message. Returns 0: more follow; 1: the last one; -EAGAIN: somebody has changed rules
 * during the listing; another -errno: the kernel's refusal. */
static int take_message(const struct nlmsghdr *header, uint32_t seq, const struct taking *taking)
{
	struct nlmsgerr error;

	if (header->nlmsg_flags & NLM_F_DUMP_INTR)
		return -EAGAIN;
	if (header->nlmsg_type == NLMSG_DONE)
		return 1;
	if (header->nlmsg_type != NLMSG_ERROR) {
		if (taking)
			host_nft_take_chain(taking->have, taking->chain, header->nlmsg_type,
					    NLMSG_DATA(header), NLMSG_PAYLOAD(header, 0));
		return 0;
	}
	if (NLMSG_PAYLOAD(header, 0) < sizeof(error))
		return -EBADMSG;
	memcpy(&error, NLMSG_DATA(header), sizeof(error));
	return error.error ? error.error : header->nlmsg_seq == seq;
}

/* Reads answers until the last one, which has the sequence number seq. */
static int nft_receive(int fd, uint32_t seq, const struct taking *taking)
{
	uint8_t *buffer = mem_calloc(ANSWER_MAX, 1);
	int code = 0;

	while (code == 0) {
		ssize_t len = recv(fd, buffer, ANSWER_MAX, 0);
		const struct nlmsghdr *header = (const void *)buffer;

		if (len <= 0) {
			code = len == 0          ? -EIO
			       : errno == EINTR  ? 0
			       : errno == EAGAIN ? -ETIMEDOUT
						 : -errno;
			continue;
		}
		for (; code == 0 && NLMSG_OK(header, len); header = NLMSG_NEXT(header, len))
			code = take_message(header, seq, taking);
	}
	free(buffer);
	return code < 0 ? code : 0;
}

static int nft_query(int fd, const struct taking *taking, enum host_nft_query query, int set)
{
	struct host_nft_bytes bytes = {0};
	uint32_t seq = 1 + (uint32_t)query + (uint32_t)set;
	int code;

	host_nft_write_query(query, taking->table, taking->chain, (enum host_filter_set)set, seq, &bytes);
	code = nft_send(fd, &bytes);
	if (code == 0)
		code = nft_receive(fd, seq, taking);
	vec_free(&bytes.items);
	return code;
}

static int read_table(int fd, const struct taking *taking)
{
	int code = nft_query(fd, taking, HOST_NFT_GET_TABLE, 0);

	if (code == -ENOENT)
		return 0;
	/* If a part of the table is missing, the layout shows that. */
	for (int query = HOST_NFT_GET_CHAIN; code == 0 && query < HOST_NFT_LIST_ELEMENTS; query++)
		code = nft_query(fd, taking, (enum host_nft_query)query, 0);
	for (int set = 0; code == 0 && set < taking->n_sets; set++)
		code = nft_query(fd, taking, HOST_NFT_LIST_ELEMENTS, set);
	return code == -ENOENT ? 0 : code;
}

static int taking_read(const struct taking *taking, struct err *err)
{
	int fd, code = -EAGAIN;

	/* A listing that is given up is not read to its end, so the next one has a socket of its
	 * own. */
	for (unsigned i = 0; i < READINGS_MAX && code == -EAGAIN; i++) {
		fd = nft_open(err);
		if (fd < 0)
			return fd;
		host_filter_clear(taking->have);
		code = read_table(fd, taking);
		close(fd);
	}
	if (code == 0) {
		host_filter_sort(taking->have);
		return 0;
	}
	host_filter_clear(taking->have);
	return nft_fail(err, code, "read", taking->table);
}

int host_nft_read(const char *table, struct host_filter *ret_have, struct err *err)
{
	const struct taking taking = {table, HOST_FILTER_CHAIN, ret_have, HOST_FILTER_N_SETS};

	return taking_read(&taking, err);
}

int host_nft_read_chain(const char *table, const char *chain, struct host_filter *ret_have, struct err *err)
{
	const struct taking taking = {table, chain, ret_have, 0};

	return taking_read(&taking, err);
}

int host_nft_carry_out(const char *table, const struct host_nft_bytes *bytes, uint32_t seq, struct err *err)
{
	int fd = nft_open(err), code;

	if (fd < 0)
		return fd;
	code = nft_send(fd, bytes);
	if (code == 0)
		code = nft_receive(fd, seq, NULL);
	close(fd);
	return code == 0 ? 0 : nft_fail(err, code, "change", table);
}

int host_nft_apply(const char *table, const struct host_filter_plan *plan,
		   const struct conf_global *global, struct err *err)
{
	struct host_nft_bytes bytes = {0};
	uint32_t seq = host_nft_write_plan(table, plan, global, &bytes);
	int code = host_nft_carry_out(table, &bytes, seq, err);

	vec_free(&bytes.items);
	return code;
}

int host_nft_watch_open(void)
{
	/* nl_groups has a bit for each group. */
	const struct sockaddr_nl groups = {.nl_family = AF_NETLINK,
					   .nl_groups = 1u << (NFNLGRP_NFTABLES - 1)};
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_NETFILTER),
	    code;

	if (fd < 0)
		return -errno;
	if (bind(fd, (const struct sockaddr *)&groups, sizeof(groups)) == 0)
		return fd;
	code = -errno;
	close(fd);
	return code;
}

void host_nft_watch_drain(int fd)
{
	uint8_t byte;

	/* A message that found no room is an error once; it is a change too. */
	while (recv(fd, &byte, sizeof(byte), MSG_TRUNC) >= 0 || errno == ENOBUFS || errno == EINTR)
		;
}
