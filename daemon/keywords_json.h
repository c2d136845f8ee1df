/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Prints the list of all keywords as JSON. */
#ifndef LVSD_DAEMON_KEYWORDS_JSON_H
#define LVSD_DAEMON_KEYWORDS_JSON_H

#include <stdio.h>

/*
 * Writes an object. Its "keywords" is an array with an object for each keyword in each place:
 * "keyword", "aliases", "place" ("" at the top level), "class", "reason", "argument", "min", "max",
 * "unit", "default", "without_argument", "choices", "is_required", "is_repeatable", "is_own",
 * "help", "example"; null where there is no such value. Its "counts" says how many keywords have
 * each class.
 */
void keywords_json_print(FILE *out);

#endif
