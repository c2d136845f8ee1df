/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Prints the errors and warnings of a load as JSON. */
#ifndef LVSD_DAEMON_DIAGS_JSON_H
#define LVSD_DAEMON_DIAGS_JSON_H

#include "conf/text/diag.h"

/*
 * Writes an array with an object for each error and warning: "severity", "file", "line" and
 * "column" (0 for a file as a whole), "text", "source" (the line, or null), and "notes", an array
 * of such objects without severity and notes.
 */
void diags_json_print(const struct diags *diags, FILE *out);

#endif
