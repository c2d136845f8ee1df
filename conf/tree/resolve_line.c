/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Resolves the values of a statement and the options after them. */
#include "base/plural.h"
#include "conf/tree/resolve_internal.h"
#include "conf/tree/script.h"
#include "conf/tree/slip.h"
#include "conf/tree/value.h"

#include <stdio.h>
#include <string.h>

/* Room for "virtual_router_id sets the same as VRID" in messages. A longer text is cut. */
#define WHAT_MAX 128

/* If two statements stand on one line, the words of the second seem to be values of the first. Adds
 * a note and returns true if word is a keyword. */
static bool same_line_note(struct resolver *resolver, const struct node *node,
			   const struct word *word)
{
	for (int block = SCHEMA_ROOT; block < SCHEMA_N_BLOCKS && !resolver->n_lines; block++) {
		enum schema_block id = (enum schema_block)block;

		if (!lookup_find(resolver->lookup, id, word->text) ||
		    lookup_find(resolver->lookup, id, node->words[0].text) != node->keyword)
			continue;
		report_note(resolver->report, &word->place,
			    "'%s' is a keyword itself: write it on a line of its own", word->text);
		return true;
	}
	return false;
}

/* Whether another statement of the same block has the same keyword as node. */
static bool has_twin(const struct node *block_node, const struct node *node)
{
	const struct schema_keyword *row = node->keyword;

	for (const struct node *other = block_node->children; other; other = other->next)
		if (other != node && other->n_words &&
		    (!strcmp(other->words[0].text, row->name) ||
		     (row->alias && !strcmp(other->words[0].text, row->alias)) ||
		     (row->second_alias && !strcmp(other->words[0].text, row->second_alias))))
			return true;
	return false;
}

/* Whether a block around the statement's block can have the same value. */
static bool is_inherited(const struct resolver *resolver, const struct schema_keyword *row)
{
	for (size_t i = 0; i < SCHEMA_PLACES_MAX && row->in[i] != SCHEMA_NONE; i++)
		if (row->in[i] == SCHEMA_GLOBAL_DEFS || row->in[i] == SCHEMA_VIRTUAL_SERVER)
			return resolver->block != row->in[i];
	return false;
}

/* Adds a note about the value that is used in place of one that is left out, if there is one. */
static void substitute_note(struct resolver *resolver, const struct node *node,
			    const struct word *word)
{
	const struct schema_keyword *row = node->keyword;

	if (!resolver->report->is_lenient)
		return;
	if (row->is_item || row->is_vital || resolver->is_line_lost)
		report_note(resolver->report, &word->place, "this line is left out");
	else if (node != resolver->statement)
		report_note(resolver->report, &word->place, "%s is left out%s%s",
			    parse_keyword(node), row->def ? ", which means " : "",
			    row->def ? row->def : "");
	else if (row->def && !has_twin(resolver->block_node, node))
		report_note(resolver->report, &word->place, "%s%s %s is used instead",
			    is_inherited(resolver, row)
				? "the value that the block around gives, otherwise "
				: "",
			    parse_keyword(node), row->def);
}

/* When lenient, an address whose prefix length is wrong is one host, as in keepalived. */
static bool is_host_kept(struct resolver *resolver, struct node *node, const struct word *word)
{
	char addr[ADDR_TEXT_MAX];

	if (!resolver->report->is_lenient || node->keyword->type != SCHEMA_TYPE_PREFIX ||
	    node->value.tag != VALUE_NETWORK)
		return false;
	node->value.network.len = (uint8_t)addr_bits(&node->value.addr);
	report_note(resolver->report, &word->place, "%s/%u is used instead, as keepalived does",
		    addr_format(&node->value.addr, addr), addr_bits(&node->value.addr));
	return true;
}

/* The row of node under the keyword that the file has, for messages; copy is memory for it. */
static const struct schema_keyword *row_as_written(const struct node *node,
						   struct schema_keyword *copy)
{
	const char *name = parse_keyword(node);

	if (name == node->keyword->name)
		return node->keyword;
	*copy = *node->keyword;
	copy->name = name;
	return copy;
}

/* Writes the words of a command as one: killall -0 haproxy. */
static const char *command_joined(const struct node *node, struct arena *arena)
{
	const char *text = node->words[1].text;

	for (uint32_t i = 2; i < node->n_words; i++) {
		const char *word = node->words[i].text;
		const char *quote = strpbrk(word, " \t") ? "'" : "";

		text = arena_printf(arena, "%s %s%s%s", text, quote, word, quote);
	}
	return text;
}

