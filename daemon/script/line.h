/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Keeps the first and the last non-empty line of a script's output, in bounded memory. Pure. */
#ifndef LVSD_DAEMON_SCRIPT_LINE_H
#define LVSD_DAEMON_SCRIPT_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Room for the longest line, with its NUL; a longer line is cut. */
#define SCRIPT_LINE_MAX 512

/* All zero: no output yet. */
struct script_line {
	char first[SCRIPT_LINE_MAX];   /* the first complete line */
	char last[SCRIPT_LINE_MAX];    /* the last complete line */
	char current[SCRIPT_LINE_MAX]; /* the line being read; without a terminating NUL */
	size_t n_current;
};

/* Returns byte if it is printable ASCII, otherwise '?'. A line of such bytes can go into logs and
 * JSON. */
char script_line_printable(uint8_t byte);

/* Reads the next bytes of the output. */
void script_line_feed(struct script_line *line, const void *bytes, size_t len);

/* The first or the last line so far, without blanks at its ends; "" if there was no line with
 * anything but blanks. */
void script_line_get(const struct script_line *line, bool is_first,
		     char ret_text[static SCRIPT_LINE_MAX]);

#endif
