/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "conf/kind.h"
#include "conf/model/build.h"
#include "conf/model/member.h"

#include <assert.h>

/* Adds an inherited value; it replaces an earlier one of the same member. */
static void heritage_add(struct build_heritage *heritage, const struct schema_field *field,
			 uint64_t number)
{
	size_t i = 0;

	while (i < heritage->n_given && heritage->given[i].field->offset != field->offset)
		i++;
	assert(i < BUILD_HERITAGE_MAX);
	heritage->n_given += i == heritage->n_given;
	heritage->given[i].field = field;
	heritage->given[i].number = number;
}

void build_heritage_set(struct draft *draft, struct build_heritage *heritage,
			const struct node *node)
{
	const struct schema_field *field;

	if (!resolve_id(node))
		return;
	field = member_field(node->keyword, CONF_OBJECT_CHECK);
	if (field && field->storage != FIELD_OTHER)
		heritage_add(heritage, field, (uint64_t)node->value.number);
	else if (node->keyword->id == KW_VIRTUALHOST)
		heritage->host = arena_strdup(draft->conf->arena, node->value.text);
}

static void heritage_apply(const struct build_heritage *heritage, struct conf_check *check)
{
	for (size_t i = 0; i < heritage->n_given; i++)
		member_number_set(heritage->given[i].field, check, heritage->given[i].number);
}

/* With connect_ip 0.0.0.0 the check would probe this machine. */
static void target_judge(struct draft *draft, const struct node *child, const struct addr *server,
			 struct conf_check *check)
{
	char text[ADDR_TEXT_MAX];

	if (resolve_id(child) != KW_CHECK_CONNECT_IP || addr_is_host(&check->target.addr))
		return;
	report_ignored(draft->report, parse_place(child),
		       "connect_ip %s: no host can have this address; write the address to probe, or "
		       "leave connect_ip out to probe the real_server's",
		       addr_format(&check->target.addr, text));
	check->target.addr = *server;
}

/* Sets the values of the statements in a block. */
static void statements_apply(struct draft *draft, const struct node *block,
			     const struct addr *server, struct conf_check *check)
{
	for (const struct node *child = block->children; child; child = child->next) {
		build_field(draft, child, CONF_OBJECT_CHECK, check);
		target_judge(draft, child, server, check);
	}
}

/* target: the block inside node that gives this check its target; NULL: there is none. */
static void check_build(struct draft *draft, const struct node *node, const struct node *target,
			const struct build_heritage *heritage, struct conf_check *check)
{
	const struct conf_kind_rules *rules = conf_kinds[check->type].rules;
	const struct addr server = check->target.addr;

	check->place = *parse_place(target ? target : node);
	heritage_apply(heritage, check);
	statements_apply(draft, node, &server, check);
	if (target)
		statements_apply(draft, target, &server, check);
	if (rules->settle)
		rules->settle(draft, node, heritage, check);
}

/* The kind of check that a statement asks for, or CONF_CHECK_KINDS. */
static enum conf_check_type type_of(const struct node *node)
{
	size_t type = 0;

	while (type < CONF_CHECK_KINDS && conf_kinds[type].keyword != resolve_id(node))
		type++;
	return (enum conf_check_type)type;
}

/* Is the statement a check that lvsd does not run? In keepalived the server's state depends on
 * it. */
static bool is_ignored_check(const struct node *node)
{
	return resolve_id(node) && schema_is_idle(node->keyword) && node->keyword->dangerous;
}

/* The next block from node on that gives a check of this type its target; NULL: there is none. */
static const struct node *next_target(enum conf_check_type type, const struct node *node)
{
	enum schema_id target = conf_kinds[type].rules->target;

	while (node && (target == KW_NONE || resolve_id(node) != target))
		node = node->next;
	return node;
}

/* How many checks a statement makes. */
static size_t n_checks_of(const struct node *node)
{
	enum conf_check_type type = type_of(node);
	const struct node *target;
	size_t n = 0;

	if (type == CONF_CHECK_KINDS)
		return 0;
	for (target = next_target(type, node->children); target;
	     target = next_target(type, target->next))
		n++;
	return n ? n : 1;
}

/* A script decides itself what it connects to, so it has no target port. */
static bool has_ports(enum conf_check_type type)
{
	return conf_kinds[type].facts.runner == CONF_RUNNER_CHECK &&
	       conf_kinds[type].rules->transport != CONF_TRANSPORT_ICMP;
}

static struct conf_check *check_add(struct draft *draft, struct conf_real_server *rs,
				    enum conf_check_type type, unsigned ordinal)
{
	struct conf_check *check = &rs->checks[rs->n_checks++];

	*check = draft->templates.checks[type];
	check->type = type;
	check->ordinal = ordinal;
	check->target = rs->ep;
	check->target.port = has_ports(type) ? conf_server_check_port(rs) : 0;
	return check;
}

void build_checks(struct draft *draft, const struct node *node,
		  const struct build_heritage *heritage, struct conf_real_server *rs)
{
	unsigned n_of_type[CONF_CHECK_KINDS] = {0};
	size_t n = 0;

	for (const struct node *child = node->children; child; child = child->next)
		n += n_checks_of(child);
	rs->checks = arena_calloc(draft->conf->arena, n, sizeof(*rs->checks));
	for (const struct node *child = node->children; child; child = child->next) {
		enum conf_check_type type = type_of(child);
		const struct node *target;

		if (!rs->ignored_check && is_ignored_check(child))
			rs->ignored_check = child->keyword->name;
		if (type == CONF_CHECK_KINDS)
			continue;
		target = next_target(type, child->children);
		do {
			check_build(draft, child, target, heritage,
				    check_add(draft, rs, type, ++n_of_type[type]));
			target = target ? next_target(type, target->next) : NULL;
		} while (target);
	}
}