/* Behind a command stand its user and group, so an argument without quotes is taken for one of them. */
static void account_report(struct resolver *resolver, const struct node *node, size_t i,
			   const struct word *word, const char *error)
{
	report_ignored(resolver->report, &word->place,
		       "%s: %s, and %s; if it is an argument, put the whole command in quotes: %s \"%s\"",
		       parse_keyword(node),
		       i > 1 ? "the words after the command are its user and its group"
			     : "the word after the command is its user",
		       error,
		       parse_keyword(node), command_joined(node, resolver->arena));
}

/* Reads the value of row from words, whose number is right. */
static void value_set(struct resolver *resolver, struct node *node, const struct word *words,
		      size_t n)
{
	struct schema_keyword copy;
	const struct schema_keyword *row = row_as_written(node, &copy);
	struct err err;
	int r;

	if (!n && row->bare)
		value_parse(row, 0, row->bare, &node->value, resolver->arena, NULL);
	for (size_t i = 0; i < n; i++) {
		r = value_parse(row, i, words[i].text, &node->value, resolver->arena, &err);
		if (r < 0) {
			if ((row->type == SCHEMA_TYPE_SCRIPT || row->type == SCHEMA_TYPE_COMMAND) && i > 0)
				account_report(resolver, node, i, &words[i], err.text);
			else
				report_ignored(resolver->report, &words[i].place, "%s", err.text);
			if (is_host_kept(resolver, node, &words[i]))
				continue;
			node->is_bad = true;
			if (i == 0)
				slip_sign_note(resolver->report, &words[i]);
			substitute_note(resolver, node, &words[i]);
			for (size_t k = i ? i - 1 : n; k <= i; k++)
				if (same_line_note(resolver, node, &words[k]))
					break;
		} else if (r > 0) {
			report_warning(resolver->report, &words[i].place, "%s", err.text);
		}
	}
}

static void count_report(struct resolver *resolver, struct node *node, struct value_count wanted,
			 size_t n)
{
	const struct schema_keyword *row = node->keyword;
	size_t first_extra = row->is_item ? wanted.max : wanted.max + 1;
	const char *name = parse_keyword(node);
	const struct conf_place *place;

	node->is_bad = true;
	if (n < wanted.min) {
		/* What was meant cannot be known. keepalived does not run such a file either. */
		if (!n && row->opens && row->type == SCHEMA_TYPE_TEXT)
			report_error(resolver->report, parse_place(node),
				     "%s needs a name: write `%s NAME {`", name, name);
		else
			report_error(resolver->report, parse_place(node),
				     "%s needs a value after %s", name,
				     n ? node->words[row->is_item ? n - 1 : n].text : "it");
		return;
	}
	if (slip_sign_report(resolver->report, node))
		return;
	place = &node->words[first_extra].place;
	if (row->is_secret)
		report_ignored(resolver->report, place, "%s takes %s; put a value with blanks in "
							"quotes", name,
			       wanted.max == 1 ? "one value" : "a number and one value");
	else if (row->is_item)
		report_ignored(resolver->report, place,
			       "each line here is one %s; '%s' is one too many", name,
			       node->words[first_extra].text);
	else if (wanted.max == 0)
		report_ignored(resolver->report, place, "%s takes no value, and '%s' follows it",
			       name, node->words[first_extra].text);
	else
		report_ignored(resolver->report, place,
			       "%s takes %s%zu value%s; '%s' is one too many", name,
			       wanted.min < wanted.max ? "at most " : "", wanted.max,
			       plural(wanted.max), node->words[first_extra].text);
	if (row->type == SCHEMA_TYPE_SCRIPT || row->type == SCHEMA_TYPE_COMMAND)
		report_note(resolver->report, &node->words[1].place, "%sput the whole command in quotes: %s \"%s\"",
			    wanted.max == 1 ? ""
					    : "after a command stand its user and its group; if these words are "
					      "arguments, ",
			    name, command_joined(node, resolver->arena));
	else if (!row->is_secret && !same_line_note(resolver, node, &node->words[first_extra]))
		slip_sign_note(resolver->report, &node->words[first_extra]);
}

/*
 * If a statement is repeated, keepalived uses the last one; but of scripts and of state, the first.
 */
static bool is_first_kept(const struct schema_keyword *row)
{
	return row->type == SCHEMA_TYPE_SCRIPT || row->id == KW_STATE;
}

