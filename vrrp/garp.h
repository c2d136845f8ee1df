/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Announcements: they tell the neighbours which machine has the virtual addresses now. This file
 * says when each address is announced, and has the bytes of the packets. Pure.
 *
 * An announcement of an instance is two bursts (a switch may forward late), and refreshes for as
 * long as it is MASTER, if the configuration wants them. A burst is some rounds over all addresses:
 * the first at once, so that every address is announced before any is announced twice; the others
 * 100 ms apart, so that one short loss does not take them all. Never more than VRRP_GARP_BATCH
 * packets are sent at a time.
 */
#ifndef LVSD_VRRP_GARP_H
#define LVSD_VRRP_GARP_H

#include "base/addr.h"
#include "base/mono.h"

/* Packets sent at a time, all that an advertisement can name; the next ones follow VRRP_GARP_PACE_NS later. */
#define VRRP_GARP_BATCH   256
#define VRRP_GARP_PACE_NS (20 * NS_PER_MS)

struct vrrp_garp_conf {
	unsigned rounds;        /* in a burst; 0 counts as 1 */
	int64_t second_ns;      /* from the first burst to the second; 0: there is none */
	int64_t refresh_ns;     /* from the first burst to the first refresh, and between refreshes; 0: none */
	unsigned refresh_rounds; /* in a refresh; 0 counts as 1 */
	/* garp_extra_if: the time between announcements on further interfaces. The first one comes
	 * second_ns after the start. 0: none. */
	int64_t extra_ns;
};

/* Begins as {0}: nothing to announce. */
struct vrrp_garp {
	struct vrrp_garp_conf conf;
	size_t n_vips, next_vip; /* next_vip: where the current round goes on */
	unsigned rounds_left;    /* the current one included */
	/* next: the round in progress; second, refresh: the burst to come (MONO_NEVER: none) */
	struct mono started, next, second, refresh;
	/* A burst that was asked for within a second of the start, and comes when that is over. */
	struct mono again;
	struct mono extra; /* MONO_NEVER: none */
};

/* Begins both bursts for n_vips addresses; an announcement in progress is dropped. conf is copied. */
void vrrp_garp_start(struct vrrp_garp *garp, const struct vrrp_garp_conf *conf, size_t n_vips,
		     struct mono now);
/* The same; but if an announcement began less than a second ago, so that advertisements of other routers
 * cannot cause a storm, one round comes at once and a burst when the second is over. If a whole round
 * follows at once anyway, nothing is added. */
void vrrp_garp_restart(struct vrrp_garp *garp, const struct vrrp_garp_conf *conf, size_t n_vips,
		       struct mono now);
/* The first frame of another machine has come: the switch port forwards, and may not have forwarded
 * what was sent before. If no whole round follows at once, the second burst comes now, or else both
 * bursts. Returns whether one of them does. */
bool vrrp_garp_prove(struct vrrp_garp *garp, const struct vrrp_garp_conf *conf, size_t n_vips,
		     struct mono now);
void vrrp_garp_stop(struct vrrp_garp *garp);

/* When vrrp_garp_take() will return addresses; MONO_NEVER: nothing is left to announce. */
struct mono vrrp_garp_wake(const struct vrrp_garp *garp);

/* The addresses to announce now, as indexes below n_vips. Returns how many; 0: none is due.
 * Example: right after vrrp_garp_start() with 3 addresses: 3, with the indexes 0, 1, 2. */
size_t vrrp_garp_take(struct vrrp_garp *garp, struct mono now,
		      size_t ret_indexes[static VRRP_GARP_BATCH]);

/* When an announcement on the further interfaces is due, one address on each; MONO_NEVER: not. */
struct mono vrrp_garp_extra_wake(const struct vrrp_garp *garp);
/* Is such an announcement due? If so, sets the time of the next one. */
bool vrrp_garp_take_extra(struct vrrp_garp *garp, struct mono now);

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
/* The checksum of an ICMPv6 message with the IPv6 header in front, both together len bytes (RFC 4443
 * section 2.3); 0 when it is over a message whose checksum is right. */
uint16_t vrrp_icmp6_checksum(const uint8_t *packet, size_t len);

#endif
