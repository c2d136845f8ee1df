/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lists the packets that a director's packet filter must let through for a configuration. Pure. */
#ifndef LVSD_DOCTOR_OPENINGS_H
#define LVSD_DOCTOR_OPENINGS_H

#include "base/vec.h"
#include "conf/conf.h"
#include "doctor/firewall.h"

/* A kind of packets that must pass. */
struct opening {
	const char *chain; /* "INPUT", "OUTPUT", "FORWARD" */
	uint16_t family;
	uint8_t protocol;                /* 0: any protocol */
	struct addr source, destination; /* AF_UNSPEC: any address */
	uint16_t port, source_port;      /* port is the destination's; 0: any */
	uint16_t port_last;              /* any of port to port_last; 0: port alone */
	enum firewall_state state;       /* what connection tracking knows of its first packet */
	const char *in, *out;            /* the interfaces; "": any */
	const char *why;
};

/* Begins as {0}. */
struct openings {
	VEC(struct opening) list;
};

/* Lists each opening once; vec_free() frees the list. The texts belong to conf. */
void openings_of(const struct conf *conf, struct openings *ret_openings);

/*
 * The opening as words of a rule of iptables, for free(). Example: "-p 112 -i eth0 -d 224.0.0.18".
 */
char *opening_rule(const struct opening *opening);

/* The command that makes the opening the first rule of a chain, before the rule that drops it, for free().
 * Examples: "iptables -I INPUT ...", "iptables -t raw -I PREROUTING ...". */
char *opening_table_rule(const struct opening *opening, const char *table, const char *chain);

/* The command of nft that makes the opening the first rule of chain ("inet filter input"), for
 * free(). */
char *opening_nft_rule(const struct opening *opening, const char *chain);

#endif
