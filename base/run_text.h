/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Runs a program and waits for its whole output: for a caller that has nothing else to do
 * meanwhile. */
#ifndef LVSD_BASE_RUN_TEXT_H
#define LVSD_BASE_RUN_TEXT_H

#include "base/err.h"
#include "base/run.h"

#include <stddef.h>
#include <stdint.h>

/* The program is killed when it exceeds one of these. */
struct run_text_limits {
	int64_t ms;
	size_t bytes; /* of standard output */
};

/*
 * Runs the program and sets *ret_text, for free(), to all that it printed on standard output ("" if
 * it could not be started). Returns 0, or a code with a sentence as run_end() gives it. Example:
 * words {"sh", "-c", "echo a; exit 3"} give the text "a\n", -EIO and "sh ended with status 3".
 */
int run_text(const struct run_program *program, const struct run_text_limits *limits,
	     char **ret_text, struct err *err);

#endif
