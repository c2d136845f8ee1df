/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "conf/text/utf8.h"

#include <stdint.h>

/* RFC 3629 section 4: the first byte determines which second bytes are allowed. */
static const struct {
	uint8_t first_low, first_high, second_low, second_high, len;
} forms[] = {
    {0x00, 0x7f, 0x00, 0x00, 1}, {0xc2, 0xdf, 0x80, 0xbf, 2}, {0xe0, 0xe0, 0xa0, 0xbf, 3},
    {0xe1, 0xec, 0x80, 0xbf, 3}, {0xed, 0xed, 0x80, 0x9f, 3}, {0xee, 0xef, 0x80, 0xbf, 3},
    {0xf0, 0xf0, 0x90, 0xbf, 4}, {0xf1, 0xf3, 0x80, 0xbf, 4}, {0xf4, 0xf4, 0x80, 0x8f, 4},
};

size_t utf8_sequence(const char *text, size_t len)
{
	const uint8_t *bytes = (const uint8_t *)text;

	for (size_t i = 0; len && i < sizeof(forms) / sizeof(forms[0]); i++) {
		if (bytes[0] < forms[i].first_low || bytes[0] > forms[i].first_high)
			continue;
		if (forms[i].len > len)
			return 0;
		if (forms[i].len > 1 &&
		    (bytes[1] < forms[i].second_low || bytes[1] > forms[i].second_high))
			return 0;
		for (size_t k = 2; k < forms[i].len; k++)
			if ((bytes[k] & 0xc0) != 0x80)
				return 0;
		return forms[i].len;
	}
	return 0;
}

bool utf8_is_control(const char *text, size_t len)
{
	const uint8_t *bytes = (const uint8_t *)text;

	if (len == 1)
		return bytes[0] < 0x20 || bytes[0] == 0x7f;
	return len == 2 && bytes[0] == 0xc2 && bytes[1] < 0xa0;
}
