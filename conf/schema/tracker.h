/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kinds of trackers: which keywords the file has for each kind, and where the snapshot keeps
 * the definitions. All code that handles trackers walks this table, so a new kind is one entry.
 *
 * Example: `track_script { chk }` is a list of lines, each of which names a definition,
 * `vrrp_script chk { ... }`. `track_interface { eth1 }` needs no definition.
 */
#ifndef LVSD_CONF_SCHEMA_TRACKER_H
#define LVSD_CONF_SCHEMA_TRACKER_H

#include "conf/schema/schema.h"

struct tracker_kind {
	const char *name;          /* "script" */
	enum schema_id list, line; /* the block of an instance, and a line of it */
	/* Of a kind without definitions: the weight of a line that gives none. */
	int32_t weight;

	/* The remaining members are for kinds that have definitions. */
	enum schema_id definition; /* KW_NONE: there are none */
	enum schema_id weight_in;  /* the keyword for the weight in the definition */
	enum schema_block block;
	enum conf_object object;
	const char *idle; /* what messages say of one that no instance tracks: "not run" */
	/* Offsets in struct conf: of the array of definitions, and of its count. Then the size of
	 * one definition in bytes, and the offset in it of its struct conf_place. The first member
	 * of a definition is its name. */
	size_t list_at, count_at, size, place_at;
};

/* The entry of a kind; static memory. */
const struct tracker_kind *tracker_kind(enum conf_tracker kind);
/* Finds the kind whose block in an instance is list. Returns false if list is no such block.
 * Example: KW_TRACK_SCRIPT: CONF_TRACKER_SCRIPT. */
bool tracker_kind_of_list(enum schema_id list, enum conf_tracker *ret_kind);

/*
 * The trackers of an instance (conf_vrrp.tracks) as a list of the table of fields. By this list
 * they cross to the vrrp process and are compared like any other list. The list has no keyword of
 * its own, since the lines of five blocks (track_script, track_interface, ...) make one list. An
 * element has the kind of its tracker, and the values of its line and of the definition.
 */
extern const struct schema_field tracker_uses;

/* The definitions of a kind in a snapshot: an array of *ret_n elements of tracker_kind.size
 * bytes. */
void *tracker_definitions(const struct conf *conf, const struct tracker_kind *kind, size_t *ret_n);
void tracker_definitions_set(struct conf *conf, const struct tracker_kind *kind, void *list,
			     size_t n);

/* The name of a definition, which is its first member. */
static inline const char *tracker_definition_name(const void *definition)
{
	return *(const char *const *)definition;
}

#endif
