/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/keywords_json.h"
#include "base/mem.h"
#include "conf/tree/keywords.h"
#include "conf/tree/manual.h"

#include <jansson.h>
#include <stdlib.h>

static json_t *aliases_json(const struct schema_keyword *row)
{
	json_t *json = json_array();

	if (row->alias)
		json_array_append_new(json, json_string(row->alias));
	if (row->second_alias)
		json_array_append_new(json, json_string(row->second_alias));
	return json;
}

static json_t *choices_json(const struct schema_keyword *row)
{
	json_t *json = row->choices ? json_array() : json_null();

	for (const struct schema_choice *choice = row->choices; choice && choice->name; choice++)
		json_array_append_new(json, json_string(choice->name));
	return json;
}

/* The schema has the bounds of times in microseconds; here they are in the unit of the file. */
static json_t *bound_json(const struct schema_keyword *row, int64_t bound)
{
	switch (row->type) {
	case SCHEMA_TYPE_TIMER:
		return json_real((double)bound / 1e6);
	case SCHEMA_TYPE_MILLISECONDS:
		return json_real((double)bound / 1e3);
	case SCHEMA_TYPE_NUMBER:
	case SCHEMA_TYPE_NUMBERS:
	case SCHEMA_TYPE_STATUSES:
	case SCHEMA_TYPE_RANGE:
	case SCHEMA_TYPE_KEY:
		return json_integer((json_int_t)bound);
	default:
		return json_null();
	}
}

static json_t *keyword_json(const struct keyword *keyword)
{
	const struct schema_keyword *row = keyword->row;
	json_t *json = json_pack(
	    "{s:s, s:o, s:s, s:s, s:s?, s:s?, s:s, s:o, s:o, s:s?, s:s?, s:s?, s:o, s:b, s:b, s:b, s:s, "
	    "s:s?}",
	    "keyword", row->name, "aliases", aliases_json(row), "place",
	    keyword_place(keyword->block), "class", keyword_class_name(keyword->class),
	    "consequence", keyword->holder ? NULL : row->dangerous, "reason", keyword->reason,
	    "argument", conf_manual_argument(row), "min",
	    bound_json(row, row->min), "max", bound_json(row, row->max), "unit", row->unit,
	    "default", row->def, "without_argument", row->bare, "choices", choices_json(row),
	    "is_required", row->is_required, "is_repeatable", row->is_repeatable, "is_own",
	    row->is_own, "help", row->help, "example", row->example);

	if (!json)
		mem_exhausted(0);
	return json;
}

static json_t *counts_json(const struct keyword *list, size_t n)
{
	size_t counts[KEYWORD_N_CLASSES];
	json_t *json = json_object();

	keywords_count(list, n, counts);
	for (int class = 0; class < KEYWORD_N_CLASSES; class ++)
		json_object_set_new(json, keyword_class_name((enum keyword_class) class),
				    json_integer((json_int_t)counts[class]));
	return json;
}

void keywords_json_print(FILE *out)
{
	struct keyword *list;
	size_t n = keywords_list(&list);
	json_t *json = json_object(), *items = json_array();

	for (size_t i = 0; i < n; i++)
		json_array_append_new(items, keyword_json(&list[i]));
	json_object_set_new(json, "keywords", items);
	json_object_set_new(json, "counts", counts_json(list, n));
	json_dumpf(json, out, JSON_INDENT(2) | JSON_PRESERVE_ORDER);
	fputc('\n', out);
	json_decref(json);
	free(list);
}
