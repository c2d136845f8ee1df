/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "admin/conn.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

/*
 * The address is eight hexadecimal digits if the kernel has no IPv6, otherwise an address as text.
 */
static int parse_addr(const char *text, struct addr *ret_addr)
{
	unsigned long number;
	char *end;

	if (addr_parse(text, ret_addr) == 0)
		return 0;
	number = strtoul(text, &end, 16);
	if (*end || strlen(text) != 8)
		return -EINVAL;
	*ret_addr = addr_from_in((struct in_addr){htonl((uint32_t)number)});
	return 0;
}

static uint16_t protocol_number(const char *name)
{
	if (!strcmp(name, "TCP"))
		return IPPROTO_TCP;
	if (!strcmp(name, "UDP"))
		return IPPROTO_UDP;
	return !strcmp(name, "SCTP") ? IPPROTO_SCTP : 0;
}

int conn_parse(const char *line, struct conn *ret_conn)
{
	struct conn conn = {0};
	char client[48], virtual[48], destination[48];
	int n =
	    sscanf(line, "%31s %47s %hX %47s %hX %47s %hX %31s %u %31s %511s", conn.protocol,
		   client, &conn.client.port, virtual, &conn.virtual.port, destination,
		   &conn.destination.port, conn.state, &conn.expires, conn.pe_name, conn.pe_data);

	if (n < 9 || parse_addr(client, &conn.client.addr) < 0 ||
	    parse_addr(virtual, &conn.virtual.addr) < 0 ||
	    parse_addr(destination, &conn.destination.addr) < 0)
		return -EINVAL;
	conn.protocol_number = protocol_number(conn.protocol);
	*ret_conn = conn;
	return 0;
}

void conn_format_title(FILE *out, bool with_pe)
{
	fputs("IPVS connection entries\n", out);
	if (with_pe)
		fprintf(out, "pro expire %-11s %-18s %-18s %-18s %-16s %s\n", "state", "source",
			"virtual", "destination", "pe name", "pe_data");
	else
		fprintf(out, "pro expire %-11s %-18s %-18s %s\n", "state", "source", "virtual",
			"destination");
}

void conn_format(FILE *out, const struct conn *conn, bool with_pe, const char *client,
		 const char *virtual, const char *destination)
{
	char expires[16];

	snprintf(expires, sizeof(expires), "%02u:%02u", conn->expires / 60, conn->expires % 60);
	fprintf(out, "%-3s %-6s %-11s %-18s %-18s ", conn->protocol, expires, conn->state, client,
		virtual);
	if (with_pe && *conn->pe_data)
		fprintf(out, "%-16s %-18s %s\n", destination, conn->pe_name, conn->pe_data);
	else
		fprintf(out, "%s\n", destination);
}
