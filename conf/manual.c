/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "conf/manual.h"
#include "conf/schema.h"
#include "conf/value.h"

#include <inttypes.h>
#include <string.h>

/* Text for roff: what would be a request, an escape or a hyphen of prose stands for itself. */
static void text_print(FILE *out, const char *text)
{
	for (const char *at = text; *at; at++) {
		if (*at == '\\')
			fputs("\\e", out);
		else if (*at == '-')
			fputs("\\-", out);
		else if (*at == '\'')
			fputs("\\(aq", out);
		else if (*at == '.' && at == text)
			fputs("\\&.", out);
		else
			fputc(*at, out);
	}
}

/* One sentence a line, as roff wants it to set the space behind it. */
static void sentences_print(FILE *out, const char *text)
{
	const char *end;
	char sentence[1024];

	for (; (end = strstr(text, ". ")); text = end + 2) {
		snprintf(sentence, sizeof(sentence), "%.*s", (int)(end + 1 - text), text);
		text_print(out, sentence);
		fputc('\n', out);
	}
	text_print(out, text);
	fputc('\n', out);
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
	    [SCHEMA_TYPE_SERVICE] = "ADDRESS [PORT] | fwmark NUMBER",
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
	};

	if (row->argument)
		return row->argument;
	if (row->type == SCHEMA_TYPE_SCRIPT && row->max == 1)
		return "COMMAND";
	return row->choices == schema_switch ? "BOOL" : names[row->type];
}

static void head_print(FILE *out, const struct schema_keyword *row)
{
	const char *argument = row->is_item ? "" : argument_of(row);

	fputs(".TP\n", out);
	fputs(row->is_item ? "\\fI" : "\\fB", out);
	text_print(out, row->is_item ? argument_of(row) : row->name);
	fputs("\\fR", out);
	if (row->alias) {
		fputs(" or \\fB", out);
		text_print(out, row->alias);
		fputs("\\fR", out);
	}
	if (argument[0]) {
		fputs(row->bare ? " [\\fI" : " \\fI", out);
		text_print(out, argument);
		fputs(row->bare ? "\\fR]" : "\\fR", out);
	}
	fputs(row->opens ? " {...}\n" : "\n", out);
}

static void choices_print(FILE *out, const struct schema_keyword *row)
{
	fputs("One of", out);
	for (const struct schema_choice *choice = row->choices; choice->name; choice++) {
		fputs(" \\fB", out);
		text_print(out, choice->name);
		fputs(choice[1].name ? "\\fR," : "\\fR", out);
	}
	fputs(".\n", out);
}

static void range_print(FILE *out, const struct schema_keyword *row)
{
	char min[VALUE_SECONDS_MAX], max[VALUE_SECONDS_MAX];

	switch (row->type) {
	case SCHEMA_TYPE_NUMBER:
		fprintf(out, "Range: %" PRId64 " to %" PRId64 "%s%s.\n", row->min, row->max,
			row->unit ? " " : "", row->unit ? row->unit : "");
		break;
	case SCHEMA_TYPE_TIMER:
		fprintf(out, "Range: %s to %s s.\n", value_seconds((uint64_t)row->min, min),
			value_seconds((uint64_t)row->max, max));
		break;
	case SCHEMA_TYPE_STATUSES:
		fprintf(out, "Range: %" PRId64 " to %" PRId64 ".\n", row->min, row->max);
		break;
	case SCHEMA_TYPE_TEXT:
		fprintf(out, "At most %" PRId64 " bytes.\n", row->max);
		break;
	case SCHEMA_TYPE_HEX:
		fprintf(out, "%" PRId64 " hex digits.\n", row->max);
		break;
	case SCHEMA_TYPE_CHOICE:
		if (row->choices != schema_switch)
			choices_print(out, row);
		break;
	default:
		break;
	}
}

static void default_print(FILE *out, const char *label, const char *value,
			  const struct schema_keyword *row)
{
	if (!value)
		return;
	fprintf(out, "%s: \\fB", label);
	text_print(out, value);
	fprintf(out, "\\fR%s%s.\n", row->unit ? " " : "", row->unit ? row->unit : "");
}

static void row_print(FILE *out, const struct schema_keyword *row)
{
	head_print(out, row);
	sentences_print(out, row->help);
	range_print(out, row);
	default_print(out, "Default", row->def, row);
	default_print(out, "Without its argument", row->bare, row);
	if (row->is_required)
		fputs(row->is_item ? "At least one is required.\n" : "Required.\n", out);
	if (row->is_repeatable && !row->is_item)
		fputs("May be given several times.\n", out);
	if (row->is_own)
		fputs("Of lvsd alone: keepalived does not know it.\n", out);
}

static bool stands_in(const struct schema_keyword *row, enum schema_block block)
{
	for (size_t i = 0; i < SCHEMA_PLACES_MAX && row->in[i]; i++)
		if (row->in[i] == block)
			return true;
	return false;
}

static void chapter_print(FILE *out, enum schema_block block)
{
	fputs(".SS \"", out);
	fputs(block == SCHEMA_ROOT ? "At " : "In ", out);
	text_print(out, schema_block_name(block));
	fputs("\"\n", out);
	for (size_t i = 0; i < schema_n_tables; i++)
		for (size_t k = 0; k < schema_tables[i]->n; k++)
			if (stands_in(&schema_tables[i]->rows[k], block))
				row_print(out, &schema_tables[i]->rows[k]);
}

void conf_manual_print(FILE *out)
{
	for (int block = SCHEMA_ROOT; block < SCHEMA_N_BLOCKS; block++)
		chapter_print(out, (enum schema_block)block);
}
