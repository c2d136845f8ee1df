/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Values of statements into the members that their rows name, and what holds without a statement. */
#include "conf/kind.h"
#include "conf/model/build.h"
#include "conf/model/member.h"
#include "conf/tree/value.h"

struct schema_value build_default(const struct draft *draft, enum schema_id id)
{
	return value_default(lookup_row(draft->lookup, id));
}

struct schema_value build_bare(const struct draft *draft, enum schema_id id)
{
	return value_bare(lookup_row(draft->lookup, id));
}

static void value_take(struct draft *draft, const struct schema_keyword *row,
		       const struct schema_field *field, const struct schema_value *value, void *base)
{
	switch (field->storage) {
	case FIELD_TEXT:
		/* The word of a choice lives as long as the schema. */
		member_text_set(field, base,
				row->type == SCHEMA_TYPE_CHOICE
				    ? value->choice.name
				    : arena_strdup(draft->conf->arena, value->text));
		break;
	case FIELD_ADDR:
		member_addr_set(field, base, &value->addr);
		break;
	default:
		member_number_set(field, base, (uint64_t)value->number);
	}
}

bool build_field(struct draft *draft, const struct node *node, enum conf_object object, void *base)
{
	const struct schema_field *field;

	if (!resolve_id(node))
		return false;
	field = member_field(node->keyword, object);
	if (!field || field->storage == FIELD_OTHER)
		return false;
	if (field->storage == FIELD_SCRIPT)
		member_script_set(field, base, build_script(draft, node));
	else if (node->keyword->type == SCHEMA_TYPE_PLAIN)
		member_number_set(field, base, true);
	else
		value_take(draft, node->keyword, field, &node->value, base);
	return true;
}

/* No text is NULL, whatever block it is said in. */
static void texts_clear(enum conf_object object, void *base)
{
	for (size_t i = 0; i < schema_n_tables; i++) {
		for (size_t k = 0; k < schema_tables[i]->n; k++) {
			const struct schema_field *field =
			    member_field(&schema_tables[i]->rows[k], object);

			if (field && field->storage == FIELD_TEXT)
				member_clear(field, base);
		}
	}
}

/* An object whose block is empty. */
static void template_make(struct draft *draft, const struct table *table, enum schema_block block,
			  void *base)
{
	enum conf_object object;

	if (!table_object(block, &object))
		return;
	texts_clear(object, base);
	for (size_t i = 0; i < table->of[block].n; i++) {
		const struct table_entry *entry = &table->of[block].items[i];
		struct schema_value value;

		if (!entry->row->def || entry->field->storage == FIELD_OTHER)
			continue;
		value = value_default(entry->row);
		value_take(draft, entry->row, entry->field, &value, base);
	}
}

void build_templates_make(struct draft *draft)
{
	struct build_templates *templates = &draft->templates;
	struct table *table = table_new();

	template_make(draft, table, SCHEMA_GLOBAL_DEFS, &templates->global);
	template_make(draft, table, SCHEMA_SYNC_DAEMON_LINE, &templates->global.sync_daemon);
	template_make(draft, table, SCHEMA_VRRP_INSTANCE, &templates->vrrp);
	template_make(draft, table, SCHEMA_VIP_LINE, &templates->vip);
	template_make(draft, table, SCHEMA_VIRTUAL_SERVER, &templates->virtual_server);
	template_make(draft, table, SCHEMA_REAL_SERVER, &templates->real_server);
	for (size_t i = 0; i < CONF_CHECK_KINDS; i++)
		template_make(draft, table, conf_kinds[i]->block, &templates->checks[i]);
	template_make(draft, table, SCHEMA_URL, &templates->url);
	table_free(table);
}
