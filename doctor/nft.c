/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "doctor/nft_model.h"

#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

static int nft_name_cmp(const struct nft_name *a, const struct nft_name *b)
{
	int r = strcmp(a->family, b->family);

	r = r ? r : strcmp(a->table, b->table);
	return r ? r : strcmp(a->name, b->name);
}

static int chain_cmp(const void *pa, const void *pb)
{
	const struct nft_chain *a = pa, *b = pb;

	return nft_name_cmp(&a->name, &b->name);
}

static int set_cmp(const void *pa, const void *pb)
{
	const struct nft_set *a = pa, *b = pb;

	return nft_name_cmp(&a->name, &b->name);
}

struct nft_chain *nft_chain_find(const struct nft *nft, const struct nft_name *name)
{
	struct nft_chain key = {.name = *name};

	return nft->chains.n
		   ? bsearch(&key, nft->chains.items, nft->chains.n, sizeof(key), chain_cmp)
		   : NULL;
}

json_t *nft_elements(const struct nft *nft, const struct nft_chain *chain, json_t *value)
{
	const char *text = json_string_value(value);
	struct nft_set key = {.name = chain->name}, *found;

	if (!text || *text != '@')
		return json_object_get(value, "set");
	key.name.name = text + 1;
	found =
	    nft->sets.n ? bsearch(&key, nft->sets.items, nft->sets.n, sizeof(key), set_cmp) : NULL;
	return found ? found->elements : NULL;
}

/* Reads an object's family, table and name (the value of key). Returns false if one of them is
 * missing. */
static bool take_name(json_t *object, const char *key, struct nft_name *ret_name)
{
	struct nft_name name = {.family = json_string_value(json_object_get(object, "family")),
				.table = json_string_value(json_object_get(object, "table")),
				.name = json_string_value(json_object_get(object, key))};

	if (!name.family || !name.table || !name.name)
		return false;
	*ret_name = name;
	return true;
}

static void add_chain(struct nft *nft, json_t *object)
{
	const char *policy = json_string_value(json_object_get(object, "policy"));
	struct nft_chain chain = {
	    .hook = json_string_value(json_object_get(object, "hook")),
	    .device = json_string_value(json_object_get(object, "dev")),
	    .drops = policy && strcmp(policy, "drop") == 0,
	};

	if (!take_name(object, "name", &chain.name))
		return;
	chain.label = mem_printf("%s %s %s", chain.name.family, chain.name.table, chain.name.name);
	*vec_push(&nft->chains) = chain;
}

static void add_set(struct nft *nft, json_t *object)
{
	struct nft_set set = {.elements = json_object_get(object, "elem")};

	if (take_name(object, "name", &set.name))
		*vec_push(&nft->sets) = set;
}

static void add_rule(struct nft *nft, json_t *object)
{
	struct nft_name name;
	struct nft_chain *chain =
	    take_name(object, "chain", &name) ? nft_chain_find(nft, &name) : NULL;

	if (chain)
		*vec_push(&chain->rules) = object;
}

struct nft *nft_parse(const char *text)
{
	json_t *root = json_loads(text, 0, NULL), *list = json_object_get(root, "nftables");
	struct nft *nft;

	if (!json_is_array(list)) {
		json_decref(root);
		return NULL;
	}
	nft = mem_calloc(1, sizeof(*nft));
	nft->root = root;
	for (size_t i = 0; i < json_array_size(list); i++) {
		json_t *item = json_array_get(list, i), *object;

		if ((object = json_object_get(item, "chain")))
			add_chain(nft, object);
		else if ((object = json_object_get(item, "set")) ||
			 (object = json_object_get(item, "map")))
			add_set(nft, object);
	}
	if (nft->chains.n)
		qsort(nft->chains.items, nft->chains.n, sizeof(*nft->chains.items), chain_cmp);
	if (nft->sets.n)
		qsort(nft->sets.items, nft->sets.n, sizeof(*nft->sets.items), set_cmp);
	for (size_t i = 0; i < json_array_size(list); i++)
		add_rule(nft, json_object_get(json_array_get(list, i), "rule"));
	return nft;
}

void nft_free(struct nft *nft)
{
	if (!nft)
		return;
	for (size_t i = 0; i < nft->chains.n; i++) {
		free(nft->chains.items[i].label);
		vec_free(&nft->chains.items[i].rules);
	}
	vec_free(&nft->chains);
	vec_free(&nft->sets);
	json_decref(nft->root);
	free(nft);
}

void nft_skip_iptables(struct nft *nft, uint16_t family)
{
	static const char *const tables[] = {"filter", "mangle", "raw", "security"};
	static const char *const names[] = {"PREROUTING", "INPUT", "FORWARD", "OUTPUT",
					    "POSTROUTING"};

	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++)
		for (size_t j = 0; j < sizeof(names) / sizeof(names[0]); j++) {
			struct nft_name name = {family == AF_INET6 ? "ip6" : "ip", tables[i],
						names[j]};
			struct nft_chain *chain = nft_chain_find(nft, &name);

			if (chain)
				chain->is_skipped = true;
		}
}
