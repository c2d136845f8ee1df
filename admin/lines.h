/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Lines for -R as words. Blanks divide them and there are no quotes; the program's name may stand
 * at the beginning. Pure.
 */
#ifndef LVSD_ADMIN_LINES_H
#define LVSD_ADMIN_LINES_H

#include "base/vec.h"

#include <stdbool.h>

struct words {
	VEC(const char *) list;
};

/* Takes line apart, in which the words then lie. None: the line is empty. */
void words_split(char *line, struct words *words);
/* Whether the first word begins with '#'. */
bool words_is_comment(const struct words *words);
void words_free(struct words *words);

#endif
