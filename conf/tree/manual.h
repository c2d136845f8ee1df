/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the schema says of each keyword: as chapters of lvsd.conf(5), and as plain text. */
#ifndef LVSD_CONF_TREE_MANUAL_H
#define LVSD_CONF_TREE_MANUAL_H

#include "conf/tree/keywords.h"

#include <stdio.h>

/* In roff's man macros: one chapter for each block, with the rows that stand in it. */
void conf_manual_print(FILE *out);

/* One entry as plain text. */
void conf_manual_entry(FILE *out, const struct keyword *keyword);

/* How texts name the argument of a row; "" when it has none. */
const char *conf_manual_argument(const struct schema_keyword *row);

/* Argument, range and default, on one line without its end: "NUMBER (1 to 255), default 100". */
void conf_manual_value(FILE *out, const struct schema_keyword *row);

#endif
