/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "conf/tree/script.h"
#include "conf/text/token.h"
#include "conf/text/utf8.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

static bool is_blank(char byte)
{
	return byte == ' ' || (byte >= '\t' && byte <= '\r');
}

static unsigned hex_value(char digit)
{
	return digit <= '9' ? (unsigned)(digit - '0') : ((unsigned)digit | 0x20) - 'a' + 10;
}

/* Reads the digits of a number, at most max; *to gets the number's low byte. Returns the end of the
 * digits. */
static const char *digits_copy(const char *at, const char *end, unsigned base, int max, char **to)
{
	const char *digits = base == 16 ? "0123456789abcdefABCDEF" : "01234567";
	unsigned value = 0;

	for (; at < end && *at && strchr(digits, *at) && max > 0; at++, max--)
		value = value * base + hex_value(*at);
	*(*to)++ = (char)value;
	return at;
}

/* Reads the escape after a backslash; *to gets the byte that it stands for. Returns the end of the
 * escape. */
static const char *escape_copy(const char *at, const char *end, char **to)
{
	static const char names[] = "abEfnrtv", bytes[] = "\a\b\x1b\f\n\r\t\v";
	const char *name = memchr(names, *at, sizeof(names) - 1);

	if (*at >= '0' && *at <= '7')
		return digits_copy(at, end, 8, 3, to);
	if (*at == 'x' && at + 1 < end && isxdigit((unsigned char)at[1]))
		return digits_copy(at + 1, end, 16, 2, to);
	if (*at == 'c' && at + 1 < end) {
		*(*to)++ = at[1] & 0x1f;
		return at + 2;
	}
	*(*to)++ = name ? bytes[name - names] : *at;
	return at + 1;
}

/*
 * Copies the word at at to `to`, without its quotes and escapes and with a NUL. Returns its end;
 * NULL if a quote is not closed. It is used first for the line, and then for the command on the
 * line.
 */
static const char *word_copy(const char *at, const char *end, char **to)
{
	char quote = '\0';

	for (; at < end && (quote || !is_blank(*at));) {
		if (*at == '\\' && at + 1 < end)
			at = escape_copy(at + 1, end, to);
		else if (*at == quote || (!quote && (*at == '"' || *at == '\''))) {
			quote = quote ? '\0' : *at;
			at++;
		} else
			*(*to)++ = *at++;
	}
	*(*to)++ = '\0';
	return quote ? NULL : at;
}

void script_words_set(struct report *report, struct arena *arena, struct node *node)
{
	VEC(struct word) words = {0};
	struct conf_place place = node->words[1].place;
	size_t len;
	const char *start = report_text_at(report, &place, &len), *at = start;
	const char *end = start + token_statement_len(start, start + len);
	/* Large enough: a word has a quote or a blank that is not copied, which makes room for its
	 * NUL. */
	char *to = arena_alloc(arena, (size_t)(end - start) + 1);
	struct word *copy;

	*vec_push(&words) = node->words[0];
	while (at && at < end) {
		struct word *word;
		size_t copied;

		if (is_blank(*at)) {
			at++;
			continue;
		}
		word = vec_push(&words);
		word->place =
		    source_place_after(report->map, &place, place.at + (size_t)(at - start));
		word->text = to;
		at = word_copy(at, end, &to);
		copied = (size_t)(to - word->text) - 1;
		if (strlen(word->text) < copied) {
			node->is_bad = true;
			report_ignored(report, &word->place,
				       "an escape in this word stands for NUL, which ends a word");
		}
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

/* Copies the next word of *command to word. *command becomes the text after it, or NULL if a quote
 * is not closed. Returns the number of bytes with the NUL; 0: there is no word. */
static size_t command_next(const char **command, char *word)
{
	const char *at = *command;
	char *to = word;

	while (is_blank(*at))
		at++;
	if (*at)
		*command = word_copy(at, at + strlen(at), &to);
	return (size_t)(to - word);
}

static int word_check(const char *name, const char *word, size_t len, struct err *err)
{
	size_t n;

	for (size_t i = 0; i < len; i += n) {
		n = utf8_sequence(word + i, len - i);
		if (!n)
			return err_set(err, -EINVAL, "%s: '%s' is not valid UTF-8", name, word);
		if (!word[i])
			return err_set(err, -EINVAL,
				       "%s: an escape in the command stands for NUL, which ends a "
				       "word",
				       name);
		if (utf8_is_control(word + i, n) && word[i] != '\t' && word[i] != '\n')
			return err_set(err, -EINVAL, "%s: '%s' has a control character in it", name,
				       word);
	}
	return 0;
}

int script_check(const char *name, bool is_run, const char *command, struct err *err)
{
	char word[SCRIPT_COMMAND_MAX + 1];
	size_t n = 0, size;

	if (strlen(command) > SCRIPT_COMMAND_MAX)
		return err_set(err, -EINVAL, "%s: the command has more than %d bytes", name,
			       SCRIPT_COMMAND_MAX);
	for (; (size = command_next(&command, word)); n++) {
		if (!command)
			return err_set(err, -EINVAL, "%s: a quote inside the command is not closed",
				       name);
		if (n == 0 && is_run && word[0] != '/' && (!word[0] || strchr(word, '/')))
			return err_set(err, -EINVAL,
				       "%s: a command begins with an absolute path or the name of "
				       "a program, and '%s' is neither",
				       name, word);
		if (word_check(name, word, size - 1, err) < 0)
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
	const char **words, *at = command;
	size_t n = 0;

	while (command_next(&at, word))
		n++;
	words = arena_calloc(arena, n + 1, sizeof(*words));
	*ret_n = n;
	n = 0;
	for (at = command; command_next(&at, word);)
		words[n++] = arena_strdup(arena, word);
	return words;
}
