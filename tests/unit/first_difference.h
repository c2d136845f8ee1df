/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where two long texts differ, for a message that libcheck can carry: it ends a test without a word when
 * a message has more than some thousand bytes. */
#ifndef LVSD_TESTS_UNIT_FIRST_DIFFERENCE_H
#define LVSD_TESTS_UNIT_FIRST_DIFFERENCE_H

#include <stdio.h>
#include <string.h>

/* "line 3 is `a', not `b'". The result lives until the next call. */
static inline const char *first_difference(const char *have, const char *want)
{
	static char text[800];
	unsigned line = 1;

	for (;;) {
		size_t have_len = strcspn(have, "\n"), want_len = strcspn(want, "\n");

		if (have_len != want_len || memcmp(have, want, have_len) || !have[have_len] ||
		    !want[want_len]) {
			snprintf(text, sizeof(text), "line %u is `%.*s', not `%.*s'", line,
				 (int)(have_len < 300 ? have_len : 300), have,
				 (int)(want_len < 300 ? want_len : 300), want);
			return text;
		}
		have += have_len + 1;
		want += want_len + 1;
		line++;
	}
}

#endif
