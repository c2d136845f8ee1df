/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The bytes by which a machine asks its network who has an address, and of the answers. Pure. IPv4 asks by
 * ARP probes (RFC 5227 section 2.1.1), IPv6 by neighbour solicitations from the unspecified address (RFC
 * 4862 section 5.4.2). Neither changes what the neighbours know.
 */
#ifndef LVSD_VRRP_MACHINE_QUESTION_H
#define LVSD_VRRP_MACHINE_QUESTION_H

#include "base/addr.h"
#include "vrrp/garp.h"

#define VRRP_QUESTION_LEN_MAX 64 /* IPv6 header and neighbour solicitation */

/* Writes the question for an address, to follow an Ethernet header: an ARP probe, or a neighbour
 * solicitation with its IPv6 header. Returns its length. */
size_t vrrp_question_encode(const struct addr *vip, const uint8_t mac[static VRRP_MAC_LEN],
			 uint8_t ret_bytes[static VRRP_QUESTION_LEN_MAX]);
/* An answer of IPv6, behind the Ethernet header: where the next header stands, which is ICMPv6, and where
 * the message begins with its type, a neighbour advertisement. For a filter of a socket. */
#define VRRP_ANSWER_NEXT_AT 6
#define VRRP_ANSWER_TYPE_AT 40
#define VRRP_ANSWER_TYPE    136

/* Reads what follows the Ethernet header of an ARP packet (AF_INET), or of an IPv6 packet. Returns
 * whether its sender says that it has an address, which *ret_addr is then. */
bool vrrp_answer_decode(uint16_t family, const uint8_t *bytes, size_t len, struct addr *ret_addr);
/* The Ethernet address to which the question for an address goes: broadcast, or the group of the
 * solicited node (RFC 4291 section 2.7.1). */
void vrrp_question_destination(const struct addr *vip, uint8_t ret_mac[static VRRP_MAC_LEN]);

#endif
