/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "conf/canon/canon.h"
#include "conf/model/sorted.h"

#include <ctype.h>
#include <stdlib.h>

const char *conf_keep_name(enum conf_keep keep)
{
	static const char *const names[] = {"connections", "nothing", "all"};

	return names[keep];
}

static void prefixes_write(const struct conf_match *match, enum canon_part part,
			   struct lines *lines)
{
	const void **list =
	    sorted_list(match->prefixes, match->n_prefixes, sizeof(*match->prefixes),
			part == CANON_SHARED ? sorted_prefix_cmp : NULL);

	for (size_t i = 0; i < match->n_prefixes; i++) {
		const struct conf_prefix *prefix = list[i];

		lines_begin(lines, KW_MATCH_ADDRESS);
		out_addr(lines->out, &prefix->addr);
		out_text(lines->out, "/");
		out_number(lines->out, prefix->len);
		lines_end(lines, false);
	}
	free(list);
}

static void ports_write(const struct conf_match *match, struct lines *lines)
{
	if (!match->n_ports)
		return;
	lines_begin(lines, KW_MATCH_PORTS);
	for (size_t i = 0; i < match->n_ports; i++) {
		out_text(lines->out, i ? " " : "");
		out_number(lines->out, match->ports[i].first);
		if (match->ports[i].first == match->ports[i].last)
			continue;
		out_text(lines->out, "-");
		out_number(lines->out, match->ports[i].last);
	}
	lines_end(lines, false);
}

static void match_write(const struct conf_match *match, enum canon_part part, struct lines *lines)
{
	const char *name = svckey_protocol_name(match->protocol);
	char protocol[8] = "";

	for (size_t i = 0; name[i] && i + 1 < sizeof(protocol); i++)
		protocol[i] = (char)toupper((unsigned char)name[i]);
	lines_open(lines, KW_MATCH, "");
	prefixes_write(match, part, lines);
	lines_word(lines, KW_MATCH_PROTOCOL, protocol);
	ports_write(match, lines);
	lines_close(lines);
}

void canon_write_fnat_source(const struct conf_virtual_server *vs, struct lines *lines)
{
	if (vs->fnat_source.family != AF_UNSPEC)
		lines_addr(lines, KW_FNAT_SOURCE, &vs->fnat_source,
			   !addr_cmp(&vs->fnat_source, &vs->key.ep.addr));
}

void canon_write_matches(const struct conf_virtual_server *vs, enum canon_part part,
			 struct lines *lines)
{
	for (size_t i = 0; i < vs->n_matches; i++)
		match_write(&vs->matches[i], part, lines);
}
