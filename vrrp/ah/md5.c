/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "vrrp/ah/md5.h"

#include <assert.h>
#include <string.h>

#define LENGTH_AT 56 /* in the last block, the number of bits of the message */

struct md5 {
	uint32_t state[4];
	uint64_t len; /* of the message so far */
	uint8_t block[MD5_BLOCK];
};

/* The integer part of 2^32 times abs(sin(i + 1)) (RFC 1321 section 3.4). */
static const uint32_t sines[64] = {
    0xd76aa478, 0xe8c7b756, 0x242070db, 0xc1bdceee, 0xf57c0faf, 0x4787c62a, 0xa8304613, 0xfd469501,
    0x698098d8, 0x8b44f7af, 0xffff5bb1, 0x895cd7be, 0x6b901122, 0xfd987193, 0xa679438e, 0x49b40821,
    0xf61e2562, 0xc040b340, 0x265e5a51, 0xe9b6c7aa, 0xd62f105d, 0x02441453, 0xd8a1e681, 0xe7d3fbc8,
    0x21e1cde6, 0xc33707d6, 0xf4d50d87, 0x455a14ed, 0xa9e3e905, 0xfcefa3f8, 0x676f02d9, 0x8d2a4c8a,
    0xfffa3942, 0x8771f681, 0x6d9d6122, 0xfde5380c, 0xa4beea44, 0x4bdecfa9, 0xf6bb4b60, 0xbebfbc70,
    0x289b7ec6, 0xeaa127fa, 0xd4ef3085, 0x04881d05, 0xd9d4d039, 0xe6db99e5, 0x1fa27cf8, 0xc4ac5665,
    0xf4292244, 0x432aff97, 0xab9423a7, 0xfc93a039, 0x655b59c3, 0x8f0ccc92, 0xffeff47d, 0x85845dd1,
    0x6fa87e4f, 0xfe2ce6e0, 0xa3014314, 0x4e0811a1, 0xf7537e82, 0xbd3af235, 0x2ad7d2bb, 0xeb86d391,
};

static const unsigned shifts[4][4] = {
    {7, 12, 17, 22}, {5, 9, 14, 20}, {4, 11, 16, 23}, {6, 10, 15, 21}};

static uint32_t take_word(const uint8_t *at)
{
	return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

static void put_word(uint8_t *at, uint32_t word)
{
	for (unsigned i = 0; i < 4; i++)
		at[i] = (uint8_t)(word >> (8 * i));
}

/* The function of a round, and which word of the block the step takes. */
static uint32_t mix(unsigned step, const uint32_t s[4], unsigned *ret_word)
{
	switch (step / 16) {
	case 0:
		*ret_word = step;
		return (s[1] & s[2]) | (~s[1] & s[3]);
	case 1:
		*ret_word = (5 * step + 1) % 16;
		return (s[1] & s[3]) | (s[2] & ~s[3]);
	case 2:
		*ret_word = (3 * step + 5) % 16;
		return s[1] ^ s[2] ^ s[3];
	default:
		*ret_word = 7 * step % 16;
		return s[2] ^ (s[1] | ~s[3]);
	}
}

static void md5_block(struct md5 *md5, const uint8_t *block)
{
	uint32_t s[4];

	memcpy(s, md5->state, sizeof(s));
	for (unsigned step = 0; step < 64; step++) {
		unsigned shift = shifts[step / 16][step % 4], word;
		uint32_t mixed = mix(step, s, &word);
		uint32_t sum = s[0] + mixed + sines[step] + take_word(block + 4 * word);

		s[0] = s[3];
		s[3] = s[2];
		s[2] = s[1];
		s[1] += sum << shift | sum >> (32 - shift);
	}
	for (unsigned i = 0; i < 4; i++)
		md5->state[i] += s[i];
}

static void md5_begin(struct md5 *md5)
{
	*md5 = (struct md5){.state = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476}};
}

static void md5_add(struct md5 *md5, const void *bytes, size_t len)
{
	const uint8_t *at = bytes;

	for (size_t i = 0; i < len; i++) {
		md5->block[md5->len++ % MD5_BLOCK] = at[i];
		if (md5->len % MD5_BLOCK == 0)
			md5_block(md5, md5->block);
	}
}

static void md5_add_parts(struct md5 *md5, const struct md5_part *parts, size_t n)
{
	for (size_t i = 0; i < n; i++)
		md5_add(md5, parts[i].bytes, parts[i].len);
}

static void md5_end(struct md5 *md5, uint8_t ret_digest[static MD5_LEN])
{
	static const uint8_t one = 0x80, zero;
	uint64_t bits = md5->len * 8;
	uint8_t length[8];

	put_word(length, (uint32_t)bits);
	put_word(length + 4, (uint32_t)(bits >> 32));
	md5_add(md5, &one, 1);
	while (md5->len % MD5_BLOCK != LENGTH_AT)
		md5_add(md5, &zero, 1);
	md5_add(md5, length, sizeof(length));
	for (unsigned i = 0; i < 4; i++)
		put_word(ret_digest + 4 * i, md5->state[i]);
}

void md5_parts(const struct md5_part *parts, size_t n, uint8_t ret_digest[static MD5_LEN])
{
	struct md5 md5;

	md5_begin(&md5);
	md5_add_parts(&md5, parts, n);
	md5_end(&md5, ret_digest);
}

void md5_hmac(const uint8_t *key, size_t key_len, const struct md5_part parts[static 2],
	      uint8_t ret_digest[static MD5_LEN])
{
	uint8_t inner[MD5_BLOCK] = {0}, outer[MD5_BLOCK];
	const struct md5_part first[3] = {{inner, MD5_BLOCK}, parts[0], parts[1]};
	const struct md5_part last[2] = {{outer, MD5_BLOCK}, {ret_digest, MD5_LEN}};

	assert(key_len <= MD5_BLOCK);
	memcpy(inner, key, key_len);
	for (size_t i = 0; i < MD5_BLOCK; i++) {
		outer[i] = inner[i] ^ 0x5c;
		inner[i] ^= 0x36;
	}
	md5_parts(first, 3, ret_digest);
	md5_parts(last, 2, ret_digest);
}
