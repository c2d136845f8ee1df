/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A kind of check, for the parts of conf: the rules that its rows of the schema do not express.
 * Plain values are assigned, written, compared and inherited by means of the table of fields
 * (schema/field.h).
 */
#ifndef LVSD_CONF_KIND_H
#define LVSD_CONF_KIND_H

#include "conf/schema/schema.h"

struct build_heritage;
struct canon_check;
struct draft;
struct fields;
struct lines;
struct node;

#define CONF_KIND_TABLES_MAX 3

struct conf_kind {
	struct conf_check_kind facts;
	enum schema_id keyword;
	enum schema_block block;
	/* The tables with its keywords and those of blocks inside it; NULL at the end. */
	const struct schema_table *tables[CONF_KIND_TABLES_MAX + 1];
	/* Each of these may be NULL. */
	/* Completes a check, which has the values of the statements in node already. heritage: the
	 * values that the blocks around it give. */
	void (*settle)(struct draft *draft, const struct node *node,
		       const struct build_heritage *heritage, struct conf_check *check);
	/* Reports mistakes of a complete check. */
	void (*judge)(struct draft *draft, const struct conf_check *check);
	/* Writes the lines of a row that is more than a plain value; false: write the usual line.
	 */
	bool (*write)(struct lines *lines, const struct schema_keyword *row,
		      const struct canon_check *check);
	/* Adds the differences in a row that is more than a plain value; false: compare the values.
	 */
	bool (*compare)(struct fields *fields, const struct schema_keyword *row,
			const struct conf_check *older, const struct conf_check *newer);
};

#define CONF_KIND_DECLARE(name, keyword, object, runner)                                           \
	extern const struct conf_kind conf_kind_##object;
CONF_KINDS(CONF_KIND_DECLARE)
#undef CONF_KIND_DECLARE

/* By enum conf_check_type. */
extern const struct conf_kind *const conf_kinds[CONF_CHECK_KINDS];

#endif
