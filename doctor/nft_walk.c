/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Follows a packet through base chains and the chains that they call. */
#include "doctor/nft_model.h"

#include <stdio.h>
#include <string.h>

/* The kernel follows no deeper calls (NFT_JUMP_STACK_SIZE). */
#define DEPTH_MAX 16

/* The most rules that are judged for one packet: chains that each call two others could take for
 * ever. */
#define RULES_MAX 100000

enum fate { FATE_GOES_ON, FATE_RETURNS, FATE_ACCEPTED, FATE_DROPPED };

/* A rule that a message can name. */
struct witness {
	const struct nft_chain *chain;
	json_t *rule;
};

struct walk {
	struct nft_place place; /* its chain is the one that is walked through */
	size_t n_left;
	struct witness may_drop, may_accept; /* the first rule that cannot be judged */
	struct witness dropped_by;
};

static void note(struct witness *witness, const struct walk *walk, json_t *rule)
{
	if (!witness->rule)
		*witness = (struct witness){walk->place.chain, rule};
}

static enum fate walk_chain(struct walk *walk, const struct nft_chain *chain, bool is_sure,
			    unsigned depth);

static enum fate call(struct walk *walk, json_t *arguments, bool is_sure, unsigned depth)
{
	const char *target = json_string_value(json_object_get(arguments, "target"));
	const struct nft_chain *here = walk->place.chain, *chain = NULL;
	struct nft_name name = here->name;
	enum fate fate;

	if (target) {
		name.name = target;
		chain = nft_chain_find(walk->place.nft, &name);
	}
	if (!chain || depth == DEPTH_MAX)
		return FATE_GOES_ON;
	fate = walk_chain(walk, chain, is_sure, depth + 1);
	walk->place.chain = here;
	return fate;
}

/* Applies a verdict, or a statement that ends the walk like a verdict. If it is unsure whether the
 * rule applies, the rule is noted and the walk goes on. */
static enum fate decide(struct walk *walk, json_t *rule, const char *verdict, json_t *arguments,
			bool is_sure, unsigned depth)
{
	enum fate fate;

	if (strcmp(verdict, "jump") == 0)
		return call(walk, arguments, is_sure, depth);
	if (strcmp(verdict, "goto") == 0 || strcmp(verdict, "return") == 0) {
		fate = *verdict == 'g' ? call(walk, arguments, is_sure, depth) : FATE_RETURNS;
		return fate == FATE_GOES_ON ? FATE_RETURNS : fate;
	}
	if (strcmp(verdict, "drop") == 0 || strcmp(verdict, "reject") == 0) {
		note(is_sure ? &walk->dropped_by : &walk->may_drop, walk, rule);
		return is_sure ? FATE_DROPPED : FATE_GOES_ON;
	}
	if (strcmp(verdict, "continue") == 0)
		return FATE_GOES_ON;
	/* A program, another interface or a proxy gets the packet, and may let it go on. */
	if (strcmp(verdict, "queue") == 0 || strcmp(verdict, "fwd") == 0 ||
	    strcmp(verdict, "synproxy") == 0)
		note(&walk->may_drop, walk, rule);
	else if (!is_sure)
		note(&walk->may_accept, walk, rule);
	return is_sure ? FATE_ACCEPTED : FATE_GOES_ON;
}

/* Applies the verdict of the element {"key": ..., "data": ...} that the packet has. If that is not
 * known, *is_sure becomes false. */
static enum fate decide_by_map(struct walk *walk, json_t *rule, json_t *vmap, bool *is_sure,
			       unsigned depth)
{
	json_t *key = json_object_get(vmap, "key");
	json_t *elements =
	    nft_elements(walk->place.nft, walk->place.chain, json_object_get(vmap, "data"));
	enum fate fate = FATE_GOES_ON;
	bool may_return = false;

	if (json_array_size(elements) > NFT_SET_MAX) {
		note(&walk->may_drop, walk, rule);
		note(&walk->may_accept, walk, rule);
		*is_sure = false;
		return FATE_RETURNS;
	}
	for (size_t i = 0; i < json_array_size(elements); i++) {
		json_t *element = json_array_get(elements, i);
		void *verdict = json_object_iter(json_array_get(element, 1));
		enum match match = nft_match_value(&walk->place, key, json_array_get(element, 0));

		if (match == MATCH_NO || !verdict)
			continue;
		*is_sure = *is_sure && match == MATCH_YES;
		fate = decide(walk, rule, json_object_iter_key(verdict),
			      json_object_iter_value(verdict), *is_sure, depth);
		may_return = may_return || fate == FATE_RETURNS;
		if (match == MATCH_YES)
			break;
	}
	return *is_sure ? fate : may_return ? FATE_RETURNS : FATE_GOES_ON;
}

