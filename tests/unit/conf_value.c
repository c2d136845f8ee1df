/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/unit/conf_value.h"
#include "conf/text/out.h"
#include "conf/tree/value.h"

#include <check.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- a value as a text --- */

static void write_bytes(struct out *out, const uint8_t *bytes, size_t n)
{
	char text[4];

	for (size_t i = 0; i < n; i++) {
		snprintf(text, sizeof(text), "%s%02x", i ? ":" : "", bytes[i]);
		out_text(out, text);
	}
}

__attribute__((format(printf, 2, 3))) static void write(struct out *out, const char *format, ...)
{
	char text[512];
	va_list words;

	va_start(words, format);
	vsnprintf(text, sizeof(text), format, words);
	va_end(words);
	out_text(out, text);
}

static void write_list(struct out *out, const struct schema_value *value)
{
	if (value->tag == VALUE_WORDS)
		for (uint32_t i = 0; i < value->words.n; i++)
			write(out, "%s%s", i ? "|" : "", value->words.items[i]);
	else
		for (uint32_t i = 0; i < value->ranges.n; i++)
			write(out, "%s%" PRId64 "-%" PRId64, i ? "|" : "",
			      value->ranges.items[i].first, value->ranges.items[i].last);
}

static void write_addr(struct out *out, const struct schema_value *value)
{
	char text[ADDR_TEXT_MAX], last[ADDR_TEXT_MAX];

	switch (value->tag) {
	case VALUE_ADDR:
		out_text(out, addr_format(&value->addr, text));
		return;
	case VALUE_NETWORK:
		write(out, "%s/%u", addr_format(&value->addr, text), value->network.len);
		return;
	case VALUE_ENDPOINT:
		write(out, "%s port %d", addr_format(&value->addr, text), value->endpoint.port);
		return;
	case VALUE_ADDRS:
		write(out, "%s to %s port %d", addr_format(&value->addrs.ends[0], text),
		      addr_format(&value->addrs.ends[1], last), value->addrs.port);
		return;
	default:
		ck_abort_msg("tag %d is not written", value->tag);
	}
}

static const char *or_none(const char *text)
{
	return text ? text : "-";
}

static void write_value(struct out *out, const struct schema_value *value)
{
	switch (value->tag) {
	case VALUE_NUMBER:
		write(out, "%" PRId64, value->number);
		return;
	case VALUE_CHOICE:
		write(out, "%s %" PRId64, value->choice.name, value->choice.number);
		return;
	case VALUE_TEXT:
	case VALUE_GROUP:
		out_text(out, value->text);
		return;
	case VALUE_SCRIPT:
		write(out, "%s user %s group %s", or_none(value->script.command),
		      or_none(value->script.user), or_none(value->script.group));
		return;
	case VALUE_HOST_BITS:
		out_text(out, value->sets_host_bits ? "ones" : "zeros");
		return;
	case VALUE_MARK:
		write(out, "mark %x/%x family %u", value->mark.mark, value->mark.mask,
		      value->mark.family);
		return;
	case VALUE_RANGE:
		write(out, "%" PRId64 "-%" PRId64, value->range.first, value->range.last);
		return;
	case VALUE_RANGES:
	case VALUE_WORDS:
		write_list(out, value);
		return;
	case VALUE_HOST:
		write(out, "%s port %d", value->host.name, value->host.port);
		return;
	case VALUE_MAC:
		write_bytes(out, value->mac.bytes, value->mac.n);
		return;
	case VALUE_KEY:
		write(out, "%" PRId64 " of %zu", value->key.number, strlen(value->key.secret));
		return;
	default:
		write_addr(out, value);
	}
}

/* --- reading --- */

struct reading value_read(const struct schema_keyword *row, const char *words)
{
	struct schema_value value = {0};
	struct reading reading = {0};
	struct arena *arena = arena_new();
	char *copy = strdup(words), *rest = copy;
	struct err err = {0};
	struct out out;

	for (size_t i = 0; rest && reading.result >= 0; i++) {
		const char *word = strsep(&rest, BREAK);
		struct schema_value judged = value;

		err = (struct err){0};
		reading.result = value_parse(row, i, word, &value, arena, &err);
		/* Without an arena the judgement is the same. */
		ck_assert_int_eq(value_parse(row, i, word, &judged, NULL, NULL), reading.result);
	}
	out_init(&out, NULL, NULL);
	if (reading.result >= 0)
		write_value(&out, &value);
	if (reading.result)
		write(&out, "%s%s", reading.result > 0 ? "; " : "", err.text);
	reading.text = out_take(&out);
	free(copy);
	arena_free(arena);
	return reading;
}
