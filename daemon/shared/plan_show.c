/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/shared/plan_show.h"
#include "base/plural.h"

/* Printed behind an operation that waits until a check has succeeded. */
#define WAITS " # when its checks succeed"

static const char *member_text(json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));

	return text ? text : "";
}

static void show_changes(json_t *plan, FILE *out)
{
	json_t *changes = json_object_get(plan, "changes"), *change;
	size_t i, n = json_array_size(changes);
	size_t n_kept = (size_t)json_integer_value(json_object_get(plan, "kept"));
	const char *from = member_text(plan, "from");

	fprintf(out, "# configuration: %zu change%s from %s, %zu object%s stay%s\n", n, plural(n),
		*from ? from : "an empty one", n_kept, plural(n_kept), plural_of(n_kept, "s", ""));
	json_array_foreach(changes, i, change) fprintf(out, "%s\n", member_text(change, "text"));
}

void plan_show_maintenance(json_t *result, FILE *out)
{
	json_t *ended = json_object_get(result, PLAN_MAINTENANCE), *item;
	size_t i;

	json_array_foreach(ended, i, item) fprintf(out, "%s\n", member_text(item, "text"));
}

static void show_operations(json_t *plan, FILE *out)
{
	json_t *operations = json_object_get(plan, "operations"), *operation;
	size_t i, n = json_array_size(operations);

	if (n)
		fprintf(out, "# kernel: %zu operation%s\n", n, plural(n));
	else
		fputs("# kernel: nothing to do\n", out);
	json_array_foreach(operations, i, operation)
	    fprintf(out, "%s%s\n", member_text(operation, "text"),
		    json_is_true(json_object_get(operation, "waits")) ? WAITS : "");
}

void plan_show(json_t *plan, FILE *out)
{
	show_changes(plan, out);
	plan_show_maintenance(plan, out);
	show_operations(plan, out);
}
