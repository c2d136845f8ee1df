/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Resolves blocks and the statements in them. resolve_line.c resolves the words on a statement's
 * line. */
#include "conf/tree/brace.h"
#include "conf/tree/resolve_internal.h"
#include "conf/tree/slip.h"

#include <stdio.h>
#include <string.h>

/* Room for "virtual_server 10.9.0.100 80" in messages. A longer label is cut. */
#define LABEL_MAX 128

enum schema_id resolve_id(const struct node *node)
{
	return node->keyword && !node->is_bad ? node->keyword->id : KW_NONE;
}

const struct node *resolve_child(const struct node *parent, enum schema_id id)
{
	for (const struct node *node = parent->children; node; node = node->next)
		if (resolve_id(node) == id)
			return node;
	return NULL;
}

bool resolve_is_given(const struct node *parent, enum schema_id id)
{
	for (const struct node *node = parent->children; node; node = node->next)
		if (node->keyword && node->keyword->id == id)
			return true;
	return false;
}

size_t resolve_count(const struct node *parent, enum schema_id id)
{
	size_t n = 0;

	for (const struct node *node = parent->children; node; node = node->next)
		n += resolve_id(node) == id;
	return n;
}

static const char *label(const struct node *node, char text[static LABEL_MAX])
{
	size_t len = 0;

	for (uint32_t i = 0; i < node->n_words && len < LABEL_MAX; i++)
		len += (size_t)snprintf(text + len, LABEL_MAX - len, "%s%s", i ? " " : "",
					node->words[i].text);
	return text;
}

static bool block_check(struct resolver *resolver, struct node *node)
{
	const struct schema_keyword *row = node->keyword;
	struct conf_place open;

	if (!row->opens == !node->has_block)
		return true;
	if (row->opens) {
		slip_block_report(resolver->report, resolver->lookup, node);
	} else {
		open = parse_open_place(resolver->report->map, node);
		report_ignored(resolver->report, &open, "%s takes no block", parse_keyword(node));
		/* If that was only a warning, the block is left out and the statement stays. */
		node->has_block = false;
		node->children = node->last_child = NULL;
		if (resolver->report->is_lenient)
			return true;
	}
	node->is_bad = true;
	return false;
}

/* Appends the children of a later block of the same kind to those of the first one. */
static void merge(struct node *first, struct node *later)
{
	later->has_block = false;
	later->is_bad = true;
	if (!later->children)
		return;
	if (first->last_child)
		first->last_child->next = later->children;
	else
		first->children = later->children;
	first->last_child = later->last_child;
	later->children = later->last_child = NULL;
}

/*
 * Treats an unknown keyword as the one that was probably meant, with an error, so that nothing is
 * reported as missing that was only misspelt. When lenient, it is left out, and a warning says what
 * that means.
 */
static void unknown_resolve(struct resolver *resolver, const struct slip *slip, struct node *node)
{
	const struct schema_keyword *meant = slip_unknown(slip, &node->words[0]);

	if (!meant || resolver->report->is_lenient)
		return;
	node->keyword = meant;
	node->is_bad = true;
}

static void first_set(struct resolver *resolver, struct node *node)
{
	struct node **first = &resolver->first[node->keyword->id];

	if (!*first)
		*first = node;
	else if (node->keyword->is_merged)
		merge(*first, node);
	else if (!node->keyword->is_repeatable)
		resolve_repeated(resolver, node, first);
}

/* Resolves one statement. is_split: node was split off the statement before it. Returns whether a
 * statement was split off node. */
static bool statement_resolve(struct resolver *resolver, struct node *block_node,
			      enum schema_block block, struct node *node, bool is_split)
{
	const struct slip slip = {resolver->report, resolver->lookup, block_node, block};
	const struct schema_keyword *row = lookup_item(resolver->lookup, block);

	if (!node->n_words || node->is_reported)
		return false; /* a brace without a keyword, or a consequence of one: reported
				 before */
	if (!row)
		row = lookup_find(resolver->lookup, block, node->words[0].text);
	if (!row && node->is_bad)
		return false; /* not a keyword, but something that was reported */
	if (!row) {
		unknown_resolve(resolver, &slip, node);
		return false;
	}
	is_split = slip_split(&slip, resolver->arena, row, node, is_split);
	if (is_split && block_node->last_child == node)
		block_node->last_child = node->next;
	node->keyword = row;
	resolver->statement = node;
	resolver->block_node = block_node;
	resolver->block = block;
	if (block_check(resolver, node))
		resolve_arguments(resolver, node);
	first_set(resolver, node);
	return is_split;
}

/* The place of the last word in a block, or of the statement's last word. */
static const struct conf_place *last_place(const struct node *node)
{
	while (node->last_child)
		node = node->last_child;
	return &node->words[node->n_words ? node->n_words - 1 : 0].place;
}

/* Reports required statements that a block lacks. Another mistake in the block may be the reason,
 * and that mistake must be printed first. So this report gets a place behind the whole block. */
static void required_check(struct resolver *resolver, const struct node *node,
			   enum schema_block block)
{
	const struct schema_keyword *const *row = lookup_required(resolver->lookup, block);
	const struct conf_place *end = last_place(node);
	char text[LABEL_MAX];

	if (node->is_cut && !resolver->report->is_lenient)
		return;
	for (; *row; row++) {
		if (resolver->first[(*row)->id] || resolve_is_given(node, (*row)->id))
			continue;
		resolver->report->is_lacking = true;
		if ((*row)->is_item)
			report_consequence(resolver->report, parse_place(node), end, "%s is empty",
					   label(node, text));
		else
			report_consequence(resolver->report, parse_place(node), end,
					   "%s: %s is missing", label(node, text), (*row)->name);
	}
}

/* When lenient: leaves out a block in which a required statement is missing. */
static void incomplete_drop(struct resolver *resolver, struct node *node, enum schema_block block)
{
	const struct schema_keyword *const *row = lookup_required(resolver->lookup, block);
	char text[LABEL_MAX];

	for (; *row && !node->is_bad; row++) {
		if (resolve_child(node, (*row)->id))
			continue;
		node->is_bad = true;
		report_consequence(resolver->report, parse_place(node), last_place(node),
				   "%s is left out: it has no %s that can be used",
				   label(node, text), (*row)->name);
	}
}

static void block_resolve(struct resolver *resolver, struct node *block_node,
			  enum schema_block block)
{
	struct node *node;
	bool is_split = false;

	for (node = block_node->children; node; node = node->next) {
		is_split = statement_resolve(resolver, block_node, block, node, is_split);
		if (report_gives_up(resolver->report))
			parse_children_cut(block_node, node);
	}
	required_check(resolver, block_node, block);
	for (node = block_node->children; node; node = node->next)
		if (node->keyword)
			resolver->first[node->keyword->id] = NULL;
	for (node = block_node->children; node; node = node->next)
		if (node->keyword && node->keyword->opens && node->has_block)
			block_resolve(resolver, node, node->keyword->opens);
	if (resolver->report->is_lenient)
		incomplete_drop(resolver, block_node, block);
}

void resolve_tree(struct report *report, const struct lookup *lookup, struct arena *arena,
		  struct node *root)
{
	struct resolver resolver = {.report = report, .lookup = lookup, .arena = arena};

	brace_blame(report, lookup, root);
	block_resolve(&resolver, root, SCHEMA_ROOT);
}
