/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "healthcheck/probes/ping_socket.h"
#include "healthcheck/probes/ping_packet.h"

#include <errno.h>
#include <linux/errqueue.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

int ping_socket_prepare(int fd, uint16_t family, uint64_t seed)
{
	struct sock_filter filter[PING_FILTER_LEN];
	const struct sock_fprog program = {.len = PING_FILTER_LEN, .filter = filter};
	bool is_ip6 = family == AF_INET6;
	int on = 1;

	ping_filter(family, seed, filter);
	if (setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof(program)) < 0 ||
	    setsockopt(fd, is_ip6 ? IPPROTO_IPV6 : IPPROTO_IP, is_ip6 ? IPV6_RECVERR : IP_RECVERR,
		       &on, sizeof(on)) < 0)
		return -errno;
	return 0;
}

/* Who sent the ICMP error, from behind the error; AF_UNSPEC: it was made here. */
static struct addr offender_of(const struct cmsghdr *part)
{
	struct sock_extended_err error;
	struct addr addr = {0};
	struct sockaddr_storage sa = {0};
	size_t len = part->cmsg_len - CMSG_LEN(sizeof(error));

	memcpy(&sa, CMSG_DATA(part) + sizeof(error), len < sizeof(sa) ? len : sizeof(sa));
	if (sa.ss_family == AF_INET && len >= sizeof(struct sockaddr_in)) {
		addr.family = AF_INET;
		memcpy(addr.bytes, &((struct sockaddr_in *)&sa)->sin_addr, 4);
	} else if (sa.ss_family == AF_INET6 && len >= sizeof(struct sockaddr_in6)) {
		addr.family = AF_INET6;
		memcpy(addr.bytes, &((struct sockaddr_in6 *)&sa)->sin6_addr, 16);
	}
	return addr;
}

static const struct cmsghdr *error_part(struct msghdr *message)
{
	for (struct cmsghdr *part = CMSG_FIRSTHDR(message); part; part = CMSG_NXTHDR(message, part))
		if (((part->cmsg_level == IPPROTO_IP && part->cmsg_type == IP_RECVERR) ||
		     (part->cmsg_level == IPPROTO_IPV6 && part->cmsg_type == IPV6_RECVERR)) &&
		    part->cmsg_len >= CMSG_LEN(sizeof(struct sock_extended_err)))
			return part;
	return NULL;
}

static struct probe_result result_of(const struct cmsghdr *part, const struct conf_check *check,
				     struct mono started)
{
	struct addr from = offender_of(part);
	char text[PING_ERROR_MAX], who[ADDR_TEXT_MAX];
	struct sock_extended_err error;
	struct probe_result result;

	memcpy(&error, CMSG_DATA(part), sizeof(error));
	if (error.ee_origin == SO_EE_ORIGIN_LOCAL || from.family == AF_UNSPEC)
		return probe_result_of_errno((int)error.ee_errno, started);
	result = probe_result_new(PROBE_FAIL, started, "%s, says %s",
				  ping_error_describe(check->target.addr.family, error.ee_type,
						      error.ee_code, text),
				  addr_format(&from, who));
	result.is_answered = !addr_cmp(&from, &check->target.addr);
	return result;
}

bool ping_socket_error(int fd, const struct conf_check *check, uint64_t seed, struct mono started,
		       bool *ret_is_over, struct probe_result *ret_result)
{
	_Alignas(struct cmsghdr) char control[256];
	uint8_t quoted[PING_LEN];
	struct iovec bytes = {quoted, sizeof(quoted)};
	struct msghdr message = {.msg_iov = &bytes,
				 .msg_iovlen = 1,
				 .msg_control = control,
				 .msg_controllen = sizeof(control)};
	ssize_t len = recvmsg(fd, &message, MSG_ERRQUEUE | MSG_DONTWAIT);
	const struct cmsghdr *part = len < 0 ? NULL : error_part(&message);

	if (len < 0)
		return false;
	*ret_is_over = part && ping_is_quoted(check->target.addr.family, seed, quoted, (size_t)len);
	if (*ret_is_over)
		*ret_result = result_of(part, check, started);
	return true;
}
