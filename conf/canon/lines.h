/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One statement of canonical text a line: the keyword as the schema spells it, its value, and where
 * wanted a comment that says that this is what holds without the line.
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
	bool has_marks; /* defaults get their comment */
	struct table *table;
	/* By id: the default of the row where it has one that is a single value. */
	bool has_default[KW_N];
	struct schema_value defaults[KW_N];
};

void lines_init(struct lines *lines, struct out *out, bool has_marks);
void lines_fini(struct lines *lines);

/* What a line begins with that has no keyword. */
void lines_indent(struct lines *lines);

/* The keyword, with nothing before or after it but the indentation and a blank. */
void lines_begin(struct lines *lines, enum schema_id id);
void lines_end(struct lines *lines, bool is_default);

/* "keyword text {" and "}". An empty text leaves the blank out. */
void lines_open(struct lines *lines, enum schema_id id, const char *text);
void lines_close(struct lines *lines);

/* Whole lines; what the schema gives as default is marked. */
void lines_flag(struct lines *lines, enum schema_id id, bool is_default);
void lines_number(struct lines *lines, enum schema_id id, uint64_t number);
void lines_seconds(struct lines *lines, enum schema_id id, uint64_t us);
void lines_word(struct lines *lines, enum schema_id id, const char *text);
void lines_switch(struct lines *lines, enum schema_id id, bool is_on);

/* Whole lines whose default is not the schema's alone to say. */
void lines_word_or(struct lines *lines, enum schema_id id, const char *text, bool is_default);
void lines_addr(struct lines *lines, enum schema_id id, const struct addr *addr, bool is_default);

/* A line when there is a script. */
void lines_script(struct lines *lines, enum schema_id id, const struct conf_script *script);

/* Text as it is read again: where a '$' would begin the name of a variable, "${_DOLLAR}" stands. */
void lines_text(struct out *out, const char *text);

/* One word, in quotes when it would not stay one without. */
void lines_quote(struct out *out, const char *text);

/* The command of a script as the file has it, without the quotes around it. */
void lines_command(struct out *out, const struct conf_script *script);

#endif
