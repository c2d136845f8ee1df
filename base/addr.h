/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Two plain values: an IPv4 or IPv6 address, and an address with a port. They can be copied,
 * compared with addr_cmp() and endpoint_cmp(), and put into messages. The bytes of an address are
 * in network order, ports are in host order.
 */
#ifndef LVSD_BASE_ADDR_H
#define LVSD_BASE_ADDR_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

/* family AF_UNSPEC means "no address". The bytes that a family does not use are zero, so that
 * memcmp() can compare two values. */
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

/*
 * Compares two addresses, by family first and then as numbers. Returns less than 0, 0, or more than
 * 0, as memcmp(). Example: 10.0.0.2 is greater than 10.0.0.1, so cmp > 0 is VRRP's "the higher
 * address wins".
 */
int addr_cmp(const struct addr *a, const struct addr *b);

/* Is it a multicast address: 224.0.0.0/4 or ff00::/8? */
bool addr_is_multicast(const struct addr *addr);
/* Whether addr is in fe80::/10 or 169.254.0.0/16. */
bool addr_is_link_local(const struct addr *addr);
/* Whether addr is 0.0.0.0 or ::. */
bool addr_is_any(const struct addr *addr);
/* Whether one host can have addr: it is not 0.0.0.0 or ::, and not a multicast address. */
bool addr_is_host(const struct addr *addr);

/* The length of the address in bits: 32 or 128; 0 for AF_UNSPEC. */
unsigned addr_bits(const struct addr *addr);
/* The length of the address in bytes: 4 or 16; 0 for AF_UNSPEC. */
size_t addr_len(const struct addr *addr);

/* Clears the bits of *addr behind the first len ones. Returns whether one of them was set. Example:
 * 10.3.0.0 with 8 becomes 10.0.0.0, and true is returned. */
bool addr_mask(struct addr *addr, unsigned len);

struct addr addr_from_in(struct in_addr in);
struct addr addr_from_in6(const struct in6_addr *in6);
/* addr must be AF_INET. The result is in network order, as struct in_addr always is. */
struct in_addr addr_to_in(const struct addr *addr);

/* Writes the endpoint as "10.9.0.21:80" or "[fd09::21]:80", always with its port. Returns text. */
const char *endpoint_format(const struct endpoint *ep, char text[static ENDPOINT_TEXT_MAX]);

/* Reads a text that endpoint_format() wrote. Returns 0, or -EINVAL (then *ret_ep is untouched). */
int endpoint_parse(const char *text, struct endpoint *ret_ep);

/* Compares in a total order: by address, then by port. */
int endpoint_cmp(const struct endpoint *a, const struct endpoint *b);

/* Fills *ret_sa with ep and returns its length. scope_id is the index of the interface of an IPv6
 * link-local address, otherwise 0. */
socklen_t endpoint_to_sockaddr(const struct endpoint *ep, uint32_t scope_id,
			       struct sockaddr_storage *ret_sa);

/* Reads sa into *ret_ep. Returns 0, or -EAFNOSUPPORT if sa is neither AF_INET nor AF_INET6. */
int endpoint_from_sockaddr(const struct sockaddr *sa, struct endpoint *ret_ep);

#endif
