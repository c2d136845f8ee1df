/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/dynamic/crypto.h"
#include "base/dynamic/dynamic.h"

DYNAMIC_NOTE(crypto_note, "crypto",
	     "digests of HTTP checks, the examination of TLS files, and the relay of connection sync",
	     LVSD_LIBCRYPTO);

#define ROW(name, member) {#name, offsetof(struct crypto_library, member)},

static const struct dynamic_row rows[] = {CRYPTO_LIBRARY_ROWS(ROW)};

int crypto_library_open(struct crypto_library *ret_library, struct err *err)
{
	static const struct dynamic_library library = {
	    .name = "libcrypto",
	    .file = LVSD_LIBCRYPTO,
	    .way_out = "HTTP checks, TLS and the relay of connection sync need it: install it "
		       "(on Debian: apt-get install libssl3)",
	    .rows = rows,
	    .n_rows = sizeof(rows) / sizeof(*rows),
	};

	return dynamic_open(&library, ret_library, err);
}
