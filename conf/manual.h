/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The keywords as chapters of lvsd.conf(5): what the schema says of each, in roff's man macros. */
#ifndef LVSD_CONF_MANUAL_H
#define LVSD_CONF_MANUAL_H

#include <stdio.h>

/* One chapter for each block, with the rows that stand in it, in the order of the schema. */
void conf_manual_print(FILE *out);

#endif
