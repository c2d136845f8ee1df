/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "conf/tree/manual.h"
#include "conf/schema/schema.h"
#include "conf/text/seconds.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* Room for the text of any range. */
#define RANGE_MAX 96

/* Where an entry is printed, and in which form: with roff's man macros, or as plain text. */
struct pen {
	FILE *out;
	bool is_roff;
};

/* Prints text for roff, in which a leading dot, a backslash or a hyphen must be escaped. */
static void text_print(const struct pen *pen, const char *text)
{
	if (!pen->is_roff) {
		fputs(text, pen->out);
		return;
	}
	for (const char *at = text; *at; at++) {
		if (*at == '\\')
			fputs("\\e", pen->out);
		else if (*at == '-')
			fputs("\\-", pen->out);
		else if (*at == '\'')
			fputs("\\(aq", pen->out);
		else if (*at == '.' && at == text)
			fputs("\\&.", pen->out);
		else
			fputc(*at, pen->out);
	}
}

/* Prints text in the font that roff has for a letter. */
static void font_print(const struct pen *pen, char font, const char *text)
{
	if (pen->is_roff)
		fprintf(pen->out, "\\f%c", font);
	text_print(pen, text);
	if (pen->is_roff)
		fputs("\\fR", pen->out);
}

/* Prints the indentation of an entry's line. */
static void indent(const struct pen *pen)
{
	fputs(pen->is_roff ? "" : "    ", pen->out);
}

/* Prints each sentence on a line of its own, so that roff sets the right space after it. */
static void sentences_print(const struct pen *pen, const char *text)
{
	const char *end;
	char sentence[1024];

	for (; (end = strstr(text, ". ")); text = end + 2) {
		snprintf(sentence, sizeof(sentence), "%.*s", (int)(end + 1 - text), text);
		indent(pen);
		text_print(pen, sentence);
		fputc('\n', pen->out);
	}
	indent(pen);
	text_print(pen, text);
	fputc('\n', pen->out);
}

static const char *argument_of(const struct schema_keyword *row)
{
	static const char *const names[] = {
	    [SCHEMA_TYPE_PLAIN] = "",
	    [SCHEMA_TYPE_NUMBER] = "NUMBER",
	    [SCHEMA_TYPE_TIMER] = "SECONDS",
	    [SCHEMA_TYPE_TEXT] = "TEXT",
	    [SCHEMA_TYPE_HEX] = "HEX",
	    [SCHEMA_TYPE_INTERFACE] = "INTERFACE",
	    [SCHEMA_TYPE_ADDRESS] = "ADDRESS",
	    [SCHEMA_TYPE_PREFIX] = "ADDRESS[/LENGTH]",
	    [SCHEMA_TYPE_BROADCAST] = "ADDRESS",
	    [SCHEMA_TYPE_ENDPOINT] = "ADDRESS [PORT]",
	    [SCHEMA_TYPE_SERVICE] = "ADDRESS [PORT] | fwmark NUMBER | group NAME",
	    [SCHEMA_TYPE_MEMBER] =
		"ADDRESS[-LAST | -ADDRESS | /LENGTH] [PORT] | fwmark NUMBER [inet | inet6]",
	    [SCHEMA_TYPE_SCRIPT] = "COMMAND [USER [GROUP]]",
	    [SCHEMA_TYPE_USER] = "USER [GROUP]",
	    [SCHEMA_TYPE_PATH] = "FILE",
	    [SCHEMA_TYPE_CHOICE] = "WORD",
	    [SCHEMA_TYPE_STATUSES] = "CODE[-CODE] ...",
	    [SCHEMA_TYPE_MILLISECONDS] = "MILLISECONDS",
	    [SCHEMA_TYPE_SPAN] = "SECONDS | MILLISECONDSms",
	    [SCHEMA_TYPE_NUMBERS] = "NUMBER ...",
	    [SCHEMA_TYPE_RANGE] = "NUMBER[-NUMBER]",
	    [SCHEMA_TYPE_MARK] = "MARK[/MASK]",
	    [SCHEMA_TYPE_WORDS] = "WORD ...",
	    [SCHEMA_TYPE_HOST] = "HOST [PORT]",
	    [SCHEMA_TYPE_DESTINATION] = "ADDRESS[/LENGTH] | default",
	    [SCHEMA_TYPE_MAC] = "MAC",
	    [SCHEMA_TYPE_COMMAND] = "COMMAND [USER [GROUP]]",
	    [SCHEMA_TYPE_FIFO] = "FILE [USER [GROUP]]",
	    [SCHEMA_TYPE_UMASK] = "MASK",
	    [SCHEMA_TYPE_KEY] = "NUMBER KEY",
	    [SCHEMA_TYPE_BYTES] = "HEX",
	    [SCHEMA_TYPE_PATTERN] = "HEX",
	    [SCHEMA_TYPE_CLIENTS] = "NETMASK | LENGTH",
	};

	if (row->argument)
		return row->argument;
	if (row->type == SCHEMA_TYPE_SCRIPT && row->max == 1)
		return "COMMAND";
	return row->choices == schema_switch ? "BOOL" : names[row->type];
}

