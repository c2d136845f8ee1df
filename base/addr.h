/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An IPv4 or IPv6 address and an address with a port, as plain values: they can be copied,
 * compared with addr_cmp() and put into messages. Bytes are in network order, ports in host order.
 */
#ifndef LVSD_BASE_ADDR_H
#define LVSD_BASE_ADDR_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

/* family AF_UNSPEC means "no address"; unused bytes are zero, so values compare with memcmp. */
struct addr {
	uint16_t family; /* AF_UNSPEC, AF_INET or AF_INET6 */
	uint8_t bytes[16];
};

struct endpoint {
	struct addr addr;
	uint16_t port; /* host order; 0 means "no port" */
};

/* Room for any address, and for any "[address]:port", with the terminating NUL. */
#define ADDR_TEXT_MAX     INET6_ADDRSTRLEN
#define ENDPOINT_TEXT_MAX (INET6_ADDRSTRLEN + 9)

/* Reads a numeric address, nothing before or after it. Returns 0 or -EINVAL (then *ret_addr is
 * untouched). */
int addr_parse(const char *text, struct addr *ret_addr);

/* Canonical text (RFC 5952 for IPv6, "-" for AF_UNSPEC). Returns text. */
const char *addr_format(const struct addr *addr, char text[static ADDR_TEXT_MAX]);

/* Total order: family, then bytes as a number (so "higher address wins" of VRRP is cmp > 0). */
int addr_cmp(const struct addr *a, const struct addr *b);

bool addr_is_multicast(const struct addr *addr);
/* fe80::/10 or 169.254/16. */
bool addr_is_link_local(const struct addr *addr);
/* 0.0.0.0 or ::. */
bool addr_is_any(const struct addr *addr);
/* One that a single host can have: neither 0.0.0.0 or :: nor multicast. */
bool addr_is_host(const struct addr *addr);

/* 32 or 128; 0 for AF_UNSPEC. */
unsigned addr_bits(const struct addr *addr);
/* 4 or 16; 0 for AF_UNSPEC. */
size_t addr_len(const struct addr *addr);

struct addr addr_from_in(struct in_addr in);
struct addr addr_from_in6(const struct in6_addr *in6);
/* The IPv4 address in network order; addr must be AF_INET. */
struct in_addr addr_to_in(const struct addr *addr);

/* "10.9.0.21:80", "[fd09::21]:80"; the port is always written. Returns text. */
const char *endpoint_format(const struct endpoint *ep, char text[static ENDPOINT_TEXT_MAX]);

/* Reads what endpoint_format writes. Returns 0 or -EINVAL. */
int endpoint_parse(const char *text, struct endpoint *ret_ep);

int endpoint_cmp(const struct endpoint *a, const struct endpoint *b);

/* Fills a sockaddr for ep; returns its length. scope_id serves IPv6 link-local targets (0
 * otherwise). */
socklen_t endpoint_to_sockaddr(const struct endpoint *ep, uint32_t scope_id,
			       struct sockaddr_storage *ret_sa);

/* The reverse; -EAFNOSUPPORT for other families. */
int endpoint_from_sockaddr(const struct sockaddr *sa, struct endpoint *ret_ep);

#endif
