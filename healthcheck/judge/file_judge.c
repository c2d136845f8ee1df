/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "healthcheck/judge/file_judge.h"

#include <stdarg.h>
#include <stdio.h>

static struct probe_result result_new(enum probe_outcome outcome, int32_t added, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static struct probe_result result_new(enum probe_outcome outcome, int32_t added, const char *format, ...)
{
	struct probe_result result = {
	    .outcome = outcome, .added = added, .is_decided = outcome == PROBE_FAIL};
	va_list args;

	va_start(args, format);
	vsnprintf(result.reason, sizeof(result.reason), format, args);
	va_end(args);
	return result;
}

/* "says 5", or "counts as 0, as it does not exist". Returns text. */
static const char *said_format(const struct file_said *said, char text[static PROBE_REASON_MAX])
{
	if (said->why[0])
		snprintf(text, PROBE_REASON_MAX, "counts as %d, as %.100s", (int)said->number, said->why);
	else
		snprintf(text, PROBE_REASON_MAX, "says %d", (int)said->number);
	return text;
}

struct probe_result file_judge(const struct conf_check *check, const struct file_said *said)
{
	int64_t sign = check->is_file_reverse ? -1 : 1, product;
	struct probe_result result;
	char text[PROBE_REASON_MAX];

	if (!said->is_number)
		return result_new(PROBE_NONE, 0, "no verdict: file %s: %s", check->file,
				  said->why[0] ? said->why : "it was not read yet");
	said_format(said, text);
	if (!check->file_weight && (said->number != 0) != check->is_file_reverse)
		return result_new(PROBE_FAIL, 0, "file %s %s", check->file, text);
	product = (int64_t)said->number * check->file_weight * sign;
	if (product <= FILE_PRODUCT_FAULT)
		return result_new(PROBE_FAIL, 0, "file %s %s, times weight %d", check->file, text,
				  (int)(check->file_weight * sign));
	if (product > INT32_MAX)
		product = INT32_MAX;
	if (check->file_weight)
		result = result_new(PROBE_OK, (int32_t)product, "file %s %s: weight %+d", check->file, text,
				    (int)product);
	else
		result = result_new(PROBE_OK, 0, "file %s %s", check->file, text);
	/* A file that gives a weight, or does not exist, does not say that the server is up. */
	result.is_mute = check->file_weight || said->why[0];
	return result;
}
