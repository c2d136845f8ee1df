/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "admin/names.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>

static int host_address(const char *name, struct addr *ret_addr)
{
	const struct addrinfo hints = {.ai_family = AF_INET, .ai_socktype = SOCK_STREAM};
	struct addrinfo *found;
	struct endpoint ep;

	if (getaddrinfo(name, NULL, &hints, &found) != 0)
		return -ENOENT;
	endpoint_from_sockaddr(found->ai_addr, &ep);
	freeaddrinfo(found);
	*ret_addr = ep.addr;
	return 0;
}

/* Returns NULL for a protocol without port names. */
static const char *protocol_name(uint16_t protocol)
{
	switch (protocol) {
	case IPPROTO_TCP:
	case IPPROTO_UDP:
	case IPPROTO_SCTP:
		return svckey_protocol_name(protocol);
	}
	return NULL;
}

static int port_number(const char *name, uint16_t protocol)
{
	const char *of = protocol_name(protocol);
	const struct servent *found = of ? getservbyname(name, of) : NULL;

	return found ? ntohs((uint16_t)found->s_port) : -1;
}

const struct command_names names_system = {host_address, port_number};

static const char *address_name(const struct addr *addr, char numeric[static ADDR_TEXT_MAX])
{
	const struct hostent *found =
	    gethostbyaddr(addr->bytes, (socklen_t)addr_len(addr), addr->family);

	return found ? found->h_name : addr_format(addr, numeric);
}

static const char *port_name(uint16_t port, uint16_t protocol, char numeric[static 8])
{
	const char *of = protocol_name(protocol);
	const struct servent *found = of ? getservbyport(htons(port), of) : NULL;

	snprintf(numeric, 8, "%u", port);
	return found ? found->s_name : numeric;
}

const char *names_endpoint(const struct endpoint *ep, uint16_t protocol, bool is_numeric,
			   char text[static FORMAT_ENDPOINT_MAX])
{
	bool is_v6 = ep->addr.family == AF_INET6;
	char addr[ADDR_TEXT_MAX], port[8];

	_Static_assert(FORMAT_ENDPOINT_MAX >= ENDPOINT_TEXT_MAX, "any endpoint fits");
	if (is_numeric)
		return endpoint_format(ep, text);
	snprintf(text, FORMAT_ENDPOINT_MAX, "%s%s%s:%s", is_v6 ? "[" : "",
		 address_name(&ep->addr, addr), is_v6 ? "]" : "",
		 port_name(ep->port, protocol, port));
	return text;
}
