/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The diagnostics of one load: all errors and warnings, in the order of the file. Printed as
 *	file:line:col: error: text
 *	    the source line
 *	    ^
 */
#ifndef LVSD_CONF_TEXT_DIAG_H
#define LVSD_CONF_TEXT_DIAG_H

#include "base/vec.h"
#include "conf/conf.h"

#include <stdio.h>

enum diag_severity {
	DIAG_ERROR,
	DIAG_WARNING,
	DIAG_NOTE, /* belongs to the error or warning before it */
};

struct diag {
	enum diag_severity severity;
	char *file;
	unsigned line, column; /* 0: the file as a whole */
	uint32_t at; /* struct conf_place.at, which decides the order */
	char *text;
	char *source;   /* the line of the file, made fit to be shown (a long one is cut), or NULL */
	unsigned caret; /* the column of the screen, from 1, under which the caret is printed */
};

/* The most errors, and the most warnings, that are kept. More are only counted; diags_print() says
 * how many. */
#define DIAG_KEPT_MAX 1000

/* After so many errors the rest of a text is not read: it is no configuration, and anybody may ask
 * for the plan of it. */
#define DIAG_READ_MAX 10000

struct source_map;

struct diags {
	VEC(struct diag) list;
	size_t n_errors, n_warnings;
	/* The texts of the last load that gave a snapshot, for later diagnostics; or NULL. */
	struct source_map *map;
	bool is_unread; /* after DIAG_READ_MAX errors the rest of a text was left out */
	bool is_strict; /* set before a load: a statement that keepalived would refuse is an error */
};

/* Takes map over, or NULL for none; the former map is freed. */
void diags_set_map(struct diags *diags, struct source_map *map);

void diags_free(struct diags *diags);

/* Sorts by the order in which the texts were read; a note stays after the diagnostic it explains.
 */
void diags_sort(struct diags *diags);

void diags_print(const struct diags *diags, FILE *out);
/* The same, with the errors before the warnings, for a reader who must mend the errors first. */
void diags_print_errors_first(const struct diags *diags, FILE *out);

/*
 * Writes the first error into text as one line, "file:line:col: text", without the line of the
 * file; "" when there is no error. Returns text.
 */
const char *diags_first_error(const struct diags *diags, char *text, size_t size);

#endif
