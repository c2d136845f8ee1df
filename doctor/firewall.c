/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "doctor/firewall.h"

#include "base/arena.h"
#include "base/mem.h"
#include "base/vec.h"
#include "doctor/match.h"

#include <ctype.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

/* How deep chains may call each other. iptables itself allows no loops. */
#define DEPTH_MAX 32

struct rule {
	const char *text; /* as in the text */
	const char **words;
	size_t n_words;
};

struct chain {
	const char *table, *name, *policy; /* a policy "-" means that only rules call the chain */
	VEC(struct rule) rules;
};

struct firewall {
	struct arena *arena;
	VEC(struct chain) chains;
	const char *table; /* the table of the lines being read */
};

/* --- reading --- */

/* Splits a line into words. "..." is one word; in it, \ stands before a quote. */
static void split(struct arena *arena, const char *line, struct rule *rule)
{
	char *copy = arena_strdup(arena, line), *to = copy;
	size_t cap = strlen(line) / 2 + 1;
	const char *at = line;

	rule->text = arena_strdup(arena, line);
	rule->words = arena_calloc(arena, cap, sizeof(*rule->words));
	while (*(at += strspn(at, " \t"))) {
		bool is_quoted = *at == '"';

		rule->words[rule->n_words++] = to;
		for (at += is_quoted;
		     *at && (is_quoted ? *at != '"' : !isspace((unsigned char)*at)); at++) {
			if (is_quoted && *at == '\\' && at[1])
				at++;
			*to++ = *at;
		}
		if (is_quoted && *at)
			at++;
		if (*at)
			at++; /* the terminating NUL goes here */
		*to++ = '\0';
	}
}

static struct chain *find_chain(const struct firewall *firewall, const char *table,
				const char *name)
{
	for (size_t i = 0; i < firewall->chains.n; i++)
		if (strcmp(firewall->chains.items[i].name, name) == 0 &&
		    strcmp(firewall->chains.items[i].table, table) == 0)
			return &firewall->chains.items[i];
	return NULL;
}

static void read_line(struct firewall *firewall, const char *line)
{
	struct rule rule = {0};
	struct chain *chain;

	split(firewall->arena, line, &rule);
	if (line[0] == ':' && rule.n_words >= 2) {
		chain = vec_push(&firewall->chains);
		chain->table = firewall->table;
		chain->name = rule.words[0] + 1;
		chain->policy = rule.words[1];
	} else if (rule.n_words >= 2 && strcmp(rule.words[0], "-A") == 0) {
		chain = find_chain(firewall, firewall->table, rule.words[1]);
		if (chain)
			*vec_push(&chain->rules) = rule;
	}
}

struct firewall *firewall_parse(const char *text)
{
	struct firewall *firewall = mem_calloc(1, sizeof(*firewall));

	firewall->arena = arena_new();
	while (*text) {
		size_t len = strcspn(text, "\n");
		char *line = arena_strndup(firewall->arena, text, len);

		if (line[0] == '*')
			firewall->table = line + 1;
		else if (firewall->table)
			read_line(firewall, line);
		text += len + (text[len] == '\n');
	}
	return firewall;
}

void firewall_free(struct firewall *firewall)
{
	if (!firewall)
		return;
	for (size_t i = 0; i < firewall->chains.n; i++)
		vec_free(&firewall->chains.items[i].rules);
	vec_free(&firewall->chains);
	arena_free(firewall->arena);
	free(firewall);
}

/* --- matching --- */

static enum match match_protocol(const char *word, uint8_t protocol)
{
	static const struct {
		const char *name;
		uint8_t protocol;
	} names[] = {
	    {"tcp", IPPROTO_TCP}, {"udp", IPPROTO_UDP},          {"sctp", IPPROTO_SCTP},
	    {"vrrp", 112},        {"icmp", IPPROTO_ICMP},        {"ipencap", IPPROTO_IPIP},
	    {"gre", IPPROTO_GRE}, {"ipv6-icmp", IPPROTO_ICMPV6}, {"icmpv6", IPPROTO_ICMPV6},
	    {"ah", IPPROTO_AH},   {"esp", IPPROTO_ESP}};

	if (strcmp(word, "all") == 0)
		return MATCH_YES;
	if (isdigit((unsigned char)word[0]))
		return atoi(word) == protocol || atoi(word) == 0 ? MATCH_YES : MATCH_NO;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(word, names[i].name) == 0)
			return names[i].protocol == protocol ? MATCH_YES : MATCH_NO;
	return MATCH_MAYBE;
}

/* word is ADDRESS[/LENGTH]. A mask with dots is not judged. */
static enum match match_address(const char *word, const struct addr *addr)
{
	const char *slash = strchr(word, '/');
	char text[ADDR_TEXT_MAX] = "";
	size_t len = slash ? (size_t)(slash - word) : strlen(word);
	struct addr network;
	unsigned long bits;

