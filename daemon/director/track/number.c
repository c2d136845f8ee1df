/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/director/track/number.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* Those that strtol(3) skips. */
#define BLANKS " \t\n\v\f\r"

/* Whether only blanks stand in the text, up to its NUL, and no byte behind that. */
static bool is_only_blanks(const char *text, size_t len)
{
	return strspn(text, BLANKS) == len;
}

const char *track_number_read(const char *bytes, size_t len, int32_t *number)
{
	char text[TRACK_NUMBER_MAX + 1], *end;
	size_t n = len < TRACK_NUMBER_MAX ? len : TRACK_NUMBER_MAX;
	long long found;

	memcpy(text, bytes, n);
	text[n] = '\0';
	errno = 0;
	found = strtoll(text, &end, 0);
	if (errno == ERANGE || found < INT32_MIN || found > (long long)INT32_MAX + 1)
		return "its number has more than 32 bits, so the number before still counts";
	/* keepalived lets one number pass that has 33 bits; no weight makes a difference of it. */
	*number = found > INT32_MAX ? INT32_MAX : (int32_t)found;
	if (end == text)
		return is_only_blanks(text, len) ? "it is empty" : "it does not begin with a whole number";
	if (len > n || !is_only_blanks(end, (size_t)(text + n - end)))
		return "what stands behind the number does not count";
	return NULL;
}
