/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What was logged, for tests that demand a sentence. */
#ifndef LVSD_TESTS_UNIT_LOGGED_H
#define LVSD_TESTS_UNIT_LOGGED_H

#include <stdbool.h>
#include <stddef.h>

/* From now on lines come here instead of to standard error. */
void logged_begin(void);
void logged_end(void);
/* All lines since the last call, "warning: text\n" each. It lives until the next call. */
const char *logged_take(void);
/* Whether the lines since the last call are as wanted; then they are forgotten. */
bool logged_has(const char *part);
/* How often part stands in text. */
size_t logged_count(const char *text, const char *part);

#endif
