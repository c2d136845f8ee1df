/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sockets that a probe needs and the check process may not open: raw ones for ICMP (CAP_NET_RAW), and
 * ones with a mark (SO_MARK, CAP_NET_ADMIN). The director opens them, anew for each probe, as the
 * check process opens the others: so a probe with a mark ends its connections as all others do, and
 * an interface may have been made anew in between.
 *
 *	worker: WANT 7, before it starts a probe whose outcome check 7 waits for
 *	director: SOCKET 7 with a descriptor, as often as the probe needs one; or SOCKET 7 with an error
 *
 * The director looks at its own configuration, not at what the check process says: this process gets
 * sockets only for checks that need them. Pure.
 */
#ifndef LVSD_HEALTHCHECK_TALK_SOCKETS_H
#define LVSD_HEALTHCHECK_TALK_SOCKETS_H

#include "conf/conf.h"
#include "healthcheck/wire.h"

/* How many sockets one probe of the check needs of the director: 0, or one for each request.
 * Example: HTTP_GET with two urls and a mark: 2. */
size_t check_sockets_needed(const struct conf_check *check);

/* The arguments of socket(2). */
struct check_socket {
	int family, type, protocol;
};

/* The socket that a probe of the check uses. Example: DNS_CHECK at an IPv6 address: AF_INET6,
 * SOCK_DGRAM, 0. */
struct check_socket check_socket_of(const struct conf_check *check);

/* Why the director has no socket for a check with through_vip, as a clause; NULL: the errno value error says
 * all. */
const char *check_socket_refusal(const struct conf_check *check, int error);

#define CHECK_SOCKET_LEN 12

/* Encodes a SOCKET. error: an errno value, the reason why no descriptor comes with it; 0: one does. */
void check_socket_encode(check_id id, int error, uint8_t body[static CHECK_SOCKET_LEN]);
/* Returns 0 or -EBADMSG. */
int check_socket_decode(const void *body, size_t len, check_id *ret_id, int *ret_error);

#endif
