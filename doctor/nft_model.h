/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The rules of nftables as the nft_ files share them: reading, conditions, walking. */
#ifndef LVSD_DOCTOR_NFT_MODEL_H
#define LVSD_DOCTOR_NFT_MODEL_H

#include "base/vec.h"
#include "doctor/match.h"
#include "doctor/nft.h"

#include <jansson.h>
#include <stdbool.h>

/* The most elements of a set that are judged. */
#define NFT_SET_MAX 1024

/* Names a chain, set or map: {"inet", "filter", "input"}. The texts belong to struct nft. */
struct nft_name {
	const char *family, *table, *name;
};

/* A chain with its rules. */
struct nft_chain {
	struct nft_name name;
	char *label;      /* its full name: "inet filter input" */
	const char *hook; /* NULL: only rules call the chain */
	const char *device;
	bool drops; /* its policy drops packets that no rule accepts */
	bool is_skipped;
	VEC(json_t *) rules;
};

/* A named set or map. */
struct nft_set {
	struct nft_name name;
	json_t *elements; /* an array, or NULL when it is empty */
};

/* The whole ruleset. */
struct nft {
	json_t *root;                 /* owns all texts and JSON values */
	VEC(struct nft_chain) chains; /* sorted by name */
	VEC(struct nft_set) sets;
};

/* A packet that is at a hook, in a chain of a table. */
struct nft_place {
	const struct nft *nft;
	const struct nft_chain *chain;
	const struct firewall_packet *packet;
	const char *hook;
};

/* NULL: there is no such chain. */
struct nft_chain *nft_chain_find(const struct nft *nft, const struct nft_name *name);

/* The elements of a set that a rule of chain names: value is "@NAME" or {"set": [...]}. NULL: it
 * has none. */
json_t *nft_elements(const struct nft *nft, const struct nft_chain *chain, json_t *value);

/* Whether a statement {"match": ...} is true for the packet; match is its value. */
enum match nft_match(const struct nft_place *place, json_t *match);

/* Whether the expression left, of a match or the key of a map, has the value. */
enum match nft_match_value(const struct nft_place *place, json_t *left, json_t *value);

#endif