	if (len >= sizeof(text))
		return MATCH_MAYBE;
	memcpy(text, word, len);
	if (addr_parse(text, &network) < 0 || (slash && strchr(slash, '.')))
		return MATCH_MAYBE;
	bits = slash ? strtoul(slash + 1, NULL, 10) : addr_bits(&network);
	return match_prefix(&network, bits, addr);
}

/* word is A,B:C,... The packet has any port of port to port_last. */
static enum match match_ports(const char *word, uint16_t port, uint16_t port_last)
{
	enum match match = MATCH_NO;

	while (*word) {
		char *end;
		unsigned long first = strtoul(word, &end, 10), last = first;

		if (end == word)
			return MATCH_MAYBE;
		if (*end == ':')
			last = strtoul(end + 1, &end, 10);
		if (port >= first && port_last <= last)
			return MATCH_YES;
		if (port <= last && port_last >= first)
			match = MATCH_MAYBE;
		if (*end && *end != ',')
			return MATCH_MAYBE;
		word = end + (*end == ',');
	}
	return match;
}

static enum match match_state(const char *word, enum firewall_state known)
{
	static const char *const names[] = {[FIREWALL_NEW] = "NEW",
					    [FIREWALL_ESTABLISHED] = "ESTABLISHED",
					    [FIREWALL_INVALID] = "INVALID",
					    [FIREWALL_UNTRACKED] = "UNTRACKED"};
	const char *state = names[known];

	while (*word) {
		size_t len = strcspn(word, ",");

		if (len == strlen(state) && strncmp(word, state, len) == 0)
			return MATCH_YES;
		word += len + (word[len] == ',');
	}
	return MATCH_NO;
}

/* Judges an option with its value. */
static enum match match_option(const char *option, const char *value,
			       const struct firewall_packet *packet)
{
	if (strcmp(option, "-p") == 0)
		return match_protocol(value, packet->protocol);
	if (strcmp(option, "-s") == 0)
		return match_address(value, &packet->source);
	if (strcmp(option, "-d") == 0)
		return match_address(value, &packet->destination);
	if (strcmp(option, "-i") == 0)
		return match_interface(value, '+', packet->in);
	if (strcmp(option, "-o") == 0)
		return match_interface(value, '+', packet->out);
	if (strcmp(option, "--dport") == 0 || strcmp(option, "--dports") == 0)
		return match_ports(value, packet->port,
				   packet->port_last ? packet->port_last : packet->port);
	if ((strcmp(option, "--sport") == 0 || strcmp(option, "--sports") == 0) &&
	    packet->source_port)
		return match_ports(value, packet->source_port, packet->source_port);
	if (strcmp(option, "--ctstate") == 0 || strcmp(option, "--state") == 0)
		return match_state(value, packet->state);
	if (strcmp(option, "-m") == 0 || strcmp(option, "--comment") == 0)
		return MATCH_YES; /* these two restrict nothing; the module's own options do */
	return MATCH_MAYBE;
}

/*
 * In the output of iptables-save every option has one value, or none and the next option follows.
 */
static enum match match_rule(const struct rule *rule, const struct firewall_packet *packet,
			     const char **ret_target, bool *ret_is_goto)
{
	enum match all = MATCH_YES;

	*ret_target = "";
	*ret_is_goto = false;
	for (size_t i = 2; i < rule->n_words; i++) {
		bool is_not = strcmp(rule->words[i], "!") == 0;
		const char *option, *value;
		enum match one;

		if (is_not && i + 1 < rule->n_words)
			i++;
		option = rule->words[i];
		value = i + 1 < rule->n_words ? rule->words[i + 1] : "";
		if (strcmp(option, "-j") == 0 || strcmp(option, "-g") == 0) {
			*ret_target = value;
			*ret_is_goto = option[1] == 'g';
			break; /* the rest belongs to the target */
		}
		one = match_option(option, value, packet);
		if (is_not)
			one = match_not(one);
		if (one < all)
			all = one;
		while (i + 1 < rule->n_words && rule->words[i + 1][0] != '-' &&
		       strcmp(rule->words[i + 1], "!") != 0)
			i++;
	}
	return all;
}

/* --- following a packet --- */

enum fate { FATE_GOES_ON, FATE_ACCEPTED, FATE_DROPPED };

struct walk {
	const struct firewall *firewall;
	const char *table;
	const struct firewall_packet *packet;
	const struct rule *may_drop, *may_accept; /* the first rule that cannot be judged */
	const struct rule *dropped_by;
};

static enum fate walk_chain(struct walk *walk, const struct chain *chain, bool is_sure,
			    unsigned depth);

