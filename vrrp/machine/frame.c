/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "vrrp/machine/frame.h"

#include <string.h>

#define IP4_SUM_AT  10
#define IP6_LEN     40
#define TOS_CONTROL 0xc0   /* internetwork control (RFC 791) */
#define DONT_SPLIT  0x4000 /* then the identification means nothing (RFC 6864) */
#define FRAGMENT    0x3fff /* more fragments, and the offset */

static void frame_put16(uint8_t *bytes, size_t value)
{
	bytes[0] = (uint8_t)(value >> 8);
	bytes[1] = (uint8_t)value;
}

static unsigned get16(const uint8_t *bytes)
{
	return (unsigned)bytes[0] << 8 | bytes[1];
}

/* The sum of 16-bit words; of a header with the right checksum it is 0xffff. */
static unsigned sum16(const uint8_t *bytes, size_t len)
{
	unsigned sum = 0;

	for (size_t i = 0; i + 1 < len; i += 2)
		sum += get16(bytes + i);
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return sum;
}

static size_t put_ip4(const struct vrrp_path *path, size_t len, uint8_t *bytes)
{
	memset(bytes, 0, FRAME_IP4_LEN);
	bytes[0] = 0x45; /* version 4, no options */
	bytes[1] = TOS_CONTROL;
	frame_put16(bytes + 2, FRAME_IP4_LEN + len);
	frame_put16(bytes + 6, DONT_SPLIT);
	bytes[8] = path->hop_limit;
	bytes[FRAME_IP4_PROTOCOL_AT] = VRRP_PROTOCOL;
	memcpy(bytes + 12, path->source.bytes, 4);
	memcpy(bytes + 16, path->destination.bytes, 4);
	frame_put16(bytes + IP4_SUM_AT, ~sum16(bytes, FRAME_IP4_LEN) & 0xffff);
	return FRAME_IP4_LEN;
}

static size_t put_ip6(const struct vrrp_path *path, size_t len, uint8_t *bytes)
{
	memset(bytes, 0, IP6_LEN);
	bytes[0] = 0x60 | TOS_CONTROL >> 4;
	bytes[1] = (uint8_t)(TOS_CONTROL << 4);
	frame_put16(bytes + 4, len);
	bytes[FRAME_IP6_NEXT_AT] = VRRP_PROTOCOL;
	bytes[7] = path->hop_limit;
	memcpy(bytes + 8, path->source.bytes, 16);
	memcpy(bytes + 24, path->destination.bytes, 16);
	return IP6_LEN;
}

size_t frame_put(const struct vrrp_path *path, size_t len, uint8_t bytes[static FRAME_HEADER_MAX])
{
	return path->destination.family == AF_INET6 ? put_ip6(path, len, bytes)
						    : put_ip4(path, len, bytes);
}

size_t frame_ip4_complete(const uint8_t *whole, uint8_t bytes[static FRAME_HEADER_MAX])
{
	memcpy(bytes, whole, FRAME_IP4_LEN);
	frame_put16(bytes + IP4_SUM_AT, 0);
	frame_put16(bytes + IP4_SUM_AT, ~sum16(bytes, FRAME_IP4_LEN) & 0xffff);
	return FRAME_IP4_LEN;
}

void frame_group_mac(const struct addr *group, uint8_t *ret_mac)
{
	static const uint8_t ip4[] = {0x01, 0x00, 0x5e}, ip6[] = {0x33, 0x33};

	if (group->family == AF_INET6) {
		memcpy(ret_mac, ip6, 2);
		memcpy(ret_mac + 2, group->bytes + 12, 4);
	} else {
		memcpy(ret_mac, ip4, 3);
		memcpy(ret_mac + 3, group->bytes + 1, 3);
		ret_mac[3] &= 0x7f;
	}
}

bool frame_is_intact(uint16_t family, const uint8_t *bytes, size_t len)
{
	size_t header;

	if (family == AF_INET6)
		return len >= IP6_LEN && bytes[0] >> 4 == 6;
	if (len < FRAME_IP4_LEN || bytes[0] >> 4 != 4)
		return false;
	header = (size_t)(bytes[0] & 0x0f) * 4;
	return header >= FRAME_IP4_LEN && len >= header && !(get16(bytes + 6) & FRAGMENT) &&
	       sum16(bytes, header) == 0xffff;
}

bool frame_is_signed(uint16_t family, const uint8_t *bytes, size_t len)
{
	return family == AF_INET && len >= FRAME_IP4_LEN && bytes[FRAME_IP4_PROTOCOL_AT] == VRRP_AH_PROTOCOL;
}

enum vrrp_reason frame_ip6_decode(const uint8_t *bytes, size_t len, struct vrrp_path *ret_path,
				  const uint8_t **ret_body, size_t *ret_len)
{
	size_t body = get16(bytes + 4);

	if (bytes[FRAME_IP6_NEXT_AT] != VRRP_PROTOCOL || body > len - IP6_LEN)
		return VRRP_REJECT_IP_HEADER;
	*ret_path = (struct vrrp_path){.hop_limit = bytes[7]};
	ret_path->source.family = ret_path->destination.family = AF_INET6;
	memcpy(ret_path->source.bytes, bytes + 8, 16);
	memcpy(ret_path->destination.bytes, bytes + 24, 16);
	*ret_body = bytes + IP6_LEN;
	*ret_len = body;
	return VRRP_ACCEPTED;
}
