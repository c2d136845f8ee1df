/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Inside value*.c: the types of value_parse() by their kind, and what they share. */
#ifndef LVSD_CONF_TREE_VALUE_PARTS_H
#define LVSD_CONF_TREE_VALUE_PARTS_H

#include "base/arena.h"
#include "base/err.h"
#include "conf/schema/schema.h"

/* As value_parse(), for the types that their file is about. */
int value_number_parse(const struct schema_keyword *row, size_t i, const char *text,
		       struct schema_value *value, struct arena *arena, struct err *err);
int value_text_parse(const struct schema_keyword *row, size_t i, const char *text,
		     struct schema_value *value, struct arena *arena, struct err *err);
int value_addr_parse(const struct schema_keyword *row, size_t i, const char *text,
		     struct schema_value *value, struct err *err);

/* Decimal digits and nothing else, at least one. */
bool value_is_whole(const char *text);

/* Puts a word behind those of a VALUE_WORDS; not without an arena. */
void value_list_add(struct schema_value *value, struct arena *arena, const char *word);

/* As value_check_text(), with the name of the value and how messages show the text. */
int value_check_named(const char *name, const char *shown, int64_t max, const char *text,
		      struct err *err);

#endif
