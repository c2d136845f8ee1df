/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/arena.h"
#include "base/mem.h"
#include "conf/canon/canon_fields.h"
#include "conf/canon/field.h"
#include "conf/canon/fields.h"
#include "conf/model/member.h"
#include "conf/model/member_list.h"

#include <stdlib.h>
#include <string.h>

/* The remark about a check whose probe changes. */
#define PROBED "the check begins anew; its server keeps its state until the first verdict"

void fields_begin(struct fields *fields)
{
	fields->out.len = 0;
	fields->is_restart = false;
	fields->remark = "";
}

void fields_note(struct fields *fields, bool is_restart, const char *remark)
{
	if (fields->is_restart)
		return;
	if (is_restart || !fields->remark[0])
		fields->remark = remark;
	fields->is_restart = is_restart;
}

static const char *label_of(const struct table_entry *entry)
{
	return entry->field->label ? entry->field->label : entry->row->name;
}

/* Does the remark of the field hold for this change? */
static bool is_remarkable(const struct schema_field *field, const void *older, const void *newer)
{
	return field->remark && (field->storage != FIELD_LIST || !member_list_count(field, older) ||
				 !member_list_count(field, newer));
}

static void cost_note(struct fields *fields, const struct table_entry *entry, const void *older,
		      const void *newer)
{
	const struct schema_field *field = entry->field;

	if (field->is_meaning)
		fields_note(fields, true, PROBED);
	else if (field->is_at_start)
		fields_note(fields, false,
			    arena_printf(fields->arena, "%s takes effect at the next start of lvsd", label_of(entry)));
	else if (is_remarkable(field, older, newer))
		fields_note(fields, field->is_restart, field->remark);
}

/* The word of a choice. A number without a word is the default without the keyword: "off", or
 * "absent" if the keyword itself can say off. */
static const char *choice_name(const struct schema_keyword *row, uint64_t number)
{
	const char *name = schema_choice_name(row, (int64_t)number);

	for (const struct schema_choice *choice = row->choices; !name && choice->name; choice++)
		if (!strcmp(choice->name, "off"))
			name = "absent";
	return name ? name : "off";
}

/* Compares an element that both sides have, or NULL for the side that does not. */
static void element_compare(struct fields *fields, const struct schema_field *list,
			    const char *label, const void *older, const void *newer)
{
	char *a = older ? canon_element_text(fields->table, list, older) : NULL;
	char *b = newer ? canon_element_text(fields->table, list, newer) : NULL;

	field_element(&fields->out, label, a ? a : "", b ? b : "");
	free(a);
	free(b);
}

/* Compares a list element by element. Elements with the same value on both sides are the same
 * element. */
static void elements_compare(struct fields *fields, const struct schema_field *list,
			     const char *label, const void *older, const void *newer)
{
	const void **old_list = member_list_sorted(list, older);
	const void **new_list = member_list_sorted(list, newer);
	size_t n_old = member_list_count(list, older), n_new = member_list_count(list, newer);
	size_t i = 0, k = 0;

	while (i < n_old || k < n_new) {
		int order = i == n_old   ? 1
			    : k == n_new ? -1
					 : member_element_key_cmp(list, old_list[i], new_list[k]);

		element_compare(fields, list, label, order <= 0 ? old_list[i] : NULL,
				order >= 0 ? new_list[k] : NULL);
		i += order <= 0;
		k += order >= 0;
	}
	free(old_list);
	free(new_list);
}

/* Compares a list as one value, because its order has a meaning. The lists differ; their texts may not, as
 * what a probe sends has only its length there. */
static void lists_compare(struct fields *fields, const struct schema_field *list,
			  const char *label, const void *older, const void *newer)
{
	char *a, *b, *other;

	if (!list->is_ordered) {
		elements_compare(fields, list, label, older, newer);
		return;
	}
	a = canon_list_text(fields->table, list, " ", older);
	b = canon_list_text(fields->table, list, " ", newer);
	other = mem_printf("%s%s", b, strcmp(a, b) ? "" : " (other characters are sent)");
	field_text(&fields->out, label, a, other);
	free(a);
	free(b);
	free(other);
}

