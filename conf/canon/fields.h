/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The fields in which two objects differ, as a list of field.h; and what it takes to put the newer
 * values into force: the object goes on with them, or it has to be made anew.
 */
#ifndef LVSD_CONF_CANON_FIELDS_H
#define LVSD_CONF_CANON_FIELDS_H

#include "conf/model/table.h"
#include "conf/schema/tracker.h"
#include "conf/text/out.h"

struct arena;

/* The differences found so far. */
struct fields {
	struct out out;     /* a list of field.h */
	bool is_restart;    /* the object has to be made anew */
	const char *remark; /* what that costs, or when it takes effect; "": nothing to say */
	const struct table *table;
	struct arena *arena; /* for remarks */
};

/* Begins with no difference. */
void fields_begin(struct fields *fields);

/*
 * Each function adds the fields in which the two objects differ. Two checks must be of the same
 * kind.
 */
void fields_global(struct fields *fields, const struct conf_global *older,
		   const struct conf_global *newer);
void fields_sync_daemon(struct fields *fields, const struct conf_sync_daemon *older,
			const struct conf_sync_daemon *newer);
void fields_relay(struct fields *fields, const struct conf_relay *older, const struct conf_relay *newer);
void fields_statics(struct fields *fields, const struct conf_statics *older,
		    const struct conf_statics *newer);
void fields_tracker(struct fields *fields, const struct tracker_kind *kind, const void *older,
		    const void *newer);
void fields_sync_group(struct fields *fields, const struct conf_sync_group *older,
		       const struct conf_sync_group *newer);
void fields_vrrp(struct fields *fields, const struct conf_vrrp *older,
		 const struct conf_vrrp *newer);

/* The fields of the service alone: its real servers and their checks are objects of their own. */
void fields_virtual_server(struct fields *fields, const struct conf_virtual_server *older,
			   const struct conf_virtual_server *newer);
void fields_real_server(struct fields *fields, const struct conf_real_server *older,
			const struct conf_real_server *newer);
void fields_check(struct fields *fields, const struct conf_check *older,
		  const struct conf_check *newer);

/*
 * Compares the fields of two objects whose keywords stand in block, in the order of the members.
 * rule, when not NULL, is asked first about each field that differs or is a list. If the field is
 * more than a plain value, rule adds the difference and returns true; else rule returns false, and
 * the values are compared as usual.
 */
typedef bool fields_rule_fn(struct fields *fields, const struct schema_keyword *row,
			    const void *older, const void *newer);
void fields_walk(struct fields *fields, enum schema_block block, const void *older,
		 const void *newer, fields_rule_fn *rule);

/* Compares one field and adds a difference under the name label. */
void fields_compare(struct fields *fields, const struct table_entry *entry, const char *label,
		    const void *older, const void *newer);

/* Notes what a difference costs. Only one remark is kept: the first one with a restart; if there is
 * no restart, the first one. */
void fields_note(struct fields *fields, bool is_restart, const char *remark);

/* The trackers that an instance or a sync group has. */
struct fields_tracked {
	const struct conf_track *tracks;
	size_t n;
};

/* Compares the trackers of one kind that two instances or groups have. Differences get the name
 * label. Trackers that an instance has from its group are left out. */
void fields_tracks(struct fields *fields, enum conf_tracker kind, const char *label,
		   struct fields_tracked older, struct fields_tracked newer);

/* Compares the matches of a service (packets that get its firewall mark) as texts. */
void fields_matches(struct fields *fields, const struct conf_virtual_server *older,
		    const struct conf_virtual_server *newer);

#endif
