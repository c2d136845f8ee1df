/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "conf/text/seconds.h"

#include <inttypes.h>
#include <stdio.h>

const char *seconds_format(uint64_t us, char text[static SECONDS_TEXT_MAX])
{
	int len = snprintf(text, SECONDS_TEXT_MAX, "%" PRIu64 ".%06u", us / 1000000,
			   (unsigned)(us % 1000000));

	while (text[len - 1] == '0')
		text[--len] = '\0';
	if (text[len - 1] == '.')
		text[--len] = '\0';
	return text;
}
