/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "conf/tree/value.h"
#include "conf/tree/value_parts.h"

#include <assert.h>
#include <string.h>

struct value_count value_count(const struct schema_keyword *row, const char *first)
{
	size_t min = row->bare || row->is_value_optional ? 0 : 1;
	bool is_named;

	switch (row->type) {
	case SCHEMA_TYPE_PLAIN:
		return (struct value_count){0, 0};
	case SCHEMA_TYPE_SERVICE:
		is_named = first && (!strcmp(first, SCHEMA_FWMARK) || !strcmp(first, SCHEMA_BY_GROUP));
		return (struct value_count){is_named ? 2 : 1, 2};
	case SCHEMA_TYPE_ENDPOINT:
	case SCHEMA_TYPE_USER:
	case SCHEMA_TYPE_HOST:
		return (struct value_count){1, 2};
	case SCHEMA_TYPE_MEMBER:
		return (struct value_count){first && !strcmp(first, SCHEMA_FWMARK) ? 2 : 1, 3};
	case SCHEMA_TYPE_SCRIPT:
	case SCHEMA_TYPE_COMMAND:
		return (struct value_count){min, (size_t)row->max};
	case SCHEMA_TYPE_FIFO:
		return (struct value_count){1, 3};
	case SCHEMA_TYPE_KEY:
		return (struct value_count){2, 2};
	case SCHEMA_TYPE_WORDS:
		return (struct value_count){(size_t)row->min, (size_t)row->max};
	case SCHEMA_TYPE_STATUSES:
	case SCHEMA_TYPE_NUMBERS:
		return (struct value_count){1, SIZE_MAX};
	default:
		if (row->lead && first && !strcmp(first, row->lead))
			return (struct value_count){2, 2};
		return (struct value_count){min, 1};
	}
}

int value_parse(const struct schema_keyword *row, size_t i, const char *text,
		struct schema_value *value, struct arena *arena, struct err *err)
{
	switch (row->type) {
	case SCHEMA_TYPE_PLAIN:
		return 0;
	case SCHEMA_TYPE_NUMBER:
	case SCHEMA_TYPE_TIMER:
	case SCHEMA_TYPE_MILLISECONDS:
	case SCHEMA_TYPE_SPAN:
	case SCHEMA_TYPE_UMASK:
	case SCHEMA_TYPE_STATUSES:
	case SCHEMA_TYPE_NUMBERS:
	case SCHEMA_TYPE_RANGE:
	case SCHEMA_TYPE_MARK:
		return value_number_parse(row, i, text, value, arena, err);
	case SCHEMA_TYPE_ADDRESS:
	case SCHEMA_TYPE_PREFIX:
	case SCHEMA_TYPE_DESTINATION:
	case SCHEMA_TYPE_BROADCAST:
	case SCHEMA_TYPE_ENDPOINT:
	case SCHEMA_TYPE_SERVICE:
	case SCHEMA_TYPE_MEMBER:
	case SCHEMA_TYPE_CLIENTS:
	case SCHEMA_TYPE_MAC:
		return value_addr_parse(row, i, text, value, arena, err);
	default:
		return value_text_parse(row, i, text, value, arena, err);
	}
}

/* The value of a text that the schema itself contains. */
static struct schema_value schema_text_value(const struct schema_keyword *row, const char *text)
{
	struct schema_value value = {0};
	int r = value_parse(row, 0, text, &value, NULL, NULL);

	assert(r == 0);
	(void)r;
	return value;
}

struct schema_value value_default(const struct schema_keyword *row)
{
	return schema_text_value(row, row->def);
}

struct schema_value value_bare(const struct schema_keyword *row)
{
	return schema_text_value(row, row->bare);
}
