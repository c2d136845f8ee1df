/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The list of keywords, for programs. */
#ifndef LVSD_DAEMON_KEYWORDS_JSON_H
#define LVSD_DAEMON_KEYWORDS_JSON_H

#include <stdio.h>

/*
 * Writes an object: "keywords", an array with an object for each keyword in each place ("keyword",
 * "aliases", "place" ("" at the top level), "class", "reason", "argument", "min", "max", "unit",
 * "default", "without_argument", "choices", "is_required", "is_repeatable", "is_own", "help",
 * "example"; null for what there is not), and "counts", how many have each class.
 */
void keywords_json_print(FILE *out);

#endif
