/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "conf/print.h"
#include "conf/canon.h"

static void write_piece(void *arg, const char *text, size_t len)
{
	fwrite(text, 1, len, arg);
}

void conf_print(const struct conf *conf, FILE *file)
{
	struct out out;

	out_init(&out, write_piece, file);
	canon_write(conf, CANON_WHOLE, &out);
	out_fini(&out);
}
