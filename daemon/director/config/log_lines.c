/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/director/config/log_lines.h"
#include "base/plural.h"

#include <string.h>

#define LINES_MAX 200

static void log_at(enum log_level level, const char *name, const char *line, int len)
{
	switch (level) {
	case LOG_LEVEL_ERROR:
		log_error("%s: %.*s", name, len, line);
		break;
	case LOG_LEVEL_WARNING:
		log_warning("%s: %.*s", name, len, line);
		break;
	default:
		log_notice("%s: %.*s", name, len, line);
	}
}

void log_lines(enum log_level level, const char *name, const char *text)
{
	size_t n = 0;

	for (; *text && n < LINES_MAX; n++) {
		size_t len = strcspn(text, "\n");

		log_at(level, name, text, (int)len);
		text += len + (text[len] == '\n');
	}
	for (n = 0; *text; n++) {
		text += strcspn(text, "\n");
		text += *text == '\n';
	}
	if (n)
		log_notice("%s: and %zu more line%s; lvsctl --json status has them all", name, n,
			   plural(n));
}
