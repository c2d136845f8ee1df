/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A bound for what a server sends that is neither header nor body, as the rest of a chunk's first line,
 * or frames of HTTP/2 without data: libcurl reads it, and tells nothing of it.
 */
#include "healthcheck/probes/http_internal.h"

#include <linux/sockios.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

/* Turns in which nothing is asked of the kernel: most answers need no more. */
#define TURNS_UNSEEN 8

/* The bytes that libcurl has read at least, since more may come between the two questions; 0: the kernel
 * does not say. */
static uint64_t bytes_read(int fd)
{
	struct tcp_info info;
	socklen_t len = sizeof(info);
	int unread = 0;

	if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &len) < 0 ||
	    len < offsetof(struct tcp_info, tcpi_bytes_received) + sizeof(info.tcpi_bytes_received) ||
	    ioctl(fd, SIOCINQ, &unread) < 0 || info.tcpi_bytes_received < (uint64_t)unread)
		return 0;
	return info.tcpi_bytes_received - (uint64_t)unread;
}

int http_bound_turn(void *arg, curl_off_t to_get, curl_off_t got, curl_off_t to_send, curl_off_t sent)
{
	struct http_probe *probe = arg;
	uint64_t known = probe->header_bytes + probe->body_bytes;

	(void)to_get;
	(void)got;
	(void)to_send;
	(void)sent;
	if (!probe->is_opened || ++probe->n_turns <= TURNS_UNSEEN)
		return 0;
	/* A fourth of what is data is more than TLS and any protocol add to it. */
	probe->has_excess = bytes_read(probe->fd) >
			    known + known / 4 + ((uint64_t)HTTP_EXCESS_MIB << 20);
	return probe->has_excess;
}
