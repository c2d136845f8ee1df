/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Writes the lines of the canonical text. A line is one statement: the keyword as the schema spells
 * it, its value and, where asked for, a comment that the value is the default.
 */
#ifndef LVSD_CONF_CANON_LINES_H
#define LVSD_CONF_CANON_LINES_H

#include "conf/conf.h"
#include "conf/model/table.h"
#include "conf/schema/schema.h"
#include "conf/text/out.h"

struct lines {
	struct out *out;
	unsigned depth; /* blocks around the next line */
	bool has_marks; /* values that are defaults get the comment "# default" */
	const struct table *table;
	uint8_t name_len[KW_N]; /* by id: the length of the keyword's name */
	/* By id: the default of the row, if the row has one that is a single value. */
	bool has_default[KW_N];
	struct schema_value defaults[KW_N];
};

/* table and out stay the caller's. */
void lines_init(struct lines *lines, const struct table *table, struct out *out, bool has_marks);

/* Writes the indentation of a line without a keyword. */
void lines_indent(struct lines *lines);

/* Begin a line with the indentation, the keyword and a blank; the caller writes the value and calls
 * lines_end(). */
void lines_begin(struct lines *lines, enum schema_id id);
void lines_end(struct lines *lines, bool is_default);

/* Write "keyword text {" and "}". With an empty text, "keyword {". */
void lines_open(struct lines *lines, enum schema_id id, const char *text);
void lines_close(struct lines *lines);

/* Write whole lines; a value that is the default of the schema is marked. */
void lines_flag(struct lines *lines, enum schema_id id, bool is_default);
void lines_number(struct lines *lines, enum schema_id id, uint64_t number);
void lines_seconds(struct lines *lines, enum schema_id id, uint64_t us);
void lines_word(struct lines *lines, enum schema_id id, const char *text);
void lines_switch(struct lines *lines, enum schema_id id, bool is_on);

/* Write whole lines. The default does not come from the schema alone, so the caller says whether
 * the value is the default. */
void lines_word_or(struct lines *lines, enum schema_id id, const char *text, bool is_default);
void lines_addr(struct lines *lines, enum schema_id id, const struct addr *addr, bool is_default);

/* Writes a line, if there is a script. */
void lines_script(struct lines *lines, enum schema_id id, const struct conf_script *script);

/* Writes text so that it is read back the same: a '$' that would begin the name of a variable
 * becomes "${_DOLLAR}". */
void lines_text(struct out *out, const char *text);

/* Writes one word, in quotes if it would not be one word without them. */
void lines_quote(struct out *out, const char *text);

/* Writes the command of a script as the file has it, without the quotes around it. */
void lines_command(struct out *out, const struct conf_script *script);

#endif
