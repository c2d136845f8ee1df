/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Words to values, as the type of a schema row says. Every refusal is a whole sentence. */
#ifndef LVSD_CONF_TREE_VALUE_H
#define LVSD_CONF_TREE_VALUE_H

#include "base/arena.h"
#include "base/err.h"
#include "conf/conf.h"
#include "conf/schema/schema.h"

/* How many arguments a row takes when first (NULL: none) comes first; max SIZE_MAX: any number. */
struct value_count {
	size_t min, max;
};

struct value_count value_count(const struct schema_keyword *row, const char *first);

/*
 * Reads argument number i (from 0) of row into value, which holds what the arguments before it
 * gave, and is zero before the first. Returns 0; 1 when the value was rounded, with the sentence in
 * err; or -EINVAL with the sentence in err. Texts in value point into text. Lists grow in arena;
 * without one (NULL) the words of a list are judged, and the list stays empty.
 */
int value_parse(const struct schema_keyword *row, size_t i, const char *text,
		struct schema_value *value, struct arena *arena, struct err *err);

/* Parts of values. Each returns 0, or -EINVAL with the sentence in err. */
int value_parse_number(const char *name, int64_t min, int64_t max, const char *text,
		       int64_t *ret_number, struct err *err);
int value_parse_range(const struct schema_keyword *row, const char *text, int64_t *ret_first,
		      int64_t *ret_last, struct err *err);
int value_check_text(const struct schema_keyword *row, int64_t max, const char *text,
		     struct err *err);
int value_check_path(const struct schema_keyword *row, const char *text, struct err *err);
/* i 0: the name of a user; else that of a group. */
int value_check_user(size_t i, const char *text, struct err *err);

/* The prefix length that an IPv4 netmask stands for: 24 of "255.255.255.0"; -EINVAL for other text. */
int value_netmask_bits(const char *text);

/* The value in force without the keyword; the row must have a default. */
struct schema_value value_default(const struct schema_keyword *row);

/* The value of the keyword without its argument; the row must have one. */
struct schema_value value_bare(const struct schema_keyword *row);

#endif
