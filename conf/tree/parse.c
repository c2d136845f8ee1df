/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "conf/tree/parse.h"
#include "base/plural.h"
#include "conf/text/token.h"

#include <string.h>

/* A chunk of this size takes no further statement. The unused rest of a chunk's last block is lost,
 * so a chunk has many blocks. */
#define CHUNK_SIZE (1024 * 1024)

struct parser {
	struct report *report;
	struct arena *arena;
	struct parse_chunks *chunks;
	struct tokenizer tokenizer;
	VEC(struct word) words; /* of the statement being read */
	struct node *stack[PARSE_DEPTH_MAX + 1];
	size_t depth;     /* the index of the present level in stack; the root has 0 */
	size_t n_items;   /* words and blocks so far */
	size_t n_strays;  /* '}' that close no block */
	size_t too_deep;  /* open blocks beyond the bound, whose contents are skipped */
	bool takes_block; /* the last statement of this level can still have a block */
	bool is_bad;      /* the statement being read */
};

struct node *parse_child_add(struct arena *arena, struct node *parent)
{
	struct node *node = arena_alloc(arena, sizeof(*node));

	if (parent->last_child)
		parent->last_child->next = node;
	else
		parent->children = node;
	parent->last_child = node;
	return node;
}

void parse_children_cut(struct node *parent, struct node *last)
{
	last->next = NULL;
	parent->last_child = last;
}

static bool is_written_as(const char *name, const char *word)
{
	return name && !strcmp(name, word);
}

const char *parse_keyword(const struct node *node)
{
	const struct schema_keyword *row = node->keyword;
	const char *word = node->words[0].text;

	return is_written_as(row->alias, word) || is_written_as(row->second_alias, word) ? word : row->name;
}

const struct conf_place *parse_place(const struct node *node)
{
	return &node->words[0].place;
}

struct conf_place parse_open_place(struct source_map *map, const struct node *node)
{
	return source_place_at(map, node->open);
}

/* Keeps the place of a node that has no words. */
static const struct word *wordless(struct arena *arena, const struct conf_place *place)
{
	struct word *word = arena_alloc(arena, sizeof(*word));

	*word = (struct word){"", *place};
	return word;
}

void parse_chunks_free(struct parse_chunks *chunks)
{
	for (size_t i = 0; i < chunks->list.n; i++)
		arena_free(chunks->list.items[i].arena);
	vec_free(&chunks->list);
}

/* Call it when a block of the top level begins. */
static void chunk_enter(struct parser *parser, const struct node *node)
{
	struct parse_chunks *chunks = parser->chunks;
	size_t n = chunks->list.n;

	if (!n || arena_size(chunks->list.items[n - 1].arena) > CHUNK_SIZE)
		vec_push(&chunks->list);
	else
		n--;
	if (!chunks->list.items[n].arena)
		chunks->list.items[n].arena = arena_new();
	chunks->list.items[n].last = node;
}

/* The memory for a statement at the present depth. */
static struct arena *arena_here(const struct parser *parser)
{
	const struct parse_chunks *chunks = parser->chunks;

	return !chunks || parser->depth < 2 ? parser->arena
					    : chunks->list.items[chunks->list.n - 1].arena;
}

static void statement_end(struct parser *parser)
{
	struct arena *arena = arena_here(parser);
	struct node *node;
	struct word *words;

	if (!parser->words.n)
		return;
	words = arena_calloc(arena, parser->words.n, sizeof(*words));
	memcpy(words, parser->words.items, parser->words.n * sizeof(*words));
	node = parse_child_add(arena, parser->stack[parser->depth]);
	node->words = words;
	node->n_words = (uint32_t)parser->words.n;
	node->is_bad = parser->is_bad;
	parser->is_bad = false;
	vec_clear(&parser->words);
	parser->takes_block = true;
}

static void block_open(struct parser *parser, const struct token *token)
{
	struct node *node;

	statement_end(parser);
	if (parser->too_deep || parser->depth == PARSE_DEPTH_MAX) {
		if (!parser->too_deep++)
			report_error(parser->report, &token->place,
				     "blocks are nested deeper than %d levels", PARSE_DEPTH_MAX);
		return;
	}
	if (parser->takes_block) {
		node = parser->stack[parser->depth]->last_child;
	} else {
		report_ignored(parser->report, &token->place, "'{' has no keyword before it");
		node = parse_child_add(arena_here(parser), parser->stack[parser->depth]);
		node->is_bad = true;
		node->words = wordless(arena_here(parser), &token->place);
	}
	node->has_block = true;
	node->open = token->place.at;
	if (parser->chunks && !parser->depth)
		chunk_enter(parser, node);
	parser->stack[++parser->depth] = node;
	parser->takes_block = false;
}

/* A '}' that closes no block stays in the tree; brace.h finds out which one is too many. */
static void stray_add(struct parser *parser, const struct token *token)
{
	struct node *node = parse_child_add(parser->arena, parser->stack[0]);

	parser->n_strays++;
	node->is_bad = true;
	node->words = wordless(parser->arena, &token->place);
}

static void block_close(struct parser *parser, const struct token *token)
{
	statement_end(parser);
	parser->takes_block = false;
	if (parser->too_deep)
		parser->too_deep--;
	else if (parser->depth)
		parser->stack[parser->depth--]->close = token->place.at;
	else
		stray_add(parser, token);
}

static void text_end(struct parser *parser, const struct token *token)
{
	statement_end(parser);
	for (size_t depth = parser->depth; depth; depth--) {
		const struct node *node = parser->stack[depth];
		struct conf_place open;

		if (depth == parser->depth)
			report_ignored(parser->report, &token->place,
				       "the file ends inside %zu open block%s: '}' is missing",
				       parser->depth + parser->too_deep,
				       plural(parser->depth + parser->too_deep));
		open = parse_open_place(parser->report->map, node);
		report_note(parser->report, &open, "the block%s%s begins here",
			    node->n_words ? " of " : "", node->n_words ? node->words[0].text : "");
	}
}

/* Takes a further token. Returns false if the rest of the text must be given up. */
static bool token_take(struct parser *parser, const struct token *token)
{
	switch (token->kind) {
	case TOKEN_WORD:
		if (!parser->too_deep) {
			*vec_push(&parser->words) = (struct word){token->text, token->place};
			parser->is_bad |= token->is_bad;
		}
		parser->n_items++;
		break;
	case TOKEN_OPEN:
		block_open(parser, token);
		parser->n_items++;
		break;
	case TOKEN_LINE:
		statement_end(parser);
		break;
	case TOKEN_CLOSE:
		block_close(parser, token);
		break;
	case TOKEN_END:
		text_end(parser, token);
		return false;
	}
	if (parser->n_strays > DIAG_READ_MAX || report_gives_up(parser->report))
		return false;
	if (parser->n_items <= PARSE_ITEMS_MAX)
		return true;
	report_error(parser->report, &token->place, "the file has more than %d words",
		     PARSE_ITEMS_MAX);
	return false;
}

struct node *parse_text(struct report *report, struct arena *arena, struct parse_chunks *chunks,
			const struct source_map *map)
{
	struct parser parser = {.report = report, .arena = arena, .chunks = chunks};
	struct node *root = arena_alloc(arena, sizeof(*root));
	const struct conf_place start = {.file = map->sources.items[0].file, .line = 1};
	struct token token;

	root->words = wordless(arena, &start);
	root->has_block = true;
	parser.stack[0] = root;
	token_start(&parser.tokenizer, report, arena, map);
	do
		token_next(&parser.tokenizer, &token);
	while (token_take(&parser, &token));
	vec_free(&parser.words);
	return root;
}
