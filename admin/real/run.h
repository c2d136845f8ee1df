/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Makes this machine a real server, or what it was before. */
#ifndef LVSD_ADMIN_REAL_RUN_H
#define LVSD_ADMIN_REAL_RUN_H

#include <stddef.h>

/*
 * The words after "real-server". The exit status: 0 done, 1 something could not be done (what was
 * done is remembered), 2 wrong words.
 */
int real_run(const char *const *words, size_t n_words);

#endif
