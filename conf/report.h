/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where the stages of a load put what they find: adds diagnostics with the source line they point
 * into. Texts are formatted, then made fit to be shown: words of the file may hold any bytes and
 * any length, and secrets that are not to be seen. Holds the text of the file by reference, until
 * report_fini().
 *
 * The daemon adds with it what the machine lacks of a configuration that loads, and then calls
 * diags_sort().
 */
#ifndef LVSD_CONF_REPORT_H
#define LVSD_CONF_REPORT_H

#include "conf/diag.h"

struct report {
	struct diags *diags;
	const char *text; /* of the file */
	size_t len;
	VEC(size_t) marks; /* offsets of every so many lines; made when a line is first asked for */
	/* The line that was asked for last; where it begins. */
	unsigned last_line;
	size_t last_start;
	bool is_muted; /* the last error or warning was one too many: its notes go with it */
	size_t n_errors_before;
};

void report_init(struct report *report, struct diags *diags, const char *text, size_t len);
void report_fini(struct report *report);

/* At least one error came through this report. */
bool report_has_errors(const struct report *report);

/* Further errors are only counted: nothing that is costly to say need be found out. */
bool report_is_full(const struct report *report);

/* The bytes from place to the end of the file; none when the file has no such place. */
const char *report_text_at(struct report *report, const struct conf_place *place, size_t *ret_len);

void report_error(struct report *report, const struct conf_place *place, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void report_warning(struct report *report, const struct conf_place *place, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* Explains the error or warning reported before it. */
void report_note(struct report *report, const struct conf_place *place, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
