/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "conf/text/source.h"
#include "base/arena.h"

/* There is a mark for so many lines. The marks are small compared with the file, and from a mark a
 * line is found quickly. */
#define LINES_PER_MARK 256

struct source_map *source_map_new(void)
{
	struct source_map *map = mem_calloc(1, sizeof(*map));

	map->flat = "";
	map->arena = arena_new();
	return map;
}

void source_map_free(struct source_map *map)
{
	if (!map)
		return;
	for (size_t i = 0; i < map->sources.n; i++) {
		free(map->sources.items[i].owned);
		vec_free(&map->sources.items[i].marks);
	}
	vec_free(&map->sources);
	vec_free(&map->spans);
	vec_free(&map->definitions);
	vec_free(&map->uses);
	vec_free(&map->ids.list);
	free(map->owned_flat);
	arena_free(map->arena);
	free(map);
}

struct source_map *source_map_of_text(const char *file, const char *text, size_t len)
{
	struct source_map *map = source_map_new();

	source_map_set_plain(map, source_add(map, file, text, len, NULL));
	return map;
}

uint32_t source_add(struct source_map *map, const char *file, const char *text, size_t len,
		    char *owned)
{
	*vec_push(&map->sources) =
	    (struct source){.file = file, .text = text, .len = len, .owned = owned};
	return (uint32_t)map->sources.n - 1;
}

void source_map_set_plain(struct source_map *map, uint32_t source)
{
	map->flat = map->sources.items[source].text;
	map->len = map->sources.items[source].len;
	source_span_add(map, &(struct source_span){.source = source, .line = 1, .column = 1});
}

void source_span_add(struct source_map *map, const struct source_span *span)
{
	struct source_span *last = map->spans.n ? &map->spans.items[map->spans.n - 1] : NULL;

	if (last && last->at == span->at)
		*last = *span;
	else
		*vec_push(&map->spans) = *span;
}

void source_spans_cut(struct source_map *map, size_t at)
{
	while (map->spans.n && map->spans.items[map->spans.n - 1].at >= at)
		map->spans.n--;
}

size_t source_span_find(const struct source_map *map, size_t at)
{
	size_t low = 0, high = map->spans.n;

	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (map->spans.items[middle].at <= at)
			low = middle;
		else
			high = middle;
	}
	return low;
}

const struct source_use *source_use(const struct source_map *map, uint32_t number)
{
	return &map->uses.items[number - 1];
}

static bool is_template(const struct source_map *map, const struct source_use *use)
{
	return use->definition != SOURCE_BUILT_IN &&
	       map->definitions.items[use->definition].is_template;
}

bool source_is_fixed(const struct source_map *map, uint32_t use)
{
	for (; use; use = source_use(map, use)->parent)
		if (!is_template(map, source_use(map, use)))
			return true;
	return false;
}

struct source_spot source_spot_of(const struct source_map *map, uint32_t source, unsigned line,
				  unsigned column, uint32_t use)
{
	for (; use; use = source_use(map, use)->parent) {
		const struct source_use *outer = source_use(map, use);

		if (is_template(map, outer))
			continue;
		source = outer->source;
		line = outer->line;
		column = outer->column;
	}
	return (struct source_spot){
	    .file = map->sources.items[source].file, .line = line, .column = column};
}

struct source_spot source_spot_in(const struct source_map *map, size_t at)
{
	const struct source_span *span = &map->spans.items[source_span_find(map, at)];
	struct source_spot spot = source_spot_of(map, span->source, span->line,
						 span->column + (unsigned)(at - span->at),
						 span->use);

	spot.at = (uint32_t)at;
	return spot;
}

unsigned source_column(const struct source_map *map, const struct conf_place *place)
{
	const struct source_span *span = &map->spans.items[source_span_find(map, place->at)];
	const char *start = map->flat + span->at, *at = map->flat + place->at;
	const char *before = memrchr(start, '\n', (size_t)(at - start));

	if (!before || source_is_fixed(map, span->use))
		return source_spot_in(map, place->at).column;
	return (unsigned)(at - before);
}

