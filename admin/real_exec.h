/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Runs a program of the system and waits for it; no shell. */
#ifndef LVSD_ADMIN_REAL_EXEC_H
#define LVSD_ADMIN_REAL_EXEC_H

/*
 * argv[0] is looked up in PATH and /usr/sbin. Its exit status, or -errno when it could not run.
 * *ret_output, when ret_output is not NULL, is what it printed, both streams; free() it.
 */
int real_exec(const char *const *argv, char **ret_output);

#endif
