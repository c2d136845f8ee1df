/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "conf/tree/ignored.h"
#include "conf/load_how.h"
#include "conf/schema/lookup.h"
#include "conf/text/out.h"
#include "conf/tree/harmless.h"
#include "conf/tree/resolve.h"

#include "base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Room for " (20000 times, the first one here)". */
#define TIMES_MAX 64

/* By how many letters a word of accept_ignored may differ from the keyword that was meant. */
#define TYPO_MAX 3

/* The name of row as the file has it: a text that lives longer than the tree. */
static const char *written(const struct schema_keyword *row, const char *word)
{
	if (row->alias && !strcmp(row->alias, word))
		return row->alias;
	if (row->second_alias && !strcmp(row->second_alias, word))
		return row->second_alias;
	return row->name;
}

static void note(struct ignored *ignored, const struct node *node, const char *reason)
{
	enum schema_id id = node->keyword->id;

	if (ignored->rows[id].n++)
		return;
	ignored->rows[id].place = *parse_place(node);
	ignored->rows[id].word = written(node->keyword, node->words[0].text);
	ignored->rows[id].reason = reason;
}

void ignored_collect(struct ignored *ignored, const struct node *parent)
{
	for (const struct node *node = parent->children; node; node = node->next) {
		const struct schema_keyword *row = node->keyword;

		if (!resolve_id(node))
			continue;
		if (!schema_is_idle(row))
			ignored_collect(ignored, node);
		else if (!harmless_is(node))
			note(ignored, node, row->replaced ? row->replaced : row->no_effect);
	}
}

bool ignored_is_called(const struct schema_keyword *row, const char *word)
{
	const char *const names[] = {row->name, row->alias, row->second_alias};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (names[i] && !row->is_item && !strcmp(names[i], word))
			return true;
	return false;
}

/* ---- keywords without effect that nobody misses ---- */

static const char *times(char text[static TIMES_MAX], size_t n)
{
	*text = '\0';
	if (n > 1)
		snprintf(text, TIMES_MAX, " (%zu times, the first one here)", n);
	return text;
}

/* Keywords that are reported in one line: of the same class, for the same reason. */
struct family {
	VEC(const char *) words; /* without duplicates */
	size_t n;                /* the number of statements */
	const struct conf_place *place;
};

static void family_add(const struct ignored *ignored, enum schema_id id, struct family *family)
{
	const char *word = ignored->rows[id].word;
	const struct conf_place *place = &ignored->rows[id].place;

	family->n += ignored->rows[id].n;
	if (!family->place || place->at < family->place->at)
		family->place = place;
	for (size_t i = 0; i < family->words.n; i++)
		if (!strcmp(family->words.items[i], word))
			return;
	*vec_push(&family->words) = word;
}

/* Writes "smtp_server, notification_email and smtp_alert", for free(). */
static char *words_text(const struct family *family)
{
	struct out out;

	out_init(&out, NULL, NULL);
	for (size_t i = 0; i < family->words.n; i++) {
		out_text(&out, !i ? "" : i + 1 == family->words.n ? " and " : ", ");
		out_text(&out, family->words.items[i]);
	}
	return out_take(&out);
}

static void family_report(struct report *report, const struct family *family, bool is_replaced,
			  const char *reason)
{
	char *words = words_text(family), text[TIMES_MAX];

	report_warning(report, family->place, "%s %s no effect%s%s: %s", words,
		       family->words.n > 1 ? "have" : "has",
		       is_replaced ? ", as lvsd has another way" : "",
		       times(text, family->n > family->words.n ? family->n : 1), reason);
	free(words);
}

static bool is_idle_only(const struct ignored *ignored, const struct schema_keyword *row)
{
	return ignored->rows[row->id].n && schema_is_idle(row) && !row->dangerous;
}

static void idle_report(const struct ignored *ignored, struct report *report,
			const struct lookup *lookup)
{
	bool is_said[KW_N] = {false};

	for (int id = 1; id < KW_N; id++) {
		const struct schema_keyword *row = lookup_row(lookup, (enum schema_id)id);
		struct family family = {0};

		if (is_said[id] || !is_idle_only(ignored, row))
			continue;
		for (int other = id; other < KW_N; other++) {
			const struct schema_keyword *too =
			    lookup_row(lookup, (enum schema_id)other);

			if (!is_idle_only(ignored, too) || !too->replaced != !row->replaced ||
			    strcmp(ignored->rows[other].reason, ignored->rows[id].reason))
				continue;
			is_said[other] = true;
			family_add(ignored, (enum schema_id)other, &family);
		}
		family_report(report, &family, row->replaced, ignored->rows[id].reason);
		vec_free(&family.words);
	}
}

/* ---- dangerous keywords ---- */

/* The words of accept_ignored. */
struct accepted {
	VEC(const struct word *) words;
};

static void accepted_collect(const struct node *root, struct accepted *accepted)
{
	for (const struct node *block = root->children; block; block = block->next) {
		if (resolve_id(block) != KW_GLOBAL_DEFS)
			continue;
		for (const struct node *node = block->children; node; node = node->next)
			for (uint32_t i = 1;
			     resolve_id(node) == KW_ACCEPT_IGNORED && i < node->n_words; i++)
				*vec_push(&accepted->words) = &node->words[i];
	}
}

