/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sets the members that rows name to the values of statements, and to the defaults. */
#include "conf/kind.h"
#include "conf/model/build.h"
#include "conf/model/member.h"
#include "conf/model/member_list.h"
#include "conf/schema/tracker.h"
#include "conf/tree/value.h"
#include "conf/tree/script.h"
#include "conf/text/report.h"

/* ---- places and commands ---- */

const struct conf_place *build_place(const struct node *node, enum schema_id id)
{
	const struct node *child = resolve_child(node, id);

	if (!child)
		return parse_place(node);
	return &child->words[child->n_words > 1 ? 1 : 0].place;
}

void build_user(struct draft *draft, const struct schema_value *value, const char **ret_user,
		const char **ret_group)
{
	struct arena *arena = draft->conf->arena;

	*ret_user = arena_strdup(arena, value->script.user);
	*ret_group = value->script.group ? arena_strdup(arena, value->script.group) : "";
}

void build_script_user(struct draft *draft, const struct node *node, size_t at,
		       struct conf_script *script)
{
	build_user(draft, &node->value, &script->user, &script->group);
	script->user_place = node->words[at].place;
	script->group_place = node->words[at + (node->value.script.group != NULL)].place;
}

/* Makes the one word of a command that is only a path; blanks in the path do not split it. */
static const char *const *path_words(struct arena *arena, const char *path, size_t *ret_n)
{
	const char **words = arena_calloc(arena, 2, sizeof(*words));

	words[0] = arena_strdup(arena, path);
	*ret_n = 1;
	return words;
}

/* Words that only a shell understands. lvsd gives them to the program as arguments, as keepalived does. */
static void warn_of_shell_words(struct draft *draft, const struct conf_script *script)
{
	static const char *const marks[] = {"|", "||", "&&", "&", ";", ">", ">>", "<", ">/dev/null", "2>/dev/null",
					    "2>&1", ">&2", "&>/dev/null"};

	for (size_t i = 1; i < script->argc; i++)
		for (size_t k = 0; k < sizeof(marks) / sizeof(marks[0]); k++)
			if (!strcmp(script->argv[i], marks[k])) {
				report_warning(draft->report, &script->place,
					       "no shell reads this command, so %s gets '%s' as an argument; for a "
					       "pipe, a list or a redirection write /bin/sh -c '...'",
					       script->argv[0], marks[k]);
				return;
			}
}

struct conf_script *build_script(struct draft *draft, const struct node *node)
{
	const struct conf_global *global = &draft->conf->global;
	struct conf_script *script = arena_alloc(draft->conf->arena, sizeof(*script));

	*script = (struct conf_script){.user = global->script_user,
				       .group = global->script_group,
				       .place = *parse_place(node),
				       .user_place = global->script_user_place,
				       .group_place = global->script_group_place};
	if (node->n_words > 1)
		script->place = node->words[1].place;
	if (!node->value.script.command)
		script->argv = arena_calloc(draft->conf->arena, 1, sizeof(*script->argv));
	else if (node->keyword->type == SCHEMA_TYPE_FIFO)
		script->argv = path_words(draft->conf->arena, node->value.script.command,
					  &script->argc);
	else
		script->argv = script_split(draft->conf->arena, node->value.script.command,
					    &script->argc);
	warn_of_shell_words(draft, script);
	if (node->value.script.user)
		build_script_user(draft, node, 2, script);
	return script;
}

/* ---- fields ---- */

struct schema_value build_default(const struct draft *draft, enum schema_id id)
{
	return value_default(lookup_row(draft->lookup, id));
}

struct schema_value build_bare(const struct draft *draft, enum schema_id id)
{
	return value_bare(lookup_row(draft->lookup, id));
}

/* Makes the line of a group from its value. */
static struct conf_group_line line_of(const struct schema_value *value)
{
	if (value->tag == VALUE_MARK)
		return (struct conf_group_line){.fwmark = value->mark.mark,
						.family = value->mark.family};
	return (struct conf_group_line){
	    .family = value->addrs.ends[0].family,
	    .first = value->addrs.ends[0],
	    .last = value->addrs.ends[1],
	    .port = value->addrs.port == SCHEMA_NO_PORT ? 0 : (uint16_t)value->addrs.port};
}

const struct schema_field *build_field_of(const struct draft *draft, enum schema_id id,
					  enum conf_object object)
{
	return member_field(lookup_row(draft->lookup, id), object);
}

/* The octets as one number. */
static uint64_t mac_of(const struct schema_value *value)
{
	uint64_t mac = 0;

	for (size_t i = 0; i < sizeof(value->mac.bytes); i++)
		mac = mac << 8 | (i < value->mac.n ? value->mac.bytes[i] : 0);
	return value->mac.n < sizeof(value->mac.bytes) ? mac | CONF_MAC_OPEN : mac;
}

