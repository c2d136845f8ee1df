/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sets this machine up as a real server, or back to what it was before. */
#ifndef LVSD_ADMIN_REAL_RUN_H
#define LVSD_ADMIN_REAL_RUN_H

#include <stddef.h>

/* words are those after "real-server". Returns the exit status. 0: done. 1: something could not be
 * done; the state file has what was done. 2: the words are wrong. */
int real_run(const char *const *words, size_t n_words);

#endif
