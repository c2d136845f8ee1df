/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the parts of expand share. A line is read through a stack of pieces: the line of the file,
 * and on it the values of the names that are being replaced, each read where its name stood. */
#ifndef LVSD_CONF_TEXT_EXPAND_INTERNAL_H
#define LVSD_CONF_TEXT_EXPAND_INTERNAL_H

#include "base/arena.h"
#include "conf/text/expand.h"
#include "conf/text/out.h"

/* One line of a value, without comment and line end. */
struct body {
	const char *text;
	size_t len;
	uint32_t source;
	unsigned line, column;
};

/* A variable. */
struct name {
	const char *text;
	struct name *next; /* of the same bucket */
	uint32_t definition;
	struct body *lines;
	size_t n_lines; /* at least 1 */
};

struct names {
	struct name **buckets;
	size_t n, n_buckets;
};

struct piece {
	const char *start, *at, *end;
	uint32_t source;
	unsigned line, column; /* of start */
	uint32_t use;
	const struct name *name; /* whose value this is, or NULL */
	bool is_value;           /* not text of a file: nothing in it means anything here */
	bool in_quotes;          /* at at, by the quotes of this piece */
};

/* The name that a template gives a value. */
struct variable {
	const char *name, *value;
};

/* A file being read, on the stack of its reader. */
struct file {
	struct file *outer;
	const char *path;
	const char *prefix; /* of relative paths in it: "" or "DIRECTORY/" */
	struct source_spot included_at;
	const char *text, *at, *end;
	unsigned line; /* of at, which begins it */
	uint32_t source, frame;
	const char *marks[4]; /* the next byte of each kind that could begin something, or end */
};

/* include_check of a file: what it makes of the checks that its includer has. */
struct frame {
	uint32_t parent;
	unsigned keep, add;
};

/* Checks of include. */
enum {
	INCLUDE_READABLE = 1,
	INCLUDE_MATCH = 2,
	INCLUDE_WILDCARD_MATCH = 4,
	INCLUDE_BRACE_MATCH = 8,
	INCLUDE_ALL = 15,
};

/* What is wrong with an include: an error when the check it fails is asked for. */
struct finding {
	struct source_spot place;
	char *text;
	unsigned check, asked;
	uint32_t frame;
};

struct expander {
	struct source_map *map;
	struct report *report;
	struct arena *files;
	const struct expand_host *host;
	struct out out;     /* the flat text */
	struct out *plain;  /* where text goes that is no part of the flat one, or NULL */
	size_t line_start;  /* of the line that is being written, in out */
	size_t statement;   /* of the statement */
	bool is_start;      /* nothing but blanks of the statement is there */
	bool in_quotes;     /* at the end of out */
	unsigned n_braces;  /* open in the name that an include is being given */
	const char *behind; /* the byte behind the last one that was written, in its source */
	uint32_t behind_use;
	struct piece stack[EXPAND_NESTING_MAX];
	size_t n;
	struct file *file;
	size_t depth;   /* files around file, with it */
	size_t n_bytes; /* of all files */
	size_t n_lines; /* made by templates */
	size_t n_replaced;
	struct names names;
	VEC(struct variable) variables;
	VEC(struct frame) frames;
	VEC(struct finding) findings;
	uint64_t random;
	bool is_seeded;
	bool is_over; /* a bound was passed: nothing more is read */
};

static inline bool expand_is_blank(char byte)
{
	return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\f' || byte == '\v';
}

static inline bool expand_is_name_start(char byte)
{
	return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || byte == '_';
}

/* How many of the bytes from..to are the name that begins there; 0 when none does. */
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
/* The next line of the file at hand, without its comment and its end; false at the end. */
bool expand_next_line(struct expander *x, struct body *ret_line);
/* Reports what ends the load. */
void expand_give_up(struct expander *x, const struct source_spot *place, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* ---- expand_line.c ---- */

/* The place of a byte of a piece. */
struct source_spot expand_place(const struct expander *x, const struct piece *piece,
			       const char *at);
/* Notes for the names that piece came through, after an error in it. */
void expand_notes(struct expander *x, const struct piece *piece, const char *at);
/* Puts a piece on the stack; false when too many are there. */
bool expand_push(struct expander *x, const struct piece *piece);
struct piece expand_piece_of(const struct body *line);
/* Reads the pieces above the first floor ones to their end. */
void expand_run(struct expander *x, size_t floor);
/* What the bytes from..to of the top piece stand for when names are replaced; free() it. */
char *expand_text(struct expander *x, const char *from, const char *to);
/* Ends the line that is being written. */
void expand_line_end(struct expander *x);
/* The next byte that is written begins a statement. */
void expand_statement_begin(struct expander *x);

/* ---- expand_name.c ---- */

void expand_names_fini(struct names *names);
const struct name *expand_name_find(const struct names *names, const char *text, size_t len);
/* Takes "$NAME=value" off the top piece, alone above floor, when it begins so. */
bool expand_define(struct expander *x, size_t floor);
/* Replaces the name at the '$' of the top piece; false when none stands there. */
bool expand_replace(struct expander *x);
/* Counts one more replacement; false when it is one too many, which has been reported. */
bool expand_count(struct expander *x, const struct source_spot *place);

/* ---- expand_builtin.c ---- */

/* The names that lvsd knows by itself; ends with NULL. */
extern const char *const expand_builtins[];
/*
 * The value of a built-in name, for free(), or NULL when name is none. argument is what stands
 * behind a blank, "" when nothing does. at: of the top piece.
 */
char *expand_builtin(struct expander *x, const char *name, const char *argument, const char *at);

/* ---- expand_repeat.c ---- */

/* Whether at begins "~SEQ(", "~SEQx(" or "~LST("; *ret_open is behind the parenthesis. */
bool expand_is_template(const char *at, const char *end, const char **ret_open);
/* Repeats the rest of the line behind the template that the top piece begins with. */
void expand_repeat(struct expander *x, size_t floor, const char *open);

/* ---- expand_include.c ---- */

/* The statement that is being written begins with include or a variant of it. */
bool expand_is_include(const struct expander *x);
/* The statement that is being written has ended; when it is an include, the files replace it. */
void expand_statement_end(struct expander *x);
/* Says what was found, now that all include_check lines are known. */
void expand_findings_report(struct expander *x);

/* source has just been read: a random_seed in it may be too late. */
void expand_seed_check(struct expander *x, const struct source *source);

#endif
