/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reports the findings of a load: adds diagnostics, each with the line of the file that it is
 * about. The texts are formatted and made fit to be shown, since words of the file may have any
 * bytes and any length, and secrets must not be shown. When a variable or a template made the text,
 * notes follow that show where it was written. The map of the texts must live as long as the
 * report.
 *
 * The daemon also reports here what the machine lacks for a configuration that loads. It calls
 * diags_sort() afterwards.
 */
#ifndef LVSD_CONF_TEXT_REPORT_H
#define LVSD_CONF_TEXT_REPORT_H

#include "conf/text/diag.h"
#include "conf/text/source.h"

struct report {
	struct diags *diags;
	struct source_map *map;
	bool is_lenient; /* report_ignored() gives warnings, not errors */
	bool is_muted;   /* the last error or warning was not kept, so its notes are dropped too */
	bool is_lacking; /* a required keyword is missing */
	size_t n_errors_before;
};

/* Begins a report, which is not lenient. */
void report_init(struct report *report, struct diags *diags, struct source_map *map);

/* Was an error reported with this report? */
bool report_has_errors(const struct report *report);

/* Have so many errors been reported that further ones are only counted? Then the caller need not
 * compute anything for their texts. */
bool report_is_full(const struct report *report);

/* Have so many errors been reported that the rest of the text need not be read? If so, notes this,
 * and diags_print() says so. */
bool report_gives_up(struct report *report);

/* The flat text from place to its end; *ret_len is 0 when there is no such place. */
const char *report_text_at(const struct report *report, const struct conf_place *place,
			   size_t *ret_len);

/* Report something wrong about place. The text is a sentence without a full stop. */
void report_error(struct report *report, const struct conf_place *place, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void report_warning(struct report *report, const struct conf_place *place, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/*
 * Reports a statement that keepalived ignores. This is an error, because nobody should run a file
 * of which a part has no effect; if the report is lenient, it is a warning. The caller then leaves
 * the statement or the object out.
 */
void report_ignored(struct report *report, const struct conf_place *place, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/*
 * The same for a mistake that may be the consequence of another mistake, which stands before
 * `after`. The diagnostic is about place, but is printed behind those about all places before
 * `after`.
 */
void report_consequence(struct report *report, const struct conf_place *place,
			const struct conf_place *after, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/* Adds a note that explains the last error or warning. */
void report_note(struct report *report, const struct conf_place *place, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Which of the functions above report_spot() is like. */
enum report_kind {
	REPORT_ERROR,
	REPORT_WARNING,
	REPORT_IGNORED,
	REPORT_NOTE,
};

/* Reports like report_error() and so on, for a place that is not, or not yet, part of the flat
 * text. */
void report_spot(struct report *report, enum report_kind kind, const struct source_spot *spot,
		 const char *format, ...) __attribute__((format(printf, 4, 5)));

/*
 * Adds notes that show from which names a text was made, the outermost name first. The text is at
 * line and column of source, and not part of the flat text yet.
 */
void report_uses(struct report *report, uint32_t source, unsigned line, unsigned column,
		 uint32_t use);

#endif
