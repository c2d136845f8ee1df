/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The number that a tracked file has. Pure. */
#ifndef LVSD_DAEMON_DIRECTOR_TRACK_NUMBER_H
#define LVSD_DAEMON_DIRECTOR_TRACK_NUMBER_H

#include <stddef.h>
#include <stdint.h>

/* So many bytes of a file count, as in keepalived. */
#define TRACK_NUMBER_MAX 127

/*
 * Reads the number at the beginning of len bytes, as keepalived does: strtol(3) with any base, so blanks
 * may stand before it, and the number ends where no digit follows. Without a number *number becomes 0. A
 * number of more than 32 bits leaves *number as it was before. Returns NULL, or what is wrong with the text,
 * as the end of a sentence. Examples: "-5\n" is -5; "0x10" is 16; "5 apples" is 5, "what stands behind the
 * number does not count"; "five" is 0, "it does not begin with a whole number".
 */
const char *track_number_read(const char *bytes, size_t len, int32_t *number);

#endif