static void head_print(const struct pen *pen, const struct schema_keyword *row)
{
	const char *const aliases[] = {row->alias, row->second_alias};
	const char *argument = row->is_item ? "" : argument_of(row);
	bool is_optional = row->bare || row->is_value_optional;

	fputs(pen->is_roff ? ".TP\n" : "", pen->out);
	font_print(pen, row->is_item ? 'I' : 'B', row->is_item ? argument_of(row) : row->name);
	for (size_t i = 0; i < 2 && aliases[i]; i++) {
		fputs(" or ", pen->out);
		font_print(pen, 'B', aliases[i]);
	}
	if (argument[0]) {
		fputs(is_optional ? " [" : " ", pen->out);
		font_print(pen, 'I', argument);
		fputs(is_optional ? "]" : "", pen->out);
	}
	fputs(row->opens ? " {...}\n" : "\n", pen->out);
}

static void choices_print(const struct pen *pen, const struct schema_keyword *row)
{
	fputs(row->type == SCHEMA_TYPE_CHOICE ? "One of" : "Or", pen->out);
	for (const struct schema_choice *choice = row->choices; choice->name; choice++) {
		fputc(' ', pen->out);
		font_print(pen, 'B', choice->name);
		fputs(choice[1].name ? "," : "", pen->out);
	}
	fputs(".\n", pen->out);
}

/* The range of a value as text; "" if a reader need not know it. */
static const char *range_text(const struct schema_keyword *row, char text[static RANGE_MAX])
{
	char min[SECONDS_TEXT_MAX], max[SECONDS_TEXT_MAX];
	int64_t scale = row->type == SCHEMA_TYPE_MILLISECONDS ? 1000 : 1;

	text[0] = '\0';
	switch (row->type) {
	case SCHEMA_TYPE_NUMBER:
	case SCHEMA_TYPE_STATUSES:
	case SCHEMA_TYPE_NUMBERS:
	case SCHEMA_TYPE_RANGE:
	case SCHEMA_TYPE_KEY:
		snprintf(text, RANGE_MAX, "%" PRId64 " to %" PRId64 "%s%s", row->min, row->max,
			 row->unit ? " " : "", row->unit ? row->unit : "");
		break;
	case SCHEMA_TYPE_CLIENTS:
		snprintf(text, RANGE_MAX, "LENGTH %" PRId64 " to %" PRId64, row->min, row->max);
		break;
	case SCHEMA_TYPE_BYTES:
	case SCHEMA_TYPE_PATTERN:
		snprintf(text, RANGE_MAX, "%" PRId64 " to %" PRId64 " bytes", row->min, row->max);
		break;
	case SCHEMA_TYPE_TIMER:
	case SCHEMA_TYPE_MILLISECONDS:
		snprintf(text, RANGE_MAX, "%s to %s %s",
			 seconds_format((uint64_t)(row->min * scale), min),
			 seconds_format((uint64_t)(row->max * scale), max), scale == 1 ? "s" : "ms");
		break;
	default:
		break;
	}
	return text;
}

