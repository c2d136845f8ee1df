/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any bytes as a flat text: tokens have rising places inside of it, words are what stands at their
 * place, and the tree holds every word.
 */
#include "base/arena.h"
#include "conf/text/token.h"
#include "conf/tree/parse.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(int holds, const char *what)
{
	if (holds)
		return;
	fprintf(stderr, "fuzz_token: does not hold: %s\n", what);
	abort();
}

static void place_check(const struct source_map *map, const struct conf_place *place)
{
	size_t len;
	const char *line = source_line(&map->sources.items[0], place->line, &len);

	require(place->at <= map->len, "a place is in the text");
	require(line + source_column(map, place) - 1 == map->flat + place->at, "line and column are right");
}

static void tokens_check(struct report *report, struct source_map *map)
{
	struct arena *arena = arena_new();
	struct tokenizer tokenizer;
	struct token token;
	size_t before = 0, len;

	token_start(&tokenizer, report, arena, map);
	for (token_next(&tokenizer, &token); token.kind != TOKEN_END;
	     token_next(&tokenizer, &token)) {
		place_check(map, &token.place);
		require(token.place.at >= before, "places rise");
		before = token.place.at;
		if (token.kind != TOKEN_WORD)
			continue;
		len = strlen(token.text);
		require(len <= map->len - token.place.at, "a word is no longer than its text");
		require(!len || memchr(map->flat + token.place.at, token.text[0], len + 2),
			"a word begins with what stands there");
	}
	arena_free(arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct source_map *map;
	struct diags diags = {0};
	struct report report;
	struct arena *arena;

	if (size && memchr(data, '\0', size))
		return 0;
	map = source_map_of_text("fuzz", (const char *)data, size);
	report_init(&report, &diags, map);
	tokens_check(&report, map);
	arena = arena_new();
	parse_text(&report, arena, NULL, map);
	arena_free(arena);
	diags_sort(&diags);
	diags_free(&diags);
	source_map_free(map);
	return 0;
}
