/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a packet filter of iptables does with one packet, from the text of iptables-save(8). Only
 * the table "filter" is judged. Matches that are not known here make the answer unsure, never
 * wrong. Pure.
 */
#ifndef LVSD_DOCTOR_FIREWALL_H
#define LVSD_DOCTOR_FIREWALL_H

#include "base/addr.h"
#include "base/err.h"

/* The first packet of something; a port is 0 where the protocol has none. */
struct firewall_packet {
	uint16_t family;                 /* AF_INET or AF_INET6 */
	uint8_t protocol;                /* IPPROTO_* */
	struct addr source, destination; /* AF_UNSPEC: any */
	uint16_t port;                   /* destination's */
	const char *in, *out;            /* interfaces; "" when not known */
};

enum firewall_verdict {
	FIREWALL_ACCEPTS,
	FIREWALL_DROPS,
	FIREWALL_IS_UNSURE, /* a rule that cannot be judged from here may drop it */
};

struct firewall;

/* Reads the text; lines that it does not understand are left out. Never NULL. */
struct firewall *firewall_parse(const char *text);
void firewall_free(struct firewall *firewall);

/*
 * Follows packet through a chain ("INPUT", "FORWARD", "OUTPUT"). why says which rule or policy
 * drops it, or may do so; it is untouched with FIREWALL_ACCEPTS.
 */
enum firewall_verdict firewall_judge(const struct firewall *firewall, const char *chain,
				     const struct firewall_packet *packet, struct err *why);

#endif
