/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Everything that was found wrong in one run, in file order. Printed as
 *	file:line:col: error: text
 *	    the source line
 *	    ^
 */
#ifndef LVSD_CONF_DIAG_H
#define LVSD_CONF_DIAG_H

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
	char *text;
	char *source;   /* the line it points into, fit to be shown (long ones are cut), or NULL */
	unsigned caret; /* where column is in source: columns of the screen from 1 */
};

/* Errors, and warnings, that are kept; more are only counted, and diags_print() says how many. */
#define DIAG_KEPT_MAX 1000

struct diags {
	VEC(struct diag) list;
	size_t n_errors, n_warnings;
};

void diags_free(struct diags *diags);

/* Stable order by file position, notes staying behind what they explain. */
void diags_sort(struct diags *diags);

void diags_print(const struct diags *diags, FILE *out);

/*
 * Writes the first error into text as one line, "file:line:col: text" without the source line; ""
 * when there is none. Returns text.
 */
const char *diags_first_error(const struct diags *diags, char *text, size_t size);

#endif
