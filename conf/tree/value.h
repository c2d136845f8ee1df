/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads words as values, by the type of a row of the schema. Each refusal is a complete sentence.
 */
#ifndef LVSD_CONF_TREE_VALUE_H
#define LVSD_CONF_TREE_VALUE_H

#include "base/arena.h"
#include "base/err.h"
#include "conf/conf.h"
#include "conf/schema/schema.h"

/* How many arguments a row takes, at least and at most, if the first argument is first (NULL: there
 * is no argument). max SIZE_MAX: any number. */
struct value_count {
	size_t min, max;
};

/* The count for a row. */
struct value_count value_count(const struct schema_keyword *row, const char *first);

/*
 * Reads argument number i (from 0) of row into value. value must be all zero before the first
 * argument, and then have the result of the arguments before. Returns 0; 1 with err when the value
 * was rounded; or -EINVAL with err. Texts in value point into text. Lists are memory of arena; if
 * arena is NULL, the words of a list are checked, and the list stays empty. Example: row weight, i
 * 0, "5": returns 0, and value is the number 5.
 */
int value_parse(const struct schema_keyword *row, size_t i, const char *text,
		struct schema_value *value, struct arena *arena, struct err *err);

/* Read parts of values. Each returns 0, or -EINVAL with err. */
int value_parse_number(const char *name, int64_t min, int64_t max, const char *text,
		       int64_t *ret_number, struct err *err);
int value_parse_range(const struct schema_keyword *row, const char *text, int64_t *ret_first,
		      int64_t *ret_last, struct err *err);
int value_check_text(const struct schema_keyword *row, int64_t max, const char *text,
		     struct err *err);
int value_check_path(const struct schema_keyword *row, const char *text, struct err *err);
/* Checks a name: of a user if i is 0, else of a group. Returns 0, or -EINVAL with err. */
int value_check_user(size_t i, const char *text, struct err *err);

/* The prefix length of an IPv4 netmask; -EINVAL when text is none. Example: "255.255.255.0": 24. */
int value_netmask_bits(const char *text);

/* The value of an absent keyword. The row must have a default. */
struct schema_value value_default(const struct schema_keyword *row);

/* The value of the keyword without an argument. The row must have such a value. */
struct schema_value value_bare(const struct schema_keyword *row);

#endif
