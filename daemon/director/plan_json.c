/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/director/plan_json.h"
#include "base/mem.h"
#include "conf/canon/diff.h"
#include "conf/empty.h"

#include <stdlib.h>

/* JSON null if there is no value. */
static json_t *value_json(const char *text)
{
	return text[0] ? json_string(text) : json_null();
}

static json_t *change_json(const struct conf_change *change)
{
	json_t *fields = json_array();

	for (size_t i = 0; i < change->n_fields; i++) {
		const struct conf_field *field = &change->fields[i];

		json_array_append_new(fields, json_pack("{s:s, s:o, s:o}", "name", field->name,
							"old", value_json(field->older), "new",
							value_json(field->newer)));
	}
	return json_pack("{s:s, s:s, s:s, s:o, s:o, s:s}", "kind",
			 conf_change_kind_name(change->kind), "object",
			 conf_object_name(change->object), "subject", change->subject, "fields",
			 fields, "remark", value_json(change->remark), "text", change->text);
}

static json_t *operation_json(const struct plan_op *op)
{
	char *text;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	json_t *json;

	if (!out)
		mem_exhausted(0);
	plan_op_print(op, out);
	fclose(out);
	json = json_pack("{s:s, s:b}", "text", text, "waits", op->is_waiting);
	free(text);
	return json;
}

static json_t *operations_json(const struct plan_ops *ops, const struct role_plan *roles)
{
	json_t *operations = json_array();

	for (size_t i = 0; i < ops->items.n; i++)
		json_array_append_new(operations, operation_json(&ops->items.items[i]));
	for (size_t i = 0; i < roles->lines.n; i++)
		json_array_append_new(operations,
				      json_pack("{s:s, s:b}", "text", roles->lines.items[i], "waits",
						false));
	return operations;
}

json_t *plan_json(const struct conf *older, const char *from, const struct conf *newer,
		  const struct plan_ops *ops, const struct role_plan *roles, const char *warnings)
{
	json_t *changes = json_array(), *plan;
	struct conf *empty = older ? NULL : conf_empty();
	struct conf_diff diff;

	conf_diff(older ? older : empty, newer, &diff);
	for (size_t i = 0; i < diff.changes.n; i++)
		json_array_append_new(changes, change_json(&diff.changes.items[i]));
	plan = json_pack("{s:s?, s:o, s:I, s:o, s:s}", "from", from, "changes", changes, "kept",
			 (json_int_t)diff.n_kept, "operations", operations_json(ops, roles),
			 "warnings", warnings);
	conf_diff_fini(&diff);
	conf_free(empty);
	return plan;
}
