/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "conf/tree/slip.h"
#include "base/plural.h"
#include "conf/tree/cure.h"
#include "conf/tree/value.h"

#include <stdio.h>
#include <string.h>

/* The keyword of this block in "NAME=VALUE", "NAME=" or "NAME:"; NULL if word has no such form. */
static const struct schema_keyword *assigned_row(const struct slip *slip, const char *word,
						 const char **ret_value)
{
	size_t len = strcspn(word, "=:");
	char name[64];

	if (!len || !word[len] || len >= sizeof(name))
		return NULL;
	memcpy(name, word, len);
	name[len] = '\0';
	*ret_value = word + len + 1;
	return lookup_find(slip->lookup, slip->block, name);
}

/* Whether word begins a block that belongs around this one, or at the top level. */
static bool is_left_open(const struct slip *slip, const char *word)
{
	const struct schema_keyword *outer = slip->block_node->keyword, *row;

	if (!slip->block_node->has_block)
		return false;
	for (size_t i = 0; outer && schema_place(outer, i); i++) {
		row = lookup_find(slip->lookup, schema_place(outer, i), word);
		if (row && row->opens)
			return true;
	}
	return lookup_find(slip->lookup, SCHEMA_ROOT, word);
}

/* Reports a keyword of another block. Returns false if no block has such a keyword. */
static bool misplaced_report(const struct slip *slip, const struct word *word, const char *where,
			     const char *cure)
{
	struct conf_place open;
	char places[512];

	if (!lookup_places(slip->lookup, word->text, places, sizeof(places)))
		return false;
	report_ignored(slip->report, &word->place, "'%s' cannot stand %s; it belongs %s",
		       word->text, where, places);
	if (cure)
		report_note(slip->report, &word->place, "%s", cure);
	if (is_left_open(slip, word->text)) {
		open = parse_open_place(slip->report->map, slip->block_node);
		report_note(slip->report, &open, "this block is still open: is its '}' missing?");
	}
	return true;
}

static const struct schema_keyword *assigned_report(const struct slip *slip,
						    const struct word *word, const char *where)
{
	const char *value;
	const struct schema_keyword *row = assigned_row(slip, word->text, &value);

	if (!row)
		return NULL;
	report_ignored(slip->report, &word->place, "unknown keyword '%s' %s; write `%s%s%s`",
		       word->text, where, row->name, *value ? " " : "", *value ? value : "");
	return row;
}

const struct schema_keyword *slip_unknown(const struct slip *slip, const struct word *word)
{
	const char *cure = cure_find(word->text), *suggestion;
	const struct schema_keyword *row;
	char where[96];

	snprintf(where, sizeof(where), "%s %s", slip->block == SCHEMA_ROOT ? "at" : "in",
		 schema_block_name(slip->block));
	if (report_is_full(slip->report)) {
		report_ignored(slip->report, &word->place, "unknown keyword '%s'", word->text);
		return NULL;
	}
	if (misplaced_report(slip, word, where, cure))
		return NULL;
	if (cure) {
		report_ignored(slip->report, &word->place, "unknown keyword '%s' %s; %s",
			       word->text, where, cure);
		return NULL;
	}
	row = assigned_report(slip, word, where);
	if (row)
		return row;
	suggestion = lookup_suggest(slip->lookup, slip->block, word->text);
	report_ignored(slip->report, &word->place, "unknown keyword '%s' %s%s%s%s", word->text,
		       where, suggestion ? "; did you mean '" : "", suggestion ? suggestion : "",
		       suggestion ? "'?" : "");
	if (!suggestion)
		slip_sign_note(slip->report, word);
	return suggestion ? lookup_find(slip->lookup, slip->block, suggestion) : NULL;
}

/* Whether a word consists of a sign only. */
static bool is_sign(const char *word)
{
	return !strcmp(word, "=") || !strcmp(word, ":") || !strcmp(word, ":=");
}

void slip_sign_note(struct report *report, const struct word *word)
{
	size_t len = strlen(word->text);
	char last = len ? word->text[len - 1] : '\0';

	if (is_sign(word->text))
		report_note(
		    report, &word->place,
		    "leave the '%s' out: only a blank stands between a keyword and its value",
		    word->text);
	else if (!strncmp(word->text, "//", 2) || !strncmp(word->text, "/*", 2) ||
		 !strcmp(word->text, "--"))
		report_note(report, &word->place, "a comment begins with '#' or '!'");
	else if (last == ';')
		report_note(report, &word->place,
			    "a statement ends where its line ends: leave the ';' out");
	else if (last == ',')
		report_note(report, &word->place,
			    "blanks separate values, and each line of a list is one item: leave "
			    "the ',' out");
}

bool slip_sign_report(struct report *report, const struct node *node)
{
	const struct schema_keyword *row = node->keyword;

	if (node->n_words < 2 || row->is_item || !is_sign(node->words[1].text))
		return false;
	report_ignored(report, &node->words[1].place,
		       "leave the '%s' out: only a blank stands between %s and its value",
		       node->words[1].text, row->name);
	return true;
}

/* Whether an address, perhaps with options, can be read from text. */
static bool is_address(const struct schema_keyword *row, const char *text)
{
	struct schema_value value = {0};

	return value_parse(row, 0, text, &value, NULL, NULL) >= 0;
}

