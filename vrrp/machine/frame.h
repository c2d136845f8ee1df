/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The IP headers of VRRP packets that come and go as frames, without the kernel's IP. Pure. */
#ifndef LVSD_VRRP_MACHINE_FRAME_H
#define LVSD_VRRP_MACHINE_FRAME_H

#include "vrrp/garp.h"
#include "vrrp/pkt.h"

/* Where the protocol of the payload stands. */
#define FRAME_IP4_PROTOCOL_AT 9
#define FRAME_IP6_NEXT_AT     6

#define FRAME_IP4_LEN    20 /* of a header without options */
#define FRAME_HEADER_MAX 40

/* Writes the header of a packet with len bytes behind it. Returns its length. */
size_t frame_put(const struct vrrp_path *path, size_t len, uint8_t bytes[static FRAME_HEADER_MAX]);
/* Copies the IPv4 header at whole and sets its checksum. Returns its length. */
size_t frame_ip4_complete(const uint8_t *whole, uint8_t bytes[static FRAME_HEADER_MAX]);

/* The hardware address of a group. Example: 224.0.0.18 has 01:00:5e:00:00:12. */
void frame_group_mac(const struct addr *group, uint8_t *ret_mac);

/* Is the packet's header whole, with the right version, and in IPv4 with the right checksum? In IPv4 it
 * must be no fragment. */
bool frame_is_intact(uint16_t family, const uint8_t *bytes, size_t len);
/* Is the payload of an IPv4 packet an AH? */
bool frame_is_signed(uint16_t family, const uint8_t *bytes, size_t len);
/* Reads the header of an intact IPv6 packet, as vrrp_ip4_decode() does. */
enum vrrp_reason frame_ip6_decode(const uint8_t *bytes, size_t len, struct vrrp_path *ret_path,
				  const uint8_t **ret_body, size_t *ret_len);

#endif
