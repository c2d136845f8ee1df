/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a file says and lvsd does not do. Statements of rows without effect are counted, so that
 * 40,000 servers that say the same give one line. A dangerous one (schema.h) is an error unless it
 * is accepted, and then a warning and an entry of conf->ignored, which status and doctor show:
 *	DNS_CHECK is not run (2 times, the first one here): the real server counts as up without it
 * A value that asks for nothing else than what lvsd does is not counted: `vrrp_sync_group` of one
 * instance, `smtp_alert off`, `track_interface` of the instance's own interface.
 */
#ifndef LVSD_CONF_TREE_IGNORED_H
#define LVSD_CONF_TREE_IGNORED_H

#include "conf/tree/parse.h"

struct conf_load_how;
struct lookup;

struct ignored {
	/* By row. n: how many statements there are; the rest is of the first one. */
	struct {
		size_t n;
		struct conf_place place;
		const char *word; /* the keyword, by the name that is written; of the schema */
		const char *reason;
	} rows[KW_N];
};

/* Counts the statements of a resolved tree. Not those in a block that has no effect itself. */
void ignored_collect(struct ignored *ignored, const struct node *root);

/* Adds a statement whose row is implemented, and whose value is dangerous for this reason. */
void ignored_add(struct ignored *ignored, const struct node *node, const char *reason);

/*
 * Says all of it, and what is wrong with the words of accept_ignored; fills conf->ignored with
 * what is accepted. root is the tree of ignored_collect(); insides of services may be gone.
 */
void ignored_report(const struct ignored *ignored, struct report *report,
		    const struct lookup *lookup, const struct node *root,
		    const struct conf_load_how *how, struct conf *conf);

/* `row` is called word, by its name or an alias. */
bool ignored_is_called(const struct schema_keyword *row, const char *word);

#endif
