/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/director/track/number.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define BLANKS " \t\r\n"

const char *track_number_read(const char *bytes, size_t len, int32_t *ret_number)
{
	char text[TRACK_NUMBER_MAX + 1], *end;
	size_t blanks;
	long number;

	*ret_number = 0;
	if (len > TRACK_NUMBER_MAX || memchr(bytes, '\0', len))
		return "it is not one whole number";
	memcpy(text, bytes, len);
	text[len] = '\0';
	blanks = strspn(text, BLANKS);
	if (!text[blanks])
		return "it is empty";
	errno = 0;
	number = strtol(text + blanks, &end, 0);
	if (end == text + blanks || end[strspn(end, BLANKS)])
		return "it is not one whole number";
	if (errno == ERANGE || number < INT32_MIN || number > INT32_MAX)
		return "its number has more than 32 bits";
	*ret_number = (int32_t)number;
	return NULL;
}