struct conf_place source_place_after(const struct source_map *map, const struct conf_place *from,
				     size_t at)
{
	struct conf_place place = {from->file, from->line, (uint32_t)at};
	struct source_spot spot;

	if (source_span_find(map, from->at) == source_span_find(map, at))
		return place;
	spot = source_spot_in(map, at);
	place.file = spot.file;
	place.line = spot.line;
	return place;
}

struct source *source_find(struct source_map *map, const char *file)
{
	for (size_t i = 0; i < map->sources.n; i++)
		if (map->sources.items[i].file == file)
			return &map->sources.items[i];
	for (size_t i = 0; i < map->sources.n; i++)
		if (!strcmp(map->sources.items[i].file, file))
			return &map->sources.items[i];
	return NULL;
}

static size_t next_line(const struct source *source, size_t at)
{
	const char *end = memchr(source->text + at, '\n', source->len - at);

	return end ? (size_t)(end - source->text) + 1 : source->len;
}

static void marks_make(struct source *source)
{
	size_t line = 0;

	for (size_t at = 0; line == 0 || at < source->len; line++) {
		if (line % LINES_PER_MARK == 0)
			*vec_push(&source->marks) = at;
		at = next_line(source, at);
	}
}

/* Where the line begins; the first line has the number 1. */
static size_t line_start(struct source *source, unsigned line)
{
	size_t mark = (line - 1) / LINES_PER_MARK, known = mark * LINES_PER_MARK + 1, at;

	if (!source->marks.n)
		marks_make(source);
	if (mark >= source->marks.n)
		return source->len;
	at = source->marks.items[mark];
	if (source->last_line >= known && source->last_line <= line) {
		known = source->last_line;
		at = source->last_start;
	}
	for (; known < line; known++)
		at = next_line(source, at);
	source->last_line = line;
	source->last_start = at;
	return at;
}

const char *source_line(struct source *source, unsigned line, size_t *ret_len)
{
	size_t start = line_start(source, line), end = next_line(source, start);

	while (end > start && (source->text[end - 1] == '\n' || source->text[end - 1] == '\r'))
		end--;
	*ret_len = end - start;
	return source->text + start;
}

bool source_find_nul(const char *file, const char *text, size_t len, struct source_spot *ret_spot)
{
	const char *nul = len ? memchr(text, '\0', len) : NULL, *next;
	struct source_spot spot = {.file = file, .line = 1, .column = 1};

	if (!nul)
		return false;
	for (const char *at = text; (next = memchr(at, '\n', (size_t)(nul - at))); at = next + 1)
		spot.line++;
	for (const char *at = nul; at > text && at[-1] != '\n'; at--)
		spot.column++;
	*ret_spot = spot;
	return true;
}

/* The line with the byte at of source. */
static unsigned line_of(struct source *source, size_t at)
{
	size_t low = 0, high, line;

	if (!source->marks.n)
		marks_make(source);
	for (high = source->marks.n; high - low > 1;) {
		size_t middle = low + (high - low) / 2;

		if (source->marks.items[middle] <= at)
			low = middle;
		else
			high = middle;
	}
	line = low * LINES_PER_MARK + 1;
	for (size_t start = source->marks.items[low];
	     (start = next_line(source, start)) <= at && start < source->len;)
		line++;
	return (unsigned)line;
}

struct conf_place source_place_at(struct source_map *map, size_t at)
{
	const struct source_span *span = &map->spans.items[source_span_find(map, at)];
	struct source *source = &map->sources.items[span->source];
	struct source_spot spot =
	    source_spot_of(map, span->source, span->line, span->column, span->use);

	if (!span->use)
		spot.line = line_of(source, line_start(source, span->line) + span->column - 1 +
						at - span->at);
	return (struct conf_place){spot.file, spot.line, (uint32_t)at};
}
