/* SPDX-License-Identifier: GPL-2.0-or-later */
/* RUN_DIR/host.json: the values of sysctls before lvsd changed them, the tables that may have rules of
 * lvsd, and which tables of nftables may exist. It is written before the first change, so that
 * a crash loses nothing. */
#include "base/log.h"
#include "base/mem.h"
#include "daemon/director/host/host.h"
#include "daemon/shared/rundir_json.h"
#include "daemon/shared/rundir_names.h"
#include "host/sysctl.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Two parts may be chains of one table. The later one has its hook in the name; an older version does not know
 * it. */
static json_t *part_json(enum host_part part)
{
	const struct host_part_info *info = &host_parts[part];

	if (part == HOST_OUTPUT4)
		return json_sprintf("%s/%s/%s", info->program, info->table, info->hook);
	return json_sprintf("%s/%s", info->program, info->table);
}

static json_t *parts_json(unsigned parts)
{
	json_t *names = json_array();

	for (int part = 0; part < HOST_N_PARTS; part++)
		if (parts & (1u << part))
			json_array_append_new(names, part_json((enum host_part)part));
	return names;
}

static unsigned parts_of(json_t *names)
{
	unsigned parts = 0;
	json_t *name;
	size_t i;

	json_array_foreach(names, i, name)
	{
		for (int part = 0; part < HOST_N_PARTS; part++) {
			json_t *own = part_json((enum host_part)part);

			if (json_equal(own, name))
				parts |= 1u << part;
			json_decref(own);
		}
	}
	return parts;
}

/* An older version had one table, and did not name it. */
static void tables_of(json_t *root, struct host_memory *memory)
{
	json_t *names = json_object_get(root, "filter_tables"), *name;
	size_t i;

	if (!names && json_is_true(json_object_get(root, "filter")))
		*vec_push(&memory->filter_tables) = mem_strdup(HOST_FILTER_TABLE);
	json_array_foreach(names, i, name)
	{
		if (json_is_string(name) && host_filter_is_table(json_string_value(name)))
			*vec_push(&memory->filter_tables) = mem_strdup(json_string_value(name));
	}
}

void host_memory_clear_tables(struct host_memory *memory)
{
	for (size_t i = 0; i < memory->filter_tables.n; i++)
		free(memory->filter_tables.items[i]);
	vec_free(&memory->filter_tables);
}

void host_file_read(const char *run_dir, struct host_memory *ret_memory)
{
	json_t *root, *value, *flavour;
	const char *name;

	if (rundir_json_load(run_dir, RUNDIR_HOST, &root) < 0)
		return;
	if (json_integer_value(json_object_get(root, "schema")) != 1)
		log_warning("%s/%s cannot be read: sysctls that an earlier lvsd changed stay as "
			    "they are",
			    run_dir, RUNDIR_HOST);
	json_object_foreach(json_object_get(root, "sysctls"), name, value)
	{
		if (json_is_string(value) && strlen(json_string_value(value)) < HOST_SYSCTL_MAX &&
		    !strchr(name, '/'))
			host_state_add_sysctl(&ret_memory->formers, name, json_string_value(value));
	}
	host_state_sort(&ret_memory->formers);
	ret_memory->parts = parts_of(json_object_get(root, "tables"));
	flavour = json_object_get(root, "flavour");
	ret_memory->is_flavour_sure = json_is_integer(flavour) &&
				      json_integer_value(flavour) >= 0 &&
				      json_integer_value(flavour) < HOST_N_FLAVOURS;
	if (ret_memory->is_flavour_sure)
		ret_memory->flavour = (unsigned)json_integer_value(flavour);
	tables_of(root, ret_memory);
	name = json_string_value(json_object_get(root, "owner_table"));
	snprintf(ret_memory->owner_table, sizeof(ret_memory->owner_table), "%s", name ? name : "");
	json_decref(root);
}

static json_t *tables_json(const struct filter_side *filter)
{
	json_t *names = json_array();

	if (filter->may_exist)
		json_array_append_new(names, json_string(filter->table));
	if (filter->former_table[0])
		json_array_append_new(names, json_string(filter->former_table));
	return names;
}

/* `filter` is for an older version. */
static json_t *memory_json(const struct host_side *h)
{
	json_t *sysctls = json_object();

	for (size_t i = 0; i < h->formers.sysctls.n; i++)
		json_object_set_new(sysctls, h->formers.sysctls.items[i].name,
				    json_string(h->formers.sysctls.items[i].value));
	return json_pack("{s:i, s:o, s:o, s:o, s:b, s:o, s:o}", "schema", 1, "sysctls", sysctls, "tables",
			 parts_json(h->parts), "flavour",
			 h->is_flavour_sure ? json_integer(h->flavour) : json_null(), "filter",
			 h->filter.may_exist, "filter_tables", tables_json(&h->filter), "owner_table",
			 h->owner.may_exist ? json_string(h->owner.table) : json_null());
}

void host_file_store(struct host_side *h)
{
	bool is_anything = h->formers.sysctls.n || h->parts || h->filter.may_exist ||
			   h->filter.former_table[0] || h->owner.may_exist;
	json_t *root = is_anything ? memory_json(h) : NULL;
	struct err err;

	if (rundir_json_store(h->run_dir, RUNDIR_HOST, root, &err) < 0)
		log_error("%s; as long as it cannot be written, a crash would make lvsd forget the "
			  "values that sysctls had before",
			  err.text);
}
