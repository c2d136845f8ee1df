/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "conf/field.h"
#include "conf/lines.h"

#include <stdlib.h>
#include <string.h>

void field_name(struct out *out, const char *name)
{
	if (out->len)
		out_text(out, ", ");
	out_text(out, name);
	out_text(out, " ");
}

/* A text without blanks at its ends, and "none" where there is none. */
static void field_value(struct out *out, const char *text)
{
	out_text(out, text[0] ? text : "none");
}

void field_text(struct out *out, const char *name, const char *older, const char *newer)
{
	if (!strcmp(older, newer))
		return;
	field_name(out, name);
	field_value(out, older);
	out_text(out, " -> ");
	field_value(out, newer);
}

void field_number(struct out *out, const char *name, uint64_t older, uint64_t newer)
{
	if (older == newer)
		return;
	field_name(out, name);
	out_number(out, older);
	out_text(out, " -> ");
	out_number(out, newer);
}

void field_seconds(struct out *out, const char *name, uint64_t older, uint64_t newer)
{
	if (older == newer)
		return;
	field_name(out, name);
	out_seconds(out, older);
	out_text(out, " -> ");
	out_seconds(out, newer);
}

void field_addr(struct out *out, const char *name, const struct addr *older,
		const struct addr *newer)
{
	char a[ADDR_TEXT_MAX], b[ADDR_TEXT_MAX];

	if (addr_cmp(older, newer))
		field_text(out, name, addr_format(older, a), addr_format(newer, b));
}

void field_endpoint(struct out *out, const char *name, const struct endpoint *older,
		    const struct endpoint *newer)
{
	char a[ENDPOINT_TEXT_MAX], b[ENDPOINT_TEXT_MAX];

	if (endpoint_cmp(older, newer))
		field_text(out, name, endpoint_format(older, a), endpoint_format(newer, b));
}

void field_switch(struct out *out, const char *name, bool older, bool newer)
{
	field_text(out, name, older ? "on" : "off", newer ? "on" : "off");
}

/* "/bin/notify 'an argument' as user group", for free(). */
static char *script_text(const struct conf_script *script)
{
	struct out text;

	out_init(&text, NULL, NULL);
	if (script->argv)
		lines_command(&text, script);
	if (script->argv && script->user[0]) {
		out_text(&text, " as ");
		out_text(&text, script->user);
		out_text(&text, script->group[0] ? " " : "");
		out_text(&text, script->group);
	}
	return out_take(&text);
}

void field_script(struct out *out, const char *name, const struct conf_script *older,
		  const struct conf_script *newer)
{
	char *a, *b;

	if (!older->argv && !newer->argv)
		return;
	a = script_text(older);
	b = script_text(newer);
	field_text(out, name, a, b);
	free(a);
	free(b);
}

void field_secret(struct out *out, const char *name, const char *older, const char *newer)
{
	if (!strcmp(older, newer))
		return;
	field_name(out, name);
	out_text(out, !older[0] ? "added" : !newer[0] ? "removed" : "changed");
}
