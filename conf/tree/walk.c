/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "conf/tree/walk.h"

struct walk {
	walk_visit_fn *visit;
	void *arg;
	bool is_wanted[KW_N];
	bool holds[SCHEMA_N_BLOCKS]; /* by block: whether it has a wanted row, at any depth */
};

static bool is_of_interest(const struct walk *walk, const struct schema_keyword *row)
{
	return walk->is_wanted[row->id] || walk->holds[row->opens] || walk->holds[row->options];
}

/* Marks the blocks that have rows of interest. Returns whether there was a new one. */
static bool places_mark(struct walk *walk)
{
	bool has_new = false;

	for (size_t i = 0; i < schema_n_tables; i++) {
		for (size_t k = 0; k < schema_tables[i]->n; k++) {
			const struct schema_keyword *row = &schema_tables[i]->rows[k];
			enum schema_block places[SCHEMA_N_BLOCKS];
			size_t n_places = is_of_interest(walk, row) ? schema_places(row, places) : 0;

			for (size_t n = 0; n < n_places; n++) {
				has_new |= !walk->holds[places[n]];
				walk->holds[places[n]] = true;
			}
		}
	}
	return has_new;
}

static void block_walk(const struct walk *walk, const struct node *parent)
{
	for (const struct node *node = parent->children; node; node = node->next) {
		if (!node->keyword)
			continue;
		if (walk->is_wanted[node->keyword->id])
			walk->visit(walk->arg, node);
		if (walk->holds[node->keyword->opens] || walk->holds[node->keyword->options])
			block_walk(walk, node);
	}
}

void walk_tree(const struct node *root, walk_wanted_fn *is_wanted, walk_visit_fn *visit, void *arg)
{
	struct walk walk = {.visit = visit, .arg = arg};

	for (size_t i = 0; i < schema_n_tables; i++)
		for (size_t k = 0; k < schema_tables[i]->n; k++)
			walk.is_wanted[schema_tables[i]->rows[k].id] =
			    is_wanted(arg, &schema_tables[i]->rows[k]);
	while (places_mark(&walk))
		;
	if (walk.holds[SCHEMA_ROOT])
		block_walk(&walk, root);
}