/* Compares the values, not the names: a keyword and its alias are the same. */
static bool says_the_same(const struct node *a, const struct node *b)
{
	if (a->has_block || b->has_block || a->n_words != b->n_words)
		return false;
	for (uint32_t i = a->keyword->is_item ? 0 : 1; i < a->n_words; i++)
		if (strcmp(a->words[i].text, b->words[i].text))
			return false;
	return true;
}

bool resolve_repeated(struct resolver *resolver, struct node *node, struct node **first)
{
	bool is_last_kept =
	    resolver->report->is_lenient && !node->is_bad && !is_first_kept(node->keyword);
	char what[WHAT_MAX];
	const char *name = node->words[0].text, *other = (*first)->words[0].text;
	bool is_alias = !node->keyword->is_item && strcmp(name, other) != 0;

	if (is_alias)
		snprintf(what, sizeof(what), "%s sets the same as %s", name, other);
	else
		snprintf(what, sizeof(what), "%s is given twice", parse_keyword(node));
	if (says_the_same(node, *first)) {
		report_warning(resolver->report, parse_place(node), "%s, and has the same value",
			       what);
		report_note(resolver->report, parse_place(*first), "first given here");
		node->is_bad = true;
		return false;
	}
	report_ignored(resolver->report, parse_place(node), is_alias ? "%s, to another value" : "%s", what);
	report_note(resolver->report, parse_place(*first), "%s",
		    is_last_kept ? "this one is left out" : "first given here");
	(is_last_kept ? *first : node)->is_bad = true;
	if (is_last_kept)
		*first = node;
	return true;
}

static bool has_option(const struct node *line, enum schema_id id)
{
	for (const struct node *node = line->children; node; node = node->next)
		if (node->keyword->id == id)
			return true;
	return false;
}

/*
 * The row for a word that is not the name of an option: the first unused row that can have the word
 * as its value. If there is none: the first unused row without a name of its own, or the only row.
 * NULL if the word resembles the name of an option, since that name was meant.
 */
static const struct schema_keyword *unnamed_row(struct resolver *resolver, const struct node *line,
						const struct word *word)
{
	const struct schema_keyword *const *rows =
	    lookup_unnamed(resolver->lookup, line->keyword->options);
	const struct schema_keyword *blamed = NULL;
	bool is_only = rows[0] && !rows[1];

	for (; *rows; rows++) {
		struct schema_value value = {0};

		if (has_option(line, (*rows)->id) ||
		    (line->children && !(*rows)->is_unnamed_anywhere))
			continue;
		if (value_parse(*rows, 0, word->text, &value, NULL, NULL) >= 0)
			return *rows;
		if (!blamed && ((*rows)->is_item || is_only))
			blamed = *rows;
	}
	if (blamed && !blamed->is_item &&
	    lookup_suggest(resolver->lookup, line->keyword->options, word->text))
		return NULL;
	return blamed;
}

/* Whether keepalived skips an option of this line that it cannot read. */
static bool is_forgiven(const struct resolver *resolver, const struct node *line)
{
	return resolver->report->is_lenient && line->keyword->is_forgiving;
}

static size_t options_resolve(struct resolver *resolver, struct node *line, enum schema_block outer,
			      const struct word *words, size_t n);

/* Reads one option of a line: its name, if it has one, its value, and what follows. */
static size_t option_resolve(struct resolver *resolver, struct node *line,
			     const struct schema_keyword *row, size_t name,
			     const struct word *words, size_t n)
{
	struct node *node = parse_child_add(resolver->arena, line);
	struct value_count wanted = value_count(row, n > name ? words[name].text : NULL);
	size_t used = n - name < wanted.max ? n - name : wanted.max;

	node->keyword = row;
	node->words = words;
	node->n_words = (uint32_t)(name + used);
	resolver->is_line_lost = !is_forgiven(resolver, line);
	if (used < wanted.min)
		count_report(resolver, node, wanted, used);
	else
		value_set(resolver, node, words + name, used);
	resolver->is_line_lost = false;
	used += name;
	if (row->options)
		used +=
		    options_resolve(resolver, node, line->keyword->options, words + used, n - used);
	line->is_bad |= node->is_bad && (row->is_vital || !is_forgiven(resolver, line));
	return used;
}

