/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "conf/schema/lookup.h"
#include "base/hash.h"
#include "base/plural.h"
#include "base/vec.h"

#include <assert.h>
#include <ctype.h>
#include <stdio.h>

/* The longest word that is compared with keywords. The longest keyword has 36 letters. */
#define WORD_MAX 63

/* How many places of a keyword a message names. If there are more, it names one fewer and says how
 * many others there are. */
#define PLACES_SHOWN 6

/* A spelling of a keyword in one place. */
struct entry {
	enum schema_block block;
	const char *name;
	const struct schema_keyword *row;
};

struct lookup {
	VEC(struct entry) entries;
	/* By the hash of block and name: the number of an entry, counted from 1; 0: the slot is free.
	 * An entry whose slot is taken has the next free one. Half of them at most are taken. */
	uint16_t *slots;
	size_t n_slots; /* a power of two */
	const struct schema_keyword *rows[KW_N];
	const struct schema_keyword *items[SCHEMA_N_BLOCKS];
	const struct schema_keyword **unnamed[SCHEMA_N_BLOCKS];
	const struct schema_keyword **required[SCHEMA_N_BLOCKS];
};

/* The slot of the spelling in block, or the free slot where it would be. name_hash: of name. */
static uint16_t *slot_find(const struct lookup *lookup, enum schema_block block, const char *name,
			   uint64_t name_hash)
{
	size_t at = hash_mix(name_hash, block);
	const struct entry *entry;
	uint16_t *slot;

	do {
		slot = &lookup->slots[at++ & (lookup->n_slots - 1)];
		entry = *slot ? &lookup->entries.items[*slot - 1] : NULL;
	} while (entry && (entry->block != block || strcmp(entry->name, name)));
	return slot;
}

/* Appends row to a list that ends with NULL. */
static void row_list_add(const struct schema_keyword ***list, const struct schema_keyword *row)
{
	size_t n = 0;

	while (*list && (*list)[n])
		n++;
	*list = mem_realloc(*list, n + 2, sizeof(**list));
	(*list)[n] = row;
	(*list)[n + 1] = NULL;
}

static void lookup_name_add(struct lookup *lookup, const struct schema_keyword *row,
			    const char *name, const enum schema_block *places, size_t n_places)
{
	uint64_t name_hash = name ? hash_text(name) : 0;

	for (size_t i = 0; name && i < n_places; i++) {
		uint16_t *slot = slot_find(lookup, places[i], name, name_hash);

		*vec_push(&lookup->entries) = (struct entry){places[i], name, row};
		*slot = (uint16_t)lookup->entries.n;
	}
}

static void lookup_row_add(struct lookup *lookup, const struct schema_keyword *row)
{
	enum schema_block places[SCHEMA_N_BLOCKS];
	size_t n_places = schema_places(row, places);

	lookup->rows[row->id] = row;
	for (size_t i = 0; i < n_places; i++) {
		if (row->is_required)
			row_list_add(&lookup->required[places[i]], row);
		if (row->may_omit_name)
			row_list_add(&lookup->unnamed[places[i]], row);
		else if (row->is_item)
			lookup->items[places[i]] = row;
	}
	if (row->is_item)
		return;
	lookup_name_add(lookup, row, row->name, places, n_places);
	lookup_name_add(lookup, row, row->alias, places, n_places);
	lookup_name_add(lookup, row, row->second_alias, places, n_places);
}

/* How many entries there will be at most. */
static size_t entries_max(void)
{
	enum schema_block places[SCHEMA_N_BLOCKS];
	size_t n = 0;

	for (size_t i = 0; i < schema_n_tables; i++)
		for (size_t k = 0; k < schema_tables[i]->n; k++) {
			const struct schema_keyword *row = &schema_tables[i]->rows[k];

			n += schema_places(row, places) *
			     (1u + (row->alias != NULL) + (row->second_alias != NULL));
		}
	return n;
}

struct lookup *lookup_new(void)
{
	struct lookup *lookup = mem_calloc(1, sizeof(*lookup));
	size_t n = 2 * entries_max();

	assert(n <= UINT16_MAX);
	for (lookup->n_slots = 1; lookup->n_slots < n;)
		lookup->n_slots *= 2;
	lookup->slots = mem_calloc(lookup->n_slots, sizeof(*lookup->slots));
	for (size_t i = 0; i < schema_n_tables; i++)
		for (size_t k = 0; k < schema_tables[i]->n; k++)
			lookup_row_add(lookup, &schema_tables[i]->rows[k]);
	return lookup;
}

void lookup_free(struct lookup *lookup)
{
	if (!lookup)
		return;
	for (size_t i = 0; i < SCHEMA_N_BLOCKS; i++) {
		free(lookup->required[i]);
		free(lookup->unnamed[i]);
	}
	vec_free(&lookup->entries);
	free(lookup->slots);
	free(lookup);
}

