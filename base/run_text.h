/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Runs a program and waits for all that it prints: for programs that have nothing else to do. */
#ifndef LVSD_BASE_RUN_TEXT_H
#define LVSD_BASE_RUN_TEXT_H

#include "base/err.h"
#include "base/run.h"

#include <stddef.h>
#include <stdint.h>

/* Beyond either the program is killed. */
struct run_text_limits {
	int64_t ms;
	size_t bytes; /* of standard output */
};

/*
 * *ret_text is what the program printed on standard output until its end, "" if it was not
 * started; free() it. Returns the code of struct run_job_end, or of run_job_start(), with its
 * sentence. Example: words {"sh", "-c", "echo a; exit 3"} give "a\n", and -EIO with "sh ended with
 * status 3".
 */
int run_text(const struct run_program *program, const struct run_text_limits *limits,
	     char **ret_text, struct err *err);

#endif