static enum conf_acceptance acceptance_of(const struct accepted *accepted,
					  const struct conf_load_how *how,
					  const struct schema_keyword *row)
{
	const struct conf *before = how ? how->in_force : NULL;

	for (size_t i = 0; i < accepted->words.n; i++)
		if (ignored_is_called(row, accepted->words.items[i]->text))
			return CONF_ACCEPTED_IN_FILE;
	if (how && how->accepting)
		return how->accepting;
	for (size_t i = 0; before && i < before->n_ignored; i++)
		if (!strcmp(before->ignored[i].keyword, row->name))
			return CONF_ACCEPTED_IN_FORCE;
	return CONF_ACCEPTED_NOT;
}

static void dangerous_report(const struct ignored *ignored, struct report *report,
			     const struct schema_keyword *row, enum conf_acceptance acceptance)
{
	const struct conf_place *place = &ignored->rows[row->id].place;
	const char *word = ignored->rows[row->id].word, *reason = ignored->rows[row->id].reason;
	char text[TIMES_MAX];

	times(text, ignored->rows[row->id].n);
	if (acceptance == CONF_ACCEPTED_NOT)
		report_error(report, place,
			     "%s is %s%s: %s. Take it out, or accept that: `accept_ignored %s` in "
			     "global_defs, or --accept-ignored on the command line",
			     word, row->dangerous, text, reason, word);
	else if (acceptance == CONF_ACCEPTED_IN_FORCE)
		report_warning(report, place,
			       "%s is %s%s: %s. This was in force before, and so it is accepted; "
			       "the next reload, and a start after a reboot, need `accept_ignored "
			       "%s` in global_defs",
			       word, row->dangerous, text, reason, word);
	else
		report_warning(report, place, "%s is %s%s: %s; %s", word, row->dangerous, text,
			       reason, conf_acceptance_text(acceptance));
}

static void ignored_entry_add(const struct ignored *ignored, const struct schema_keyword *row,
			      enum conf_acceptance acceptance, struct conf *conf)
{
	conf->ignored[conf->n_ignored++] = (struct conf_ignored){
	    .keyword = row->name,
	    .what = row->dangerous,
	    .reason = ignored->rows[row->id].reason,
	    .n = ignored->rows[row->id].n,
	    .acceptance = acceptance,
	    .place = ignored->rows[row->id].place,
	};
}

/* Sorts in the order of the file. */
static int ignored_entry_cmp(const void *left, const void *right)
{
	const struct conf_ignored *a = left, *b = right;

	if (a->place.at != b->place.at)
		return a->place.at < b->place.at ? -1 : 1;
	return strcmp(a->keyword, b->keyword);
}

/* ---- words of accept_ignored ---- */

/* What a word of accept_ignored means in the schema. */
struct meaning {
	bool is_known, is_dangerous;
	const char *near; /* the dangerous keyword that was probably meant, or NULL */
};

static struct meaning meaning_of(const struct lookup *lookup, const char *word)
{
	struct meaning meaning = {0};
	unsigned best = TYPO_MAX;

	for (int id = 1; id < KW_N; id++) {
		const struct schema_keyword *row = lookup_row(lookup, (enum schema_id)id);
		unsigned distance =
		    row->dangerous ? lookup_distance(word, row->name, best) : best + 1;

		if (ignored_is_called(row, word)) {
			meaning.is_known = true;
			meaning.is_dangerous |= row->dangerous != NULL;
		}
		if (distance < best || (distance == best && !meaning.near)) {
			best = distance;
			meaning.near = row->name;
		}
	}
	return meaning;
}

static void words_check(const struct accepted *accepted, struct report *report,
			const struct lookup *lookup)
{
	for (size_t i = 0; i < accepted->words.n; i++) {
		const struct word *word = accepted->words.items[i];
		struct meaning meaning = meaning_of(lookup, word->text);

		if (!meaning.is_known)
			report_ignored(report, &word->place,
				       "accept_ignored: there is no keyword '%s'%s%s%s", word->text,
				       meaning.near ? "; did you mean '" : "",
				       meaning.near ? meaning.near : "", meaning.near ? "'?" : "");
		else if (!meaning.is_dangerous)
			report_warning(report, &word->place,
				       "accept_ignored: %s needs no acceptance in this version: "
				       "take the word out",
				       word->text);
	}
}

void ignored_report(const struct ignored *ignored, struct report *report,
		    const struct lookup *lookup, const struct node *root,
		    const struct conf_load_how *how, struct conf *conf)
{
	struct accepted accepted = {0};
	size_t n = 0;

	accepted_collect(root, &accepted);
	words_check(&accepted, report, lookup);
	idle_report(ignored, report, lookup);
	for (int id = 1; id < KW_N; id++)
		n += ignored->rows[id].n > 0;
	conf->ignored = arena_calloc(conf->arena, n, sizeof(*conf->ignored));
	for (int id = 1; id < KW_N; id++) {
		const struct schema_keyword *row = lookup_row(lookup, (enum schema_id)id);
		enum conf_acceptance acceptance;

		if (!ignored->rows[id].n || !row->dangerous)
			continue;
		acceptance = acceptance_of(&accepted, how, row);
		dangerous_report(ignored, report, row, acceptance);
		if (acceptance != CONF_ACCEPTED_NOT)
			ignored_entry_add(ignored, row, acceptance, conf);
	}
	if (conf->n_ignored)
		qsort(conf->ignored, conf->n_ignored, sizeof(*conf->ignored), ignored_entry_cmp);
	vec_free(&accepted.words);
}
