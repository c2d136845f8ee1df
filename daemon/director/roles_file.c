/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/director/roles_file.h"
#include "base/mem.h"
#include "daemon/shared/rundir_json.h"
#include "daemon/shared/rundir_names.h"

#include <stdio.h>
#include <string.h>

static json_t *stored_report(const struct vrrp_report *report)
{
	return json_pack("{s:s, s:i, s:i, s:i, s:I, s:s, s:I}", "interface", report->interface,
			 "vrid", report->vrid, "family", report->family, "state",
			 (int)report->state, "since_us", (json_int_t)report->since_wall_us, "cause",
			 report->cause ? report->cause : "", "barred_until_ns",
			 (json_int_t)report->barred_until.ns);
}

static void write_json(FILE *out, json_t *value)
{
	json_dumpf(value, out, 0);
	json_decref(value);
}

/* An instance at a time: a tree of all of them would be the largest
 * thing that this process ever makes. */
char *roles_text(const struct roles *roles, size_t *ret_len)
{
	char *text;
	FILE *out = open_memstream(&text, ret_len);

	if (!out)
		mem_exhausted(0);
	fputs("{\n \"schema\": 1,\n", out);
	if (roles->relieved > 0)
		fprintf(out, " \"relieved\": %d,\n", (int)roles->relieved);
	fputs(" \"instances\": [", out);
	for (size_t i = 0; i < roles->reports.n; i++) {
		fputs(i ? ",\n  " : "\n  ", out);
		write_json(out, stored_report(&roles->reports.items[i].report));
	}
	fputs("\n ],\n \"orders\": ", out);
	write_json(out, role_orders_json(&roles->orders));
	fputs("\n}", out);
	if (fclose(out) != 0)
		mem_exhausted(0);
	return text;
}

static void take_stored(struct roles *roles, json_t *item)
{
	const char *interface = json_string_value(json_object_get(item, "interface"));
	const char *cause = json_string_value(json_object_get(item, "cause"));
	json_int_t state = json_integer_value(json_object_get(item, "state"));
	struct role_report *stored;
	struct vrrp_report *report;

	if (!interface || strlen(interface) >= CONF_IFNAME_MAX || state < VRRP_INIT ||
	    state > VRRP_FAULT)
		return;
	stored = vec_push(&roles->reports);
	stored->texts = arena_new();
	report = &stored->report;
	strcpy(report->interface, interface);
	report->vrid = (uint8_t)json_integer_value(json_object_get(item, "vrid"));
	report->family = (uint16_t)json_integer_value(json_object_get(item, "family"));
	report->state = (enum vrrp_state_name)state;
	report->since_wall_us = json_integer_value(json_object_get(item, "since_us"));
	/* An older lvsd does not write the next two members: no cause is known then, and the instance is
	 * not barred. */
	if (cause && cause[0])
		report->cause = arena_strdup(stored->texts, cause);
	report->barred_until.ns =
	    json_integer_value(json_object_get(item, "barred_until_ns"));
}

void roles_load(struct roles *roles)
{
	json_t *root = rundir_json_fetch(roles->run_dir, RUNDIR_ROLES,
					 "if the vrrp process dies before it has reported its "
					 "states, its successor does not know which instances were "
					 "MASTER");
	json_t *item;
	size_t i;

	json_array_foreach(json_object_get(root, "instances"), i, item)
	    take_stored(roles, item);
	roles->relieved = (pid_t)json_integer_value(json_object_get(root, "relieved"));
	role_orders_load(&roles->orders, json_object_get(root, "orders"));
	json_decref(root);
}
