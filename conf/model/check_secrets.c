/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "conf/model/check.h"
#include "conf/tree/walk.h"

#include <ctype.h>
#include <string.h>

/* A word of an agent's key is at least so long, and has digits and letters. */
#define KEY_LEN_MIN 8

struct secrets {
	VEC(struct conf_place) list;
};

static bool is_secret(void *arg, const struct schema_keyword *row)
{
	(void)arg;
	return row->is_secret || row->id == KW_URL_HEADER || row->id == KW_AGENT_SEND || row->id == KW_STEP;
}

/* Does the text speak of a password or a key, as those do that carry one: "AUTH 1234", "Cookie: id=1"? */
static bool is_telling(const char *text)
{
	static const char *const signs[] = {"auth", "pass", "login", "secret", "token", "key", "cookie", "credential"};

	for (size_t i = 0; i < sizeof(signs) / sizeof(*signs); i++)
		if (strcasestr(text, signs[i]))
			return true;
	return false;
}

/* Is a word of the text like a key: "load 7f3a99c2\\n"? */
static bool has_key(const char *text)
{
	size_t len = 0, n_digits = 0, n_letters = 0;

	for (;; text++) {
		unsigned char byte = (unsigned char)*text;

		if (isalnum(byte)) {
			len++;
			n_digits += isdigit(byte) != 0;
			n_letters += isalpha(byte) != 0;
			continue;
		}
		if (len >= KEY_LEN_MIN && n_digits && n_letters)
			return true;
		if (!byte)
			return false;
		len = n_digits = n_letters = 0;
	}
}

/* Does what a probe sends have a secret, as far as it can be told from its text? What only looks like one
 * costs no more than the warning. */
static bool is_probably_secret(const struct node *node)
{
	const char *text = node->n_words > 1 ? node->words[1].text : "";

	switch (node->keyword->id) {
	case KW_STEP:
		return !strcmp(node->words[0].text, "send") && is_telling(text);
	case KW_AGENT_SEND:
		return is_telling(text) || has_key(text);
	default:
		return is_telling(text);
	}
}

/* A linear search: there are few files, and the secrets of a file follow one another. */
static void secret_visit(void *arg, const struct node *node)
{
	struct secrets *secrets = arg;
	const struct conf_place *place = parse_place(node);

	if (!node->keyword->is_secret && !is_probably_secret(node))
		return;
	for (size_t i = secrets->list.n; i > 0; i--)
		if (!strcmp(secrets->list.items[i - 1].file, place->file))
			return;
	*vec_push(&secrets->list) = *place;
}

void check_secrets(struct draft *draft)
{
	struct secrets secrets = {0};
	struct conf *conf = draft->conf;

	walk_tree(draft->root, is_secret, secret_visit, &secrets);
	conf->n_secrets = secrets.list.n;
	conf->secrets = arena_calloc(conf->arena, secrets.list.n, sizeof(*conf->secrets));
	for (size_t i = 0; i < secrets.list.n; i++)
		conf->secrets[i] = secrets.list.items[i];
	vec_free(&secrets.list);
}
