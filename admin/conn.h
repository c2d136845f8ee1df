/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lines of /proc/net/ip_vs_conn (net/netfilter/ipvs/ip_vs_conn.c), each one connection. Pure. */
#ifndef LVSD_ADMIN_CONN_H
#define LVSD_ADMIN_CONN_H

#include "base/addr.h"

#include <stdio.h>

#define CONN_WORD_MAX    32  /* protocol and state are far shorter */
#define CONN_PE_NAME_MAX 32  /* IP_VS_PENAME_MAXLEN and then some */
#define CONN_PE_DATA_MAX 512 /* IP_VS_PEDATA_MAXLEN, escaped */

struct conn {
	char protocol[CONN_WORD_MAX]; /* "TCP" */
	uint16_t protocol_number;     /* 0: none that has port names */
	struct endpoint client, virtual, destination;
	char state[CONN_WORD_MAX];
	unsigned expires;                                          /* seconds */
	char pe_name[CONN_PE_NAME_MAX], pe_data[CONN_PE_DATA_MAX]; /* "" when none */
};

/* 0, or -EINVAL for a line that is no connection (the title). */
int conn_parse(const char *line, struct conn *ret_conn);

/* The title and a line of ipvsadm -L -c; the endpoints as text are the caller's. */
void conn_format_title(FILE *out, bool with_pe);
void conn_format(FILE *out, const struct conn *conn, bool with_pe, const char *client,
		 const char *virtual, const char *destination);

#endif
