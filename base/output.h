/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Standard output of a command: it has done its work only when its output has arrived. */
#ifndef LVSD_BASE_OUTPUT_H
#define LVSD_BASE_OUTPUT_H

#include <stdbool.h>

/*
 * Writes out what stdout still holds. Returns false, after saying so on stderr, when that or an
 * earlier write to stdout has failed: program "lvsctl" on a full disk says
 * "lvsctl: standard output cannot be written: No space left on device".
 */
bool output_finish(const char *program);

#endif
