/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Runs a program of the system and waits for it; no shell. */
#ifndef LVSD_ADMIN_REAL_EXEC_H
#define LVSD_ADMIN_REAL_EXEC_H

/*
 * 0 when the program of the name argv[0] ended with status 0, else -errno (base/run_text.h).
 * *ret_output, when ret_output is not NULL, is what it printed, both streams; free() it.
 */
int real_exec(const char *const *argv, char **ret_output);

#endif
