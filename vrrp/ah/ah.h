/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The authentication header of VRRP version 2 (RFC 2402 with HMAC-MD5-96, RFC 2403), as keepalived
 * has it: an IPv4 packet of protocol 51 whose header stands between the IP header and the
 * advertisement. The value covers the IP header (type of service, fragment and checksum as zero, and
 * with unicast peers the TTL too), this header and the advertisement. The SPI is the source address.
 * The sequence number grows over all routers of an instance: each continues behind the highest that
 * it has heard, so that one that has been restarted is heard again. Pure.
 */
#ifndef LVSD_VRRP_AH_AH_H
#define LVSD_VRRP_AH_AH_H

#include "vrrp/pkt.h"

#define VRRP_IP4_LEN 20 /* of an IPv4 header without options */

/* What of a packet the value covers, beside its bytes. */
struct vrrp_ah_cover {
	uint16_t ip_id;
	bool is_unicast; /* the instance has unicast peers */
	const uint8_t *key;
	size_t key_len;
};

/* Writes the header in front of a message: bytes has VRRP_AH_LEN of room, then len bytes of the
 * message. */
void vrrp_ah_put(const struct vrrp_path *path, const struct vrrp_ah_cover *cover,
		 uint32_t sequence, uint8_t *bytes, size_t len);

/* Has a received packet the form of such a header? len bytes behind its IP header. Its value and
 * number are not looked at: for a listener without the key. Sets nothing. */
enum vrrp_reason vrrp_ah_check_form(const struct vrrp_path *path, const uint8_t *bytes, size_t len);

/* Checks the header of a received packet: len bytes behind its IP header. The message is behind
 * VRRP_AH_LEN of them. ret_sequence is set when VRRP_ACCEPTED is returned. */
enum vrrp_reason vrrp_ah_check(const struct vrrp_path *path, const struct vrrp_ah_cover *cover,
			       const uint8_t *bytes, size_t len, uint32_t *ret_sequence);

/*
 * The number behind which a router begins that starts, or whose interface can be used again. Other routers
 * count on from the number that they heard of it last, and drop what is not greater. They add at most one a
 * second, as an interval of version 2 is no shorter, and a few where the master changes. So this number grows
 * by two a second. It is greater than wall_us in seconds, with which older lvsds begin, and has 32 bits until
 * 2065. Example: 2026-11-30T12:00:00Z, so 1796040000 s: 1856390400; ten seconds later: 1856390420.
 */
uint32_t vrrp_ah_begin(int64_t wall_us);

/*
 * The numbers end at UINT32_MAX, and 1 follows. A number counts as one behind the end if both it and the
 * number heard last are so near to it. Elsewhere a lower number is an old one, so that a packet which
 * somebody has recorded is not believed. RFC 2402 wants a new key instead, for which VRRP has no message.
 * keepalived sends 4294967294 as its last number, becomes BACKUP, and begins with 1 when it is MASTER again.
 */
#define VRRP_AH_WRAP 65536

/* Is a number newer than the number heard last (0: none)? Example: 7 after 4294967290: true; 7 after
 * 3000000000: false. */
bool vrrp_ah_is_after(uint32_t number, uint32_t heard);

/* The number of the next advertisement of a router that has sent and heard these numbers. Never 0. */
uint32_t vrrp_ah_next(uint32_t sent, uint32_t heard);

/* The IPv4 header of a packet with body_len bytes behind it; the kernel fills in the checksum. */
void vrrp_ah_ip4_put(const struct vrrp_path *path, uint16_t ip_id, size_t body_len,
		     uint8_t ret_bytes[static VRRP_IP4_LEN]);

#endif