static void value_take(struct draft *draft, const struct schema_keyword *row,
		       const struct schema_field *field, const struct schema_value *value, void *base)
{
	struct conf_group_line line;

	switch (field->storage) {
	case FIELD_TEXT:
		/* The word of a choice is memory of the schema. */
		member_text_set(field, base,
				row->type == SCHEMA_TYPE_CHOICE
				    ? value->choice.name
				    : arena_strdup(draft->conf->arena, value->text));
		break;
	case FIELD_ADDR:
		member_addr_set(field, base, &value->addr);
		break;
	case FIELD_NETWORK:
		member_network_set(field, base, &value->addr, value->network.len);
		break;
	case FIELD_LINE:
		line = line_of(value);
		member_line_set(field, base, &line);
		break;
	case FIELD_RANGE:
		member_range_set(field, base,
				 (struct conf_range){(uint16_t)value->range.first,
						     (uint16_t)value->range.last});
		break;
	case FIELD_U64:
		member_number_set(field, base,
				  value->tag == VALUE_MAC
				      ? mac_of(value)
				      : member_value(field, value->number));
		break;
	default:
		member_number_set(field, base, member_value(field, value->number));
	}
}

/* Appends an element for each word of a line. */
static void words_take(struct draft *draft, const struct schema_keyword *row,
		       const struct schema_field *list, const struct schema_value *value, void *base)
{
	for (uint32_t i = 0; i < value->words.n; i++) {
		const struct schema_value word = {.tag = VALUE_TEXT, .text = value->words.items[i]};

		value_take(draft, row, member_field(row, list->element), &word,
			   member_list_add(draft->conf->arena, list, base));
	}
}

/* Appends the elements of a value to a list: each of its words or ranges, or the value itself. */
static void list_take(struct draft *draft, const struct schema_keyword *row,
		      const struct schema_field *list, const struct schema_value *value, void *base)
{
	const struct schema_field *field = member_field(row, list->element);
	struct arena *arena = draft->conf->arena;

	if (value->tag == VALUE_WORDS) {
		words_take(draft, row, list, value, base);
		return;
	}
	if (value->tag != VALUE_RANGES) {
		value_take(draft, row, field, value, member_list_add(arena, list, base));
		return;
	}
	for (uint32_t i = 0; i < value->ranges.n; i++) {
		const struct schema_range *range = &value->ranges.items[i];
		void *element = member_list_add(arena, list, base);

		if (field->storage == FIELD_RANGE)
			member_range_set(field, element,
					 (struct conf_range){(uint16_t)range->first,
							     (uint16_t)range->last});
		else
			member_number_set(field, element, (uint64_t)range->first);
	}
}

void build_list_default(struct draft *draft, const struct schema_keyword *row,
			enum conf_object object, void *base)
{
	struct schema_value value = {0};

	value_parse(row, 0, row->def, &value, draft->conf->arena, NULL);
	list_take(draft, row, member_field(row, object), &value, base);
}

void *build_element(struct draft *draft, const struct node *node, const struct schema_field *list,
		    void *base)
{
	void *element = member_list_add(draft->conf->arena, list, base);

	memcpy(element, draft->templates.elements[list->element], list->size);
	/* A statement that is a line of a block is an element itself: sets its value. */
	if (node->keyword->is_item)
		build_field(draft, node, list->element, element);
	for (const struct node *child = node->children; child; child = child->next)
		build_field(draft, child, list->element, element);
	return element;
}

/* Appends the elements of a statement to a list: its values, the lines of its block, or one
 * element. */
static void list_build(struct draft *draft, const struct node *node,
		       const struct schema_field *list, void *base)
{
	const struct schema_keyword *row = node->keyword;

	if (!row->opens) {
		list_take(draft, row, list, &node->value, base);
		return;
	}
	if (row->is_repeatable) {
		build_element(draft, node, list, base);
		return;
	}
	for (const struct node *child = node->children; child; child = child->next) {
		if (resolve_id(child) && child->value.tag == VALUE_WORDS)
			words_take(draft, child->keyword, list, &child->value, base);
		else if (resolve_id(child))
			build_element(draft, child, list, base);
	}
}

bool build_has_lead(const struct node *node)
{
	return node->keyword->lead && node->n_words > 2 &&
	       !strcmp(node->words[1].text, node->keyword->lead);
}

bool build_field(struct draft *draft, const struct node *node, enum conf_object object, void *base)
{
	const struct schema_field *field;

	if (!resolve_id(node))
		return false;
	field = member_field(node->keyword, object);
	if (!field || field->storage == FIELD_OTHER)
		return false;
	if (field->storage == FIELD_LIST)
		list_build(draft, node, field, base);
	else if (field->storage == FIELD_SCRIPT)
		member_script_set(field, base, build_script(draft, node));
	else if (node->keyword->type == SCHEMA_TYPE_PLAIN)
		member_number_set(field, base, true);
	else
		value_take(draft, node->keyword, field, &node->value, base);
	return true;
}

