/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "conf/tree/brace.h"
#include "conf/tree/value.h"

struct blame {
	struct report *report;
	const struct lookup *lookup;
};

/* Whether the node is a '}' that closes no block. */
static bool is_stray(const struct node *node)
{
	return !node->n_words && !node->has_block;
}

static const struct schema_keyword *row_of(const struct blame *blame, enum schema_block block,
					   const struct node *node)
{
	return node->n_words ? lookup_find(blame->lookup, block, node->words[0].text) : NULL;
}

/* Whether the statement can stand in such a block: as one of its keywords, or as a line of its
 * list. */
static bool is_known(const struct blame *blame, enum schema_block block, const struct node *node)
{
	const struct schema_keyword *item = lookup_item(blame->lookup, block);
	struct schema_value value = {0};

	if (item)
		return node->n_words &&
		       value_parse(item, 0, node->words[0].text, &value, NULL, NULL) >= 0;
	return row_of(blame, block, node);
}

/* Whether `other` belongs in the block of node, which stands in block, or in the last block inside
 * of it. */
static bool belongs_in(const struct blame *blame, enum schema_block block, const struct node *node,
		       const struct node *other)
{
	const struct schema_keyword *row;

	for (; node && node->has_block; node = node->last_child, block = row->opens) {
		row = row_of(blame, block, node);
		if (!row || !row->opens)
			return false;
		if (is_known(blame, row->opens, other))
			return true;
	}
	return false;
}

/* Whether the block of node was closed too early: the statement after it belongs inside. */
static bool is_closed_early(const struct blame *blame, enum schema_block block,
			    const struct node *node)
{
	const struct node *next = node->next;

	return next && next->n_words && !is_known(blame, block, next) &&
	       belongs_in(blame, block, node, next);
}

/* The first block in node, or node itself, that was closed too early; NULL: none was. */
static struct node *cut_find(const struct blame *blame, enum schema_block block, struct node *node)
{
	const struct schema_keyword *row = row_of(blame, block, node);
	struct node *cut = NULL;

	if (!row || !row->opens || !node->has_block)
		return NULL;
	for (struct node *child = node->children; child && !cut; child = child->next) {
		cut = cut_find(blame, row->opens, child);
		for (struct node *later = child->next; cut == child && later; later = later->next)
			later->is_reported = !is_known(blame, row->opens, later);
	}
	if (!cut && is_closed_early(blame, block, node))
		cut = node;
	node->is_cut = cut;
	return cut;
}

static void cut_report(const struct blame *blame, const struct node *cut, const struct node *stray)
{
	struct conf_place open = parse_open_place(blame->report->map, cut);
	struct conf_place close = source_place_at(blame->report->map, cut->close);

	report_ignored(blame->report, &close,
		       "this '}' ends the block of %s of line %u, but '%s' after it belongs in "
		       "there: is it one '}' too many?",
		       cut->words[0].text, open.line, cut->next->words[0].text);
	report_note(blame->report, &open, "the block begins here");
	report_note(blame->report, parse_place(stray), "further down, this '}' closes no block");
}

/* Skips the statements after node that cannot stand at the top level. Returns the '}' that follows
 * them, or NULL. */
static const struct node *stray_after(const struct blame *blame, const struct node *node)
{
	do
		node = node->next;
	while (node && node->n_words && !row_of(blame, SCHEMA_ROOT, node));
	return node && is_stray(node) ? node : NULL;
}

/*
 * Marks the nodes between node and the next statement that can stand at the top level as reported:
 * a message has covered them.
 */
static void rest_report(const struct blame *blame, struct node *node)
{
	while ((node = node->next) && !row_of(blame, SCHEMA_ROOT, node))
		node->is_reported = true;
}

void brace_blame(struct report *report, const struct lookup *lookup, struct node *root)
{
	const struct blame blame = {report, lookup};

	for (struct node *node = root->children; node; node = node->next) {
		/* Only a block of the top level can have been cut. Each search ends at the next
		 * such block, so all searches together read the tree once. */
		bool may_be_cut = node->has_block && row_of(&blame, SCHEMA_ROOT, node);
		const struct node *stray = may_be_cut ? stray_after(&blame, node) : NULL;
		struct node *cut = stray ? cut_find(&blame, SCHEMA_ROOT, node) : NULL;

		if (cut) {
			cut_report(&blame, cut, stray);
			rest_report(&blame, node);
		}
		if (is_stray(node) && !node->is_reported)
			report_ignored(report, parse_place(node), "'}' closes no block");
		if (report_gives_up(report))
			parse_children_cut(root, node);
	}
}
