/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "host/save.h"

void host_lines_feed(struct host_lines *lines, const char *bytes, size_t len, host_line_fn *fn,
		     void *arg)
{
	for (size_t i = 0; i < len; i++) {
		if (bytes[i] != '\n') {
			if (lines->line.n + 1 < HOST_LINE_MAX)
				*vec_push(&lines->line) = bytes[i];
			else
				lines->is_too_long = true;
			continue;
		}
		*vec_push(&lines->line) = '\0';
		if (!lines->is_too_long)
			fn(lines->line.items, arg);
		lines->is_too_long = false;
		vec_clear(&lines->line);
	}
}

void host_lines_end(struct host_lines *lines, host_line_fn *fn, void *arg)
{
	if (lines->line.n)
		host_lines_feed(lines, "\n", 1, fn, arg);
	vec_free(&lines->line);
	*lines = (struct host_lines){0};
}

size_t host_save_word_len(const char *text)
{
	size_t len = 1;

	if (*text != '"')
		return strcspn(text, " ");
	while (text[len] && text[len] != '"')
		len += text[len] == '\\' && text[len + 1] ? 2 : 1;
	return text[len] ? len + 1 : len;
}

static bool is_word(const char *text, size_t len, const char *word)
{
	return strlen(word) == len && !memcmp(text, word, len);
}

bool host_save_jumps_to(const char *rule, const char *chain)
{
	for (const char *at = rule; *at;) {
		size_t len = host_save_word_len(at);
		const char *next = at + len + strspn(at + len, " ");

		if ((is_word(at, len, "-j") || is_word(at, len, "-g")) &&
		    is_word(next, host_save_word_len(next), chain))
			return true;
		at = next;
	}
	return false;
}

/* Returns the comment of a rule of lvsd's, or "" for any other rule. */
static char *rule_id(const char *rule)
{
	for (const char *at = rule; *at;) {
		size_t len = host_save_word_len(at), next_len;
		const char *next = at + len + strspn(at + len, " ");
		bool is_quoted = *next == '"';

		if (!is_word(at, len, "--comment")) {
			at = next;
			continue;
		}
		next_len = host_save_word_len(next);
		next += is_quoted;
		next_len -= is_quoted ? 2 : 0;
		if (next_len < HOST_LINE_MAX &&
		    !strncmp(next, HOST_RULE_PREFIX, strlen(HOST_RULE_PREFIX)))
			return mem_printf("%.*s", (int)next_len, next);
		break;
	}
	return mem_strdup("");
}

void host_save_line(struct host_chain *chain, enum host_part part, const char *line,
		    bool *ret_is_nft)
{
	const char *own = host_parts[part].chain, *rule, *rest;
	size_t len;
	char *id;

	if (line[0] == '#' && strstr(line, "nf_tables"))
		*ret_is_nft = true;
	if (line[0] == ':' && is_word(line + 1, host_save_word_len(line + 1), own))
		chain->exists = true;
	if (strncmp(line, "-A ", 3))
		return;
	rule = line + 3;
	len = host_save_word_len(rule);
	rest = rule + len + strspn(rule + len, " ");
	if (is_word(rule, len, own)) {
		id = rule_id(rest);
		host_chain_add(chain, id, rest);
		free(id);
	} else if (host_save_jumps_to(rest, own)) {
		*vec_push(&chain->jumps) = mem_strdup(rule);
	}
}

void host_save_end(struct host_chain *chain, enum host_part part)
{
	const char *hook = host_parts[part].hook;

	chain->is_jumped = chain->jumps.n == 1 &&
			   is_word(chain->jumps.items[0], host_save_word_len(chain->jumps.items[0]), hook);
}

static const char *next_word(const char **at, size_t *ret_len)
{
	const char *word = *at + strspn(*at, " ");

	*ret_len = host_save_word_len(word);
	*at = word + *ret_len;
	return word;
}

static bool is_named(const char *name, const char *kind)
{
	return !strncmp(name + strlen(HOST_SET_PREFIX), kind, strlen(kind));
}

/* The part of a set by its name: a set named after a mark is for marks. */
static enum host_part part_of(const char *name, bool is_ipv6)
{
	uint16_t family = is_ipv6 ? AF_INET6 : AF_INET;

	if (is_named(name, HOST_SET_MARK))
		return host_part_mangle(family);
	if (is_named(name, HOST_SET_REFUSE) || is_named(name, HOST_SET_SERVE))
		return host_part_filter(family);
	return host_part_nat(family);
}

void host_ipset_line(struct host_state *state, const char *line)
{
	size_t verb_len, name_len, len;
	const char *at = line, *verb = next_word(&at, &verb_len), *name = next_word(&at, &name_len),
		   *value = next_word(&at, &len);
	char copy[HOST_SET_NAME_MAX], *text;
	struct host_set *last = state->sets.n ? &state->sets.items[state->sets.n - 1] : NULL;

	if (name_len >= sizeof(copy) || !len ||
	    strncmp(name, HOST_SET_PREFIX, strlen(HOST_SET_PREFIX)))
		return;
	memcpy(copy, name, name_len);
	copy[name_len] = '\0';
	text = mem_printf("%.*s", (int)len, value);
	if (is_word(verb, verb_len, "create"))
		host_state_add_set(state, copy, text, part_of(copy, strstr(at, " inet6")));
	else if (is_word(verb, verb_len, "add") && last && !strcmp(last->name, copy))
		host_set_add(last, text);
	free(text);
}
