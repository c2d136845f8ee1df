/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where the stages of a load put what they find: adds diagnostics with the source line they point
 * into. Texts are formatted, then made fit to be shown: words of the file may hold any bytes and
 * any length, and secrets that are not to be seen. What a variable or a template made is followed
 * by notes that show where it was written. Holds the map of the texts by reference, until
 * report_fini().
 *
 * The daemon adds with it what the machine lacks of a configuration that loads, and then calls
 * diags_sort().
 */
#ifndef LVSD_CONF_TEXT_REPORT_H
#define LVSD_CONF_TEXT_REPORT_H

#include "conf/text/diag.h"
#include "conf/text/source.h"

struct report {
	struct diags *diags;
	struct source_map *map;
	bool is_lenient; /* what report_ignored() says is a warning */
	bool is_muted;   /* the last error or warning was one too many: its notes go with it */
	bool is_lacking; /* a required keyword is missing */
	size_t n_errors_before;
};

/* Errors are not lenient. */
void report_init(struct report *report, struct diags *diags, struct source_map *map);

/* At least one error came through this report. */
bool report_has_errors(const struct report *report);

/* Further errors are only counted: nothing that is costly to say need be found out. */
bool report_is_full(const struct report *report);

/* The flat text from place to its end; none when there is no such place. */
const char *report_text_at(const struct report *report, const struct conf_place *place,
			   size_t *ret_len);

void report_error(struct report *report, const struct conf_place *place, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void report_warning(struct report *report, const struct conf_place *place, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/*
 * For what keepalived ignores, going on without it: an error, because nobody should run a file of
 * which a part has no effect, and a warning when the report is lenient. The caller then leaves the
 * statement or the object out.
 */
void report_ignored(struct report *report, const struct conf_place *place, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/*
 * report_ignored() for what may be the consequence of a mistake that stands before `after`: it
 * points to place, and is printed behind what is said of all that comes before `after`.
 */
void report_consequence(struct report *report, const struct conf_place *place,
			const struct conf_place *after, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/* Explains the error or warning reported before it. */
void report_note(struct report *report, const struct conf_place *place, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

enum report_kind {
	REPORT_ERROR,
	REPORT_WARNING,
	REPORT_IGNORED,
	REPORT_NOTE,
};

/* The same for what is not, or not yet, part of the flat text. */
void report_spot(struct report *report, enum report_kind kind, const struct source_spot *spot,
		 const char *format, ...) __attribute__((format(printf, 4, 5)));

/*
 * Notes for the names through which the text came that stands at line and column of source, the
 * outermost first: for what is found before it is part of the flat text.
 */
void report_uses(struct report *report, uint32_t source, unsigned line, unsigned column,
		 uint32_t use);

#endif
