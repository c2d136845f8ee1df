/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Shared by the files of expand. A line is read through a stack of pieces: the line of the file at
 * the bottom, and above it the value of each name that is being replaced, which is read in place of
 * the name. */
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
	bool is_value;           /* a plain value, not text of a file: nothing in it is replaced */
	bool in_quotes;          /* is at inside quotes of this piece? */
};

/* A name with the value that a template gives it at present. */
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
	const char *marks[4]; /* the next byte of each kind that could begin something; end: none */
};

/* include_check of a file: how it changes the checks of the file that includes it. */
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

/* A mistake of an include. It is an error if the check that it fails was asked for. */
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
	struct out *plain;  /* gets text that is no part of the flat text; or NULL */
	size_t line_start;  /* where the line that is being written begins in out */
	size_t statement;   /* where its statement begins in out */
	bool is_start;      /* only blanks of the statement were written */
	bool in_quotes;     /* is the end of out inside quotes? */
	unsigned n_braces;  /* open braces in the pattern of an include */
	const char *behind; /* the byte after the last one that was written, in its source */
	uint32_t behind_use;
	struct piece stack[EXPAND_NESTING_MAX];
	size_t n;
	struct file *file;
	size_t depth;   /* number of files on the stack, file included */
	size_t n_bytes; /* bytes of all files */
	size_t n_lines; /* lines made by templates */
	size_t n_replaced;
	struct names names;
	VEC(struct variable) variables;
	VEC(struct frame) frames;
	VEC(struct finding) findings;
	uint64_t random;
	bool is_seeded;
	bool is_over;	  /* nothing more is read: a bound was exceeded, or includes are endless */
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
/* The next line of the present file, without its comment and its end; false at the end of the file.
 */
bool expand_next_line(struct expander *x, struct body *ret_line);
/* Reports an error after which the load cannot go on. */
void expand_give_up(struct expander *x, const struct source_spot *place, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The folder of a file, in arena: "/etc/lvs/" of "/etc/lvs/a.conf"; "" for a name without a folder.
 */
char *expand_prefix(struct arena *arena, const char *path);

/* ---- expand_line.c ---- */

/* The place of a byte of a piece. */
struct source_spot expand_place(const struct expander *x, const struct piece *piece,
			       const char *at);
/* After an error in piece: adds notes for the names that it was made from. */
void expand_notes(struct expander *x, const struct piece *piece, const char *at);
/* Puts a piece on the stack; false when the stack is full. */
bool expand_push(struct expander *x, const struct piece *piece);
struct piece expand_piece_of(const struct body *line);
/* Reads to their end all pieces above the lowest floor ones. */
void expand_run(struct expander *x, size_t floor);
/* The bytes from..to of the top piece with their names replaced; free() it. */
char *expand_text(struct expander *x, const char *from, const char *to);
/* Ends the line that is being written. */
void expand_line_end(struct expander *x);
/* The next byte that is written begins a statement. */
void expand_statement_begin(struct expander *x);

/* ---- expand_name.c ---- */

void expand_names_fini(struct names *names);
const struct name *expand_name_find(const struct names *names, const char *text, size_t len);
/* If the top piece, alone above floor, begins with "$NAME=value", defines the name and takes the
 * text off. */
bool expand_define(struct expander *x, size_t floor);
/* Replaces the name at the '$' of the top piece; false when there is no name. */
bool expand_replace(struct expander *x);
/* Counts a replacement. False, with a report, when there are too many. */
bool expand_count(struct expander *x, const struct source_spot *place);

/* ---- expand_builtin.c ---- */

/* The built-in names; ends with NULL. */
extern const char *const expand_builtins[];
/*
 * The value of a built-in name (free() it), or NULL when name is none. argument: the text after the
 * name and a blank, or "". at: the position in the top piece.
 */
char *expand_builtin(struct expander *x, const char *name, const char *argument, const char *at);

/* ---- expand_repeat.c ---- */

/* Does "~SEQ(", "~SEQx(" or "~LST(" begin at at? *ret_open is then the byte after the parenthesis.
 */
bool expand_is_template(const char *at, const char *end, const char **ret_open);
/* The top piece begins with a template: repeats the rest of the line after the template. */
void expand_repeat(struct expander *x, size_t floor, const char *open);

/* ---- expand_include.c ---- */

/* Does the statement that is being written begin with include or a variant of it? */
bool expand_is_include(const struct expander *x);
/* The statement that is being written has ended. If it is an include, the files replace it. */
void expand_statement_end(struct expander *x);
/* Reports the mistakes of includes, once all include_check lines are known. */
void expand_findings_report(struct expander *x);

/* source has just been read: reports a random_seed in it that comes too late. */
void expand_seed_check(struct expander *x, const struct source *source);

#endif
