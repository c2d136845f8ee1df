/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "conf/model/table.h"
#include "conf/model/member.h"

#include <stdlib.h>

#define CASE(name, keyword, ...) case SCHEMA_##keyword:

/* table_object() for blocks of elements of lists. */
static bool element_object(enum schema_block block, enum conf_object *ret_object)
{
	switch (block) {
	case SCHEMA_UNICAST_PEER:
	case SCHEMA_PEER_LINE:
		*ret_object = CONF_OBJECT_PEER;
		return true;
	case SCHEMA_RELAY_PEER_LINE:
		*ret_object = CONF_OBJECT_RELAY_PEER;
		return true;
	case SCHEMA_KEY_FILE_LINE:
		*ret_object = CONF_OBJECT_RELAY_KEY;
		return true;
	case SCHEMA_VIRTUAL_IPADDRESS:
	case SCHEMA_STATIC_IPADDRESS:
	case SCHEMA_VIP_LINE:
		*ret_object = CONF_OBJECT_VIP;
		return true;
	case SCHEMA_VIRTUAL_ROUTES:
	case SCHEMA_STATIC_ROUTES:
	case SCHEMA_ROUTE_LINE:
		*ret_object = CONF_OBJECT_ROUTE;
		return true;
	case SCHEMA_VIRTUAL_RULES:
	case SCHEMA_STATIC_RULES:
	case SCHEMA_RULE_LINE:
		*ret_object = CONF_OBJECT_RULE;
		return true;
	case SCHEMA_NEXTHOP_LINE:
		*ret_object = CONF_OBJECT_HOP;
		return true;
	case SCHEMA_ENCAP_LINE:
		*ret_object = CONF_OBJECT_ENCAP;
		return true;
	case SCHEMA_UP_DOWN_DELAYS:
	case SCHEMA_DELAY_LINE:
		*ret_object = CONF_OBJECT_LINK_DELAY;
		return true;
	case SCHEMA_NOTIFICATION_EMAIL:
		*ret_object = CONF_OBJECT_RECIPIENT;
		return true;
	case SCHEMA_DIALOGUE:
	case SCHEMA_STEP_LINE:
		*ret_object = CONF_OBJECT_STEP;
		return true;
	case SCHEMA_URL:
		*ret_object = CONF_OBJECT_URL;
		return true;
	default:
		return false;
	}
}

bool table_object(enum schema_block block, enum conf_object *ret_object)
{
	switch (block) {
	case SCHEMA_GLOBAL_DEFS:
	case SCHEMA_TIMEOUTS_LINE:
	case SCHEMA_SSL:
		*ret_object = CONF_OBJECT_GLOBAL;
		return true;
	case SCHEMA_ROOT:
		*ret_object = CONF_OBJECT_STATICS;
		return true;
	case SCHEMA_SYNC_DAEMON_LINE:
		*ret_object = CONF_OBJECT_SYNC_DAEMON;
		return true;
	case SCHEMA_SYNC:
	case SCHEMA_LISTEN_LINE:
		*ret_object = CONF_OBJECT_RELAY;
		return true;
	case SCHEMA_VRRP_INSTANCE:
	case SCHEMA_AUTHENTICATION:
	case SCHEMA_VMAC_LINE:
	case SCHEMA_IPVLAN_LINE:
		*ret_object = CONF_OBJECT_VRRP;
		return true;
	case SCHEMA_VRRP_SYNC_GROUP:
		*ret_object = CONF_OBJECT_SYNC_GROUP;
		return true;
	case SCHEMA_VRRP_SCRIPT:
		*ret_object = CONF_OBJECT_VRRP_SCRIPT;
		return true;
	case SCHEMA_TRACK_FILE:
		*ret_object = CONF_OBJECT_TRACK_FILE;
		return true;
	case SCHEMA_VRRP_TRACK_PROCESS:
		*ret_object = CONF_OBJECT_TRACK_PROCESS;
		return true;
	case SCHEMA_VIRTUAL_SERVER:
	case SCHEMA_FLAP_LINE:
		*ret_object = CONF_OBJECT_VIRTUAL_SERVER;
		return true;
	case SCHEMA_VIRTUAL_SERVER_GROUP:
		*ret_object = CONF_OBJECT_GROUP;
		return true;
	case SCHEMA_MATCH:
		*ret_object = CONF_OBJECT_MATCH;
		return true;
	case SCHEMA_REAL_SERVER:
		*ret_object = CONF_OBJECT_REAL_SERVER;
		return true;
	CONF_KINDS(CASE)
		*ret_object = CONF_OBJECT_CHECK;
		return true;
	default:
		return element_object(block, ret_object);
	}
}

