/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reports mistakes that people often make, and says what to write instead: unknown and misplaced
 * keywords, signs of other languages ("=", ";"), several statements on one line.
 */
#ifndef LVSD_CONF_TREE_SLIP_H
#define LVSD_CONF_TREE_SLIP_H

#include "conf/schema/lookup.h"
#include "conf/tree/parse.h"

/* Where a word stands, and the report for messages about it. */
struct slip {
	struct report *report;
	const struct lookup *lookup;
	const struct node *block_node; /* the statement whose block or line word stands in */
	enum schema_block block;
};

/*
 * Reports that word is no keyword here. Returns the row that was probably meant, or NULL:
 * "protocl" in virtual_server gives the row of protocol.
 */
const struct schema_keyword *slip_unknown(const struct slip *slip, const struct word *word);

/* Adds a note to a message about word, if word is, or ends in, a sign such as "=" or ";". */
void slip_sign_note(struct report *report, const struct word *word);

/* Reports a "=" or ":" between the keyword of a statement and its value. Returns false if there is
 * none. */
bool slip_sign_report(struct report *report, const struct node *node);

/*
 * Reports a mistake behind an address in a list of addresses: a netmask, another address, or the
 * name of an interface without "dev". words are the n words behind the address. Returns false if
 * the first of them is none of these.
 */
bool slip_item_report(const struct slip *slip, const struct node *line, const struct word *words,
		      size_t n);

/*
 * Reports a line of a list of addresses that does not begin with its address. Returns false if the
 * line does. Example: "v0 192.0.2.1/24": the message says to write "192.0.2.1/24 dev v0".
 */
bool slip_order_report(struct report *report, const struct node *line);

/*
 * Reports that the block of a statement is missing.
 * Example: `virtual_ipaddress 192.0.2.1`: write `virtual_ipaddress { 192.0.2.1 }`.
 */
void slip_block_report(struct report *report, const struct lookup *lookup, const struct node *node);

/*
 * If another statement begins on the line of node, whose keyword is row, reports this, and makes a
 * node of its own from that statement, so that it is not reported as missing too. is_reported: a
 * message about this line has been given. Returns whether node was split.
 */
bool slip_split(const struct slip *slip, struct arena *arena, const struct schema_keyword *row,
		struct node *node, bool is_reported);

#endif
