/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "conf/canon/print.h"
#include "base/plural.h"
#include "conf/canon/canon.h"

static void write_piece(void *arg, const char *text, size_t len)
{
	fwrite(text, 1, len, arg);
}

static void print(const struct conf *conf, enum canon_part part, FILE *file)
{
	struct table *table = table_new();
	struct out out;

	out_init(&out, write_piece, file);
	canon_write(conf, table, part, &out);
	out_fini(&out);
	table_free(table);
}

void conf_print(const struct conf *conf, FILE *out)
{
	print(conf, CANON_MASKED, out);
}

void conf_print_secrets(const struct conf *conf, FILE *out)
{
	print(conf, CANON_WHOLE, out);
}

bool conf_has_lost(const struct conf *conf)
{
	return conf->n_lost_virtual_servers || conf->n_lost_vrrps || conf->n_lost_real_servers ||
	       conf->n_lost_addrs;
}

const char *conf_lost(const struct conf *conf, char text[static CONF_LOST_MAX])
{
	size_t n_addrs = conf->n_lost_addrs;
	size_t n_servers = conf->n_lost_real_servers;
	int len;

	if (!conf_has_lost(conf))
		return NULL;
	len = snprintf(text, CONF_LOST_MAX, "%zu virtual server%s, %zu VRRP instance%s",
		       conf->n_lost_virtual_servers, plural(conf->n_lost_virtual_servers),
		       conf->n_lost_vrrps, plural(conf->n_lost_vrrps));
	if (n_servers)
		len += snprintf(text + len, CONF_LOST_MAX - (size_t)len, ", %zu real server%s",
				n_servers, plural(n_servers));
	if (n_addrs)
		snprintf(text + len, CONF_LOST_MAX - (size_t)len, ", %zu %s", n_addrs,
			 plural_of(n_addrs, "address", "addresses"));
	return text;
}