enum statement {
	STATEMENT_PASSES,
	STATEMENT_MATCHES, /* true for some packets and false for others */
	STATEMENT_ENDS,
};

static enum statement statement_kind(const char *word, json_t *arguments)
{
	static const char *const passing[] = {
	    "counter", "log",        "mangle",  "notrack",   "dup",        "set",
	    "map",     "flow",       "last",    "ct helper", "ct timeout", "ct expectation",
	    "secmark", "ct secmark", "continue"};
	static const char *const ending[] = {"accept",   "drop",       "reject", "jump",    "goto",
					     "return",   "queue",      "fwd",    "snat",    "dnat",
					     "redirect", "masquerade", "tproxy", "synproxy"};
	const char *type = json_string_value(json_object_get(arguments, "type"));

	for (size_t i = 0; i < sizeof(passing) / sizeof(passing[0]); i++)
		if (strcmp(word, passing[i]) == 0)
			return STATEMENT_PASSES;
	for (size_t i = 0; i < sizeof(ending) / sizeof(ending[0]); i++)
		if (strcmp(word, ending[i]) == 0)
			return STATEMENT_ENDS;
	/* All targets of iptables but those below only change the packet or look at it. */
	if (strcmp(word, "xt") == 0 && type && strcmp(type, "target") == 0) {
		const char *name = json_string_value(json_object_get(arguments, "name"));

		return name && strcmp(name, "REJECT") == 0 ? STATEMENT_ENDS : STATEMENT_PASSES;
	}
	return STATEMENT_MATCHES;
}

/* Applies the statements of a rule one after the other. *is_chain_sure becomes false if the rule
 * may have ended the chain. */
static enum fate walk_rule(struct walk *walk, json_t *rule, bool *is_chain_sure, unsigned depth)
{
	json_t *statements = json_object_get(rule, "expr");
	bool is_sure = *is_chain_sure;
	enum fate fate = FATE_GOES_ON;

	for (size_t i = 0; i < json_array_size(statements) && fate == FATE_GOES_ON; i++) {
		void *iter = json_object_iter(json_array_get(statements, i));
		const char *word = iter ? json_object_iter_key(iter) : "";
		json_t *arguments = iter ? json_object_iter_value(iter) : NULL;

		if (strcmp(word, "match") == 0) {
			enum match match = nft_match(&walk->place, arguments);

			if (match == MATCH_NO)
				return FATE_GOES_ON;
			is_sure = is_sure && match == MATCH_YES;
		} else if (strcmp(word, "vmap") == 0) {
			fate = decide_by_map(walk, rule, arguments, &is_sure, depth);
		} else if (statement_kind(word, arguments) == STATEMENT_MATCHES) {
			is_sure = false;
		} else if (statement_kind(word, arguments) == STATEMENT_ENDS) {
			fate = decide(walk, rule, strcmp(word, "xt") == 0 ? "reject" : word,
				      arguments, is_sure, depth);
		}
	}
	if (fate == FATE_RETURNS && !is_sure) {
		*is_chain_sure = false;
		return FATE_GOES_ON;
	}
	return fate;
}

static enum fate walk_chain(struct walk *walk, const struct nft_chain *chain, bool is_sure,
			    unsigned depth)
{
	for (size_t i = 0; i < chain->rules.n && walk->n_left; i++) {
		enum fate fate;

		walk->n_left--;
		walk->place.chain = chain;
		fate = walk_rule(walk, chain->rules.items[i], &is_sure, depth);
		if (fate == FATE_RETURNS)
			return FATE_GOES_ON;
		if (fate != FATE_GOES_ON)
			return fate;
	}
	return FATE_GOES_ON;
}

