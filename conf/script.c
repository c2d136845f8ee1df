/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "conf/script.h"
#include "conf/token.h"
#include "conf/utf8.h"

#include <errno.h>
#include <string.h>

static bool is_blank(char byte)
{
	return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\f' || byte == '\v';
}

/* A piece in quotes, from the opening one at at on; to gets it without them. Returns its end. */
static const char *quoted_copy(const char *at, const char *end, char **to)
{
	char quote = *at++;

	while (at < end && *at != quote) {
		if (quote == '\'' && *at == '\\' && at + 1 < end && (at[1] == '#' || at[1] == '!'))
			at++;
		*(*to)++ = *at++;
	}
	return at < end ? at + 1 : NULL;
}

/* Copies the word at at, with a NUL, to to. Returns its end; NULL when a quote is not closed. */
static const char *word_copy(const char *at, const char *end, char **to)
{
	while (at && at < end && !is_blank(*at)) {
		if (*at == '"' || *at == '\'') {
			at = quoted_copy(at, end, to);
			continue;
		}
		if (*at == '\\' && at + 1 < end && (at[1] == '#' || at[1] == '!'))
			at++;
		*(*to)++ = *at++;
	}
	*(*to)++ = '\0';
	return at;
}

void script_words_set(struct report *report, struct arena *arena, struct node *node)
{
	VEC(struct word) words = {0};
	struct conf_place place = node->words[1].place;
	size_t len;
	const char *start = report_text_at(report, &place, &len), *at = start;
	const char *end = start + token_statement_len(start, start + len);
	/* What a word loses, a quote or the blank behind it, makes room for its NUL. */
	char *to = arena_alloc(arena, (size_t)(end - start) + 1);
	struct word *copy;

	*vec_push(&words) = node->words[0];
	while (at && at < end) {
		struct word *word;

		if (is_blank(*at)) {
			at++;
			continue;
		}
		word = vec_push(&words);
		word->place =
		    source_place_after(report->map, &place, place.at + (size_t)(at - start));
		word->text = to;
		at = word_copy(at, end, &to);
		if (!at) {
			node->is_bad = true;
			report_ignored(
			    report, &word->place,
			    "a quote that begins in this word is not closed on its line");
		}
	}
	copy = arena_calloc(arena, words.n, sizeof(*copy));
	memcpy(copy, words.items, words.n * sizeof(*copy));
	node->words = copy;
	node->n_words = (uint32_t)words.n;
	vec_free(&words);
}

/* Copies the next word of command to to; NULL when there is none, else what comes behind it. */
static const char *command_next(const char *command, char *to)
{
	bool is_quoted = false;

	while (is_blank(*command))
		command++;
	if (!*command)
		return NULL;
	for (; *command && (is_quoted || !is_blank(*command)); command++) {
		if (*command == '\'')
			is_quoted = !is_quoted;
		else
			*to++ = *command;
	}
	*to = '\0';
	return command;
}

static int word_check(const char *name, const char *word, struct err *err)
{
	size_t len = strlen(word), n;

	for (size_t i = 0; i < len; i += n) {
		n = utf8_sequence(word + i, len - i);
		if (!n)
			return err_set(err, -EINVAL, "%s: '%s' is not valid UTF-8", name, word);
		if (utf8_is_control(word + i, n))
			return err_set(err, -EINVAL, "%s: '%s' has a control character in it", name,
				       word);
	}
	return 0;
}

static bool is_quote_open(const char *command)
{
	bool is_open = false;

	for (; (command = strchr(command, '\'')); command++)
		is_open = !is_open;
	return is_open;
}

int script_check(const char *name, bool is_run, const char *command, struct err *err)
{
	char word[SCRIPT_COMMAND_MAX + 1];
	size_t n = 0;

	if (strlen(command) > SCRIPT_COMMAND_MAX)
		return err_set(err, -EINVAL, "%s: the command has more than %d bytes", name,
			       SCRIPT_COMMAND_MAX);
	if (is_quote_open(command))
		return err_set(err, -EINVAL, "%s: a ' inside the command is not closed", name);
	if (strchr(command, '"'))
		return err_set(err, -EINVAL,
			       "%s: a '\"' cannot stand inside a command; \"...\" goes around the "
			       "whole of it and '...' around an argument",
			       name);
	for (const char *at = command; (at = command_next(at, word)); n++) {
		if (n == 0 && is_run && word[0] != '/' && (!word[0] || strchr(word, '/')))
			return err_set(err, -EINVAL,
				       "%s: a command begins with an absolute path or the name of "
				       "a program, and '%s' is neither",
				       name, word);
		if (word_check(name, word, err) < 0)
			return -EINVAL;
	}
	if (n == 0)
		return err_set(err, -EINVAL, "%s: the command is empty", name);
	if (n > SCRIPT_WORDS_MAX)
		return err_set(err, -EINVAL, "%s: the command has %zu words; the most is %d", name,
			       n, SCRIPT_WORDS_MAX);
	return 0;
}

const char *const *script_split(struct arena *arena, const char *command, size_t *ret_n)
{
	char word[SCRIPT_COMMAND_MAX + 1];
	const char **words;
	size_t n = 0;

	for (const char *at = command; (at = command_next(at, word));)
		n++;
	words = arena_calloc(arena, n + 1, sizeof(*words));
	*ret_n = n;
	n = 0;
	for (const char *at = command; (at = command_next(at, word));)
		words[n++] = arena_strdup(arena, word);
	return words;
}
