/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reports statements of a file that have no effect in lvsd. Statements of the same row are counted,
 * so that 40,000 servers with the same statement give one line. A dangerous statement (schema.h) is
 * an error unless it is accepted. If it is, it is a warning and an entry of conf->ignored, which
 * status and doctor show:
 * 	DNS_CHECK is not run (2 times, the first one here): the real server counts as up without it
 * A statement that asks for what lvsd does anyhow (harmless.h) is not counted: a `track_file`
 * that nobody tracks, `smtp_alert off`.
 */
#ifndef LVSD_CONF_TREE_IGNORED_H
#define LVSD_CONF_TREE_IGNORED_H

#include "conf/tree/parse.h"

struct conf_load_how;
struct lookup;

struct ignored {
	/* By row: how often the file has it (n), and details about the first statement. */
	struct {
		size_t n;
		struct conf_place place;
		const char *word; /* the keyword or alias as the file spells it; memory of the schema */
		const char *reason;
	} rows[KW_N];
};

/* Counts the statements of a resolved tree, except those inside a block without effect. */
void ignored_collect(struct ignored *ignored, const struct node *root);

/*
 * Reports all counted statements, and mistakes in the words of accept_ignored; fills conf->ignored
 * with the accepted ones. root: the tree of ignored_collect(); the contents of services may be
 * freed.
 */
void ignored_report(const struct ignored *ignored, struct report *report,
		    const struct lookup *lookup, const struct node *root,
		    const struct conf_load_how *how, struct conf *conf);

/* Is word the name or an alias of row? */
bool ignored_is_called(const struct schema_keyword *row, const char *word);

#endif
