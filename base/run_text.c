/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/run_text.h"
#include "base/mem.h"
#include "base/run_job.h"

#include <stdlib.h>
#include <string.h>

struct reading {
	struct loop *loop;
	struct err *err;
	char *text;
	size_t len, size, max;
	int code;
};

static bool on_text_output(const char *bytes, size_t len, void *arg)
{
	struct reading *reading = arg;

	if (len > reading->max - reading->len)
		return false;
	while (reading->size - reading->len <= len)
		reading->text = mem_realloc(reading->text, reading->size *= 2, 1);
	memcpy(reading->text + reading->len, bytes, len);
	reading->len += len;
	return true;
}

static void on_text_end(const struct run_job_end *end, void *arg)
{
	struct reading *reading = arg;

	reading->code = end->code;
	if (end->code < 0)
		err_set(reading->err, end->code, "%s", end->sentence);
	loop_stop(reading->loop);
}

int run_text(const struct run_program *program, const struct run_text_limits *limits,
	     char **ret_text, struct err *err)
{
	struct reading reading = {
	    .loop = loop_new(), .err = err, .size = 4096, .max = limits->bytes};
	const struct run_job_ops ops = {.limit_ms = limits->ms,
					.on_output = on_text_output,
					.on_end = on_text_end,
					.arg = &reading};
	struct run_job *job;

	reading.text = mem_calloc(reading.size, 1);
	reading.code = run_job_start(reading.loop, program, &ops, &job, err);
	if (reading.code == 0) {
		loop_run(reading.loop);
		run_job_free(job);
	}
	loop_free(reading.loop);
	reading.text[reading.len] = '\0';
	*ret_text = reading.text;
	return reading.code;
}
