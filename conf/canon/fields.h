/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The fields in which two objects differ, as field.h lists them, and what it takes to put the newer
 * values in force: nothing, as the kernel and VRRP change them in place, or the object has to be
 * made anew.
 */
#ifndef LVSD_CONF_CANON_FIELDS_H
#define LVSD_CONF_CANON_FIELDS_H

#include "conf/model/table.h"
#include "conf/text/out.h"

struct arena;

/* What was found so far. */
struct fields {
	struct out out; /* as field.h lists them */
	bool is_restart;
	const char *remark; /* what it costs, or when it holds; "" when there is nothing to say */
	const struct table *table;
	struct arena *arena; /* of remarks */
};

/* Forgets what was found. */
void fields_begin(struct fields *fields);

/*
 * Each adds what differs, and nothing when the two are the same. The older one of a pair of checks
 * is of the same kind as the newer one.
 */
void fields_global(struct fields *fields, const struct conf_global *older,
		   const struct conf_global *newer);
void fields_sync_daemon(struct fields *fields, const struct conf_sync_daemon *older,
			const struct conf_sync_daemon *newer);
void fields_vrrp(struct fields *fields, const struct conf_vrrp *older,
		 const struct conf_vrrp *newer);

/* Without what is in it: real servers and checks are objects of their own. */
void fields_virtual_server(struct fields *fields, const struct conf_virtual_server *older,
			   const struct conf_virtual_server *newer);
void fields_real_server(struct fields *fields, const struct conf_real_server *older,
			const struct conf_real_server *newer);
void fields_check(struct fields *fields, const struct conf_check *older,
		  const struct conf_check *newer);

/*
 * The fields of two objects whose keywords stand in block, in the order of the members. rule, when
 * not NULL, has the first word of those that differ and of lists: it adds what has a way of its own and
 * returns true.
 */
typedef bool fields_rule_fn(struct fields *fields, const struct schema_keyword *row,
			    const void *older, const void *newer);
void fields_walk(struct fields *fields, enum schema_block block, const void *older,
		 const void *newer, fields_rule_fn *rule);

/* One of them, by the name of label. */
void fields_compare(struct fields *fields, const struct table_entry *entry, const char *label,
		    const void *older, const void *newer);

/* What a field costs that differs. The first restart decides; before one, the first remark. */
void fields_note(struct fields *fields, bool is_restart, const char *remark);

/* Packets that get the mark of a service, as texts. */
void fields_matches(struct fields *fields, const struct conf_virtual_server *older,
		    const struct conf_virtual_server *newer);

#endif
