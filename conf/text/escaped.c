/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "conf/text/escaped.h"

#include <errno.h>
#include <string.h>

/* The value of a hex digit, or -1. */
static int digit_value(char digit)
{
	static const char digits[] = "0123456789abcdef";
	const char *found = digit ? strchr(digits, digit | (digit >= 'A' ? 0x20 : 0)) : NULL;

	return found ? (int)(found - digits) : -1;
}

/* Reads the escape behind a backslash. Returns its byte, with its length in *ret_len; or -1. */
static int escape_read(const char *at, size_t *ret_len)
{
	static const char names[] = "rnt\\", bytes[] = "\r\n\t\\";
	const char *name = *at ? strchr(names, *at) : NULL;
	int high, low;

	*ret_len = 1;
	if (name)
		return bytes[name - names];
	if (*at != 'x')
		return -1;
	high = digit_value(at[1]);
	low = high < 0 ? -1 : digit_value(at[2]);
	*ret_len = 3;
	return low < 0 ? -1 : high << 4 | low;
}

int escaped_read(const char *text, char *bytes, size_t *ret_n, struct err *err)
{
	size_t n = 0, len;

	for (const char *at = text; *at; n++) {
		int byte = (unsigned char)*at++;

		if (byte == '\\') {
			byte = escape_read(at, &len);
			if (byte < 0)
				return err_set(
				    err, -EINVAL,
				    "'%s' has an unknown escape at character %zu; there are "
				    "\\r, \\n, \\t, \\\\ and \\xHH",
				    text, (size_t)(at - text));
			at += len;
		}
		if (bytes)
			bytes[n] = (char)byte;
	}
	*ret_n = n;
	return 0;
}
