/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Decides what the rules of iptables do with one packet, from the output of iptables-save(8). All
 * tables are judged but "nat", which drops nothing. A match that is not known here makes the
 * answer FIREWALL_IS_UNSURE, never a wrong one. Pure.
 */
#ifndef LVSD_DOCTOR_FIREWALL_H
#define LVSD_DOCTOR_FIREWALL_H

#include "base/addr.h"
#include "base/err.h"

#include <stdbool.h>

/* What connection tracking knows of a packet. */
enum firewall_state {
	FIREWALL_NEW,         /* it is the first of a new connection */
	FIREWALL_ESTABLISHED, /* it is of a connection that is known */
	FIREWALL_INVALID,     /* it is of no connection that is known, and begins none */
	FIREWALL_UNTRACKED,   /* connection tracking leaves it alone */
};

/* A packet. A port is 0 if it is not known or the protocol has no ports. */
struct firewall_packet {
	uint16_t family;                 /* AF_INET or AF_INET6 */
	uint8_t protocol;                /* IPPROTO_* */
	struct addr source, destination; /* AF_UNSPEC: any address */
	uint16_t port, source_port;      /* port is the destination's */
	uint16_t port_last;              /* the destination's port is any of port to port_last; 0: it is port */
	enum firewall_state state;
	const char *in, *out;            /* the interfaces; "" if not known */
};

/* What the rules do with a packet. */
enum firewall_verdict {
	FIREWALL_ACCEPTS,
	FIREWALL_DROPS,
	FIREWALL_IS_UNSURE, /* a rule that cannot be judged here may drop it */
};

/* A chain that the kernel sends packets to: "raw", "PREROUTING". */
struct firewall_place {
	const char *table, *chain;
};

/* The rules of one output of iptables-save(8). */
struct firewall;

/* Reads the text. Lines that it does not understand are left out. Never returns NULL. */
struct firewall *firewall_parse(const char *text);
void firewall_free(struct firewall *firewall);

/*
 * Follows packet through all chains that it passes on the way to chain ("INPUT", "FORWARD" or
 * "OUTPUT"). For "INPUT" these are raw and mangle PREROUTING, mangle INPUT and filter INPUT. If the
 * packet is dropped or may be, why names the rule or policy, and *ret_where its chain; with
 * FIREWALL_ACCEPTS both are untouched.
 */
enum firewall_verdict firewall_judge(const struct firewall *firewall, const char *chain,
				     const struct firewall_packet *packet, struct err *why,
				     struct firewall_place *ret_where);

#endif
