/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "conf/canon/field.h"
#include "base/arena.h"
#include "base/vec.h"
#include "conf/canon/lines.h"
#include "conf/text/secret.h"

#include <stdlib.h>
#include <string.h>

/* Begins a field with its kind and name. The caller appends the two values, each with its NUL. */
static void field_begin(struct out *out, enum conf_field_kind kind, const char *name)
{
	const char tag = (char)kind;

	out_bytes(out, &tag, 1);
	out_bytes(out, name, strlen(name) + 1);
}

static void change_put(struct out *out, enum conf_field_kind kind, const char *name,
		       const char *older, const char *newer)
{
	field_begin(out, kind, name);
	out_bytes(out, older, strlen(older) + 1);
	out_bytes(out, newer, strlen(newer) + 1);
}

void field_text(struct out *out, const char *name, const char *older, const char *newer)
{
	if (strcmp(older, newer))
		change_put(out, CONF_FIELD_VALUE, name, older, newer);
}

void field_element(struct out *out, const char *name, const char *older, const char *newer)
{
	if (strcmp(older, newer))
		change_put(out, CONF_FIELD_ELEMENT, name, older, newer);
}

void field_number(struct out *out, const char *name, uint64_t older, uint64_t newer)
{
	if (older == newer)
		return;
	field_begin(out, CONF_FIELD_VALUE, name);
	out_number(out, older);
	out_bytes(out, "", 1);
	out_number(out, newer);
	out_bytes(out, "", 1);
}

void field_seconds(struct out *out, const char *name, uint64_t older, uint64_t newer)
{
	if (older == newer)
		return;
	field_begin(out, CONF_FIELD_VALUE, name);
	out_seconds(out, older);
	out_bytes(out, "", 1);
	out_seconds(out, newer);
	out_bytes(out, "", 1);
}

static const char *addr_text(const struct addr *addr, char text[static ADDR_TEXT_MAX])
{
	return addr->family == AF_UNSPEC ? "" : addr_format(addr, text);
}

void field_addr(struct out *out, const char *name, const struct addr *older,
		const struct addr *newer)
{
	char a[ADDR_TEXT_MAX], b[ADDR_TEXT_MAX];

	if (addr_cmp(older, newer))
		field_text(out, name, addr_text(older, a), addr_text(newer, b));
}

static const char *endpoint_text(const struct endpoint *ep, char text[static ENDPOINT_TEXT_MAX])
{
	return ep->addr.family == AF_UNSPEC && !ep->port ? "" : endpoint_format(ep, text);
}

void field_endpoint(struct out *out, const char *name, const struct endpoint *older,
		    const struct endpoint *newer)
{
	char a[ENDPOINT_TEXT_MAX], b[ENDPOINT_TEXT_MAX];

	if (endpoint_cmp(older, newer))
		field_text(out, name, endpoint_text(older, a), endpoint_text(newer, b));
}

void field_switch(struct out *out, const char *name, bool older, bool newer)
{
	field_text(out, name, older ? "on" : "off", newer ? "on" : "off");
}

/* Writes "/bin/notify 'an argument' as user group", for free(). */
static char *script_text(const struct conf_script *script)
{
	struct out text;

	out_init(&text, NULL, NULL);
	if (script)
		lines_command(&text, script);
	if (script && script->user[0]) {
		out_text(&text, " as ");
		out_text(&text, script->user);
		out_text(&text, script->group[0] ? " " : "");
		out_text(&text, script->group);
	}
	return out_take(&text);
}

static bool script_is_same(const struct conf_script *a, const struct conf_script *b)
{
	if (!a || !b || a->argc != b->argc)
		return false;
	for (size_t i = 0; i < a->argc; i++)
		if (strcmp(a->argv[i], b->argv[i]))
			return false;
	return !strcmp(a->user, b->user) && !strcmp(a->group, b->group);
}

void field_script(struct out *out, const char *name, const struct conf_script *older,
		  const struct conf_script *newer)
{
	char *a, *b;

	if ((!older && !newer) || script_is_same(older, newer))
		return;
	a = script_text(older);
	b = script_text(newer);
	field_text(out, name, a, b);
	free(a);
	free(b);
}

void field_secret(struct out *out, const char *name, const char *older, const char *newer)
{
	if (strcmp(older, newer))
		change_put(out, CONF_FIELD_SECRET, name, older[0] ? SECRET_SHOWN : "",
			   newer[0] ? SECRET_SHOWN : "");
}

void field_length_write(size_t len, const char *other, struct out *out)
{
	out_text(out, "(");
	out_number(out, len);
	out_text(out, other);
	out_text(out, len == 1 ? " character)" : " characters)");
}

/* For free(). "" stays as it is: there is no value. */
static char *sent_text(const char *text, const char *other)
{
	struct out out;

	out_init(&out, NULL, NULL);
	if (text[0])
		field_length_write(strlen(text), other, &out);
	return out_take(&out);
}

void field_sent(struct out *out, const char *name, const char *older, const char *newer)
{
	bool is_as_long = strlen(older) == strlen(newer);
	char *a, *b;

	if (!strcmp(older, newer))
		return;
	a = sent_text(older, "");
	b = sent_text(newer, is_as_long ? " other" : "");
	field_text(out, name, a, b);
	free(a);
	free(b);
}

static const char *next_text(const char **at)
{
	const char *text = *at;

	*at += strlen(text) + 1;
	return text;
}

const struct conf_field *field_take(const struct out *out, struct arena *arena, size_t *ret_n)
{
	VEC(struct conf_field) fields = {0};
	struct conf_field *copy;
	const char *at = arena_strndup(arena, out->len ? out->text : "", out->len);
	const char *end = at + out->len;

	while (at < end) {
		struct conf_field *field = vec_push(&fields);

		field->kind = (enum conf_field_kind) * at++;
		field->name = next_text(&at);
		field->older = next_text(&at);
		field->newer = next_text(&at);
	}
	*ret_n = fields.n;
	copy = arena_calloc(arena, fields.n, sizeof(*copy));
	if (fields.n)
		memcpy(copy, fields.items, fields.n * sizeof(*copy));
	vec_free(&fields);
	return copy;
}

static void pair_write(const char *older, const char *newer, struct out *out)
{
	out_text(out, older[0] ? older : "none");
	out_text(out, " -> ");
	out_text(out, newer[0] ? newer : "none");
}

void field_write(const struct conf_field *field, struct out *out)
{
	bool is_added = !field->older[0], is_removed = !field->newer[0];

	out_text(out, field->name);
	out_text(out, " ");
	if (field->kind == CONF_FIELD_SECRET)
		out_text(out, is_added ? "added" : is_removed ? "removed" : "changed");
	else if (field->kind == CONF_FIELD_VALUE || (!is_added && !is_removed))
		pair_write(field->older, field->newer, out);
	else {
		out_text(out, is_added ? "added " : "removed ");
		out_text(out, is_added ? field->newer : field->older);
	}
}
