/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/hash.h"
#include "base/plural.h"
#include "healthcheck/datagram.h"

#include <stdio.h>
#include <string.h>

static int digit_of(char hex)
{
	if (hex == 'x' || hex == 'X')
		return -1;
	return hex <= '9' ? hex - '0' : (hex | 0x20) - 'a' + 10;
}

static size_t udp_compose(const struct conf_check *check, uint64_t seed, uint8_t *bytes)
{
	const char *hex = check->payload;
	size_t len = strlen(hex) / 2;

	for (size_t i = 0; i < len; i++)
		bytes[i] = (uint8_t)(digit_of(hex[2 * i]) << 4 | digit_of(hex[2 * i + 1]));
	for (; len < DATAGRAM_RANDOM_BYTES && !hex[0]; len++)
		bytes[len] = (uint8_t)hash_mix(seed, len);
	return len;
}

static bool fits(const char *hex, uint8_t byte)
{
	int high = digit_of(hex[0]), low = digit_of(hex[1]);

	return (high < 0 || high == byte >> 4) && (low < 0 || low == (byte & 15));
}

/* The index of the first byte that differs from the pattern; len when there is none. */
static size_t first_wrong(const char *pattern, const uint8_t *reply, size_t len)
{
	size_t n = strcmp(pattern, CONF_ANY_BYTES) ? strlen(pattern) / 2 : 0;

	for (size_t i = 0; i < n; i++)
		if (i == len || !fits(pattern + 2 * i, reply[i]))
			return i;
	return len;
}

static enum datagram_verdict udp_reply_judge(const struct conf_check *check, uint64_t seed,
				   const uint8_t *reply, size_t len,
				   char reason[static PROBE_REASON_MAX])
{
	size_t n = strcmp(check->reply, CONF_ANY_BYTES) ? strlen(check->reply) / 2 : 0;
	size_t wrong;

	(void)seed;
	if (check->reply[0] && (len < check->reply_min || len > check->reply_max || len < n)) {
		snprintf(reason, PROBE_REASON_MAX, "reply of %zu byte%s, wanted %zu to %u", len,
			 plural(len), n > check->reply_min ? n : check->reply_min, (unsigned)check->reply_max);
		return DATAGRAM_BAD;
	}
	wrong = first_wrong(check->reply, reply, len);
	if (wrong < n) {
		snprintf(reason, PROBE_REASON_MAX, "byte %zu of the reply is %02x, wanted %.2s",
			 wrong + 1, (unsigned)reply[wrong], check->reply + 2 * wrong);
		return DATAGRAM_BAD;
	}
	snprintf(reason, PROBE_REASON_MAX, "reply of %zu byte%s", len, plural(len));
	return DATAGRAM_GOOD;
}

static bool is_udp_silence_good(const struct conf_check *check)
{
	return !check->reply[0];
}

const struct datagram_rules datagram_udp = {
    .compose = udp_compose,
    .judge = udp_reply_judge,
    .is_silence_good = is_udp_silence_good,
};
