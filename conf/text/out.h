/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A text that is written piece by piece. It is collected in memory, or given to a sink in large
 * pieces. Canonical texts of large configurations are written with this, because stdio would take
 * more time than parsing.
 */
#ifndef LVSD_CONF_TEXT_OUT_H
#define LVSD_CONF_TEXT_OUT_H

#include "base/addr.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Gets len bytes of the text. */
typedef void out_sink_fn(void *arg, const char *text, size_t len);

struct out {
	char *text;
	size_t len, cap;   /* with a sink, the text is handed over when cap bytes are full */
	out_sink_fn *sink; /* NULL: all stays in memory */
	void *arg;
};

/* Begins an empty text. sink NULL: the text is collected in memory, for out_take(). */
void out_init(struct out *out, out_sink_fn *sink, void *arg);
/* Gives the rest to the sink and frees the memory. */
void out_fini(struct out *out);

/* Makes room for len more bytes and returns where the room begins. The caller writes the bytes and
 * adds their number to out->len. */
char *out_room_make(struct out *out, size_t len);

/* The same where there mostly is room. */
static inline char *out_room(struct out *out, size_t len)
{
	return out->cap - out->len < len ? out_room_make(out, len) : out->text + out->len;
}

/* Writes len bytes as they are. */
static inline void out_bytes(struct out *out, const char *text, size_t len)
{
	if (len)
		memcpy(out_room(out, len), text, len);
	out->len += len;
}

/* Write a text, a number in decimal, and an address. */
void out_text(struct out *out, const char *text);
void out_number(struct out *out, uint64_t number);
void out_addr(struct out *out, const struct addr *addr);
/* Writes microseconds as decimal seconds without trailing zeros: "60", "0.5", "0.000001". */
void out_seconds(struct out *out, uint64_t us);

/*
 * Writes bytes so that they are safe on a terminal: printable UTF-8 as it is, a tab as one blank,
 * everything else as \xNN. Returns the number of columns.
 */
size_t out_escaped(struct out *out, const char *text, size_t len);

/* Without a sink: returns the text with a terminating NUL (free() it) and leaves out empty. */
char *out_take(struct out *out);

#endif
