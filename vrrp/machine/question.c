/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "vrrp/machine/question.h"

#include <netinet/in.h>
#include <string.h>

#define ARP_SENDER_AT 14

#define IP6_LEN	       VRRP_ANSWER_TYPE_AT
#define IP6_NEXT_AT    VRRP_ANSWER_NEXT_AT
#define IP6_HOP_AT     7
#define IP6_TO_AT      24
#define ND_HOP_LIMIT   255 /* no router has forwarded it (RFC 4861 section 7.1) */
#define ND_LEN	       24  /* of a solicitation or advertisement without options */
#define ND_SOLICIT     135
#define ND_CHECKSUM_AT 2
#define ND_TARGET_AT   8

/* The sender's protocol address is zero: nobody learns anything from it. */
static size_t arp_probe(const struct addr *vip, const uint8_t *mac, uint8_t *ret_bytes)
{
	vrrp_garp_encode(vip, mac, ret_bytes);
	memset(ret_bytes + ARP_SENDER_AT, 0, 4);
	return VRRP_GARP_LEN;
}

static void solicited_node(const struct addr *vip, uint8_t *ret_group)
{
	static const uint8_t prefix[] = {0xff, 0x02, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0xff};

	memcpy(ret_group, prefix, sizeof(prefix));
	memcpy(ret_group + sizeof(prefix), vip->bytes + sizeof(prefix), 16 - sizeof(prefix));
}

static size_t solicitation(const struct addr *vip, uint8_t *ret_bytes)
{
	uint8_t *message = ret_bytes + IP6_LEN;
	uint16_t checksum;

	memset(ret_bytes, 0, IP6_LEN + ND_LEN);
	ret_bytes[0] = 0x60;
	ret_bytes[5] = ND_LEN;
	ret_bytes[IP6_NEXT_AT] = IPPROTO_ICMPV6;
	ret_bytes[IP6_HOP_AT] = ND_HOP_LIMIT;
	solicited_node(vip, ret_bytes + IP6_TO_AT);
	message[0] = ND_SOLICIT;
	memcpy(message + ND_TARGET_AT, vip->bytes, 16);
	checksum = vrrp_icmp6_checksum(ret_bytes, IP6_LEN + ND_LEN);
	message[ND_CHECKSUM_AT] = (uint8_t)(checksum >> 8);
	message[ND_CHECKSUM_AT + 1] = (uint8_t)checksum;
	return IP6_LEN + ND_LEN;
}

size_t vrrp_question_encode(const struct addr *vip, const uint8_t mac[static VRRP_MAC_LEN],
			 uint8_t ret_bytes[static VRRP_QUESTION_LEN_MAX])
{
	return vip->family == AF_INET6 ? solicitation(vip, ret_bytes) : arp_probe(vip, mac, ret_bytes);
}

void vrrp_question_destination(const struct addr *vip, uint8_t ret_mac[static VRRP_MAC_LEN])
{
	uint8_t group[16];

	memset(ret_mac, 0xff, VRRP_MAC_LEN);
	if (vip->family != AF_INET6)
		return;
	solicited_node(vip, group);
	memset(ret_mac, 0x33, 2);
	memcpy(ret_mac + 2, group + 12, 4);
}

/* A probe of another machine has no sender's address, and says nothing. */
static bool arp_decode(const uint8_t *bytes, size_t len, struct addr *ret_addr)
{
	static const uint8_t head[] = {0, 1, 0x08, 0, VRRP_MAC_LEN, 4, 0};
	static const uint8_t none[4];

	if (len < VRRP_GARP_LEN || memcmp(bytes, head, sizeof(head)) != 0 || bytes[7] < 1 || bytes[7] > 2 ||
	    !memcmp(bytes + ARP_SENDER_AT, none, sizeof(none)))
		return false;
	*ret_addr = (struct addr){.family = AF_INET};
	memcpy(ret_addr->bytes, bytes + ARP_SENDER_AT, 4);
	return true;
}

static bool advertisement_decode(const uint8_t *bytes, size_t len, struct addr *ret_addr)
{
	size_t payload = len < IP6_LEN ? 0 : (size_t)bytes[4] << 8 | bytes[5];
	const uint8_t *message = bytes + IP6_LEN;

	if (payload < ND_LEN || payload > len - IP6_LEN || bytes[0] >> 4 != 6 ||
	    bytes[IP6_NEXT_AT] != IPPROTO_ICMPV6 || bytes[IP6_HOP_AT] != ND_HOP_LIMIT ||
	    message[0] != VRRP_ANSWER_TYPE || message[1] != 0 ||
	    vrrp_icmp6_checksum(bytes, IP6_LEN + payload) != 0)
		return false;
	*ret_addr = (struct addr){.family = AF_INET6};
	memcpy(ret_addr->bytes, message + ND_TARGET_AT, 16);
	return true;
}

bool vrrp_answer_decode(uint16_t family, const uint8_t *bytes, size_t len, struct addr *ret_addr)
{
	return family == AF_INET6 ? advertisement_decode(bytes, len, ret_addr)
				  : arp_decode(bytes, len, ret_addr);
}