/* By the place of the member in the struct. Rows with one member stay in the order of the
 * schema. */
static bool table_entry_is_before(const struct table_entry *a, const struct table_entry *b)
{
	if (a->field->offset != b->field->offset)
		return a->field->offset < b->field->offset;
	return a->row->id < b->row->id;
}

/* By insertion: a block has few entries, and their rows stand nearly in the order of the members. */
static void table_entries_sort(struct table_entry *entries, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		const struct table_entry entry = entries[i];
		size_t at = i;

		for (; at && table_entry_is_before(&entry, &entries[at - 1]); at--)
			entries[at] = entries[at - 1];
		entries[at] = entry;
	}
}

/* The size of a member that is no pointer; otherwise 0. */
static size_t plain_size(const struct schema_field *field)
{
	static const size_t sizes[FIELD_OTHER + 1] = {
	    [FIELD_BOOL] = sizeof(bool),         [FIELD_U8] = sizeof(uint8_t),
	    [FIELD_U16] = sizeof(uint16_t),      [FIELD_U32] = sizeof(uint32_t),
	    [FIELD_U64] = sizeof(uint64_t),      [FIELD_ADDR] = sizeof(struct addr),
	    [FIELD_RANGE] = sizeof(struct conf_range)};

	return sizes[field->storage];
}

/* Sets how many of the n entries from first on have members side by side, without padding between
 * them. */
static void side_set(struct table_entry *first, size_t n)
{
	size_t i = 0, end = first->field->offset;

	while (i < n && plain_size(first[i].field) &&
	       first[i].field->offset < end + sizeof(uint64_t)) {
		end = first[i].field->offset + plain_size(first[i].field);
		i++;
	}
	first->n_side = (uint16_t)i;
	first->side_bytes = (uint16_t)(end - first->field->offset);
}

static void table_row_add(struct table *table, const struct schema_keyword *row)
{
	enum schema_block places[SCHEMA_N_BLOCKS];
	size_t n_places = row->fields[0].storage == FIELD_NONE ? 0 : schema_places(row, places);

	table->rows[row->id] = row;
	for (size_t i = 0; i < n_places; i++) {
		const struct schema_field *field;
		enum conf_object object;

		if (!table_object(places[i], &object))
			continue;
		field = member_field(row, object);
		if (field && !field->is_spelling)
			*vec_push(&table->of[places[i]]) =
			    (struct table_entry){.row = row, .field = field};
	}
}

struct table *table_new(void)
{
	struct table *table = mem_calloc(1, sizeof(*table));

	for (size_t i = 0; i < schema_n_tables; i++)
		for (size_t k = 0; k < schema_tables[i]->n; k++)
			table_row_add(table, &schema_tables[i]->rows[k]);
	for (size_t i = 0; i < SCHEMA_N_BLOCKS; i++) {
		size_t n = table->of[i].n;

		table_entries_sort(table->of[i].items, n);
		for (size_t k = 0; k < n; k++)
			side_set(&table->of[i].items[k], n - k);
	}
	return table;
}

void table_free(struct table *table)
{
	if (!table)
		return;
	for (size_t i = 0; i < SCHEMA_N_BLOCKS; i++)
		vec_free(&table->of[i]);
	free(table);
}
