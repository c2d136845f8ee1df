/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "vrrp/ah/ah.h"
#include "vrrp/ah/md5.h"

#include <string.h>

#define NEXT_AT     0
#define WORDS_AT    1
#define SPI_AT      4
#define SEQUENCE_AT 8
#define VALUE_AT    12
#define VALUE_LEN   12 /* the first 96 bits of the digest */

/* The length in words of 32 bits, minus 2 (RFC 2402 section 2.2). */
#define WORDS (VRRP_AH_LEN / 4 - 2)

/* 2025-01-01T00:00:00Z: the number and the time in seconds were equal then. */
#define BEGAN_S 1735689600

#define TOS_CONTROL 0xc0 /* internetwork control (RFC 791) */
#define TOS_AT      1
#define TTL_AT      8

static void put16(uint8_t *at, size_t value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
}

static void put32(uint8_t *at, uint32_t value)
{
	put16(at, value >> 16);
	put16(at + 2, value & 0xffff);
}

static uint32_t take32(const uint8_t *at)
{
	return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

uint32_t vrrp_ah_begin(int64_t wall_us)
{
	int64_t number = BEGAN_S + (wall_us - BEGAN_S * INT64_C(1000000)) / 500000;

	/* A clock that is wrong: whoever begins with 0 continues behind the first number that it hears. */
	return number < 0 ? 0 : number > UINT32_MAX ? UINT32_MAX / 2 : (uint32_t)number;
}

bool vrrp_ah_is_after(uint32_t number, uint32_t heard)
{
	if (heard && number <= VRRP_AH_WRAP && heard >= UINT32_MAX - VRRP_AH_WRAP)
		return number > 0;
	if (heard && heard <= VRRP_AH_WRAP && number >= UINT32_MAX - VRRP_AH_WRAP)
		return false;
	return number > heard;
}

uint32_t vrrp_ah_next(uint32_t sent, uint32_t heard)
{
	uint32_t last = vrrp_ah_is_after(sent, heard) ? sent : heard;

	return last == UINT32_MAX ? 1 : last + 1;
}

void vrrp_ah_ip4_put(const struct vrrp_path *path, uint16_t ip_id, size_t body_len,
		     uint8_t ret_bytes[static VRRP_IP4_LEN])
{
	memset(ret_bytes, 0, VRRP_IP4_LEN);
	ret_bytes[0] = 0x45; /* version 4, no options */
	ret_bytes[TOS_AT] = TOS_CONTROL;
	put16(ret_bytes + 2, VRRP_IP4_LEN + body_len);
	put16(ret_bytes + 4, ip_id);
	ret_bytes[TTL_AT] = path->hop_limit;
	ret_bytes[9] = VRRP_AH_PROTOCOL;
	memcpy(ret_bytes + 12, path->source.bytes, 4);
	memcpy(ret_bytes + 16, path->destination.bytes, 4);
}

/* The digest of a packet, whose value counts as zero. */
static void digest_of(const struct vrrp_path *path, const struct vrrp_ah_cover *cover,
		      const uint8_t *bytes, size_t len, uint8_t ret_digest[static MD5_LEN])
{
	uint8_t head[VRRP_IP4_LEN + VRRP_AH_LEN];
	const struct md5_part parts[2] = {{head, sizeof(head)},
					  {bytes + VRRP_AH_LEN, len - VRRP_AH_LEN}};

	vrrp_ah_ip4_put(path, cover->ip_id, len, head);
	head[TOS_AT] = 0;
	if (cover->is_unicast)
		head[TTL_AT] = 0;
	memcpy(head + VRRP_IP4_LEN, bytes, VRRP_AH_LEN);
	memset(head + VRRP_IP4_LEN + VALUE_AT, 0, VALUE_LEN);
	md5_hmac(cover->key, cover->key_len, parts, ret_digest);
}

void vrrp_ah_put(const struct vrrp_path *path, const struct vrrp_ah_cover *cover,
		 uint32_t sequence, uint8_t *bytes, size_t len)
{
	uint8_t digest[MD5_LEN];

	memset(bytes, 0, VRRP_AH_LEN);
	bytes[NEXT_AT] = VRRP_PROTOCOL;
	bytes[WORDS_AT] = WORDS;
	memcpy(bytes + SPI_AT, path->source.bytes, 4);
	put32(bytes + SEQUENCE_AT, sequence);
	digest_of(path, cover, bytes, VRRP_AH_LEN + len, digest);
	memcpy(bytes + VALUE_AT, digest, VALUE_LEN);
}

enum vrrp_reason vrrp_ah_check_form(const struct vrrp_path *path, const uint8_t *bytes, size_t len)
{
	if (len < VRRP_AH_LEN)
		return VRRP_REJECT_TRUNCATED;
	if (bytes[NEXT_AT] != VRRP_PROTOCOL || bytes[WORDS_AT] != WORDS ||
	    memcmp(bytes + SPI_AT, path->source.bytes, 4))
		return VRRP_REJECT_AUTH_DATA;
	return VRRP_ACCEPTED;
}

enum vrrp_reason vrrp_ah_check(const struct vrrp_path *path, const struct vrrp_ah_cover *cover,
			       const uint8_t *bytes, size_t len, uint32_t *ret_sequence)
{
	uint8_t digest[MD5_LEN], difference = 0;
	enum vrrp_reason reason = vrrp_ah_check_form(path, bytes, len);

	if (reason != VRRP_ACCEPTED)
		return reason;
	digest_of(path, cover, bytes, len, digest);
	for (size_t i = 0; i < VALUE_LEN; i++) /* in the same time, whatever differs */
		difference |= digest[i] ^ bytes[VALUE_AT + i];
	if (difference)
		return VRRP_REJECT_AUTH_DATA;
	*ret_sequence = take32(bytes + SEQUENCE_AT);
	return VRRP_ACCEPTED;
}
