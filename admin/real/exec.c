/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "admin/real/exec.h"

#include "base/run_text.h"

#include <stdlib.h>

/* Long enough to load a kernel module. */
#define LIMIT_MS   60000
#define OUTPUT_MAX (1u << 20)

int real_exec(const char *const *argv, char **ret_output)
{
	const struct run_program program = {.words = argv, .error = RUN_ERROR_WITH_OUTPUT};
	const struct run_text_limits limits = {.ms = LIMIT_MS, .bytes = OUTPUT_MAX};
	char *output;
	int code = run_text(&program, &limits, &output, NULL);

	if (ret_output)
		*ret_output = output;
	else
		free(output);
	return code;
}
