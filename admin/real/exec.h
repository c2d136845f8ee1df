/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Runs a program of the system without a shell, and waits for it. */
#ifndef LVSD_ADMIN_REAL_EXEC_H
#define LVSD_ADMIN_REAL_EXEC_H

/*
 * Runs the program argv[0]. Returns 0 if it ended with status 0, otherwise -errno
 * (base/run_text.h). If ret_output is not NULL, *ret_output is all that the program printed, on
 * both streams, for free().
 */
int real_exec(const char *const *argv, char **ret_output);

#endif
