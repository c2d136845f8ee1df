/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/addr.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int addr_parse(const char *text, struct addr *ret_addr)
{
	struct addr addr = {.family = strchr(text, ':') ? AF_INET6 : AF_INET};

	if (inet_pton(addr.family, text, addr.bytes) != 1)
		return -EINVAL;
	*ret_addr = addr;
	return 0;
}

/* Appends a number in decimal. Listings of large tables consist mostly of such numbers, and
 * printf() is many times slower. */
static char *put_decimal(char *to, unsigned number)
{
	char digits[10];
	size_t n = 0;

	do
		digits[n++] = (char)('0' + number % 10);
	while (number /= 10);
	while (n)
		*to++ = digits[--n];
	return to;
}

static char *put_ipv4(char *to, const uint8_t *bytes)
{
	for (size_t i = 0; i < 4; i++) {
		if (i)
			*to++ = '.';
		to = put_decimal(to, bytes[i]);
	}
	return to;
}

const char *addr_format(const struct addr *addr, char text[static ADDR_TEXT_MAX])
{
	if (addr->family == AF_INET)
		*put_ipv4(text, addr->bytes) = '\0';
	else if (!inet_ntop(addr->family, addr->bytes, text, ADDR_TEXT_MAX))
		strcpy(text, "-");
	return text;
}

int addr_cmp(const struct addr *a, const struct addr *b)
{
	if (a->family != b->family)
		return a->family < b->family ? -1 : 1;
	return memcmp(a->bytes, b->bytes, sizeof(a->bytes));
}

bool addr_is_multicast(const struct addr *addr)
{
	if (addr->family == AF_INET)
		return (addr->bytes[0] & 0xf0) == 0xe0;
	return addr->family == AF_INET6 && addr->bytes[0] == 0xff;
}

bool addr_is_link_local(const struct addr *addr)
{
	if (addr->family == AF_INET)
		return addr->bytes[0] == 169 && addr->bytes[1] == 254;
	return addr->family == AF_INET6 && addr->bytes[0] == 0xfe &&
	       (addr->bytes[1] & 0xc0) == 0x80;
}

bool addr_is_any(const struct addr *addr)
{
	static const uint8_t zero[16];

	return addr->family != AF_UNSPEC && !memcmp(addr->bytes, zero, sizeof(zero));
}

bool addr_is_host(const struct addr *addr)
{
	return !addr_is_multicast(addr) && !addr_is_any(addr);
}

size_t addr_len(const struct addr *addr)
{
	return addr->family == AF_INET ? 4 : addr->family == AF_INET6 ? 16 : 0;
}

unsigned addr_bits(const struct addr *addr)
{
	return (unsigned)addr_len(addr) * 8;
}

bool addr_mask(struct addr *addr, unsigned len)
{
	bool has_bits = false;

	for (unsigned bit = len; bit < addr_bits(addr); bit++) {
		uint8_t one = (uint8_t)(0x80 >> bit % 8);

		has_bits |= addr->bytes[bit / 8] & one;
		addr->bytes[bit / 8] &= (uint8_t)~one;
	}
	return has_bits;
}

struct addr addr_from_in(struct in_addr in)
{
	struct addr addr = {.family = AF_INET};

	memcpy(addr.bytes, &in, sizeof(in));
	return addr;
}

struct addr addr_from_in6(const struct in6_addr *in6)
{
	struct addr addr = {.family = AF_INET6};

	memcpy(addr.bytes, in6, sizeof(*in6));
	return addr;
}

struct in_addr addr_to_in(const struct addr *addr)
{
	struct in_addr in;

	memcpy(&in, addr->bytes, sizeof(in));
	return in;
}

const char *endpoint_format(const struct endpoint *ep, char text[static ENDPOINT_TEXT_MAX])
{
	bool is_v6 = ep->addr.family == AF_INET6;
	char *end;

	*text = '[';
	end = strchr(addr_format(&ep->addr, text + is_v6), '\0');
	if (is_v6)
		*end++ = ']';
	*end++ = ':';
	*put_decimal(end, ep->port) = '\0';
	return text;
}

int endpoint_parse(const char *text, struct endpoint *ret_ep)
{
	char addr[ADDR_TEXT_MAX];
	const char *colon = strrchr(text, ':');
	struct endpoint ep = {0};
	size_t len;
	char *end;
	unsigned long port;
	bool is_bracketed = text[0] == '[';

	if (!colon || colon == text || colon[1] < '0' || colon[1] > '9')
		return -EINVAL;
	port = strtoul(colon + 1, &end, 10);
	if (*end || port > 65535)
		return -EINVAL;
	len = (size_t)(colon - text);
	if (is_bracketed) {
		if (len < 2 || colon[-1] != ']')
			return -EINVAL;
		text++;
		len -= 2;
	}
	if (len >= sizeof(addr))
		return -EINVAL;
	memcpy(addr, text, len);
	addr[len] = '\0';
	if (addr_parse(addr, &ep.addr) < 0 || is_bracketed != (ep.addr.family == AF_INET6))
		return -EINVAL;
	ep.port = (uint16_t)port;
	*ret_ep = ep;
	return 0;
}

int endpoint_cmp(const struct endpoint *a, const struct endpoint *b)
{
	int order = addr_cmp(&a->addr, &b->addr);

	if (order)
		return order;
	return (a->port > b->port) - (a->port < b->port);
}

socklen_t endpoint_to_sockaddr(const struct endpoint *ep, uint32_t scope_id,
			       struct sockaddr_storage *ret_sa)
{
	struct sockaddr_in *in = (struct sockaddr_in *)ret_sa;
	struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)ret_sa;

	memset(ret_sa, 0, sizeof(*ret_sa));
	if (ep->addr.family == AF_INET) {
		in->sin_family = AF_INET;
		in->sin_port = htons(ep->port);
		in->sin_addr = addr_to_in(&ep->addr);
		return sizeof(*in);
	}
	in6->sin6_family = AF_INET6;
	in6->sin6_port = htons(ep->port);
	in6->sin6_scope_id = scope_id;
	memcpy(&in6->sin6_addr, ep->addr.bytes, sizeof(in6->sin6_addr));
	return sizeof(*in6);
}

int endpoint_from_sockaddr(const struct sockaddr *sa, struct endpoint *ret_ep)
{
	const struct sockaddr_in *in = (const struct sockaddr_in *)sa;
	const struct sockaddr_in6 *in6 = (const struct sockaddr_in6 *)sa;

	if (sa->sa_family == AF_INET)
		*ret_ep = (struct endpoint){addr_from_in(in->sin_addr), ntohs(in->sin_port)};
	else if (sa->sa_family == AF_INET6)
		*ret_ep = (struct endpoint){addr_from_in6(&in6->sin6_addr), ntohs(in6->sin6_port)};
	else
		return -EAFNOSUPPORT;
	return 0;
}
