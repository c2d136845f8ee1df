/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/curl/library.h"
#include "base/dynamic/dynamic.h"

DYNAMIC_NOTE(curl_note, "curl", "HTTP checks and mail", LVSD_LIBCURL);

#define ROW(name, member) {#name, offsetof(struct curl_library, member)},

static const struct dynamic_row rows[] = {CURL_LIBRARY_ROWS(ROW)};

int curl_library_open(struct curl_library *ret_library, struct err *err)
{
	static const struct dynamic_library library = {
	    .name = "libcurl",
	    .file = LVSD_LIBCURL,
	    .way_out = "HTTP checks and mail need it: install it (on Debian: apt-get install libcurl4)",
	    .rows = rows,
	    .n_rows = sizeof(rows) / sizeof(*rows),
	};

	return dynamic_open(&library, ret_library, err);
}
