/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "conf/kind.h"
#include "conf/model/build.h"
#include "conf/model/member.h"

#include <assert.h>

#define MEMBER(name) ((uint16_t)offsetof(struct conf_check, name))

/* The member that says the same as the one at this offset, in other words; 0: there is none. Of two
 * such statements the inner one counts. */
static uint16_t rival_of(const struct schema_field *field)
{
	switch (field->offset) {
	case MEMBER(delay_before_retry_us):
		return MEMBER(fast_us);
	case MEMBER(fast_us):
		return MEMBER(delay_before_retry_us);
	default:
		return 0;
	}
}

static void heritage_remove(struct build_heritage *heritage, uint16_t offset)
{
	size_t n = 0;

	for (size_t i = 0; i < heritage->n_given; i++)
		if (heritage->given[i].field->offset != offset)
			heritage->given[n++] = heritage->given[i];
	heritage->n_given = n;
}

/* Adds an inherited value; it replaces an earlier one of the same member. */
static void heritage_add(struct build_heritage *heritage, const struct schema_field *field,
			 uint64_t number)
{
	size_t i = 0;

	if (rival_of(field))
		heritage_remove(heritage, rival_of(field));
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
		heritage_add(heritage, field, member_value(field, node->value.number));
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

/* Forgets what the statement replaces: an inherited time that the other word of a pair gave. */
static void rival_drop(const struct draft *draft, const struct node *child, struct conf_check *check)
{
	const struct schema_field *field;

	if (!resolve_id(child))
		return;
	field = member_field(child->keyword, CONF_OBJECT_CHECK);
	if (field && field->offset == MEMBER(fast_us))
		check->delay_before_retry_us =
		    draft->templates.checks[check->type].delay_before_retry_us;
	else if (field && field->offset == MEMBER(delay_before_retry_us))
		check->fast_us = 0;
}

/* The first statement of a block whose value is that of the member, as fall (is_one_less) or not. */
static const struct node *statement_of(const struct node *block, uint16_t offset, bool is_one_less)
{
	for (const struct node *child = block->children; child; child = child->next) {
		const struct schema_field *field =
		    resolve_id(child) ? member_field(child->keyword, CONF_OBJECT_CHECK) : NULL;

		if (field && field->storage != FIELD_OTHER && field->offset == offset &&
		    field->is_one_less == is_one_less)
			return child;
	}
	return NULL;
}

void build_pace_judge(struct draft *draft, const struct node *block)
{
	const struct node *fall = statement_of(block, MEMBER(retry), true);
	const struct node *retry = statement_of(block, MEMBER(retry), false);
	const struct node *fast = statement_of(block, MEMBER(fast_us), false);
	const struct node *pause = statement_of(block, MEMBER(delay_before_retry_us), false);

	if (fall && retry)
		report_error(draft->report, parse_place(fall),
			     "%s and fall both say how many failures take a check down (fall is %s and one "
			     "more): write one of them",
			     retry->keyword->name, retry->keyword->name);
	if (fast && pause)
		report_error(draft->report, parse_place(fast),
			     "delay_before_retry and fast_interval both say when the next probe comes after a "
			     "failure: write one of them");
}

/* Sets the values of the statements in a block. */
static void statements_apply(struct draft *draft, const struct node *block,
			     const struct addr *server, struct conf_check *check)
{
	for (const struct node *child = block->children; child; child = child->next) {
		rival_drop(draft, child, check);
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
	build_pace_judge(draft, node);
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

/* Does the check probe the server itself, and can it fail? */
static bool is_probing(const struct conf_check *check)
{
	enum conf_runner runner = conf_kinds[check->type].facts.runner;

	return runner != CONF_RUNNER_DIRECTOR && runner != CONF_RUNNER_MODEL && !check->is_agent &&
	       !check->is_watch;
}

/* A check that holds a connection decides only where no other check probes the server. */
static void helpers_settle(struct conf_real_server *rs)
{
	bool is_probed = false;

	for (size_t i = 0; i < rs->n_checks; i++)
		is_probed |= is_probing(&rs->checks[i]);
	for (size_t i = 0; i < rs->n_checks; i++)
		rs->checks[i].is_helper = is_probed && rs->checks[i].is_watch;
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
	helpers_settle(rs);
}
