/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What names a network service: transport, address and port, or a firewall mark and a family; or
 * a group of such services that is one to its real servers, which the kernel does not know. The
 * text form is the key that logs, lvsctl and its JSON use everywhere: "tcp:10.9.0.100:80",
 * "udp:[fd09::100]:53", "fwm4:7", "fwm6:7", "tcp:group:NAME", and "group:NAME" for one of marks.
 */
#ifndef LVSD_BASE_SVCKEY_H
#define LVSD_BASE_SVCKEY_H

#include "base/addr.h"

/* Room for the name of a group, with the terminating NUL. */
#define SVCKEY_GROUP_MAX 64

struct svckey {
	uint16_t family;    /* AF_INET or AF_INET6; AF_UNSPEC of a group */
	uint16_t protocol;  /* IPPROTO_TCP, _UDP or _SCTP; 0 with firewall marks alone */
	uint32_t fwmark;    /* 0 when the service is an address and a port */
	struct endpoint ep; /* zero with a firewall mark, and of a group */
	char group[SVCKEY_GROUP_MAX]; /* "" when it is a service by itself */
};

#define SVCKEY_TEXT_MAX (SVCKEY_GROUP_MAX + sizeof("sctp:group:"))

/* Returns text. */
const char *svckey_format(const struct svckey *key, char text[static SVCKEY_TEXT_MAX]);

/* Reads what svckey_format writes. Returns 0 or -EINVAL. */
int svckey_parse(const char *text, struct svckey *ret_key);

/* Total order: groups last, by name; marks after addresses; then family, protocol, endpoint. */
int svckey_cmp(const struct svckey *a, const struct svckey *b);

/* "tcp", "udp", "sctp"; "?" for others. */
const char *svckey_protocol_name(uint16_t protocol);

#endif
