/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/dynamic/ssl.h"
#include "base/dynamic/dynamic.h"

DYNAMIC_NOTE(ssl_note, "tls", "dialogues over TLS", LVSD_LIBSSL);

#define ROW(name) {#name, offsetof(struct ssl_library, name)},

static const struct dynamic_row rows[] = {SSL_LIBRARY_ROWS(ROW)};

int ssl_library_open(struct ssl_library *ret_library, struct err *err)
{
	static const struct dynamic_library library = {
	    .name = "libssl",
	    .file = LVSD_LIBSSL,
	    .way_out = "dialogues over TLS need it: install it (on Debian: apt-get install libssl3)",
	    .rows = rows,
	    .n_rows = sizeof(rows) / sizeof(*rows),
	};

	return dynamic_open(&library, ret_library, err);
}
