/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Text on its way out: it grows in memory, or goes to a sink in large pieces. Canonical texts of
 * large configurations are written through this, because stdio would cost more than parsing does.
 */
#ifndef LVSD_CONF_TEXT_OUT_H
#define LVSD_CONF_TEXT_OUT_H

#include "base/addr.h"

#include <stddef.h>
#include <stdint.h>

typedef void out_sink_fn(void *arg, const char *text, size_t len);

struct out {
	char *text;
	size_t len, cap;
	out_sink_fn *sink; /* NULL: all stays in memory */
	void *arg;
};

void out_init(struct out *out, out_sink_fn *sink, void *arg);
/* Hands the rest to the sink and frees the memory. */
void out_fini(struct out *out);

void out_bytes(struct out *out, const char *text, size_t len);
void out_text(struct out *out, const char *text);
void out_number(struct out *out, uint64_t number);
void out_addr(struct out *out, const struct addr *addr);
/* Microseconds as decimal seconds without trailing zeros: "60", "0.5", "0.000001". */
void out_seconds(struct out *out, uint64_t us);

/*
 * Bytes as a person may see them: valid printable UTF-8 as it is, a tab as one blank, everything
 * else as \xNN, so that no file can steer a terminal. Returns the columns written.
 */
size_t out_escaped(struct out *out, const char *text, size_t len);

/* The text with its terminating NUL, for free(); without a sink only. out is empty again. */
char *out_take(struct out *out);

#endif
