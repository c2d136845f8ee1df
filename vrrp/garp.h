/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Telling the neighbours where the addresses are now: when which address is announced, and the
 * bytes of an announcement. Pure.
 *
 * An announcement of an instance is two bursts, five seconds apart (a switch may forward late). A
 * burst is five rounds over all addresses: the first at once, so that every address is told before
 * any is told twice, the others 100 ms apart, so that one short loss does not swallow them all.
 * Never more than VRRP_GARP_BATCH leave in one go.
 */
#ifndef LVSD_VRRP_GARP_H
#define LVSD_VRRP_GARP_H

#include "base/addr.h"
#include "base/mono.h"

/* Announcements of one turn; the next turn is VRRP_GARP_PACE_NS later. */
#define VRRP_GARP_BATCH   64
#define VRRP_GARP_PACE_NS (5 * NS_PER_MS)

/* Begins as {0}: nothing to announce. */
struct vrrp_garp {
	size_t n_vips, next_vip; /* next_vip: where the current round goes on */
	unsigned rounds_left;    /* the current one included */
	bool has_second;         /* a second burst will come */
	struct mono started, next, second;
};

/* Begins both bursts for n_vips addresses; what was under way is forgotten. */
void vrrp_garp_start(struct vrrp_garp *garp, size_t n_vips, struct mono now);
/* The same, unless one began less than a second ago: adverts of others cannot make a storm. */
void vrrp_garp_restart(struct vrrp_garp *garp, size_t n_vips, struct mono now);
void vrrp_garp_stop(struct vrrp_garp *garp);

/* When vrrp_garp_take() has something next; MONO_NEVER: nothing to come. */
struct mono vrrp_garp_wake(const struct vrrp_garp *garp);

/* The addresses to announce now, as indexes below n_vips; returns how many (0: none is due). */
size_t vrrp_garp_take(struct vrrp_garp *garp, struct mono now,
		      size_t ret_indexes[static VRRP_GARP_BATCH]);

#define VRRP_MAC_LEN     6
#define VRRP_GARP_LEN    28 /* an ARP packet for IPv4 on Ethernet */
#define VRRP_GARP_NA_LEN 72 /* IPv6 header, neighbour advertisement, link-layer address option */

/* A gratuitous ARP request (RFC 5227 section 3), to follow an Ethernet header. vip is AF_INET. */
void vrrp_garp_encode(const struct addr *vip, const uint8_t mac[static VRRP_MAC_LEN],
		      uint8_t ret_bytes[static VRRP_GARP_LEN]);
/* An unsolicited neighbour advertisement to ff02::1, override and router flags set (RFC 9568
 * section 6.4.2, RFC 4861 section 7.2.6), with its IPv6 header. vip is AF_INET6. */
void vrrp_garp_na_encode(const struct addr *vip, const uint8_t mac[static VRRP_MAC_LEN],
			 uint8_t ret_bytes[static VRRP_GARP_NA_LEN]);

#endif
