/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kinds of trackers: the words that the file has for each, and where the snapshot keeps what it
 * defines. Whoever handles trackers walks this table, so that a new kind is one entry.
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
	/* What a line has without a weight of its own and without a definition. */
	int32_t weight;

	/* The rest is of kinds with definitions. */
	enum schema_id definition; /* KW_NONE: there are none */
	enum schema_id weight_in;  /* the keyword in the definition */
	enum schema_block block;
	enum conf_object object;
	const char *idle; /* what becomes of one that no instance tracks: "not run" */
	/* The list of struct conf and its count, and of an element the size and the place. The name
	 * of an element is its first member. */
	size_t list_at, count_at, size, place_at;
};

/* Static memory. */
const struct tracker_kind *tracker_kind(enum conf_tracker kind);
/* The kind that has such a block in an instance. Returns false if the row is no such block. */
bool tracker_kind_of_list(enum schema_id list, enum conf_tracker *ret_kind);

/*
 * The trackers of an instance (conf_vrrp.tracks) as a list of the field table, so that they cross to
 * the vrrp process and are compared as any other list. No row of the language has it: the lines of
 * five blocks make one list, whose elements have their kind and what the definition says.
 */
extern const struct schema_field tracker_uses;

/* The definitions of a kind that a snapshot has: *ret_n of them, each tracker_kind.size bytes. */
void *tracker_definitions(const struct conf *conf, const struct tracker_kind *kind, size_t *ret_n);
void tracker_definitions_set(struct conf *conf, const struct tracker_kind *kind, void *list,
			     size_t n);

static inline const char *tracker_definition_name(const void *definition)
{
	return *(const char *const *)definition;
}

#endif
