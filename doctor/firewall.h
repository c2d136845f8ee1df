/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a packet filter of iptables does with one packet, from the text of iptables-save(8): all of
 * its tables but "nat", which drops nothing. Matches that are not known here make the answer
 * unsure, never wrong. Pure.
 */
#ifndef LVSD_DOCTOR_FIREWALL_H
#define LVSD_DOCTOR_FIREWALL_H

#include "base/addr.h"
#include "base/err.h"

#include <stdbool.h>

/* A packet; a port is 0 where it is not known, or the protocol has none. */
struct firewall_packet {
	uint16_t family;                 /* AF_INET or AF_INET6 */
	uint8_t protocol;                /* IPPROTO_* */
	struct addr source, destination; /* AF_UNSPEC: any */
	uint16_t port, source_port;      /* port: the destination's */
	bool is_answer;                  /* of an established connection; else the first of one */
	const char *in, *out;            /* interfaces; "" when not known */
};

enum firewall_verdict {
	FIREWALL_ACCEPTS,
	FIREWALL_DROPS,
	FIREWALL_IS_UNSURE, /* a rule that cannot be judged from here may drop it */
};

/* A chain that packets enter by themselves: "raw", "PREROUTING". */
struct firewall_place {
	const char *table, *chain;
};

struct firewall;

/* Reads the text; lines that it does not understand are left out. Never NULL. */
struct firewall *firewall_parse(const char *text);
void firewall_free(struct firewall *firewall);

/*
 * Follows packet through the chains of the way that chain ("INPUT", "FORWARD", "OUTPUT") is part
 * of: "INPUT" stands for raw and mangle PREROUTING, mangle INPUT and filter INPUT. why says which
 * rule or policy drops it, or may do so, and ret_where is where; both are untouched with
 * FIREWALL_ACCEPTS.
 */
enum firewall_verdict firewall_judge(const struct firewall *firewall, const char *chain,
				     const struct firewall_packet *packet, struct err *why,
				     struct firewall_place *ret_where);

#endif
