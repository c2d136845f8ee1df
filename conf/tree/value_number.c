/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads numbers, times, ranges and marks. */
#include "conf/text/seconds.h"
#include "conf/tree/value.h"
#include "conf/tree/value_parts.h"
#include "conf/tree/value_refuse.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

/* A unit of time: its length in microseconds, and the number of its decimals. */
struct scale {
	int64_t us;
	size_t decimals;
	const char *name, *unit;
};

static const struct scale seconds = {1000000, 6, "seconds", "s"};
static const struct scale milliseconds = {1000, 3, "milliseconds", "ms"};

/* The kernel has 32 bits for a route's timer. */
#define SPAN_MAX_S 4294967

bool value_is_whole(const char *text)
{
	return *text && strspn(text, "0123456789") == strlen(text);
}

/* Reads decimal digits. A number that is too large gives INT64_MAX. */
static int64_t digits_value(const char *text, size_t len)
{
	int64_t number = 0;

	for (size_t i = 0; i < len; i++)
		if (__builtin_mul_overflow(number, 10, &number) ||
		    __builtin_add_overflow(number, text[i] - '0', &number))
			return INT64_MAX;
	return number;
}

int value_parse_number(const char *name, int64_t min, int64_t max, const char *text,
		       int64_t *ret_number, struct err *err)
{
	bool is_negative = min < 0 && text[0] == '-';
	int64_t number;

	if (!value_is_whole(text + is_negative))
		return value_refuse_number(name, max, text, err);
	number = digits_value(text + is_negative, strlen(text + is_negative));
	if (is_negative)
		number = -number;
	if (number < min || number > max)
		return err_set(err, -EINVAL, "%s %s is out of range: %" PRId64 "..%" PRId64, name,
			       text, min, max);
	*ret_number = number;
	return 0;
}

/* Reads decimals as microseconds, rounded to the nearest by the first digit that is too many. */
static int64_t fraction_value(const struct scale *scale, const char *text, size_t len)
{
	int64_t us = digits_value(text, len < scale->decimals ? len : scale->decimals);

	for (size_t i = len; i < scale->decimals; i++)
		us *= 10;
	return len > scale->decimals && text[scale->decimals] >= '5' ? us + 1 : us;
}

/* Writes microseconds in a unit, as seconds_format() does. */
static const char *scaled(const struct scale *scale, int64_t us,
			  char text[static SECONDS_TEXT_MAX])
{
	return seconds_format((uint64_t)(us * (seconds.us / scale->us)), text);
}

static int timer_parse(const struct schema_keyword *row, const struct scale *scale,
		       const char *text, int64_t *ret_us, struct err *err)
{
	char min[SECONDS_TEXT_MAX], max[SECONDS_TEXT_MAX], used[SECONDS_TEXT_MAX];
	size_t whole = strspn(text, "0123456789"), decimals = 0;
	bool has_point = text[whole] == '.';
	int64_t us;

	if (has_point)
		decimals = strspn(text + whole + 1, "0123456789");
	if (whole + decimals == 0 || text[whole + has_point + decimals])
		return value_refuse_time(row, scale->name, false, text, err);
	us = digits_value(text, whole);
	if (__builtin_mul_overflow(us, scale->us, &us) ||
	    __builtin_add_overflow(us, fraction_value(scale, text + whole + has_point, decimals),
				   &us))
		us = INT64_MAX;
	if (us < row->min || us > row->max)
		return err_set(err, -EINVAL, "%s %s is out of range: %s..%s %s", row->name, text,
			       scaled(scale, row->min, min), scaled(scale, row->max, max),
			       scale->unit);
	*ret_us = us;
	if (decimals > scale->decimals)
		return err_set(err, 1, "%s %s has more than %zu decimals; %s %s is used", row->name,
			       text, scale->decimals, scaled(scale, us, used), scale->unit);
	return 0;
}

