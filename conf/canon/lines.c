/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "conf/canon/lines.h"
#include "conf/tree/value.h"

#include <string.h>

/* Characters that need quotes to be part of a word. */
#define NEEDS_QUOTES " \t\f\v\r{}#!"

/* The comment after a value that is the default. */
#define MARK " # default"

static void lines_row_add(struct lines *lines, const struct schema_keyword *row)
{
	lines->name_len[row->id] = (uint8_t)strlen(row->name);
	if (!row->def || row->type == SCHEMA_TYPE_STATUSES)
		return;
	lines->has_default[row->id] = true;
	lines->defaults[row->id] = value_default(row);
}

void lines_init(struct lines *lines, const struct table *table, struct out *out, bool has_marks)
{
	*lines = (struct lines){.out = out, .has_marks = has_marks, .table = table};
	for (size_t i = 0; i < schema_n_tables; i++)
		for (size_t k = 0; k < schema_tables[i]->n; k++)
			lines_row_add(lines, &schema_tables[i]->rows[k]);
}

void lines_indent(struct lines *lines)
{
	memset(out_room(lines->out, lines->depth), '\t', lines->depth);
	lines->out->len += lines->depth;
}

/* Writes the line up to its value, with the byte that follows the keyword. */
static void keyword_write(struct lines *lines, enum schema_id id, char behind)
{
	size_t len = lines->name_len[id];
	char *at = out_room(lines->out, lines->depth + len + 1);

	memset(at, '\t', lines->depth);
	memcpy(at + lines->depth, lines->table->rows[id]->name, len);
	at[lines->depth + len] = behind;
	lines->out->len += lines->depth + len + 1;
}

void lines_begin(struct lines *lines, enum schema_id id)
{
	keyword_write(lines, id, ' ');
}

void lines_end(struct lines *lines, bool is_default)
{
	if (is_default && lines->has_marks)
		out_bytes(lines->out, MARK, sizeof(MARK) - 1);
	out_bytes(lines->out, "\n", 1);
}

void lines_open(struct lines *lines, enum schema_id id, const char *text)
{
	lines_begin(lines, id);
	lines_quote(lines->out, text);
	out_text(lines->out, text[0] ? " {\n" : "{\n");
	lines->depth++;
}

void lines_close(struct lines *lines)
{
	lines->depth--;
	lines_indent(lines);
	out_bytes(lines->out, "}\n", 2);
}

void lines_flag(struct lines *lines, enum schema_id id, bool is_default)
{
	if (!is_default) {
		keyword_write(lines, id, '\n');
		return;
	}
	lines_indent(lines);
	out_bytes(lines->out, lines->table->rows[id]->name, lines->name_len[id]);
	lines_end(lines, is_default);
}

static bool is_default_number(const struct lines *lines, enum schema_id id, uint64_t number)
{
	return lines->has_default[id] && (uint64_t)lines->defaults[id].number == number;
}

void lines_number(struct lines *lines, enum schema_id id, uint64_t number)
{
	lines_begin(lines, id);
	out_number(lines->out, number);
	lines_end(lines, is_default_number(lines, id, number));
}

void lines_seconds(struct lines *lines, enum schema_id id, uint64_t us)
{
	lines_begin(lines, id);
	out_seconds(lines->out, us);
	lines_end(lines, is_default_number(lines, id, us));
}

void lines_word(struct lines *lines, enum schema_id id, const char *text)
{
	const struct schema_value *usual = &lines->defaults[id];
	const char *word = usual->tag == VALUE_CHOICE ? usual->choice.name : usual->text;

	lines_word_or(lines, id, text, lines->has_default[id] && !strcmp(word, text));
}

void lines_switch(struct lines *lines, enum schema_id id, bool is_on)
{
	lines_word(lines, id, is_on ? "on" : "off");
}

void lines_word_or(struct lines *lines, enum schema_id id, const char *text, bool is_default)
{
	lines_begin(lines, id);
	lines_quote(lines->out, text);
	lines_end(lines, is_default);
}

void lines_addr(struct lines *lines, enum schema_id id, const struct addr *addr, bool is_default)
{
	lines_begin(lines, id);
	out_addr(lines->out, addr);
	lines_end(lines, is_default);
}

static bool begins_name(const char *text)
{
	text += *text == '{';
	return (*text >= 'a' && *text <= 'z') || (*text >= 'A' && *text <= 'Z') || *text == '_';
}

/* Writes text. escape() returns how each of the marks is written; a '$' is written as lines_text()
 * says. */
static void text_write(struct out *out, const char *text, const char *marks,
		       const char *(*escape)(char mark))
{
	for (const char *mark; (mark = strpbrk(text, marks)); text = mark + 1) {
		out_bytes(out, text, (size_t)(mark - text));
		if (escape && *mark != '$')
			out_text(out, escape(*mark));
		else
			out_text(out, begins_name(mark + 1) ? "${_DOLLAR}" : "$");
	}
	out_text(out, text);
}

void lines_text(struct out *out, const char *text)
{
	text_write(out, text, "$", NULL);
}

void lines_quote(struct out *out, const char *text)
{
	bool is_quoted =
	    strpbrk(text, NEEDS_QUOTES) || strstr(text, "~SEQ") || strstr(text, "~LST");

	out_text(out, is_quoted ? "\"" : "");
	lines_text(out, text);
	out_text(out, is_quoted ? "\"" : "");
}

/*
 * How a character of a command is written, which is read twice (script.h). A '"' is written by its
 * number, because the stages that read the line before only count quotes and know no escapes.
 */
static const char *command_escape(char mark)
{
	switch (mark) {
	case '"':
		return "\\042";
	case '\'':
		return "\\\\'";
	case '\t':
		return "\\t";
	case '\n':
		return "\\n";
	default:
		return "\\\\\\\\"; /* a backslash */
	}
}

void lines_command(struct out *out, const struct conf_script *script)
{
	for (size_t i = 0; i < script->argc; i++) {
		const char *word = script->argv[i];
		bool is_quoted = !word[0] || strpbrk(word, " \t\n\"'\\");

		out_text(out, i ? " " : "");
		out_text(out, is_quoted ? "'" : "");
		text_write(out, word, "$\t\n\"'\\", command_escape);
		out_text(out, is_quoted ? "'" : "");
	}
}

void lines_script(struct lines *lines, enum schema_id id, const struct conf_script *script)
{
	const struct schema_keyword *row = lines->table->rows[id];
	bool is_fifo = row->type == SCHEMA_TYPE_FIFO;

	if (!script)
		return;
	if (!script->argc) {
		lines_flag(lines, id, false);
		return;
	}
	lines_begin(lines, id);
	if (is_fifo) {
		lines_text(lines->out, script->argv[0]);
	} else {
		out_text(lines->out, "\"");
		lines_command(lines->out, script);
		out_text(lines->out, "\"");
	}
	if ((is_fifo || row->max > 1) && script->user[0]) {
		out_text(lines->out, " ");
		lines_text(lines->out, script->user);
		out_text(lines->out, script->group[0] ? " " : "");
		lines_text(lines->out, script->group);
	}
	lines_end(lines, false);
}
