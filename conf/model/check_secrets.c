/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "conf/model/check.h"
#include "conf/tree/walk.h"

struct secrets {
	VEC(struct conf_place) list;
};

static bool is_secret(void *arg, const struct schema_keyword *row)
{
	(void)arg;
	return row->is_secret;
}

/* A linear search: there are few files, and the secrets of a file follow one another. */
static void secret_visit(void *arg, const struct node *node)
{
	struct secrets *secrets = arg;
	const struct conf_place *place = parse_place(node);

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
