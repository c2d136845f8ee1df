/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Private to value*.c: value_parse() for groups of types, and functions that these share. */
#ifndef LVSD_CONF_TREE_VALUE_PARTS_H
#define LVSD_CONF_TREE_VALUE_PARTS_H

#include "base/arena.h"
#include "base/err.h"
#include "conf/schema/schema.h"

/* Like value_parse(), for the types of the file that the function stands in. */
int value_number_parse(const struct schema_keyword *row, size_t i, const char *text,
		       struct schema_value *value, struct arena *arena, struct err *err);
int value_text_parse(const struct schema_keyword *row, size_t i, const char *text,
		     struct schema_value *value, struct arena *arena, struct err *err);
int value_addr_parse(const struct schema_keyword *row, size_t i, const char *text,
		     struct schema_value *value, struct arena *arena, struct err *err);

/* Is text one or more decimal digits, and nothing else? */
bool value_is_whole(const char *text);

/* Appends a word to a VALUE_WORDS; does nothing when arena is NULL. */
void value_list_add(struct schema_value *value, struct arena *arena, const char *word);

/* Like value_check_text(), with the name of the value, and with the text as messages should show
 * it. */
int value_check_named(const char *name, const char *shown, int64_t max, const char *text,
		      struct err *err);

#endif
