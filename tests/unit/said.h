/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a program's function reads from standard input and says on its two streams, in memory. */
#ifndef LVSD_TESTS_UNIT_SAID_H
#define LVSD_TESTS_UNIT_SAID_H

struct said {
	int status;
	char *out, *err; /* never NULL; they live until the next said_begin() */
};

/* input is what can be read until said_end(); it stays the caller's. */
void said_begin(const char *input);
/* status is remembered beside what was printed in between. */
const struct said *said_end(int status);
void said_free(void);

#endif
