/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The key of a network service: protocol, address and port; or a firewall mark and an address
 * family; or the name of a virtual server group, whose services share their real servers (the
 * kernel has no groups). The key as a text is used everywhere in logs, by lvsctl and in its JSON:
 * "tcp:10.9.0.100:80", "udp:[fd09::100]:53", "fwm4:7", "fwm6:7", "tcp:group:NAME", and "group:NAME"
 * for a group of firewall marks only.
 */
#ifndef LVSD_BASE_SVCKEY_H
#define LVSD_BASE_SVCKEY_H

#include "base/addr.h"

/* Room for the name of a group with its terminating NUL. */
#define SVCKEY_GROUP_MAX 64

struct svckey {
	uint16_t family;    /* AF_INET or AF_INET6; AF_UNSPEC for a group */
	uint16_t protocol;  /* IPPROTO_TCP, _UDP or _SCTP; 0 for a firewall mark or a group of
			       marks */
	uint32_t fwmark;    /* the mark; 0 for a service with address and port */
	struct endpoint ep; /* zero for a firewall mark and for a group */
	char group[SVCKEY_GROUP_MAX]; /* the group's name; "" for a single service */
};

#define SVCKEY_TEXT_MAX (SVCKEY_GROUP_MAX + sizeof("sctp:group:"))

/* Writes the key as text. Example: IPPROTO_TCP, 10.9.0.100, port 80 give "tcp:10.9.0.100:80".
 * Returns text. */
const char *svckey_format(const struct svckey *key, char text[static SVCKEY_TEXT_MAX]);

/* Reads a text that svckey_format() wrote. Returns 0, or -EINVAL (then *ret_key is untouched). */
int svckey_parse(const char *text, struct svckey *ret_key);

/* Compares two keys, as memcmp(). Services with an address come first, then marks, then groups by
 * name; within them family, protocol and endpoint decide. */
int svckey_cmp(const struct svckey *a, const struct svckey *b);

/* Returns "tcp", "udp" or "sctp"; "?" for any other protocol. */
const char *svckey_protocol_name(uint16_t protocol);

#endif
