/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "conf/model/needs/script_uses.h"
#include "base/vec.h"

/* A keyword whose value is a command, and the member that has it. */
struct script_field {
	const struct schema_keyword *row;
	size_t offset;
};

struct script_walk {
	VEC(struct script_field) of[CONF_OBJECTS];
	void (*visit)(const struct conf_script_use *use, void *arg);
	void *arg;
};

static void script_fields_find(struct script_walk *walk)
{
	for (size_t i = 0; i < schema_n_tables; i++) {
		for (size_t k = 0; k < schema_tables[i]->n; k++) {
			const struct schema_keyword *row = &schema_tables[i]->rows[k];

			for (size_t n = 0; n < FIELDS_MAX; n++)
				if (row->fields[n].storage == FIELD_SCRIPT &&
				    !row->fields[n].is_spelling)
					*vec_push(&walk->of[row->fields[n].object]) =
					    (struct script_field){row, row->fields[n].offset};
		}
	}
}

/* is_after_fifo: the keyword in the row before this one names a FIFO. */
static enum conf_script_role role_of(enum conf_object object, const struct schema_keyword *row,
				     bool is_after_fifo)
{
	if (row->type == SCHEMA_TYPE_FIFO)
		return CONF_SCRIPT_FIFO;
	if (is_after_fifo)
		return CONF_SCRIPT_READER;
	if (object == CONF_OBJECT_CHECK || object == CONF_OBJECT_VRRP_SCRIPT)
		return CONF_SCRIPT_CHECK;
	return row->id == KW_NOTIFY ? CONF_SCRIPT_STATE : CONF_SCRIPT_NOTIFY;
}

/* The row of a FIFO is followed directly by the row of its reader. */
static void owner_visit(const struct script_walk *walk, enum conf_object object, const void *owner)
{
	const struct conf_script *fifo = NULL;
	bool is_after_fifo = false;

	for (size_t i = 0; i < walk->of[object].n; i++) {
		const struct script_field *field = &walk->of[object].items[i];
		struct conf_script_use use = {
		    .script = *(struct conf_script *const *)((const char *)owner + field->offset),
		    .role = role_of(object, field->row, is_after_fifo),
		    .keyword = field->row->name,
		    .object = object,
		    .owner = owner,
		    .fifo = fifo};

		if (use.script && (fifo || use.role != CONF_SCRIPT_READER))
			walk->visit(&use, walk->arg);
		is_after_fifo = use.role == CONF_SCRIPT_FIFO;
		fifo = is_after_fifo ? use.script : NULL;
	}
}

static void service_visit(const struct script_walk *walk, const struct conf_virtual_server *vs)
{
	owner_visit(walk, CONF_OBJECT_VIRTUAL_SERVER, vs);
	for (size_t i = 0; i < vs->n_real_servers; i++) {
		const struct conf_real_server *rs = &vs->real_servers[i];

		owner_visit(walk, CONF_OBJECT_REAL_SERVER, rs);
		for (size_t k = 0; k < rs->n_checks; k++)
			owner_visit(walk, CONF_OBJECT_CHECK, &rs->checks[k]);
	}
}

void conf_script_uses(const struct conf *conf,
		      void (*visit)(const struct conf_script_use *use, void *arg), void *arg)
{
	struct script_walk walk = {.visit = visit, .arg = arg};

	script_fields_find(&walk);
	owner_visit(&walk, CONF_OBJECT_GLOBAL, &conf->global);
	for (size_t i = 0; i < conf->n_vrrp_scripts; i++)
		owner_visit(&walk, CONF_OBJECT_VRRP_SCRIPT, &conf->vrrp_scripts[i]);
	for (size_t i = 0; i < conf->n_sync_groups; i++)
		owner_visit(&walk, CONF_OBJECT_SYNC_GROUP, &conf->sync_groups[i]);
	for (size_t i = 0; i < conf->n_vrrps; i++)
		owner_visit(&walk, CONF_OBJECT_VRRP, &conf->vrrps[i]);
	for (size_t i = 0; i < conf->n_virtual_servers; i++)
		service_visit(&walk, &conf->virtual_servers[i]);
	for (size_t i = 0; i < CONF_OBJECTS; i++)
		vec_free(&walk.of[i]);
}
