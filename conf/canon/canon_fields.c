/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "conf/canon/canon.h"
#include "conf/model/member.h"
#include "conf/text/secret.h"

static void secret_write(struct lines *lines, enum canon_part part, enum schema_id id,
			 const char *secret)
{
	if (part == CANON_WHOLE)
		lines_word(lines, id, secret);
	if (part != CANON_MASKED)
		return; /* a digest must not depend on it at all */
	lines_begin(lines, id);
	out_text(lines->out, "\"" SECRET_SHOWN "\"");
	lines_end(lines, false);
}

static void choice_write(struct lines *lines, const struct schema_keyword *row, uint64_t number)
{
	const char *name = schema_choice_name(row, (int64_t)number);

	if (name && row->bare && row->choices != schema_switch && !strcmp(name, row->bare))
		lines_flag(lines, row->id, false);
	else if (name)
		lines_word(lines, row->id, name);
}

static void line_number_write(struct lines *lines, const struct schema_keyword *row,
			      uint64_t number)
{
	switch (row->type) {
	case SCHEMA_TYPE_PLAIN:
		if (number)
			lines_flag(lines, row->id, false);
		break;
	case SCHEMA_TYPE_CHOICE:
		choice_write(lines, row, number);
		break;
	case SCHEMA_TYPE_TIMER:
		if (number || row->def)
			lines_seconds(lines, row->id, number);
		break;
	default:
		if (number || row->def)
			lines_number(lines, row->id, number);
	}
}

static void field_write(struct lines *lines, enum canon_part part, const struct table_entry *entry,
			const void *object)
{
	const struct schema_field *field = entry->field;
	enum schema_id id = entry->row->id;

	if (part == CANON_SHARED && field->is_late && member_is_empty(field, object))
		return;
	switch (field->storage) {
	case FIELD_TEXT:
		if (!member_text(field, object)[0])
			break;
		if (entry->row->is_secret)
			secret_write(lines, part, id, member_text(field, object));
		else
			lines_word(lines, id, member_text(field, object));
		break;
	case FIELD_ADDR:
		if (member_addr(field, object)->family != AF_UNSPEC)
			lines_addr(lines, id, member_addr(field, object), false);
		break;
	case FIELD_SCRIPT:
		lines_script(lines, id, member_script(field, object));
		break;
	case FIELD_LIST:
		canon_list_write(lines, part, entry, object);
		break;
	case FIELD_NETWORK: /* values of elements, which the functions for lists write */
	case FIELD_RANGE:
	case FIELD_LINE:
	case FIELD_OTHER:
		break;
	default:
		if (!field->is_one_more)
			line_number_write(lines, entry->row, member_number(field, object));
		else if (member_number(field, object))
			lines_number(lines, id, member_number(field, object) - 1);
	}
}

void canon_fields(struct lines *lines, enum canon_part part, enum schema_block block,
		  const void *object, canon_rule_fn *rule, const void *arg)
{
	for (size_t i = 0; i < lines->table->of[block].n; i++) {
		const struct table_entry *entry = &lines->table->of[block].items[i];

		if (part == CANON_SHARED && entry->field->is_local)
			continue;
		if (rule && rule(lines, part, entry->row, arg))
			continue;
		field_write(lines, part, entry, object);
	}
}