/* Writes "192.0.2.1/24", or "" if there is none, for free(). */
static char *network_text(const struct schema_field *field, const void *base)
{
	struct out text;

	out_init(&text, NULL, NULL);
	if (member_addr(field, base)->family != AF_UNSPEC) {
		out_addr(&text, member_addr(field, base));
		out_text(&text, "/");
		out_number(&text, member_prefix_len(field, base));
	}
	return out_take(&text);
}

static void networks_compare(struct fields *fields, const struct schema_field *field,
			     const char *label, const void *older, const void *newer)
{
	char *a = network_text(field, older), *b = network_text(field, newer);

	field_text(&fields->out, label, a, b);
	free(a);
	free(b);
}

/* The value of a number that is kept with 1 added; 0 stands for the keyword's absence. */
static const char *less_one(struct arena *arena, uint64_t number)
{
	return number ? arena_printf(arena, "%llu", (unsigned long long)number - 1) : "absent";
}

void fields_compare(struct fields *fields, const struct table_entry *entry, const char *label,
		    const void *older, const void *newer)
{
	const struct schema_field *field = entry->field;
	const struct schema_keyword *row = entry->row;
	struct out *out = &fields->out;
	char a[CONF_MAC_TEXT_MAX], b[CONF_MAC_TEXT_MAX];
	uint64_t from, to;

	if (!member_differs(field, older, newer))
		return;
	if (field->storage == FIELD_LIST) {
		lists_compare(fields, field, label, older, newer);
		return;
	}
	from = member_number(field, older);
	to = member_number(field, newer);
	if (field->storage == FIELD_TEXT && row->is_secret)
		field_secret(out, label, member_text(field, older), member_text(field, newer));
	else if (field->storage == FIELD_TEXT && row->is_sent)
		field_sent(out, label, member_text(field, older), member_text(field, newer));
	else if (field->storage == FIELD_TEXT)
		field_text(out, label, member_text(field, older), member_text(field, newer));
	else if (field->storage == FIELD_ADDR)
		field_addr(out, label, member_addr(field, older), member_addr(field, newer));
	else if (field->storage == FIELD_NETWORK)
		networks_compare(fields, field, label, older, newer);
	else if (field->storage == FIELD_SCRIPT)
		field_script(out, label, member_script(field, older), member_script(field, newer));
	else if (row->type == SCHEMA_TYPE_CHOICE)
		field_text(out, label, choice_name(row, from), choice_name(row, to));
	else if (row->type == SCHEMA_TYPE_MAC)
		field_text(out, label, conf_mac_format(from, a), conf_mac_format(to, b));
	else if (row->type == SCHEMA_TYPE_PLAIN)
		field_switch(out, label, from, to);
	else if (row->type == SCHEMA_TYPE_TIMER)
		field_seconds(out, label, from, to);
	else if (field->is_one_more)
		field_text(out, label, less_one(fields->arena, from), less_one(fields->arena, to));
	else
		field_number(out, label, from, to);
}

void fields_walk(struct fields *fields, enum schema_block block, const void *older,
		 const void *newer, fields_rule_fn *rule)
{
	for (size_t i = 0; i < fields->table->of[block].n; i++) {
		const struct table_entry *entry = &fields->table->of[block].items[i];
		size_t len = fields->out.len;

		/* Most objects of a large configuration do not change, so neighbouring fields are
		 * compared at once. */
		if (entry->n_side > 1 && !memcmp(member_at(entry->field, older),
						 member_at(entry->field, newer), entry->side_bytes)) {
			i += entry->n_side - 1u;
			continue;
		}
		if (!member_differs(entry->field, older, newer))
			continue;
		if (!rule || !rule(fields, entry->row, older, newer))
			fields_compare(fields, entry, label_of(entry), older, newer);
		if (fields->out.len != len)
			cost_note(fields, entry, older, newer);
	}
}
