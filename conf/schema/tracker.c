/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "conf/schema/tracker.h"

#define DEFINED(type, list, count)                                                                 \
	.list_at = offsetof(struct conf, list), .count_at = offsetof(struct conf, count),          \
	.size = sizeof(struct type), .place_at = offsetof(struct type, place)

static const struct tracker_kind kinds[] = {
    [CONF_TRACKER_SCRIPT] = {.name = "script",
			     .list = KW_TRACK_SCRIPT,
			     .line = KW_TRACKED_SCRIPT,
			     .definition = KW_VRRP_SCRIPT,
			     .weight_in = KW_TRACKER_WEIGHT,
			     .block = SCHEMA_VRRP_SCRIPT,
			     .object = CONF_OBJECT_VRRP_SCRIPT,
			     .idle = "not run",
			     DEFINED(conf_vrrp_script, vrrp_scripts, n_vrrp_scripts)},
    [CONF_TRACKER_FILE] = {.name = "file",
			   .list = KW_TRACK_FILE_LIST,
			   .line = KW_TRACKED_FILE,
			   .definition = KW_TRACK_FILE,
			   .weight_in = KW_TRACK_FILE_WEIGHT,
			   .block = SCHEMA_TRACK_FILE,
			   .object = CONF_OBJECT_TRACK_FILE,
			   .idle = "not read",
			   DEFINED(conf_track_file, track_files, n_track_files)},
    [CONF_TRACKER_PROCESS] = {.name = "process",
			      .list = KW_TRACK_PROCESS,
			      .line = KW_TRACKED_PROCESS,
			      .definition = KW_VRRP_TRACK_PROCESS,
			      .weight_in = KW_PROCESS_WEIGHT,
			      .block = SCHEMA_VRRP_TRACK_PROCESS,
			      .object = CONF_OBJECT_TRACK_PROCESS,
			      .idle = "not watched",
			      DEFINED(conf_track_process, track_processes, n_track_processes)},
    [CONF_TRACKER_VIRTUAL_SERVER] = {.name = "virtual_server",
				     .list = KW_TRACK_VIRTUAL_SERVER,
				     .line = KW_TRACKED_VIRTUAL_SERVER,
				     /* A director without a pool yields to any director that has
				      * one. Two directors without a pool must not both be in
				      * FAULT. */
				     .weight = -253},
    [CONF_TRACKER_ROUTE] = {.name = "route", .list = KW_TRACK_ROUTE, .line = KW_TRACKED_ROUTE},
    [CONF_TRACKER_INTERFACE] = {.name = "interface",
				.list = KW_TRACK_INTERFACE,
				.line = KW_TRACKED_INTERFACE},
    /* A track_group names its instances, not the other way round, so no instance has this block. */
    [CONF_TRACKER_STATIC] = {.name = "track_group",
			     .list = KW_TRACK_GROUP,
			     .line = KW_GROUP_MEMBER},
};

const struct tracker_kind *tracker_kind(enum conf_tracker kind)
{
	return &kinds[kind];
}

bool tracker_kind_of_list(enum schema_id list, enum conf_tracker *ret_kind)
{
	for (enum conf_tracker kind = 0; kind < CONF_TRACKERS; kind++) {
		if (kinds[kind].list != list)
			continue;
		*ret_kind = kind;
		return true;
	}
	return false;
}

const char *conf_tracker_name(enum conf_tracker kind)
{
	return kinds[kind].name;
}

const char *conf_track_label(const struct conf_track *track)
{
	if (track->kind != CONF_TRACKER_ROUTE)
		return track->name;
	return !strcmp(track->name, "0.0.0.0/0") ? "default"
	       : !strcmp(track->name, "::/0")	 ? "default6"
						 : track->name;
}

void *tracker_definitions(const struct conf *conf, const struct tracker_kind *kind, size_t *ret_n)
{
	*ret_n = kind->definition ? *(const size_t *)((const char *)conf + kind->count_at) : 0;
	return *ret_n ? *(void *const *)((const char *)conf + kind->list_at) : NULL;
}

void tracker_definitions_set(struct conf *conf, const struct tracker_kind *kind, void *list,
			     size_t n)
{
	*(void **)((char *)conf + kind->list_at) = list;
	*(size_t *)((char *)conf + kind->count_at) = n;
}

/* The fields of a tracker. Its keywords are elsewhere, so these rows have none. is_of_group is not
 * among them: it only matters for the text. */
static const struct schema_keyword use_rows[] = {
    {.fields = {FIELD(CONF_OBJECT_TRACK, struct conf_track, kind, .is_crossing = true)}},
    {.type = SCHEMA_TYPE_TEXT,
     .max = CONF_NAME_MAX - 1,
     .fields = {FIELD(CONF_OBJECT_TRACK, struct conf_track, name, .is_crossing = true)}},
    {.fields = {{.object = CONF_OBJECT_TRACK,
		 .storage = FIELD_U32, /* a negative weight crosses as its two's complement */
		 .offset = offsetof(struct conf_track, weight),
		 .is_crossing = true}}},
    {.fields = {FIELD(CONF_OBJECT_TRACK, struct conf_track, is_reverse, .is_crossing = true)}},
};

static const struct schema_table use_table = {use_rows, sizeof(use_rows) / sizeof(use_rows[0])};
static const struct schema_table *const use_tables[] = {&use_table, NULL};

const struct schema_field tracker_uses =
    INSTANCE_LIST(tracks, n_tracks, CONF_OBJECT_TRACK, use_tables, .is_ordered = true);
