/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a configuration needs a director's packet filter to let through. Pure. */
#ifndef LVSD_DOCTOR_OPENINGS_H
#define LVSD_DOCTOR_OPENINGS_H

#include "base/vec.h"
#include "conf/conf.h"

struct opening {
	const char *chain; /* "INPUT", "OUTPUT", "FORWARD" */
	uint16_t family;
	uint8_t protocol;                /* 0: any */
	struct addr source, destination; /* AF_UNSPEC: any */
	uint16_t port, source_port;      /* port: the destination's; 0: any */
	bool is_answer;                  /* of a connection that the director began */
	const char *in, *out;            /* interfaces; "": any */
	const char *why;
};

struct openings {
	VEC(struct opening) list;
};

/* Texts belong to conf. Each opening once; vec_free() the list. */
void openings_of(const struct conf *conf, struct openings *ret_openings);

/* The opening as words of an iptables rule, "-p 112 -i eth0 -d 224.0.0.18", for free(). */
char *opening_rule(const struct opening *opening);

/*
 * The same as the first rule of a chain of another table, where a rule of that table drops it:
 * "iptables -t raw -I PREROUTING ...".
 */
char *opening_table_rule(const struct opening *opening, const char *table, const char *chain);

/* The same as a command of nft that makes it the first rule of chain ("inet filter input"). */
char *opening_nft_rule(const struct opening *opening, const char *chain);

#endif
