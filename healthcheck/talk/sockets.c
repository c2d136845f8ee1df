/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "healthcheck/talk/sockets.h"
#include "base/pack.h"
#include "conf/kind.h"

#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>

static enum conf_transport transport_of(const struct conf_check *check)
{
	return conf_kinds[check->type].rules->transport;
}

size_t check_sockets_needed(const struct conf_check *check)
{
	if (conf_check_kind(check)->runner != CONF_RUNNER_CHECK ||
	    (!check->fwmark && transport_of(check) != CONF_TRANSPORT_ICMP))
		return 0;
	return check->n_urls ? check->n_urls : 1;
}

struct check_socket check_socket_of(const struct conf_check *check)
{
	int family = check->target.addr.family;

	switch (transport_of(check)) {
	case CONF_TRANSPORT_UDP:
		return (struct check_socket){family, SOCK_DGRAM, 0};
	case CONF_TRANSPORT_ICMP:
		return (struct check_socket){family, SOCK_RAW,
					     family == AF_INET6 ? IPPROTO_ICMPV6 : IPPROTO_ICMP};
	default:
		return (struct check_socket){family, SOCK_STREAM, 0};
	}
}

const char *check_socket_refusal(const struct conf_check *check, int error)
{
	if (!check->is_through_vip)
		return NULL;
	switch (error) {
	case EAGAIN:
		return "the kernel has not yet the service that leads through the virtual address";
	case EADDRNOTAVAIL:
		return "this director has no address of its own towards the server to probe from; name one "
		       "with bindto";
	case EADDRINUSE:
		return "no source port from 61000 to 65535 is free";
	case EROFS:
	case EACCES:
	case EPERM:
		return "this machine would drop the answers: accept_local cannot be set";
	default:
		return NULL;
	}
}

void check_socket_encode(check_id id, int error, uint8_t body[static CHECK_SOCKET_LEN])
{
	struct pack_writer writer = {.at = body, .left = CHECK_SOCKET_LEN};

	pack_put_u64(&writer, id);
	pack_put_u32(&writer, (uint32_t)error);
}

int check_socket_decode(const void *body, size_t len, check_id *ret_id, int *ret_error)
{
	struct pack_reader reader = {.at = body, .left = len};
	check_id id = pack_take_u64(&reader);
	uint32_t error = pack_take_u32(&reader);

	if (reader.is_bad || reader.left || !id || error > INT32_MAX)
		return -EBADMSG;
	*ret_id = id;
	*ret_error = (int)error;
	return 0;
}
