/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any bytes as files with variables and templates: the flat text is bounded, and every byte of it
 * has a place in a file.
 */
#include "base/arena.h"
#include "conf/text/token.h"
#include "tests/fuzz/conf_files.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(int holds, const char *what)
{
	if (holds)
		return;
	fprintf(stderr, "fuzz_expand: does not hold: %s\n", what);
	abort();
}

static void places_check(struct report *report, struct source_map *map)
{
	struct arena *arena = arena_new();
	struct tokenizer tokenizer;
	struct token token;
	size_t len;

	for (size_t i = 1; i < map->spans.n; i++)
		require(map->spans.items[i - 1].at < map->spans.items[i].at, "spans rise");
	token_start(&tokenizer, report, arena, map);
	do {
		struct source *source;
		const char *line;
		unsigned column;

		token_next(&tokenizer, &token);
		source = source_find(map, token.place.file);
		require(source != NULL, "a place is in a file");
		require(token.place.line > 0, "a place has a line");
		line = source_line(source, token.place.line, &len);
		column = source_column(map, &token.place);
		require(column > 0 &&
			    line + column - 1 <= source->text + source->len,
			"a place is in its file");
	} while (token.kind != TOKEN_END);
	arena_free(arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_files files;
	struct expand_host host = fuzz_files_of(data, size, &files);
	struct source_map *map;
	struct arena *arena;
	struct diags diags = {0};
	struct report report;

	if (files.list[0].len && memchr(files.list[0].text, '\0', files.list[0].len))
		return 0;
	map = source_map_new();
	arena = arena_new();
	source_add(map, "main", files.list[0].text, files.list[0].len, NULL);
	report_init(&report, &diags, map);
	expand(map, &report, arena, &host);
	require(map->len <= host.bytes_max + size + 1000, "the flat text is bounded");
	require(!map->len || !memchr(map->flat, '\0', map->len), "no NUL byte comes in");
	places_check(&report, map);
	diags_sort(&diags);
	diags_free(&diags);
	source_map_free(map);
	arena_free(arena);
	return 0;
}
