/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/run_text.h"
#include "base/clock.h"
#include "base/mem.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

struct reading {
	char *text;
	size_t len, size, max;
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

/* Waits for the output and the end of the program, and kills it at the deadline. */
static int wait_for_end(struct run_watch *watch, struct err *err)
{
	const struct mono deadline = mono_add_ms(clock_mono(), watch->limit_ms);
	struct pollfd fds[] = {{watch->child.pidfd, POLLIN, 0},
			       {watch->child.output_fd, POLLIN, 0},
			       {watch->child.error_fd, POLLIN, 0}};

	for (;;) {
		int64_t left_ms = (deadline.ns - clock_mono().ns + NS_PER_MS - 1) / NS_PER_MS;

		if (left_ms <= 0)
			run_watch_kill(watch, -ETIMEDOUT);
		if (poll(fds, 3, left_ms > 0 ? (int)left_ms : -1) < 0)
			continue;
		if (fds[1].revents && run_take_output(watch) == 0)
			fds[1].fd = -1;
		if (fds[2].revents && run_take_error(watch) == 0)
			fds[2].fd = -1;
		if (fds[0].revents)
			return run_end(watch, err);
	}
}

int run_text(const struct run_program *program, const struct run_text_limits *limits,
	     char **ret_text, struct err *err)
{
	struct reading reading = {.size = 4096, .max = limits->bytes};
	struct run_watch watch = {
	    .limit_ms = limits->ms, .on_output = on_text_output, .arg = &reading};
	int code;

	reading.text = mem_calloc(reading.size, 1);
	code = run_watch_start(&watch, program, err);
	if (code == 0) {
		code = wait_for_end(&watch, err);
		run_watch_fini(&watch);
	}
	reading.text[reading.len] = '\0';
	*ret_text = reading.text;
	return code;
}
