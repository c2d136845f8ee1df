/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The texts of one load, and the flat text that is made of them (expand.h): included files stand in
 * their place, variables and templates are replaced by their values. A map says for each byte of
 * the flat text in which file it was written, and through which uses of names it got there.
 *
 * A file in which nothing is replaced is its own flat text; it is not copied.
 */
#ifndef LVSD_CONF_TEXT_SOURCE_H
#define LVSD_CONF_TEXT_SOURCE_H

#include "base/vec.h"
#include "conf/conf.h"

/* One file, or a text in memory. */
struct source {
	const char *file; /* its name, memory of the caller; places point to it */
	const char *text; /* len bytes */
	size_t len;
	char *owned;       /* text, if it is freed with the map; else NULL */
	VEC(size_t) marks; /* offsets of some lines at equal distances; made for the first look-up */
	/* The line that was looked up last, and the offset at which it begins. */
	unsigned last_line;
	size_t last_start;
};

/* The definition of a name: "$NAME=", or the "~SEQ(NAME, ...)" around it. */
struct source_definition {
	const char *name;
	uint32_t source; /* the source in which it was written, at line and column */
	unsigned line, column;
	bool is_template;
};

/* A place as messages show it. */
struct source_spot {
	const char *file;
	unsigned line, column; /* from 1; 0: the file as a whole */
	uint32_t at;           /* as in struct conf_place */
};

/* One replacement of a name by its value. Uses have numbers from 1 on; the number 0 means no
 * use. */
struct source_use {
	uint32_t parent;     /* the use whose value contains this name; 0: it stands in a file */
	uint32_t definition; /* index in map->definitions; SOURCE_BUILT_IN: a built-in name */
	uint32_t source;     /* the source in which the name was written, at line and column */
	unsigned line, column;
	const char *value;  /* the value that the template gave the name, for messages; else NULL */
	bool is_unresolved; /* the name has no definition, which has been reported */
};

#define SOURCE_BUILT_IN UINT32_MAX

/* "@ID" lines: see config_ids.h. */
struct source_ids {
	VEC(const char *) list;   /* the ids in lines for other hosts, each once; bounded */
	struct source_spot first; /* the first line for another host */
	bool has_own;             /* some line is for this host */
};

/* A part of the flat text, up to the next span. Its bytes stand one after the other in one source,
 * at line and column. */
struct source_span {
	uint32_t at; /* the offset in the flat text */
	uint32_t source;
	unsigned line, column;
	uint32_t use; /* the innermost use; 0: the bytes stand in the file as they are */
};

struct source_map {
	const char *flat; /* len bytes */
	size_t len;
	char *owned_flat; /* flat, unless it is the text of a source */
	VEC(struct source) sources;
	VEC(struct source_span) spans; /* in the order of at; the first is at 0 */
	VEC(struct source_definition) definitions;
	VEC(struct source_use) uses;
	struct source_ids ids;
	struct arena *arena; /* of names and values */
};

/* An empty map. source_map_free() takes NULL. */
struct source_map *source_map_new(void);
void source_map_free(struct source_map *map);

/* Makes a map of one text that is flat already. The caller keeps file and text. */
struct source_map *source_map_of_text(const char *file, const char *text, size_t len);

/* Adds a text and returns its number. owned is text when the map is to free it, else NULL. */
uint32_t source_add(struct source_map *map, const char *file, const char *text, size_t len,
		    char *owned);

/* Declares that the text of this source is the flat text, byte for byte. */
void source_map_set_plain(struct source_map *map, uint32_t source);

/* Adds a span. Spans are added in the order of at. */
void source_span_add(struct source_map *map, const struct source_span *span);
/* Removes the spans that begin at byte at or later. */
void source_spans_cut(struct source_map *map, size_t at);

/* The number of the span that byte at belongs to. */
size_t source_span_find(const struct source_map *map, size_t at);

/* The use with this number, which is 1 or more. */
const struct source_use *source_use(const struct source_map *map, uint32_t number);

/*
 * The place that a message names for bytes that were written at line and column of source and came
 * into the flat text through use. It is the place where the outermost name stands. If only
 * templates repeat the line, it is line and column themselves. at of the result is 0.
 */
struct source_spot source_spot_of(const struct source_map *map, uint32_t source, unsigned line,
				  unsigned column, uint32_t use);

/* The same for byte at of a flat text that is still being made. The byte must be on the first line
 * of its span. */
struct source_spot source_spot_in(const struct source_map *map, size_t at);

/* Do all bytes that came through use have one place, that of the outermost name? */
bool source_is_fixed(const struct source_map *map, uint32_t use);

/* The column of a place in the flat text, counted in the line of the file that the place names. */
unsigned source_column(const struct source_map *map, const struct conf_place *place);

/* The place of byte at of the flat text, which is on the line of from and behind it. */
struct conf_place source_place_after(const struct source_map *map, const struct conf_place *from,
				     size_t at);

/* The place of byte at of the flat text. */
struct conf_place source_place_at(struct source_map *map, size_t at);

/* The source that has this file name, or NULL. */
struct source *source_find(struct source_map *map, const char *file);

/* The line (from 1) without its end; *ret_len is 0 when there is no such line. */
const char *source_line(struct source *source, unsigned line, size_t *ret_len);

/* The text of the error about a NUL byte. */
#define SOURCE_NUL_TEXT "there is a NUL byte here: this is not a text file"

/* Finds the first NUL byte in a text; the later stages need texts without one. Returns false if
 * there is none. at of *ret_spot is 0. */
bool source_find_nul(const char *file, const char *text, size_t len, struct source_spot *ret_spot);

#endif
