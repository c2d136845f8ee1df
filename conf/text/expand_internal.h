/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Shared by the files of expand. A line is read through a stack of pieces. At the bottom is the
 * line of the file. A name in it is replaced like this: a piece with the value of the name is put
 * on top, and is read to its end before reading goes on behind the name. */
#ifndef LVSD_CONF_TEXT_EXPAND_INTERNAL_H
#define LVSD_CONF_TEXT_EXPAND_INTERNAL_H

#include "base/arena.h"
#include "conf/text/expand.h"
#include "conf/text/out.h"

/* One line of a value, without its comment and its end. */
struct body {
	const char *text;
	size_t len;
	uint32_t source;
	unsigned line, column;
};

/* A variable with its value, which may have several lines. */
struct name {
	const char *text;
	struct name *next; /* the next name with the same hash */
	uint32_t definition;
	struct body *lines;
	size_t n_lines; /* at least 1 */
};

/* The variables that are defined, by the hash of their name. */
struct names {
	struct name **buckets;
	size_t n, n_buckets;
};

/* A text that is being read: the line of a file, or a value. at is where reading goes on. */
struct piece {
	const char *start, *at, *end;
	uint32_t source;
	unsigned line, column; /* where start was written */
	uint32_t use;
	const struct name *name; /* whose value this is, or NULL */
	bool is_value;           /* a plain value: nothing in it is replaced; else text of a file */
	bool in_quotes;          /* is at inside quotes of this piece? */
};

/* A name with the value that a template gives it in the present repetition. */
struct variable {
	const char *name, *value;
};

/* A file being read, on the stack of its reader. */
struct file {
	struct file *outer;
	const char *path;
	const char *prefix; /* for relative paths in the file: "" or "DIRECTORY/" */
	struct source_spot included_at;
	const char *text, *at, *end;
	unsigned line; /* number of the line that begins at at */
	uint32_t source, frame;
	const char *marks[4]; /* of each text of mark_texts (expand.c) the next place, or end */
};

/* How include_check lines of a file change the checks that it has from the file that includes it
 * (the frame parent): checks & keep, then | add. */
struct frame {
	uint32_t parent;
	unsigned keep, add;
};

/* The checks of include, as bits. */
enum {
	INCLUDE_READABLE = 1,
	INCLUDE_MATCH = 2,
	INCLUDE_WILDCARD_MATCH = 4,
	INCLUDE_BRACE_MATCH = 8,
	INCLUDE_ALL = 15,
};

/* A mistake of an include, which fails check. It is an error if check is in asked or in the checks
 * of the frame; this is known when all files have been read. */
struct finding {
	struct source_spot place;
	char *text;
	unsigned check, asked;
	uint32_t frame;
};

/* The state of one expansion. */
struct expander {
	struct source_map *map;
	struct report *report;
	struct arena *files;
	const struct expand_host *host;
	struct out out;     /* the flat text */
	struct out *plain;  /* NULL: what is written belongs to the flat text; else it goes here */
	size_t line_start;  /* where the line that is being written begins in out */
	size_t statement;   /* where its statement begins in out */
	bool is_start;      /* nothing but blanks of the statement has been written so far */
	bool in_quotes;     /* is the end of out inside quotes? */
	unsigned n_braces;  /* open braces in the pattern of an include */
	const char *behind; /* the byte after the last one that was written, in its source */
	uint32_t behind_use;
	struct piece stack[EXPAND_NESTING_MAX];
	size_t n;
	struct file *file;
	size_t depth;   /* how many files are on the stack, with the present file */
	size_t n_bytes; /* bytes of all files */
	size_t n_lines; /* lines made by templates */
	size_t n_replaced;
	struct names names;
	VEC(struct variable) variables;
	VEC(struct frame) frames;
	VEC(struct finding) findings;
	uint64_t random;
	bool is_seeded;
	bool is_over;     /* reading has ended: a bound was exceeded, or a file includes itself */
	bool is_too_much; /* a bound was exceeded */
};