static void options_check(struct resolver *resolver, struct node *line)
{
	const struct schema_keyword *const *row =
	    lookup_required(resolver->lookup, line->keyword->options);

	for (struct node *node = line->children; node; node = node->next) {
		struct node **first = &resolver->first[node->keyword->id];

		if (!*first) {
			*first = node;
		} else if (!node->keyword->is_repeatable) {
			line->is_bad |=
			    resolve_repeated(resolver, node, first) && !resolver->report->is_lenient;
		}
	}
	for (; *row && !line->is_bad; row++) {
		if (resolver->first[(*row)->id])
			continue;
		report_ignored(resolver->report, parse_place(line), "%s is missing after %s",
			       (*row)->name, line->words[line->n_words - 1].text);
		line->is_bad = true;
	}
	for (struct node *node = line->children; node; node = node->next)
		resolver->first[node->keyword->id] = NULL;
}

/* Reads the options of line up to the last word; if the line is inside an outer line, up to the
 * words that belong to that. Returns how many words the options have. */
static size_t options_resolve(struct resolver *resolver, struct node *line, enum schema_block outer,
			      const struct word *words, size_t n)
{
	enum schema_block block = line->keyword->options;
	size_t i = 0;

	resolver->n_lines++;
	while (i < n) {
		const struct schema_keyword *row =
		    lookup_find(resolver->lookup, block, words[i].text);
		size_t name = row ? 1 : 0;

		if (!row && outer && lookup_find(resolver->lookup, outer, words[i].text))
			break;
		if (!row)
			row = unnamed_row(resolver, line, &words[i]);
		if (!row && outer)
			break;
		if (!row) {
			const struct slip slip = {resolver->report, resolver->lookup, line, block};

			if (!slip_item_report(&slip, line, words + i, n - i))
				slip_unknown(&slip, &words[i]);
			if (is_forgiven(resolver, line)) {
				report_note(resolver->report, &words[i].place,
					    "'%s' is left out, and the rest of the line holds",
					    words[i].text);
				i++;
				continue;
			}
			if (resolver->report->is_lenient)
				report_note(resolver->report, &words[i].place,
					    "this line is left out");
			line->is_bad = true;
			i = n;
			break;
		}
		i += option_resolve(resolver, line, row, name, words + i, n - i);
	}
	resolver->n_lines--;
	options_check(resolver, line);
	return i;
}

/* Whether the word after a flag means "yes". keepalived ignores that word. */
static bool is_yes(const struct node *node)
{
	static const char *const words[] = {"1", "on", "true", "yes"};

	if (node->keyword->type != SCHEMA_TYPE_PLAIN || node->keyword->options ||
	    node->keyword->is_item || node->n_words != 2)
		return false;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (!strcmp(node->words[1].text, words[i]))
			return true;
	return false;
}

void resolve_arguments(struct resolver *resolver, struct node *node)
{
	const struct schema_keyword *row = node->keyword;
	size_t from = row->is_item ? 0 : 1, n, n_values;
	struct value_count wanted;

	/* keepalived takes the sign "=" or ":" for the value. */
	if (node->n_words > 2 && row->type != SCHEMA_TYPE_WORDS && !resolver->report->is_lenient &&
	    slip_sign_report(resolver->report, node))
		node->is_bad = true;
	if ((row->type == SCHEMA_TYPE_SCRIPT || row->type == SCHEMA_TYPE_COMMAND) &&
	    node->n_words > 1 && !node->is_bad)
		script_words_set(resolver->report, resolver->arena, node);
	if (node->is_bad)
		return;
	if (is_yes(node)) {
		report_warning(resolver->report, &node->words[1].place,
			       "%s takes no value, and '%s' changes nothing", parse_keyword(node),
			       node->words[1].text);
		node->n_words = 1;
	}
	n = node->n_words - from;
	wanted = value_count(row, n ? node->words[from].text : NULL);
	n_values = row->options && n > wanted.max ? wanted.max : n;
	if (n_values < wanted.min || n_values > wanted.max) {
		count_report(resolver, node, wanted, n_values);
		if (n_values < wanted.min || !resolver->report->is_lenient)
			return;
		/* keepalived ignores a word that is one too many. */
		node->is_bad = false;
		node->n_words = (uint32_t)(from + wanted.max);
		n = n_values = wanted.max;
	}
	if (slip_order_report(resolver->report, node)) {
		node->is_bad = true;
		return;
	}
	value_set(resolver, node, node->words + from, n_values);
	if (row->options)
		options_resolve(resolver, node, SCHEMA_NONE, node->words + from + n_values,
				n - n_values);
}