/* All fields of the schema that are texts. */
struct texts {
	VEC(const struct schema_field *) list;
};

static void texts_find(struct texts *ret_texts)
{
	*ret_texts = (struct texts){0};
	for (size_t i = 0; i < schema_n_tables; i++)
		for (size_t k = 0; k < schema_tables[i]->n; k++)
			for (size_t n = 0; n < FIELDS_MAX; n++) {
				const struct schema_field *field = &schema_tables[i]->rows[k].fields[n];

				if (field->storage == FIELD_TEXT)
					*(const struct schema_field **)vec_push(&ret_texts->list) = field;
			}
}

/* Sets all texts of an object to "", as no text may be NULL. */
static void texts_clear(const struct texts *texts, enum conf_object object, void *base)
{
	for (size_t i = 0; i < texts->list.n; i++)
		if (texts->list.items[i]->object == object)
			member_clear(texts->list.items[i], base);
}

static void default_take(struct draft *draft, const struct schema_keyword *row,
			 const struct schema_field *field, void *base)
{
	struct schema_value value;

	if (!row->def || field->storage >= FIELD_NETWORK)
		return;
	value = value_default(row);
	value_take(draft, row, field, &value, base);
}

struct templating {
	struct draft *draft;
	const struct table *table;
	struct texts texts;
	void *element;
};

/* Makes the object of an empty block: all members have their defaults. */
static void template_make(const struct templating *templating, enum schema_block block, void *base)
{
	const struct table *table = templating->table;
	enum conf_object object;

	if (!table_object(block, &object))
		return;
	texts_clear(&templating->texts, object, base);
	for (size_t i = 0; i < table->of[block].n; i++) {
		const struct table_entry *entry = &table->of[block].items[i];

		default_take(templating->draft, entry->row, entry->field, base);
	}
}

static int element_default_take(void *arg, const struct schema_keyword *row,
				const struct schema_field *field)
{
	const struct templating *templating = arg;

	if (field->storage == FIELD_TEXT)
		member_clear(field, templating->element);
	default_take(templating->draft, row, field, templating->element);
	return 0;
}

/* Makes an element with its defaults, for each list of the schema. */
static void element_templates_make(struct templating *templating)
{
	struct draft *draft = templating->draft;

	for (size_t i = 0; i < schema_n_tables; i++) {
		for (size_t k = 0; k < schema_tables[i]->n; k++) {
			const struct schema_field *field = schema_tables[i]->rows[k].fields;
			void **template = &draft->templates.elements[field->element];

			/* The list of a row is its first field. */
			if (field->storage != FIELD_LIST || *template)
				continue;
			templating->element = *template =
			    arena_alloc(draft->conf->arena, field->size);
			member_list_fields(field, element_default_take, templating);
		}
	}
}

static void tracker_templates_make(const struct templating *templating)
{
	struct draft *draft = templating->draft;

	for (enum conf_tracker k = 0; k < CONF_TRACKERS; k++) {
		const struct tracker_kind *kind = tracker_kind(k);

		if (!kind->definition)
			continue;
		draft->templates.trackers[k] = arena_calloc(draft->conf->arena, 1, kind->size);
		template_make(templating, kind->block, draft->templates.trackers[k]);
	}
}

void build_templates_make(struct draft *draft)
{
	struct build_templates *templates = &draft->templates;
	struct templating templating = {.draft = draft, .table = draft->table};

	texts_find(&templating.texts);
	template_make(&templating, SCHEMA_GLOBAL_DEFS, &templates->global);
	template_make(&templating, SCHEMA_SYNC_DAEMON_LINE, &templates->global.sync_daemon);
	template_make(&templating, SCHEMA_LISTEN_LINE, &templates->global.relay);
	template_make(&templating, SCHEMA_SYNC, &templates->global.relay);
	tracker_templates_make(&templating);
	template_make(&templating, SCHEMA_VRRP_SYNC_GROUP, &templates->sync_group);
	template_make(&templating, SCHEMA_VRRP_INSTANCE, &templates->vrrp);
	template_make(&templating, SCHEMA_FLAP_LINE, &templates->virtual_server);
	template_make(&templating, SCHEMA_VIRTUAL_SERVER, &templates->virtual_server);
	template_make(&templating, SCHEMA_REAL_SERVER, &templates->real_server);
	for (size_t i = 0; i < CONF_CHECK_KINDS; i++)
		template_make(&templating, conf_kinds[i].block, &templates->checks[i]);
	element_templates_make(&templating);
	vec_free(&templating.texts.list);
}
