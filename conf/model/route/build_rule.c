/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/vec.h"
#include "conf/model/member_list.h"
#include "conf/model/route/build_route.h"

#include <linux/fib_rules.h>
#include <netinet/in.h>
#include <stdlib.h>

/* The preference that the last rule without one gets; keepalived counts down from here. */
#define FIRST_PREFERENCE 16384

static const struct schema_choice ip_protocols[] = {{"icmp", IPPROTO_ICMP},
						    {"tcp", IPPROTO_TCP},
						    {"udp", IPPROTO_UDP},
						    {"gre", IPPROTO_GRE},
						    {"esp", IPPROTO_ESP},
						    {"ah", IPPROTO_AH},
						    {"ipv6-icmp", IPPROTO_ICMPV6},
						    {"sctp", IPPROTO_SCTP},
						    {0}};

/* The only group of interfaces that has a name. */
static const struct schema_choice groups[] = {{"default", 0}, {0}};

/* `any`, and a prefix of length 0, are the same as no `from` or `to`. But such a prefix gives the
 * rule a family. */
static void prefix_take(struct draft *draft, const struct node *node, struct conf_rule *rule)
{
	if (node->value.tag == VALUE_NETWORK && node->value.network.len)
		build_field(draft, node, CONF_OBJECT_RULE, rule);
}

static void group_take(struct draft *draft, const struct node *node, struct conf_rule *rule)
{
	uint32_t group;

	if (build_number_read(draft, node, groups, "group", UINT32_MAX - 1, &group))
		rule->suppress_group = group + 1;
}

static void table_take(struct draft *draft, const struct node *node, struct conf_rule *rule)
{
	if (build_number_read(draft, node, build_tables, "rt_tables", UINT32_MAX, &rule->table) &&
	    !rule->table)
		report_ignored(draft->report, parse_place(node), "there is no table 0");
}

static void rule_option_take(struct draft *draft, const struct node *node, struct conf_rule *rule)
{
	const struct schema_value *value = &node->value;

	switch (resolve_id(node)) {
	case KW_RULE_FROM:
	case KW_RULE_TO:
		build_network_check(draft, node, false);
		prefix_take(draft, node, rule);
		break;
	case KW_RULE_TABLE:
		table_take(draft, node, rule);
		break;
	case KW_RULE_TOS:
		build_number_read(draft, node, NULL, "rt_dsfield", 255, &rule->tos);
		break;
	case KW_RULE_PROTOCOL:
		build_number_read(draft, node, build_protocols, "rt_protos", 255, &rule->protocol);
		break;
	case KW_RULE_IPPROTO:
		build_number_read(draft, node, ip_protocols, NULL, 255, &rule->ip_protocol);
		break;
	case KW_RULE_REALMS:
		build_realms_read(draft, node, &rule->realms);
		break;
	case KW_RULE_SUPPRESS_IFGROUP:
		group_take(draft, node, rule);
		break;
	case KW_RULE_TYPE:
		rule->type = (uint8_t)value->choice.number;
		break;
	case KW_RULE_NOP:
		rule->type = FR_ACT_NOP;
		break;
	case KW_RULE_L3MDEV:
		rule->type = CONF_RULE_L3MDEV;
		break;
	case KW_RULE_FWMARK:
		rule->fwmark = (uint64_t)value->mark.mask << 32 | value->mark.mark;
		break;
	case KW_RULE_UIDRANGE:
		rule->users = ((uint64_t)value->range.last << 32 | (uint64_t)value->range.first) + 1;
		break;
	default:
		build_field(draft, node, CONF_OBJECT_RULE, rule);
	}
}

/* The family that a word of the line requires, or AF_UNSPEC. */
static uint16_t family_said(const struct node *node)
{
	switch (resolve_id(node)) {
	case KW_RULE_INET:
	case KW_RULE_REALMS:
		return AF_INET;
	case KW_RULE_INET6:
		return AF_INET6;
	case KW_RULE_FROM:
	case KW_RULE_TO:
		if (node->value.tag == VALUE_NETWORK)
			return node->value.addr.family;
		return strcmp(node->value.text, "default6") ? AF_UNSPEC : AF_INET6;
	default:
		return AF_UNSPEC;
	}
}

/* Sets the family of a rule. Returns false if the line requires both families. */
static bool family_settle(const struct node *line, struct conf_rule *rule)
{
	for (const struct node *node = line->children; node; node = node->next) {
		uint16_t family = family_said(node);

		if (family == AF_UNSPEC)
			continue;
		if (rule->family && rule->family != family)
			return false;
		rule->family = (uint8_t)family;
	}
	if (!rule->family)
		rule->family = AF_INET;
	return true;
}

static unsigned count_actions(const struct node *line)
{
	unsigned n = 0;

	for (const struct node *node = line->children; node; node = node->next)
		switch (resolve_id(node)) {
		case KW_RULE_TABLE:
		case KW_RULE_TYPE:
		case KW_RULE_GOTO:
		case KW_RULE_NOP:
		case KW_RULE_L3MDEV:
			n++;
			break;
		default:
			break;
		}
	return n;
}