const struct schema_keyword *lookup_find(const struct lookup *lookup, enum schema_block block,
					 const char *word)
{
	uint16_t at = *slot_find(lookup, block, word, hash_text(word));

	return at ? lookup->entries.items[at - 1].row : NULL;
}

const struct schema_keyword *lookup_item(const struct lookup *lookup, enum schema_block block)
{
	return lookup->items[block];
}

static const struct schema_keyword *const none[] = {NULL};

const struct schema_keyword *const *lookup_unnamed(const struct lookup *lookup,
						   enum schema_block block)
{
	return lookup->unnamed[block] ? lookup->unnamed[block] : none;
}

const struct schema_keyword *lookup_row(const struct lookup *lookup, enum schema_id id)
{
	return lookup->rows[id];
}

const struct schema_keyword *const *lookup_required(const struct lookup *lookup,
						    enum schema_block block)
{
	return lookup->required[block] ? lookup->required[block] : none;
}

static unsigned min3(unsigned a, unsigned b, unsigned c)
{
	unsigned least = a < b ? a : b;

	return least < c ? least : c;
}

/* The distance is "optimal string alignment". If letters differ only in case, that costs one for
 * the whole word. */
unsigned lookup_distance(const char *a, const char *b, unsigned limit)
{
	unsigned rows[3][WORD_MAX + 1];
	unsigned *before = rows[0], *last = rows[1], *now = rows[2], distance;
	size_t a_len = strlen(a), b_len = strlen(b);

	if (a_len > WORD_MAX || b_len > WORD_MAX)
		return limit + 1;
	for (size_t k = 0; k <= b_len; k++)
		last[k] = (unsigned)k;
	for (size_t i = 1; i <= a_len; i++) {
		unsigned *spare = before;
		int x = tolower((unsigned char)a[i - 1]);

		now[0] = (unsigned)i;
		for (size_t k = 1; k <= b_len; k++) {
			int y = tolower((unsigned char)b[k - 1]);

			now[k] = min3(last[k] + 1, now[k - 1] + 1, last[k - 1] + (x != y));
			if (i > 1 && k > 1 && x == tolower((unsigned char)b[k - 2]) &&
			    y == tolower((unsigned char)a[i - 2]))
				now[k] = min3(now[k], before[k - 2] + 1, UINT32_MAX);
		}
		before = last;
		last = now;
		now = spare;
	}
	distance = last[b_len];
	if (!distance && strcmp(a, b))
		distance = 1;
	return distance <= limit ? distance : limit + 1;
}

/* Names that keepalived.conf(5) gives to keywords which keepalived has by other names. */
static const char *const misnamed[][2] = {
    {"state_file_location", "state_dump_file"},
    {"stats_file_location", "stats_dump_file"},
    {"json_file_location", "json_dump_file"},
};

const char *lookup_suggest(const struct lookup *lookup, enum schema_block block, const char *word)
{
	/*
	 * A third of the letters may be wrong. That is enough for a slip, and too few for another
	 * word.
	 */
	unsigned best = (unsigned)(strlen(word) / 3) + 1;
	const char *name = NULL;

	for (size_t i = 0; i < sizeof(misnamed) / sizeof(misnamed[0]); i++)
		if (!strcmp(word, misnamed[i][0]) && lookup_find(lookup, block, misnamed[i][1]))
			return misnamed[i][1];
	if (best > 4)
		best = 4;
	/* Of two that are as similar the first one of the alphabet. */
	for (size_t i = 0; i < lookup->entries.n; i++) {
		const struct entry *entry = &lookup->entries.items[i];
		unsigned distance;

		if (entry->block != block)
			continue;
		distance = lookup_distance(word, entry->name, best);
		if (distance < best ||
		    (distance == best && name && strcmp(entry->name, name) < 0)) {
			best = distance;
			name = entry->name;
		}
	}
	return name;
}

const char *lookup_places(const struct lookup *lookup, const char *word, char *text, size_t size)
{
	const char *names[SCHEMA_N_BLOCKS];
	size_t n = 0, len = 0, shown;

	for (int block = SCHEMA_ROOT; block < SCHEMA_N_BLOCKS; block++)
		if (lookup_find(lookup, (enum schema_block)block, word))
			names[n++] = schema_block_name((enum schema_block)block);
	if (!n)
		return NULL;
	len = (size_t)snprintf(text, size, "%s ",
			       lookup_find(lookup, SCHEMA_ROOT, word) ? "at" : "in");
	shown = n > PLACES_SHOWN ? PLACES_SHOWN - 1 : n;
	for (size_t i = 0; i < shown && len < size; i++)
		len += (size_t)snprintf(text + len, size - len, "%s%s",
					!i           ? ""
					: i + 1 == n ? " or "
						     : ", ",
					names[i]);
	if (shown < n && len < size)
		snprintf(text + len, size - len, " and %zu other place%s", n - shown,
			 plural(n - shown));
	return text;
}
