/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a program does with its standard input, output and error at its beginning and its end. */
#ifndef LVSD_BASE_OUTPUT_H
#define LVSD_BASE_OUTPUT_H

#include <stdbool.h>

/*
 * Opens /dev/null in place of descriptors 0 to 2 that are closed (`lvsd 2>&-`), so that no other file gets
 * such a number, into which messages would then be written. Reading or writing there fails with EBADF as
 * before. Call it before anything else is opened.
 */
void output_begin(void);

/*
 * Flushes stdout. A command has succeeded only if this returns true: all writes to stdout succeeded.
 * Otherwise says why on standard error and returns false. Example: with program "lvsctl" and a full disk
 * it says "lvsctl: standard output cannot be written: No space left on device".
 */
bool output_finish(const char *program);

#endif
