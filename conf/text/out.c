/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "conf/text/out.h"
#include "conf/text/utf8.h"
#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

/* The sink gets the text in pieces of this size. */
#define PIECE (64 * 1024)

#define US_PER_SECOND 1000000u

void out_init(struct out *out, out_sink_fn *sink, void *arg)
{
	*out = (struct out){.sink = sink, .arg = arg};
}

static void out_flush(struct out *out)
{
	if (out->sink && out->len)
		out->sink(out->arg, out->text, out->len);
	out->len = 0;
}

void out_fini(struct out *out)
{
	out_flush(out);
	free(out->text);
	*out = (struct out){0};
}

char *out_room_make(struct out *out, size_t len)
{
	if (out->sink)
		out_flush(out);
	if (out->cap - out->len < len) {
		out->cap = (out->cap + len) * 2;
		if (out->sink && out->cap < PIECE)
			out->cap = PIECE;
		out->text = mem_realloc(out->text, out->cap, 1);
	}
	return out->text + out->len;
}

void out_text(struct out *out, const char *text)
{
	out_bytes(out, text, strlen(text));
}

/* Writes the digits of number, which end at end. Returns their beginning. */
static char *digits_write(char *end, uint64_t number)
{
	do
		*--end = (char)('0' + number % 10);
	while (number /= 10);
	return end;
}

void out_number(struct out *out, uint64_t number)
{
	char digits[20], *end = digits + sizeof(digits), *at = digits_write(end, number);

	out_bytes(out, at, (size_t)(end - at));
}

void out_addr(struct out *out, const struct addr *addr)
{
	char text[ADDR_TEXT_MAX], *end = text + sizeof(text), *at = end;

	if (addr->family != AF_INET) {
		out_text(out, addr_format(addr, text));
		return;
	}
	/* inet_ntop() would take most of the time of printing a large configuration. */
	for (size_t i = 4; i-- > 0;) {
		at = digits_write(at, addr->bytes[i]);
		if (i)
			*--at = '.';
	}
	out_bytes(out, at, (size_t)(end - at));
}

void out_seconds(struct out *out, uint64_t us)
{
	char fraction[7] = ".";
	uint64_t rest = us % US_PER_SECOND;
	size_t len = 0;

	out_number(out, us / US_PER_SECOND);
	for (uint64_t scale = US_PER_SECOND / 10; rest; scale /= 10) {
		fraction[++len] = (char)('0' + rest / scale);
		rest %= scale;
	}
	if (len)
		out_bytes(out, fraction, len + 1);
}

size_t out_escaped(struct out *out, const char *text, size_t len)
{
	static const char hex[] = "0123456789abcdef";
	size_t columns = 0;

	for (size_t i = 0; i < len;) {
		size_t n = utf8_sequence(text + i, len - i);

		if (text[i] == '\t') {
			out_bytes(out, " ", 1);
			columns++, i++;
		} else if (n && !utf8_is_control(text + i, n)) {
			out_bytes(out, text + i, n);
			columns++, i += n;
		} else {
			uint8_t byte = (uint8_t)text[i];
			char escape[4] = {'\\', 'x', hex[byte >> 4], hex[byte & 15]};

			out_bytes(out, escape, sizeof(escape));
			columns += sizeof(escape), i++;
		}
	}
	return columns;
}

char *out_take(struct out *out)
{
	char *text;

	out_bytes(out, "", 1);
	text = out->text;
	*out = (struct out){0};
	return text;
}
