/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Splits lines of a file for -R into words. Blanks separate them; there are no quotes. The line may
 * begin with the program's name. Pure. */
#ifndef LVSD_ADMIN_LINES_H
#define LVSD_ADMIN_LINES_H

#include "base/vec.h"

#include <stdbool.h>

/* Begins as {0}. */
struct words {
	VEC(const char *) list;
};

/*
 * Splits line, which is changed: the words lie in it. The result has no words if the line is empty.
 */
void words_split(char *line, struct words *words);
/* Whether the first word begins with '#'. */
bool words_is_comment(const struct words *words);
void words_free(struct words *words);

#endif
