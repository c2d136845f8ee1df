/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/run_text.h"
#include "doctor/gather.h"

#include <stdlib.h>

/* The most that is read. The rules of a large firewall are some megabytes. */
#define OUTPUT_MAX (64u * 1024 * 1024)
#define OUTPUT_MS  5000

char *gather_output(const char *const argv[])
{
	const struct run_program program = {.words = argv, .error = RUN_ERROR_NOWHERE};
	const struct run_text_limits limits = {.ms = OUTPUT_MS, .bytes = OUTPUT_MAX};
	char *text;

	if (run_text(&program, &limits, &text, NULL) == 0)
		return text;
	free(text);
	return NULL;
}