static void range_print(const struct pen *pen, const struct schema_keyword *row)
{
	char text[RANGE_MAX];

	if (range_text(row, text)[0]) {
		indent(pen);
		fprintf(pen->out, "Range: %s.\n", text);
	}
	if (row->type == SCHEMA_TYPE_TEXT || row->type == SCHEMA_TYPE_HEX) {
		indent(pen);
		fprintf(pen->out,
			row->type == SCHEMA_TYPE_TEXT ? "At most %" PRId64 " bytes.\n"
						      : "%" PRId64 " hex digits.\n",
			row->max);
	}
	if (row->choices && row->choices != schema_switch) {
		indent(pen);
		choices_print(pen, row);
	}
}

static void default_print(const struct pen *pen, const char *label, const char *value,
			  const struct schema_keyword *row)
{
	if (!value)
		return;
	indent(pen);
	fprintf(pen->out, "%s: ", label);
	font_print(pen, 'B', value);
	fprintf(pen->out, "%s%s.\n", row->unit ? " " : "", row->unit ? row->unit : "");
}

static void class_print(const struct pen *pen, const struct keyword *keyword)
{
	indent(pen);
	if (keyword->class == KEYWORD_IMPLEMENTED) {
		fputs("Class: implemented.\n", pen->out);
		return;
	}
	fprintf(pen->out, "Class: %s", keyword_class_name(keyword->class));
	if (keyword->holder) {
		fputs(", like ", pen->out);
		font_print(pen, 'B', keyword->holder->name);
	} else {
		fputs("; ", pen->out);
		if (keyword->class == KEYWORD_DANGEROUS)
			fprintf(pen->out, "%s: ", keyword->row->dangerous);
		text_print(pen, keyword->reason);
	}
	fputs(".\n", pen->out);
}

static void line_print(const struct pen *pen, const char *text)
{
	indent(pen);
	fprintf(pen->out, "%s\n", text);
}

static void entry_print(const struct pen *pen, const struct keyword *keyword)
{
	const struct schema_keyword *row = keyword->row;

	head_print(pen, row);
	sentences_print(pen, row->help);
	range_print(pen, row);
	default_print(pen, "Default", row->def, row);
	default_print(pen, "Without its argument", row->bare, row);
	if (row->is_required)
		line_print(pen, row->is_item && !row->may_omit_name ? "At least one is required."
								    : "Required.");
	if (row->is_repeatable && !row->is_item)
		line_print(pen, "May be given several times.");
	if (row->example) {
		indent(pen);
		fputs("Example: ", pen->out);
		font_print(pen, 'B', row->example);
		fputc('\n', pen->out);
	}
	class_print(pen, keyword);
	if (row->is_own)
		line_print(pen, "Of lvsd alone: keepalived does not know it.");
}

static void chapter_begin(const struct pen *pen, enum schema_block block)
{
	fputs(".SS \"", pen->out);
	fputs(block == SCHEMA_ROOT ? "At " : "In ", pen->out);
	text_print(pen, schema_block_name(block));
	fputs("\"\n", pen->out);
}

void conf_manual_print(FILE *out)
{
	const struct pen pen = {.out = out, .is_roff = true};
	enum schema_block block = SCHEMA_NONE;
	struct keyword *list;
	size_t n = keywords_list(&list);

	for (size_t i = 0; i < n; i++) {
		if (list[i].block != block)
			chapter_begin(&pen, list[i].block);
		block = list[i].block;
		entry_print(&pen, &list[i]);
	}
	free(list);
}

void conf_manual_entry(FILE *out, const struct keyword *keyword)
{
	const struct pen pen = {.out = out};
	const char *place = schema_block_name(keyword->block);

	fprintf(out, "%s %s: ", keyword->block == SCHEMA_ROOT ? "At" : "In", place);
	entry_print(&pen, keyword);
}

void conf_manual_value(FILE *out, const struct schema_keyword *row)
{
	char text[RANGE_MAX];

	fputs(argument_of(row), out);
	if (range_text(row, text)[0])
		fprintf(out, " (%s)", text);
	if (row->def)
		fprintf(out, ", default %s", row->def);
}

const char *conf_manual_argument(const struct schema_keyword *row)
{
	return argument_of(row);
}
