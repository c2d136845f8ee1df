/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads words as the value of a row, and writes the value as a text. */
#ifndef LVSD_TESTS_UNIT_CONF_VALUE_H
#define LVSD_TESTS_UNIT_CONF_VALUE_H

#include "conf/schema/schema.h"

/* Between the words of a value. */
#define BREAK "^"

struct reading {
	char *text; /* of the value, or the sentence of the refusal; free() it */
	int result; /* of value_parse() for the last word that was read */
};

/* A value that was rounded is followed by the sentence that says so. */
struct reading value_read(const struct schema_keyword *row, const char *words);

#endif
