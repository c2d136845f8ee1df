/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a command does at its end: it has succeeded only if its standard output could be written. */
#ifndef LVSD_BASE_OUTPUT_H
#define LVSD_BASE_OUTPUT_H

#include <stdbool.h>

/*
 * Flushes stdout. Returns true if that and all earlier writes to stdout succeeded. Otherwise says
 * why on standard error and returns false. Example: with program "lvsctl" and a full disk it says
 * "lvsctl: standard output cannot be written: No space left on device".
 */
bool output_finish(const char *program);

#endif