static inline bool expand_is_blank(char byte)
{
	return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\f' || byte == '\v';
}

static inline bool expand_is_name_start(char byte)
{
	return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || byte == '_';
}

/* The length of the name at from; 0 when no name begins there. to: the end of the text. */
static inline size_t expand_name_len(const char *from, const char *to)
{
	const char *at = from;

	if (at == to || !expand_is_name_start(*at))
		return 0;
	while (at < to && (expand_is_name_start(*at) || (*at >= '0' && *at <= '9')))
		at++;
	return (size_t)(at - from);
}

/* ---- expand.c ---- */

/* Reads a source to its end as part of the flat text. */
void expand_file(struct expander *x, struct file *file);
/* Reads the next line of the present file, without its comment and its end. Returns false at the
 * end of the file.
 */
bool expand_next_line(struct expander *x, struct body *ret_line);
/* Reports an error after which reading ends. */
void expand_give_up(struct expander *x, const struct source_spot *place, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The folder of a file, in arena: "/etc/lvs/" of "/etc/lvs/a.conf"; "" for a name without a folder.
 */
char *expand_prefix(struct arena *arena, const char *path);

/* ---- expand_line.c ---- */

/* Where the byte at of a piece was written. */
struct source_spot expand_place(const struct expander *x, const struct piece *piece,
			       const char *at);
/* After an error in piece: adds notes for the names that it was made from. */
void expand_notes(struct expander *x, const struct piece *piece, const char *at);
/* Puts a piece on the stack. Returns false if the stack is full, which is reported. */
bool expand_push(struct expander *x, const struct piece *piece);
struct piece expand_piece_of(const struct body *line);
/* Reads all pieces except the floor lowest ones to their end. */
void expand_run(struct expander *x, size_t floor);
/* The bytes from..to of the top piece with their names replaced, for free(). */
char *expand_text(struct expander *x, const char *from, const char *to);
/* Ends the line that is being written. */
void expand_line_end(struct expander *x);
/* Notes that the next byte to be written begins a statement. */
void expand_statement_begin(struct expander *x);

/* ---- expand_name.c ---- */

void expand_names_fini(struct names *names);
const struct name *expand_name_find(const struct names *names, const char *text, size_t len);
/* If the top piece is the only one above floor and begins with "$NAME=value", defines the name,
 * removes this text from the piece and returns true. */
bool expand_define(struct expander *x, size_t floor);
/* Replaces the name at the '$' where the top piece is being read. Returns false if no name begins
 * there. */
bool expand_replace(struct expander *x);
/* Counts a replacement. Returns false, and reports, if there have been too many. */
bool expand_count(struct expander *x, const struct source_spot *place);

/* ---- expand_builtin.c ---- */

/* The built-in names; ends with NULL. */
extern const char *const expand_builtins[];
/*
 * The value of a built-in name, for free(); NULL if no built-in has this name. argument is the text
 * after the name and a blank, or "". at is where the name stands in the top piece.
 */
char *expand_builtin(struct expander *x, const char *name, const char *argument, const char *at);

/* ---- expand_repeat.c ---- */

/* Does "~SEQ(", "~SEQx(" or "~LST(" stand at at? If so, *ret_open is the byte behind the
 * parenthesis.
 */
bool expand_is_template(const char *at, const char *end, const char **ret_open);
/* Carries out the template with which the top piece begins: writes the rest of the line once for
 * each value. open is the byte behind the parenthesis. */
void expand_repeat(struct expander *x, size_t floor, const char *open);

/* ---- expand_include.c ---- */

/* Does the statement that is being written begin with include or one of its variants? */
bool expand_is_include(const struct expander *x);
/* Ends the statement that is being written. If it is an include, the contents of the files replace
 * it. */
void expand_statement_end(struct expander *x);
/* Reports the mistakes of includes. Call it when all include_check lines have been read. */
void expand_findings_report(struct expander *x);

/* Reports a random_seed in source, which has just been read, if random numbers were drawn
 * before. */
void expand_seed_check(struct expander *x, const struct source *source);

#endif
