/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What people write by mistake, told with what to write instead: unknown and misplaced keywords,
 * signs of other languages ("=", ";"), and several things on one line.
 */
#ifndef LVSD_CONF_TREE_SLIP_H
#define LVSD_CONF_TREE_SLIP_H

#include "conf/schema/lookup.h"
#include "conf/tree/parse.h"

/* Where a word stands, and who is told of it. */
struct slip {
	struct report *report;
	const struct lookup *lookup;
	const struct node *block_node; /* the statement whose block or line this is */
	enum schema_block block;
};

/*
 * Reports that word is no keyword here. Returns the row that was probably meant, or NULL:
 * "protocl" in virtual_server gives the row of protocol.
 */
const struct schema_keyword *slip_unknown(const struct slip *slip, const struct word *word);

/* Adds a note to what was reported of a word when the word is, or ends in, such a sign. */
void slip_sign_note(struct report *report, const struct word *word);

/*
 * Reports a "=" or ":" between the keyword of a statement and its value. False when there is none.
 */
bool slip_sign_report(struct report *report, const struct node *node);

/*
 * Reports a word that follows an address, of a list of them, on its line, when it is a netmask, one
 * more address, or the name of an interface without dev. words has n words from that one on. False
 * when it is none of them.
 */
bool slip_item_report(const struct slip *slip, const struct node *line, const struct word *words,
		      size_t n);

/*
 * Reports a line of a list of addresses on which something stands before the address: "v0
 * 192.0.2.1/24" is told to be written "192.0.2.1/24 dev v0". False when it is none.
 */
bool slip_order_report(struct report *report, const struct node *line);

/*
 * Reports that the block of a statement is missing. `virtual_ipaddress 192.0.2.1` is told to be
 * written `virtual_ipaddress { 192.0.2.1 }`.
 */
void slip_block_report(struct report *report, const struct lookup *lookup, const struct node *node);

/*
 * Reports that another statement begins on the line of node (row is its keyword), and makes a node
 * of its own of that one, so that nothing is said to be missing that stands there. is_told: it was
 * said already of this line. Returns whether node was split.
 */
bool slip_split(const struct slip *slip, struct arena *arena, const struct schema_keyword *row,
		struct node *node, bool is_told);

#endif
