/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads lines of /proc/net/ip_vs_conn (net/netfilter/ipvs/ip_vs_conn.c), one connection each, and
 * prints them. Pure. */
#ifndef LVSD_ADMIN_CONN_H
#define LVSD_ADMIN_CONN_H

#include "base/addr.h"

#include <stdio.h>

#define CONN_WORD_MAX    32  /* protocol and state are far shorter */
#define CONN_PE_NAME_MAX 32  /* more than IP_VS_PENAME_MAXLEN */
#define CONN_PE_DATA_MAX 512 /* IP_VS_PEDATA_MAXLEN, escaped */

/* A connection of the kernel's table. */
struct conn {
	char protocol[CONN_WORD_MAX]; /* "TCP" */
	uint16_t protocol_number;     /* 0: a protocol without port names */
	struct endpoint client, virtual, destination;
	char state[CONN_WORD_MAX];
	unsigned expires;                                          /* seconds */
	char pe_name[CONN_PE_NAME_MAX], pe_data[CONN_PE_DATA_MAX]; /* "" without a persistence
								      engine */
};

/* Returns 0, or -EINVAL if the line is not a connection, such as the title. */
int conn_parse(const char *line, struct conn *ret_conn);

/* Print the title and a line of ipvsadm -L -c. client, virtual and destination are the endpoints as
 * text. */
void conn_format_title(FILE *out, bool with_pe);
void conn_format(FILE *out, const struct conn *conn, bool with_pe, const char *client,
		 const char *virtual, const char *destination);

#endif