static enum fate walk_target(struct walk *walk, const struct rule *rule, const char *target,
			     bool is_sure, unsigned depth)
{
	const struct chain *called;

	if (strcmp(target, "ACCEPT") == 0) {
		if (!is_sure && !walk->may_accept)
			walk->may_accept = rule;
		return is_sure ? FATE_ACCEPTED : FATE_GOES_ON;
	}
	if (strcmp(target, "DROP") == 0 || strcmp(target, "REJECT") == 0) {
		if (is_sure)
			walk->dropped_by = rule;
		else if (!walk->may_drop)
			walk->may_drop = rule;
		return is_sure ? FATE_DROPPED : FATE_GOES_ON;
	}
	called = find_chain(walk->firewall, walk->table, target);
	/* Other targets, such as LOG and MARK, let the packet go on to the next rule. */
	return called && depth < DEPTH_MAX ? walk_chain(walk, called, is_sure, depth + 1)
					   : FATE_GOES_ON;
}

static enum fate walk_chain(struct walk *walk, const struct chain *chain, bool is_sure,
			    unsigned depth)
{
	for (size_t i = 0; i < chain->rules.n; i++) {
		const struct rule *rule = &chain->rules.items[i];
		const char *target;
		bool is_goto;
		enum match match = match_rule(rule, walk->packet, &target, &is_goto);
		enum fate fate;

		if (match == MATCH_NO)
			continue;
		if (strcmp(target, "RETURN") == 0) {
			if (match == MATCH_YES)
				return FATE_GOES_ON;
			is_sure = false; /* a rule after it may not be reached */
			continue;
		}
		fate = walk_target(walk, rule, target, is_sure && match == MATCH_YES, depth);
		if (fate != FATE_GOES_ON || (is_goto && match == MATCH_YES))
			return fate;
	}
	return FATE_GOES_ON;
}

/* Judges a chain that the kernel sends packets to. */
static enum firewall_verdict judge_chain(const struct firewall *firewall, const struct chain *chain,
					 const struct firewall_packet *packet, struct err *why)
{
	struct walk walk = {.firewall = firewall, .table = chain->table, .packet = packet};
	enum fate fate = walk_chain(&walk, chain, true, 0);

	if (fate == FATE_GOES_ON && strcmp(chain->policy, "DROP") == 0)
		fate = FATE_DROPPED;
	if (fate != FATE_DROPPED) {
		if (!walk.may_drop)
			return FIREWALL_ACCEPTS;
		err_set(why, 0, "the rule \"%s\" of the table %s may drop it", walk.may_drop->text,
			chain->table);
		return FIREWALL_IS_UNSURE;
	}
	if (walk.dropped_by)
		err_set(why, 0, "the rule \"%s\" of the table %s drops it", walk.dropped_by->text,
			chain->table);
	else
		err_set(why, 0,
			"the policy of the chain %s of the table %s is DROP, and no rule accepts "
			"the packet",
			chain->name, chain->table);
	if (!walk.may_accept)
		return FIREWALL_DROPS;
	err_set(why, 0, "only the rule \"%s\" of the table %s may accept it",
		walk.may_accept->text, chain->table);
	return FIREWALL_IS_UNSURE;
}

enum firewall_verdict firewall_judge(const struct firewall *firewall, const char *chain,
				     const struct firewall_packet *packet, struct err *why,
				     struct firewall_place *ret_where)
{
	static const struct {
		const char *way;
		struct firewall_place place;
	} steps[] = {
	    {"INPUT", {"raw", "PREROUTING"}},	{"INPUT", {"mangle", "PREROUTING"}},
	    {"INPUT", {"mangle", "INPUT"}},	{"INPUT", {"filter", "INPUT"}},
	    {"INPUT", {"security", "INPUT"}},	{"FORWARD", {"raw", "PREROUTING"}},
	    {"FORWARD", {"mangle", "PREROUTING"}}, {"FORWARD", {"mangle", "FORWARD"}},
	    {"FORWARD", {"filter", "FORWARD"}},	{"FORWARD", {"security", "FORWARD"}},
	    {"FORWARD", {"mangle", "POSTROUTING"}}, {"OUTPUT", {"raw", "OUTPUT"}},
	    {"OUTPUT", {"mangle", "OUTPUT"}},	{"OUTPUT", {"filter", "OUTPUT"}},
	    {"OUTPUT", {"security", "OUTPUT"}},	{"OUTPUT", {"mangle", "POSTROUTING"}},
	};
	enum firewall_verdict worst = FIREWALL_ACCEPTS;

	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]) && worst != FIREWALL_DROPS; i++) {
		const struct chain *found;
		enum firewall_verdict verdict;
		struct err one;

		if (strcmp(steps[i].way, chain) != 0 ||
		    !(found = find_chain(firewall, steps[i].place.table, steps[i].place.chain)))
			continue;
		verdict = judge_chain(firewall, found, packet, &one);
		if (verdict == FIREWALL_ACCEPTS || verdict == worst)
			continue;
		worst = verdict;
		*why = one;
		*ret_where = steps[i].place;
	}
	return worst;
}
