/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Everything that was found wrong in one run, in file order. Printed as
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
	uint32_t at; /* of the place: decides the order */
	char *text;
	char *source;   /* the line it points into, fit to be shown (long ones are cut), or NULL */
	unsigned caret; /* where column is in source: columns of the screen from 1 */
};

/* Errors, and warnings, that are kept; more are only counted, and diags_print() says how many. */
#define DIAG_KEPT_MAX 1000

struct source_map;

struct diags {
	VEC(struct diag) list;
	size_t n_errors, n_warnings;
	/* The texts of the last load that gave a snapshot, for what is found out later; or NULL. */
	struct source_map *map;
	bool is_strict; /* set before a load: what keepalived would not load is an error */
};

/* Takes map over in place of the one that is there; NULL for none. */
void diags_set_map(struct diags *diags, struct source_map *map);

void diags_free(struct diags *diags);

/* Stable order in which the texts were read, notes staying behind what they explain. */
void diags_sort(struct diags *diags);

void diags_print(const struct diags *diags, FILE *out);
/* The same, the errors before the warnings: for whom the errors alone have an effect. */
void diags_print_errors_first(const struct diags *diags, FILE *out);

/*
 * Writes the first error into text as one line, "file:line:col: text" without the source line; ""
 * when there is none. Returns text.
 */
const char *diags_first_error(const struct diags *diags, char *text, size_t size);

#endif
