/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The number that a tracked file has. Pure. */
#ifndef LVSD_DAEMON_DIRECTOR_TRACK_NUMBER_H
#define LVSD_DAEMON_DIRECTOR_TRACK_NUMBER_H

#include <stddef.h>
#include <stdint.h>

/* The longest text that is read of a file. */
#define TRACK_NUMBER_MAX 64

/*
 * Reads len bytes: one whole number with blanks around it, decimal, octal after 0 or hexadecimal
 * after 0x. Returns NULL, or why there is none, as the end of a sentence; then *ret_number is 0, as
 * keepalived has it. Examples: "-5\n" is -5; "0x10" is 16; "5 apples": "it is not one whole number".
 */
const char *track_number_read(const char *bytes, size_t len, int32_t *ret_number);

#endif
