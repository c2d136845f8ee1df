/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The last line of a script's output that is not empty, in bounded memory whatever comes. Pure. */
#ifndef LVSD_DAEMON_SCRIPT_LINE_H
#define LVSD_DAEMON_SCRIPT_LINE_H

#include <stddef.h>
#include <stdint.h>

/* Longest line kept, with its NUL; a longer one is cut. */
#define SCRIPT_LINE_MAX 160

/* Zeroed: nothing was written yet. */
struct script_line {
	char last[SCRIPT_LINE_MAX];    /* the last that ended */
	char current[SCRIPT_LINE_MAX]; /* not NUL-terminated */
	size_t n_current;
};

/* The byte itself if it is printable ASCII, else '?': such a line can go into a log and JSON. */
char script_line_printable(uint8_t byte);

/* Takes the next bytes of the output. */
void script_line_feed(struct script_line *line, const void *bytes, size_t len);

/* The last line so far, without blanks at its ends; "" when nothing but blanks came. */
void script_line_get(const struct script_line *line, char ret_text[static SCRIPT_LINE_MAX]);

#endif