/* Why the kernel would refuse the rule, as part of a sentence; NULL: it accepts it. */
static const char *fault_of(const struct node *line, const struct conf_rule *rule)
{
	const struct node *type = resolve_child(line, KW_RULE_TYPE);
	bool is_lookup = rule->table || rule->type == CONF_RULE_L3MDEV;

	if (type && !type->value.choice.number)
		return "the kernel has no rules of the types unicast and nat; write `table`";
	if (!count_actions(line))
		return "it does nothing: `table`, `goto`, `nop`, `l3mdev` or a type is missing";
	if (count_actions(line) > 1)
		return "it can do only one of `table`, `goto`, `nop`, `l3mdev` and a type";
	if (!is_lookup && (rule->suppress_prefix_len || rule->suppress_group || rule->realms))
		return "realms, suppress_prefixlength and suppress_ifgroup are for rules with `table`";
	if (rule->goto_preference && !resolve_child(line, KW_RULE_PREFERENCE))
		return "with `goto` it needs a `preference`";
	if (rule->goto_preference && rule->goto_preference <= rule->preference)
		return "`goto` leads to a rule of greater preference only";
	return NULL;
}

static bool is_possible(struct draft *draft, const struct node *line, const struct conf_rule *rule,
			bool has_family)
{
	const char *fault = has_family ? fault_of(line, rule)
				       : "it is for IPv4 (as realms are) and for IPv6 at once; write two "
					 "rules";

	if (fault)
		report_ignored(draft->report, parse_place(line), "rule: %s", fault);
	/* Without a table, the word for it was wrong, which has been reported. */
	return !fault && (rule->table || rule->type || rule->goto_preference);
}

/* `fwmark 0` without a mask: keepalived gives the kernel no condition then. */
static void mark_settle(struct draft *draft, const struct node *line, struct conf_rule *rule)
{
	const struct node *node = resolve_child(line, KW_RULE_FWMARK);

	if (!node || node->value.mark.mark || strchr(node->words[1].text, '/'))
		return;
	report_warning(draft->report, parse_place(node),
		       "fwmark 0 without a mask is no condition: the rule is for packets of every mark; "
		       "write fwmark 0/0xffffffff for packets without a mark");
	rule->fwmark = 0;
}

static void rule_build(struct draft *draft, const struct node *block, const struct node *line,
		       const struct schema_field *list, void *base)
{
	struct conf_rule rule;
	bool has_family;

	memcpy(&rule, draft->templates.elements[CONF_OBJECT_RULE], sizeof(rule));
	rule.protocol = CONF_ROUTE_PROTOCOL;
	rule.place = *parse_place(line);
	for (const struct node *node = line->children; node; node = node->next)
		if (resolve_id(node))
			rule_option_take(draft, node, &rule);
	has_family = family_settle(line, &rule);
	mark_settle(draft, line, &rule);
	build_track_group_refuse(draft, line, block, &rule.track_group);
	rule.has_preference = resolve_child(line, KW_RULE_PREFERENCE);
	if (is_possible(draft, line, &rule, has_family))
		memcpy(member_list_add(draft->conf->arena, list, base), &rule, sizeof(rule));
}

void build_rules(struct draft *draft, const struct node *block, enum conf_object object, void *base)
{
	const struct schema_field *list = build_field_of(draft, block->keyword->id, object);

	for (const struct node *node = block->children; node; node = node->next)
		if (resolve_id(node) == KW_RULE)
			rule_build(draft, block, node, list, base);
}

/* --- rules without a preference --- */

struct uncounted {
	VEC(struct conf_rule *) list;
};

static void uncounted_add(struct uncounted *uncounted, struct conf_rule *rules, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!rules[i].has_preference)
			*vec_push(&uncounted->list) = &rules[i];
}

static int uncounted_cmp(const void *left, const void *right)
{
	const struct conf_rule *const *a = left, *const *b = right;

	return (*a)->place.at < (*b)->place.at ? -1 : (*a)->place.at > (*b)->place.at;
}

void build_rules_number(struct draft *draft)
{
	uint32_t next4 = FIRST_PREFERENCE, next6 = FIRST_PREFERENCE;
	struct uncounted uncounted = {0};
	struct conf *conf = draft->conf;

	uncounted_add(&uncounted, conf->statics.rules, conf->statics.n_rules);
	for (size_t i = 0; i < conf->n_vrrps; i++)
		uncounted_add(&uncounted, conf->vrrps[i].rules, conf->vrrps[i].n_rules);
	if (uncounted.list.n)
		qsort(uncounted.list.items, uncounted.list.n, sizeof(*uncounted.list.items), uncounted_cmp);
	for (size_t i = 0; i < uncounted.list.n; i++) {
		struct conf_rule *rule = uncounted.list.items[i];

		rule->preference = rule->family == AF_INET ? next4-- : next6--;
		report_warning(draft->report, &rule->place,
			       "rule without a preference: it gets %u, as in keepalived; write one, since "
			       "the order of the rules decides where packets go",
			       rule->preference);
	}
	vec_free(&uncounted.list);
}