/* Writes "the rule with handle 7 in the chain inet filter input", with the rule's comment. */
static void describe(const struct witness *witness, char *text, size_t size)
{
	const char *comment = json_string_value(json_object_get(witness->rule, "comment"));

	snprintf(text, size, "the rule with handle %lld in the chain %s%s%s%s",
		 (long long)json_integer_value(json_object_get(witness->rule, "handle")),
		 witness->chain->label, comment ? " (" : "", comment ? comment : "",
		 comment ? ")" : "");
}

/* Judges one base chain. If its device is not known, the whole chain is unsure. */
static enum firewall_verdict judge_chain(const struct nft *nft, const struct nft_chain *chain,
					 const struct firewall_packet *packet, struct err *why)
{
	struct walk walk = {.place = {.nft = nft, .packet = packet, .hook = chain->hook},
			    .n_left = RULES_MAX};
	bool is_sure = strcmp(chain->hook, "ingress") != 0 ||
		       (chain->device && strcmp(chain->device, packet->in) == 0);
	enum fate fate = walk_chain(&walk, chain, is_sure, 0);
	bool is_by_policy = fate == FATE_GOES_ON && chain->drops;
	char rule[ERR_TEXT_MAX / 2];

	if (is_by_policy && is_sure && walk.n_left && !walk.may_accept.rule) {
		err_set(why, 0, "the policy of the chain %s is drop, and no rule accepts the "
				"packet",
			chain->label);
		return FIREWALL_DROPS;
	}
	if (fate == FATE_DROPPED && !walk.may_accept.rule) {
		describe(&walk.dropped_by, rule, sizeof(rule));
		err_set(why, 0, "%s drops it", rule);
		return FIREWALL_DROPS;
	}
	if (fate == FATE_DROPPED || (is_by_policy && walk.may_accept.rule)) {
		describe(&walk.may_accept, rule, sizeof(rule));
		err_set(why, 0, "only %s may accept it", rule);
		return FIREWALL_IS_UNSURE;
	}
	if (walk.may_drop.rule) {
		describe(&walk.may_drop, rule, sizeof(rule));
		err_set(why, 0, "%s may drop it", rule);
		return FIREWALL_IS_UNSURE;
	}
	if (!walk.n_left || is_by_policy) {
		err_set(why, 0, "the chain %s may drop it", chain->label);
		return FIREWALL_IS_UNSURE;
	}
	return FIREWALL_ACCEPTS;
}

/* Whether packets pass the hook on the way that ends in iptables' chain. */
static bool passes(const struct nft_chain *base, const char *chain,
		   const struct firewall_packet *packet)
{
	static const char *const hooks[][5] = {
	    {"INPUT", "ingress", "prerouting", "input", "-"},
	    {"FORWARD", "ingress", "prerouting", "forward", "postrouting"},
	    {"OUTPUT", "output", "postrouting", "-", "-"}};
	const char *own = packet->family == AF_INET6 ? "ip6" : "ip", *in = packet->in;

	if (!base->hook || base->is_skipped ||
	    (base->device && *in && strcmp(base->device, in) != 0) ||
	    (strcmp(base->name.family, own) != 0 && strcmp(base->name.family, "inet") != 0 &&
	     strcmp(base->name.family, "netdev") != 0))
		return false;
	for (size_t i = 0; i < sizeof(hooks) / sizeof(hooks[0]); i++)
		for (size_t j = 1; strcmp(hooks[i][0], chain) == 0 && j < 5; j++)
			if (strcmp(hooks[i][j], base->hook) == 0)
				return true;
	return false;
}

enum firewall_verdict nft_judge(const struct nft *nft, const char *chain,
				const struct firewall_packet *packet, struct err *why,
				const char **ret_chain)
{
	enum firewall_verdict worst = FIREWALL_ACCEPTS;

	for (size_t i = 0; i < nft->chains.n && worst != FIREWALL_DROPS; i++) {
		const struct nft_chain *base = &nft->chains.items[i];
		enum firewall_verdict verdict;
		struct err one;

		if (!passes(base, chain, packet))
			continue;
		verdict = judge_chain(nft, base, packet, &one);
		if (verdict == FIREWALL_ACCEPTS ||
		    (verdict == FIREWALL_IS_UNSURE && worst == FIREWALL_IS_UNSURE))
			continue;
		worst = verdict;
		*why = one;
		*ret_chain = base->label;
	}
	return worst;
}
