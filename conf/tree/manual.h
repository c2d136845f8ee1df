/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Prints what the schema says about each keyword: as chapters of lvsd.conf(5), or as plain text. */
#ifndef LVSD_CONF_TREE_MANUAL_H
#define LVSD_CONF_TREE_MANUAL_H

#include "conf/tree/keywords.h"

#include <stdio.h>

/* Prints, with the man macros of roff, a chapter for each block with the rows that stand in it. */
void conf_manual_print(FILE *out);

/* Prints one entry as plain text. */
void conf_manual_entry(FILE *out, const struct keyword *keyword);

/* The name of the argument of a row in texts; "" when it has none. */
const char *conf_manual_argument(const struct schema_keyword *row);

/* Prints argument, range and default on one line without its end: "NUMBER (1 to 255), default 100".
 */
void conf_manual_value(FILE *out, const struct schema_keyword *row);

#endif
