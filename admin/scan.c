/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "admin/scan.h"

#include <string.h>

void scan_init(struct scan *scan, const struct scan_option *table, const char *const *words,
	       size_t n_words)
{
	*scan = (struct scan){.table = table, .words = words, .n_words = n_words};
}

void scan_fini(struct scan *scan)
{
	vec_free(&scan->arguments);
}

static const struct scan_option *find_name(const struct scan *scan, const char *name, size_t len)
{
	for (const struct scan_option *option = scan->table; option->name; option++)
		if (strlen(option->name) == len && !memcmp(option->name, name, len))
			return option;
	return NULL;
}

static const struct scan_option *find_letter(const struct scan *scan, char letter)
{
	for (const struct scan_option *option = scan->table; option->name; option++)
		if (option->letter == letter)
			return option;
	return NULL;
}

/* The value is the text attached to the option, otherwise the next word. */
static int take_value(struct scan *scan, const struct scan_option *option, const char *clinging,
		      const char **ret_value)
{
	*ret_value = clinging;
	if (option->value == SCAN_VALUE_NONE)
		return clinging ? SCAN_UNWANTED_VALUE : option->id;
	if (clinging)
		return option->id;
	if (scan->at == scan->n_words)
		return option->value == SCAN_VALUE_OPTIONAL ? option->id : SCAN_MISSING_VALUE;
	if (option->value == SCAN_VALUE_REQUIRED || scan->words[scan->at][0] != '-')
		*ret_value = scan->words[scan->at++];
	return option->id;
}

static int take_letter(struct scan *scan, const char **ret_value)
{
	const struct scan_option *option = find_letter(scan, *scan->letters);
	const char *rest = scan->letters + 1;

	scan->letters = NULL;
	if (!option)
		return SCAN_UNKNOWN;
	if (!*rest)
		return take_value(scan, option, NULL, ret_value);
	if (option->value != SCAN_VALUE_NONE)
		return take_value(scan, option, *rest == '=' ? rest + 1 : rest, ret_value);
	if (*rest == '=')
		return SCAN_UNWANTED_VALUE;
	scan->letters = rest;
	return take_value(scan, option, NULL, ret_value);
}

static int take_name(struct scan *scan, const char *name, const char **ret_value)
{
	size_t len = strcspn(name, "=");
	const struct scan_option *option = find_name(scan, name, len);

	if (!option)
		return SCAN_UNKNOWN;
	return take_value(scan, option, name[len] ? name + len + 1 : NULL, ret_value);
}

int scan_next(struct scan *scan, const char **ret_value)
{
	*ret_value = NULL;
	if (scan->letters)
		return take_letter(scan, ret_value);
	while (scan->at < scan->n_words) {
		const char *word = scan->words[scan->at++];

		if (scan->is_past_options || word[0] != '-' || !word[1]) {
			*vec_push(&scan->arguments) = word;
		} else if (word[1] == '-' && !word[2]) {
			scan->is_past_options = true;
		} else if (word[1] == '-') {
			return take_name(scan, word + 2, ret_value);
		} else {
			scan->letters = word + 1;
			return take_letter(scan, ret_value);
		}
	}
	return SCAN_END;
}

const char *scan_bad_word(const struct scan *scan)
{
	return scan->at ? scan->words[scan->at - 1] : "";
}

const char *scan_error(int code)
{
	switch (code) {
	case SCAN_UNKNOWN:
		return "unknown option";
	case SCAN_MISSING_VALUE:
		return "missing argument";
	case SCAN_UNWANTED_VALUE:
		return "option does not take an argument";
	}
	return "";
}
