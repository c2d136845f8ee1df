/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "conf/canon/fields.h"
#include "conf/canon/field.h"

#include <stdlib.h>

static void match_write(const struct conf_match *match, struct out *out)
{
	out_text(out, svckey_protocol_name(match->protocol));
	for (size_t i = 0; i < match->n_prefixes; i++) {
		out_text(out, i ? "," : " ");
		out_addr(out, &match->prefixes[i].addr);
		out_text(out, "/");
		out_number(out, match->prefixes[i].len);
	}
	for (size_t i = 0; i < match->n_ports; i++) {
		out_text(out, i ? "," : " ");
		out_number(out, match->ports[i].first);
		out_text(out, match->ports[i].first == match->ports[i].last ? "" : "-");
		if (match->ports[i].first != match->ports[i].last)
			out_number(out, match->ports[i].last);
	}
}

/* Writes "tcp 10.9.0.100/32 80,443; udp 10.9.0.100/32 53", for free(). */
static char *matches_text(const struct conf_virtual_server *vs)
{
	struct out text;

	out_init(&text, NULL, NULL);
	for (size_t i = 0; i < vs->n_matches; i++) {
		out_text(&text, i ? "; " : "");
		match_write(&vs->matches[i], &text);
	}
	return out_take(&text);
}

void fields_matches(struct fields *fields, const struct conf_virtual_server *older,
		    const struct conf_virtual_server *newer)
{
	char *a = matches_text(older), *b = matches_text(newer);

	field_text(&fields->out, "match", a, b);
	free(a);
	free(b);
}