int value_parse_range(const struct schema_keyword *row, const char *text, int64_t *ret_first,
		      int64_t *ret_last, struct err *err)
{
	size_t len = strspn(text, "0123456789"), second_len = len;
	const char *second = text, *end = text + len;
	int64_t first, last;

	if (*end == '-') {
		second = end + 1;
		second_len = strspn(second, "0123456789");
		end = second + second_len;
	}
	if (!len || !second_len || *end)
		return err_set(err, -EINVAL, "%s '%s' is neither a number nor a range like 200-299",
			       row->name, text);
	first = digits_value(text, len);
	last = digits_value(second, second_len);
	if (first < row->min || last > row->max)
		return err_set(err, -EINVAL, "%s %s is out of range: %" PRId64 "..%" PRId64,
			       row->name, text, row->min, row->max);
	if (first > last)
		return err_set(err, -EINVAL, "%s %s ends before it begins", row->name, text);
	*ret_first = first;
	*ret_last = last;
	return 0;
}

/* Returns room for one more item after n items of size bytes each. The room is doubled when it is
 * full. */
static void *list_grow(struct arena *arena, const void *items, uint32_t n, size_t size)
{
	void *grown;

	if (n & (n - 1))
		return (void *)items;
	grown = arena_calloc(arena, n ? 2 * (size_t)n : 1, size);
	if (n)
		memcpy(grown, items, n * size);
	return grown;
}

/* A single number is a range of one. */
static int ranges_parse(const struct schema_keyword *row, const char *text,
			struct schema_value *value, struct arena *arena, struct err *err)
{
	struct schema_range range, *items;
	int r = value_parse_range(row, text, &range.first, &range.last, err);

	if (r < 0 || !arena)
		return r;
	items = list_grow(arena, value->ranges.items, value->ranges.n, sizeof(*items));
	items[value->ranges.n++] = range;
	value->ranges.items = items;
	return r;
}

static int numbers_parse(const struct schema_keyword *row, const char *text,
			 struct schema_value *value, struct arena *arena, struct err *err)
{
	struct schema_range range, *items;
	int r = value_parse_number(row->name, row->min, row->max, text, &range.first, err);

	if (r < 0 || !arena)
		return r;
	range.last = range.first;
	items = list_grow(arena, value->ranges.items, value->ranges.n, sizeof(*items));
	items[value->ranges.n++] = range;
	value->ranges.items = items;
	return r;
}

void value_list_add(struct schema_value *value, struct arena *arena, const char *word)
{
	const char **items;

	if (!arena)
		return;
	items = list_grow(arena, value->words.items, value->words.n, sizeof(*items));
	items[value->words.n++] = word;
	value->words.items = items;
}

/* Reads a number, or a word that stands for a number or in front of one. */
static int number_argument_parse(const struct schema_keyword *row, size_t i, const char *text,
				 struct schema_value *value, struct err *err)
{
	for (const struct schema_choice *choice = row->choices; choice && choice->name; choice++) {
		if (strcmp(choice->name, text))
			continue;
		value->number = choice->number;
		return 0;
	}
	if (i == 0 && row->lead && !strcmp(row->lead, text))
		return 0;
	if (row->choices && !value_is_whole(text))
		return value_refuse_choice(row, text, "neither a whole number nor", err);
	if (row->unit && !strcmp(row->unit, seconds.unit) && !value_is_whole(text))
		return value_refuse_time(row, seconds.name, true, text, err);
	return value_parse_number(row->name, row->min, row->max, text, &value->number, err);
}

static int span_parse(const struct schema_keyword *row, const char *text, int64_t *ret_us,
		      struct err *err)
{
	size_t whole = strspn(text, "0123456789");
	const char *end = text + whole;

	if (*end == '.')
		end += 1 + strspn(end + 1, "0123456789");
	if (!whole || (*end && strcmp(end, "s") && strcmp(end, "ms")))
		return err_set(err, -EINVAL,
			       "%s '%s' is neither a number of seconds nor of milliseconds, like "
			       "200ms",
			       row->name, text);
	if (strtoull(text, NULL, 10) > SPAN_MAX_S)
		return err_set(err, -EINVAL, "%s %s is out of range: 0..%d", row->name, text,
			       SPAN_MAX_S);
	/* A number without a unit is in seconds. */
	*ret_us = digits_value(text, whole) * (!strcmp(end, "ms") ? milliseconds.us : seconds.us);
	if (text[whole] == '.')
		*ret_us += fraction_value(!strcmp(end, "ms") ? &milliseconds : &seconds,
					  text + whole + 1,
					  strspn(text + whole + 1, "0123456789"));
	return 0;
}

