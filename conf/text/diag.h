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
	uint32_t at;           /* struct conf_place.at: diagnostics are sorted by it */
	char *text;
	char *source;   /* the line of the file, cut and made fit to be shown; or NULL */
	unsigned caret; /* the column of the screen, from 1, under which the caret is printed */
};

/* How many errors, and how many warnings, are kept. Further ones are only counted, and
 * diags_print() prints their number. */
#define DIAG_KEPT_MAX 1000

/* After so many errors the rest of a text is not read. Such a text is no configuration, and since
 * anybody may ask for the plan of a text, the time that it can take is bounded. */
#define DIAG_READ_MAX 10000

struct source_map;

struct diags {
	VEC(struct diag) list;
	size_t n_errors, n_warnings;
	/* The texts of the last load that gave a snapshot, for later diagnostics; or NULL. */
	struct source_map *map;
	bool is_unread; /* the rest of a text was not read after DIAG_READ_MAX errors */
	bool is_strict; /* set before a load: a statement that keepalived would refuse is an error */
};

/* Replaces map. The diagnostics own the new map (NULL: none); the former one is freed. */
void diags_set_map(struct diags *diags, struct source_map *map);

/* Frees all diagnostics, and the map; is_strict stays as it is. */
void diags_free(struct diags *diags);

/* Sorts by the order in which the texts were read; a note stays after the diagnostic it explains.
 */
void diags_sort(struct diags *diags);

/* Prints all diagnostics in their order, and how many were not kept. */
void diags_print(const struct diags *diags, FILE *out);
/* The same, with the errors before the warnings, for a reader who has to correct the errors
 * first. */
void diags_print_errors_first(const struct diags *diags, FILE *out);

/*
 * Writes the first error into text as one line, "file:line:col: text", without the line of the
 * file; "" when there is no error. Returns text.
 */
const char *diags_first_error(const struct diags *diags, char *text, size_t size);

#endif
