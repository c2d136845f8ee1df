/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A kind of check is one file, conf/kinds/OBJECT.c, which stands in the list conf_kinds of
 * conf/local.mk. The file has a declaration of the kind (CONF_KIND), its keywords with their manual
 * text (schema_OBJECT), and the rules that the keywords do not express (conf_kind_OBJECT). Plain
 * values are assigned, written, compared and inherited by means of the table of fields
 * (schema/field.h). A kind that the check process runs has a probe in healthcheck/ (probe.h).
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

/*
 * Declares a kind: CONF_KIND(NAME, KEYWORD, OBJECT, RUNNER, PROBE, SETS). NAME gives CONF_CHECK_NAME,
 * KEYWORD gives KW_KEYWORD and SCHEMA_KEYWORD. RUNNER is the process that runs the checks, CHECK or
 * SCRIPT, or DIRECTOR or MODEL if nothing has to run (CONF_RUNNER_*). The check process runs them by
 * probe_PROBE, which kinds may share. SETS are
 * the sets of blocks (enum schema_block) that the kind's block is in, so the keywords that it shares
 * with other kinds. conf/kinds/list.h, and with it all tables of kinds, is made from these declarations.
 *
 * Example: CONF_KIND(TCP, TCP_CHECK, tcp, CHECK, tcp, SCHEMA_TIMED_CHECKS | SCHEMA_RETRYING_CHECKS);
 */
#define CONF_KIND(name, keyword, object, runner, probe, sets)                                      \
	extern const struct schema_table schema_##object

/* Declares a kind that lvsd reads and does not run. Its file has no conf_kind_OBJECT. */
#define CONF_IDLE_KIND(keyword, object, sets) extern const struct schema_table schema_##object

/* By what the checks of a kind reach their server. */
enum conf_transport {
	CONF_TRANSPORT_TCP,
	CONF_TRANSPORT_UDP,
	CONF_TRANSPORT_ICMP, /* its checks have no ports */
};

/* The rules of a kind. */
struct conf_kind_rules {
	/* The tables with its keywords and those of blocks inside it; NULL at the end. */
	const struct schema_table *tables[CONF_KIND_TABLES_MAX + 1];
	/* A block inside it that gives a target. With several such blocks, each makes a check of its own.
	 * KW_NONE: there is no such block. */
	enum schema_id target;
	/* Of a kind that the check process runs. */
	enum conf_transport transport;
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

#define CONF_KIND_DECLARE(name, keyword, object, ...)                                              \
	extern const struct conf_kind_rules conf_kind_##object;
CONF_KINDS(CONF_KIND_DECLARE)
#undef CONF_KIND_DECLARE

/* A kind of check that lvsd runs: its facts, its keyword, the block that this opens, and its
 * rules. */
struct conf_kind {
	struct conf_check_kind facts;
	enum schema_id keyword;
	enum schema_block block;
	const struct conf_kind_rules *rules;
};

/* By enum conf_check_type. */
extern const struct conf_kind conf_kinds[CONF_CHECK_KINDS];

#endif
