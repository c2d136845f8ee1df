/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "conf/print.h"
#include "conf/canon.h"

static void write_piece(void *arg, const char *text, size_t len)
{
	fwrite(text, 1, len, arg);
}

static void print(const struct conf *conf, enum canon_part part, FILE *file)
{
	struct out out;

	out_init(&out, write_piece, file);
	canon_write(conf, part, &out);
	out_fini(&out);
}

void conf_print(const struct conf *conf, FILE *out)
{
	print(conf, CANON_MASKED, out);
}

void conf_print_secrets(const struct conf *conf, FILE *out)
{
	print(conf, CANON_WHOLE, out);
}
