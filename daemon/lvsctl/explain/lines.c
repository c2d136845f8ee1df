/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/lvsctl/explain/lines.h"
#include "base/clock.h"
#include "base/mem.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

void line_add(struct lines *lines, unsigned depth, const char *format, ...)
{
	char *text = NULL;
	va_list values;
	int len;

	va_start(values, format);
	len = vasprintf(&text, format, values);
	va_end(values);
	if (len < 0)
		mem_exhausted(0);
	json_array_append_new(lines->list, json_sprintf("%*s%s", (int)(2 * depth), "", text));
	free(text);
}

const char *age_format(int64_t us, char text[static AGE_TEXT_MAX])
{
	static const struct {
		int64_t s;
		const char *name;
	} units[] = {{86400, "d"}, {3600, "h"}, {60, "min"}, {1, "s"}};
	int64_t left = us > 0 ? us / US_PER_S : 0;
	size_t i = 0;

	while (i < 3 && left < units[i].s)
		i++;
	if (i == 3 || left % units[i].s < units[i + 1].s)
		snprintf(text, AGE_TEXT_MAX, "%lld %s", (long long)(left / units[i].s), units[i].name);
	else
		snprintf(text, AGE_TEXT_MAX, "%lld %s %lld %s", (long long)(left / units[i].s), units[i].name,
			 (long long)(left % units[i].s / units[i + 1].s), units[i + 1].name);
	return text;
}

int64_t stamp_read(json_t *stamp)
{
	const char *text = json_string_value(stamp), *rest;
	struct tm tm = {0};
	long ms = 0;

	rest = text ? strptime(text, "%Y-%m-%dT%H:%M:%S", &tm) : NULL;
	if (!rest)
		return 0;
	if (*rest == '.')
		ms = strtol(rest + 1, NULL, 10);
	return (int64_t)timegm(&tm) * US_PER_S + ms * (US_PER_S / 1000);
}

const char *since_format(const struct lines *lines, json_t *stamp, char text[static SINCE_TEXT_MAX])
{
	int64_t at = stamp_read(stamp);
	char age[AGE_TEXT_MAX];

	*text = '\0';
	if (at)
		snprintf(text, SINCE_TEXT_MAX, " since %s (%s)", json_string_value(stamp),
			 age_format(lines->now_us - at, age));
	return text;
}
