/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "vrrp/machine/batch.h"
#include "base/mem.h"
#include "base/vec.h"

#include <errno.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

/* Requests in one datagram. Any receive buffer has room for the acknowledgements of so many. */
#define BATCH_MAX 64

struct batch {
	struct nl_sock *sock;
	int type, flags;
	vrrp_batch_put_fn *put;
	const void *arg;
	uint32_t first_seq; /* of the request of item first */
	size_t first, n;
};

/* 0 or -errno. */
static int batch_send(const struct batch *batch)
{
	struct {
		VEC(uint8_t) bytes;
	} buffer = {0};
	int sent;

	for (size_t i = 0; i < batch->n; i++) {
		struct nl_msg *message =
		    nlmsg_alloc_simple(batch->type, batch->flags | NLM_F_REQUEST | NLM_F_ACK);
		struct nlmsghdr *header;

		if (!message)
			mem_exhausted(0);
		batch->put(message, batch->first + i, batch->arg);
		header = nlmsg_hdr(message);
		header->nlmsg_seq = batch->first_seq + (uint32_t)i;
		header->nlmsg_pid = nl_socket_get_local_port(batch->sock);
		buffer.bytes.items =
		    mem_realloc(buffer.bytes.items,
				buffer.bytes.n + NLMSG_ALIGN(header->nlmsg_len), 1);
		memset(buffer.bytes.items + buffer.bytes.n, 0, NLMSG_ALIGN(header->nlmsg_len));
		memcpy(buffer.bytes.items + buffer.bytes.n, header, header->nlmsg_len);
		buffer.bytes.n += NLMSG_ALIGN(header->nlmsg_len);
		nlmsg_free(message);
	}
	sent = nl_sendto(batch->sock, buffer.bytes.items, buffer.bytes.n);
	vec_free(&buffer.bytes);
	return sent < 0 ? -EIO : 0;
}

/* Takes the text of a refusal. The socket has NETLINK_CAP_ACK, so the attributes follow the header of
 * the request. */
static void why_take(struct nlmsghdr *header, char *ret_why)
{
	const struct nlmsgerr *answer = nlmsg_data(header);
	struct nlattr *attrs[NLMSGERR_ATTR_MAX + 1];
	const char *text;

	ret_why[0] = '\0';
	if (!(header->nlmsg_flags & NLM_F_ACK_TLVS) || !(header->nlmsg_flags & NLM_F_CAPPED) ||
	    nlmsg_parse(header, sizeof(*answer), attrs, NLMSGERR_ATTR_MAX, NULL) < 0 ||
	    !attrs[NLMSGERR_ATTR_MSG])
		return;
	text = nla_data(attrs[NLMSGERR_ATTR_MSG]);
	snprintf(ret_why, VRRP_WHY_MAX, "%.*s",
		 (int)strnlen(text, (size_t)nla_len(attrs[NLMSGERR_ATTR_MSG])), text);
}

/* The kernel had answered when send() returned: an answer that is not in the socket now will not
 * come. */
static void batch_read(const struct batch *batch, int *results, char *ret_why)
{
	_Alignas(struct nlmsghdr) char buffer[16 * 1024];
	int fd = nl_socket_get_fd(batch->sock);
	ssize_t size;

	while ((size = recv(fd, buffer, sizeof(buffer), MSG_DONTWAIT)) > 0) {
		struct nlmsghdr *header = (struct nlmsghdr *)buffer;
		int left = (int)size;

		for (; nlmsg_ok(header, left); header = nlmsg_next(header, &left)) {
			uint32_t i = header->nlmsg_seq - batch->first_seq;

			if (header->nlmsg_type != NLMSG_ERROR || i >= batch->n ||
			    nlmsg_datalen(header) < (int)sizeof(struct nlmsgerr))
				continue;
			results[i] = ((struct nlmsgerr *)nlmsg_data(header))->error;
			if (results[i] && ret_why)
				why_take(header, ret_why);
		}
	}
}

void vrrp_batch_send(struct nl_sock *sock, int type, int flags, size_t n, vrrp_batch_put_fn *put,
		     const void *arg, int *ret_results, char *ret_why)
{
	struct batch batch = {.sock = sock, .type = type, .flags = flags, .put = put, .arg = arg};

	if (ret_why)
		ret_why[0] = '\0';
	for (; batch.first < n; batch.first += batch.n) {
		int code;

		batch.n = n - batch.first < BATCH_MAX ? n - batch.first : BATCH_MAX;
		batch.first_seq = nl_socket_use_seq(sock);
		for (size_t i = 1; i < batch.n; i++)
			nl_socket_use_seq(sock);
		code = batch_send(&batch);
		for (size_t i = 0; i < batch.n; i++)
			ret_results[batch.first + i] = code ? code : -EIO;
		batch_read(&batch, ret_results + batch.first, ret_why);
	}
}
