/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sync/packet.h"

#include <netinet/in.h>

#define IP4_SIZE_MIN 20
#define IP6_SIZE     40
#define UDP_SIZE     8
#define FRAGMENT     0x3fff /* more fragments follow, or this is not the first one */

static size_t packet_u16(const uint8_t *at)
{
	return (size_t)at[0] << 8 | at[1];
}

/* The size of the IP header of a whole packet with UDP; 0: it is another one. */
static size_t header_size(const uint8_t *bytes, size_t len)
{
	if (len >= IP4_SIZE_MIN && bytes[0] >> 4 == 4)
		return bytes[9] == IPPROTO_UDP && !(packet_u16(bytes + 6) & FRAGMENT) ? (bytes[0] & 15) * 4u
										      : 0;
	/* The kernel sends its datagrams of IPv6 without extension headers. */
	return len >= IP6_SIZE && bytes[0] >> 4 == 6 && bytes[6] == IPPROTO_UDP ? IP6_SIZE : 0;
}

const uint8_t *sync_packet_datagram(const void *packet, size_t len, size_t *ret_len)
{
	const uint8_t *bytes = packet;
	size_t header = header_size(bytes, len), size;

	if (header < IP4_SIZE_MIN || len < header + UDP_SIZE)
		return NULL;
	size = packet_u16(bytes + header + 4);
	if (size < UDP_SIZE || size > len - header)
		return NULL;
	*ret_len = size - UDP_SIZE;
	return bytes + header + UDP_SIZE;
}