/* Whether text looks like the name of an interface, "eth1" or "bond0.7", on a line of row. No
 * keyword looks so. */
static bool is_device(const struct schema_keyword *row, const char *text)
{
	size_t n_letters = strspn(text, "abcdefghijklmnopqrstuvwxyz");
	size_t n_digits = strspn(text + n_letters, "0123456789.");

	return row->type == SCHEMA_TYPE_PREFIX && row->options && n_letters && n_digits &&
	       !text[n_letters + n_digits] && strlen(text) < CONF_IFNAME_MAX &&
	       strncmp(text, "inet", 4) != 0 && !is_address(row, text);
}

bool slip_order_report(struct report *report, const struct node *line)
{
	const struct schema_keyword *row = line->keyword;

	if (line->n_words != 2 || !row->is_item || !is_device(row, line->words[0].text) ||
	    !is_address(row, line->words[1].text))
		return false;
	report_ignored(report, &line->words[0].place,
		       "the interface stands behind the address, after dev: write `%s dev %s`",
		       line->words[1].text, line->words[0].text);
	return true;
}

bool slip_item_report(const struct slip *slip, const struct node *line, const struct word *words,
		      size_t n)
{
	struct report *report = slip->report;
	const struct schema_keyword *row = line->keyword;
	bool is_named =
	    n > 1 && (!strcmp(words[0].text, "netmask") || !strcmp(words[0].text, "mask"));
	struct schema_value value = {0};
	int bits = value_netmask_bits(words[is_named].text);
	char places[512];

	/* "flag-1" is a keyword elsewhere, not an interface. */
	if (n == 1 && row->is_item && is_device(row, words[0].text) &&
	    !lookup_places(slip->lookup, words[0].text, places, sizeof(places))) {
		report_ignored(report, &words[0].place, "an interface stands after dev: write `%s dev %s`",
			       line->words[0].text, words[0].text);
		return true;
	}
	if (bits >= 0 && row->type == SCHEMA_TYPE_PREFIX) {
		report_ignored(report, &words[0].place,
			       "a netmask stands behind %s; write the prefix length: %s/%d",
			       line->words[0].text, line->words[0].text, bits);
		return true;
	}
	if (!row->is_item || value_parse(row, 0, words[0].text, &value, NULL, NULL) < 0 ||
	    (value.tag != VALUE_ADDR && value.tag != VALUE_NETWORK && value.tag != VALUE_ADDRS))
		return false;
	report_ignored(report, &words[0].place,
		       "two addresses stand on one line; write '%s' on a line of its own",
		       words[0].text);
	return true;
}

void slip_block_report(struct report *report, const struct lookup *lookup, const struct node *node)
{
	const struct schema_keyword *row = node->keyword;
	bool is_list = row->type == SCHEMA_TYPE_PLAIN && lookup_item(lookup, row->opens);

	report_ignored(report, parse_place(node), "%s needs a block: '{' is missing",
		       parse_keyword(node));
	if (node->n_words == 2 && is_list)
		report_note(report, &node->words[1].place, "write `%s { %s }`", parse_keyword(node),
			    node->words[1].text);
	else if (node->n_words == 1 && !lookup_required(lookup, row->opens)[0])
		report_note(report, parse_place(node), "with nothing in it: `%s { }`",
			    parse_keyword(node));
}

/* How many words of a statement belong to it for certain, before another statement can begin;
 * SIZE_MAX: all. */
static size_t own_words(const struct schema_keyword *row, const struct node *node)
{
	struct value_count wanted;

	if (row->is_item || row->options || row->is_secret || row->type == SCHEMA_TYPE_WORDS)
		return SIZE_MAX;
	wanted = value_count(row, node->n_words > 1 ? node->words[1].text : NULL);
	switch (row->type) {
	case SCHEMA_TYPE_SCRIPT:
	case SCHEMA_TYPE_COMMAND:
	case SCHEMA_TYPE_STATUSES:
	case SCHEMA_TYPE_NUMBERS:
		return 2;
	default:
		return 1 + wanted.max;
	}
}

bool slip_split(const struct slip *slip, struct arena *arena, const struct schema_keyword *row,
		struct node *node, bool is_reported)
{
	size_t i = own_words(row, node);
	struct node *other;

	/* Blocks at the top level are freed by their first statements (parse.h). */
	if (slip->block == SCHEMA_ROOT || slip->report->is_lenient)
		return false;
	while (i < node->n_words && !lookup_find(slip->lookup, slip->block, node->words[i].text))
		i++;
	if (i >= node->n_words)
		return false;
	if (!is_reported)
		report_error(slip->report, &node->words[i].place,
			     "two statements stand on one line; write '%s' on a line of its own",
			     node->words[i].text);
	other = arena_alloc(arena, sizeof(*other));
	*other = *node;
	other->words += i;
	other->n_words = (uint32_t)(node->n_words - i);
	node->n_words = (uint32_t)i;
	node->has_block = false;
	node->children = node->last_child = NULL;
	node->next = other;
	/* A command is read again from its line, which still has the other statement. */
	node->is_bad |= row->type == SCHEMA_TYPE_SCRIPT || row->type == SCHEMA_TYPE_COMMAND;
	return true;
}
