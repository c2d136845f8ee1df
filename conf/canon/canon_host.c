/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "conf/canon/canon.h"

const char *conf_keep_name(enum conf_keep keep)
{
	static const char *const names[] = {"connections", "nothing", "all"};

	return names[keep];
}

void canon_write_fnat_source(const struct conf_virtual_server *vs, struct lines *lines)
{
	if (vs->fnat_source.family != AF_UNSPEC)
		lines_addr(lines, KW_FNAT_SOURCE, &vs->fnat_source,
			   !addr_cmp(&vs->fnat_source, &vs->key.ep.addr));
}