/* Whether the text from text to end is one number of 32 bits, in any base of C. */
static bool is_mark(const char *text, const char *end)
{
	char *stop;

	if (!isdigit((unsigned char)*text))
		return false;
	errno = 0;
	return strtoull(text, &stop, 0) <= UINT32_MAX && !errno && stop == end;
}

static int mark_parse(const struct schema_keyword *row, const char *text,
		      struct schema_value *value, struct err *err)
{
	const char *slash = strchrnul(text, '/');

	if (!is_mark(text, slash) || (*slash && !is_mark(slash + 1, slash + strlen(slash))))
		return err_set(err, -EINVAL,
			       "%s '%s' is neither a number of 32 bits nor two like 0x10/0xff",
			       row->name, text);
	value->mark.mark = (uint32_t)strtoull(text, NULL, 0);
	value->mark.mask = *slash ? (uint32_t)strtoull(slash + 1, NULL, 0) : UINT32_MAX;
	return 0;
}

/* The bits of one of the names that umask takes, such as IRWXG: 070. 0 for any other word. */
static unsigned mode_bits(const char *text, size_t len)
{
	static const struct {
		const char *name;
		unsigned bits;
	} names[] = {{"IRUSR", 0400}, {"IWUSR", 0200}, {"IXUSR", 0100}, {"IRWXU", 0700},
		     {"IRGRP", 0040}, {"IWGRP", 0020}, {"IXGRP", 0010}, {"IRWXG", 0070},
		     {"IROTH", 0004}, {"IWOTH", 0002}, {"IXOTH", 0001}, {"IRWXO", 0007}};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strlen(names[i].name) == len && !memcmp(names[i].name, text, len))
			return names[i].bits;
	return 0;
}

static int umask_parse(const struct schema_keyword *row, const char *text, int64_t *ret_mask,
		       struct err *err)
{
	bool is_good = *text && strspn(text, "01234567") == strlen(text) && strlen(text) <= 4;
	bool is_named = !is_good;
	unsigned mask = is_good ? (unsigned)strtoul(text, NULL, 8) : 0;

	for (const char *at = text; is_named;) {
		size_t len = strcspn(at, "|");

		is_named = mode_bits(at, len) != 0;
		mask |= mode_bits(at, len);
		if (!at[len])
			break;
		at += len + 1;
	}
	if (!is_good && !is_named)
		return err_set(err, -EINVAL,
			       "%s '%s' is neither an octal number nor names like IRWXG|IRWXO",
			       row->name, text);
	*ret_mask = mask;
	return 0;
}

int value_number_parse(const struct schema_keyword *row, size_t i, const char *text,
		       struct schema_value *value, struct arena *arena, struct err *err)
{
	value->tag = VALUE_NUMBER;
	switch (row->type) {
	case SCHEMA_TYPE_TIMER:
		return timer_parse(row, &seconds, text, &value->number, err);
	case SCHEMA_TYPE_MILLISECONDS:
		return timer_parse(row, &milliseconds, text, &value->number, err);
	case SCHEMA_TYPE_SPAN:
		return span_parse(row, text, &value->number, err);
	case SCHEMA_TYPE_UMASK:
		return umask_parse(row, text, &value->number, err);
	case SCHEMA_TYPE_STATUSES:
		value->tag = VALUE_RANGES;
		return ranges_parse(row, text, value, arena, err);
	case SCHEMA_TYPE_NUMBERS:
		value->tag = VALUE_RANGES;
		return numbers_parse(row, text, value, arena, err);
	case SCHEMA_TYPE_RANGE:
		value->tag = VALUE_RANGE;
		return value_parse_range(row, text, &value->range.first, &value->range.last, err);
	case SCHEMA_TYPE_MARK:
		value->tag = VALUE_MARK;
		return mark_parse(row, text, value, err);
	default:
		return number_argument_parse(row, i, text, value, err);
	}
}
