/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/log.h"
#include "base/mem.h"
#include "daemon/director/track/tracking.h"
#include "daemon/shared/rundir_json.h"
#include "daemon/shared/rundir_names.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void tracking_store(const struct tracking *tracking)
{
	json_t *sources = json_array(), *root;
	struct err err;

	for (size_t i = 0; i < tracking->sources.list.n; i++) {
		const struct vrrp_source *source = &tracking->sources.list.items[i];

		if (source->kind != CONF_TRACKER_SCRIPT)
			continue;
		json_array_append_new(
		    sources, json_pack("{s:s, s:s, s:s, s:s}", "kind", conf_tracker_name(source->kind),
				       "name", source->name, "state",
				       vrrp_source_state_name(source->state), "text", source->text));
	}
	root = json_pack("{s:i, s:o}", "schema", 1, "sources", sources);
	if (rundir_json_store(tracking->run_dir, RUNDIR_TRACKERS, root, &err) < 0)
		log_warning("%s", err.text);
}

/* An entry that makes no sense is left out: the next run of the script gives its state. */
static void take_stored(struct tracking *tracking, json_t *item)
{
	const char *kind = json_string_value(json_object_get(item, "kind"));
	const char *name = json_string_value(json_object_get(item, "name"));
	const char *state = json_string_value(json_object_get(item, "state"));
	const char *text = json_string_value(json_object_get(item, "text"));
	struct vrrp_source source = {.kind = CONF_TRACKER_SCRIPT};

	if (!kind || strcmp(kind, conf_tracker_name(source.kind)) || !name || !name[0] ||
	    strlen(name) >= sizeof(source.name) || !state)
		return;
	if (!strcmp(state, vrrp_source_state_name(VRRP_SOURCE_UP)))
		source.state = VRRP_SOURCE_UP;
	else if (!strcmp(state, vrrp_source_state_name(VRRP_SOURCE_DOWN)))
		source.state = VRRP_SOURCE_DOWN;
	else
		return;
	snprintf(source.name, sizeof(source.name), "%s", name);
	snprintf(source.text, sizeof(source.text), "%s", text ? text : "");
	vrrp_sources_set(&tracking->sources, &source);
}

void tracking_load(struct tracking *tracking)
{
	json_t *root = rundir_json_fetch(tracking->run_dir, RUNDIR_TRACKERS,
					 "the last states of the tracked scripts are not known, so "
					 "the next run of each decides alone");
	json_t *item;
	size_t i;

	json_array_foreach(json_object_get(root, "sources"), i, item) take_stored(tracking, item);
	json_decref(root);
}
