/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the number in a tracked file means for a real server (FILE_CHECK). Pure. */
#ifndef LVSD_HEALTHCHECK_JUDGE_FILE_JUDGE_H
#define LVSD_HEALTHCHECK_JUDGE_FILE_JUDGE_H

#include "healthcheck/health.h"

/* A product of number and weight that is a fault, or less. A greater one is limited to INT32_MAX. */
#define FILE_PRODUCT_FAULT INT32_MIN

/* What is known of a tracked file. */
struct file_said {
	bool is_number; /* false: it was not read yet, or may not be read */
	int32_t number; /* 0 if the file has none */
	const char *why; /* why it has none, as "it does not exist"; "": it has one */
};

/*
 * Judges a check by its track_file. The rules are keepalived's:
 *	weight 2, number 10: 20 is added to the server's weight		reverse: -20
 *	weight 0, number not 0: down					weight 0 reverse, number 0: down
 * Without a number there is no verdict. why is part of the reason.
 */
struct probe_result file_judge(const struct conf_check *check, const struct file_said *said);

#endif
