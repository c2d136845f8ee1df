/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "conf/model/build.h"
#include "conf/model/member.h"
#include "conf/tree/value.h"

#include <assert.h>
#include <ctype.h>

/* A further one of the same member takes the place of the one before. */
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

static size_t status_count(const struct node *url)
{
	size_t n = 0;

	for (const struct node *node = url->children; node; node = node->next)
		if (resolve_id(node) == KW_URL_STATUS_CODE)
			n += node->n_words - 1;
	return n;
}

static void statuses_build(struct draft *draft, const struct node *node, struct conf_url *url)
{
	const struct schema_keyword *row = lookup_row(draft->lookup, KW_URL_STATUS_CODE);
	size_t n = status_count(node);

	url->statuses = arena_calloc(draft->conf->arena, n ? n : 1, sizeof(*url->statuses));
	if (!n) {
		value_parse_statuses(row, row->def, &url->statuses[0], NULL);
		url->n_statuses = 1;
		return;
	}
	for (const struct node *child = node->children; child; child = child->next)
		for (uint32_t i = 1; resolve_id(child) == KW_URL_STATUS_CODE && i < child->n_words;
		     i++)
			value_parse_statuses(row, child->words[i].text,
					     &url->statuses[url->n_statuses++], NULL);
}

static const char *lower_case(struct arena *arena, const char *text)
{
	char *copy = arena_strdup(arena, text);

	for (char *at = copy; *at; at++)
		*at = (char)tolower((unsigned char)*at);
	return copy;
}

static void url_build(struct draft *draft, const struct node *node, const char *host,
		      struct conf_url *url)
{
	struct arena *arena = draft->conf->arena;

	*url = draft->templates.url;
	url->host = host;
	url->place = *parse_place(node);
	for (const struct node *child = node->children; child; child = child->next) {
		build_field(draft, child, CONF_OBJECT_URL, url);
		switch (resolve_id(child)) {
		case KW_URL_PATH:
			if (url->path[0] != '/')
				report_warning(
				    draft->report, &child->words[1].place,
				    "path '%s' does not begin with '/', and most servers "
				    "refuse what is asked for so",
				    url->path);
			break;
		case KW_URL_DIGEST:
			url->digest = lower_case(arena, child->value.text);
			break;
		default:
			break;
		}
	}
	statuses_build(draft, node, url);
}

static void urls_build(struct draft *draft, const struct node *node, const char *host,
		       struct conf_check *check)
{
	check->urls =
	    arena_calloc(draft->conf->arena, resolve_count(node, KW_URL), sizeof(*check->urls));
	for (const struct node *child = node->children; child; child = child->next)
		if (resolve_id(child) == KW_URL)
			url_build(draft, child, host, &check->urls[check->n_urls++]);
}

/* How the kinds of checks differ in the language. */
static const struct kind {
	enum schema_id id;
	bool has_urls;
} kinds[] = {
    [CONF_CHECK_TCP] = {KW_TCP_CHECK, false},
    [CONF_CHECK_HTTP] = {KW_HTTP_GET, true},
    [CONF_CHECK_SSL] = {KW_SSL_GET, true},
    [CONF_CHECK_MISC] = {KW_MISC_CHECK, false},
};

#define N_KINDS (sizeof(kinds) / sizeof(kinds[0]))

static void misc_settle(struct draft *draft, const struct node *node,
			uint64_t service_delay_loop_us, struct conf_check *check)
{
	const struct node *user = resolve_child(node, KW_MISC_USER);
	uint64_t most = (uint64_t)lookup_row(draft->lookup, KW_MISC_TIMEOUT)->max;

	check->connect_timeout_us = 0; /* a script has a time limit of its own */
	if (user && check->script)
		build_user(draft, user, 1, &check->script->user, &check->script->group);
	if (check->script_timeout_us)
		return;
	check->script_timeout_us = service_delay_loop_us < most ? service_delay_loop_us : most;
}

/* The first host that a url of check, or the check itself, asks for. */
static const char *first_host(const struct conf_check *check)
{
	for (size_t i = 0; i < check->n_urls; i++)
		if (check->urls[i].host[0])
			return check->urls[i].host;
	return "";
}

/* What RFC 6066 section 3 lets a client send: a host name, without a port and no address. */
static const char *sni_of_host(struct arena *arena, const char *host)
{
	struct addr addr;
	const char *name = arena_strndup(arena, host, strcspn(host, ":"));

	return host[0] == '[' || addr_parse(host, &addr) == 0 || addr_parse(name, &addr) == 0
		   ? ""
		   : name;
}

static void sni_settle(struct draft *draft, const struct node *node, const char *host,
		       struct conf_check *check)
{
	const struct node *name = resolve_child(node, KW_SNI_NAME);
	const struct node *enable = resolve_child(node, KW_ENABLE_SNI);
	struct addr addr;

	if (name && addr_parse(name->value.text, &addr) == 0) {
		report_ignored(draft->report, build_place(node, KW_SNI_NAME),
			       "sni_name %s is an address; TLS has names only (RFC 6066 section 3)",
			       name->value.text);
		name = NULL;
	}
	if (enable ? !enable->value.number : !name)
		return;
	if (name) {
		check->sni = arena_strdup(draft->conf->arena, name->value.text);
		return;
	}
	check->sni = sni_of_host(draft->conf->arena, host[0] ? host : first_host(check));
	/* Of one that is wrong enough was said. */
	if (resolve_is_given(node, KW_VIRTUALHOST) && !resolve_child(node, KW_VIRTUALHOST))
		return;
	if (!check->sni[0])
		report_warning(draft->report, parse_place(enable),
			       "enable_sni has no name to send; write sni_name or virtualhost");
}

static void check_build(struct draft *draft, const struct node *node,
			const struct build_heritage *heritage, struct conf_check *check)
{
	const struct node *virtualhost = resolve_child(node, KW_VIRTUALHOST);
	const char *host = heritage->host;

	check->place = *parse_place(node);
	heritage_apply(heritage, check);
	for (const struct node *child = node->children; child; child = child->next)
		if (resolve_id(child) != KW_SNI_NAME)
			build_field(draft, child, CONF_OBJECT_CHECK, check);
	if (virtualhost)
		host = arena_strdup(draft->conf->arena, virtualhost->value.text);
	if (kinds[check->type].has_urls)
		urls_build(draft, node, host, check);
	if (check->type == CONF_CHECK_SSL)
		sni_settle(draft, node, host, check);
	if (check->type == CONF_CHECK_MISC)
		misc_settle(draft, node, heritage->service_delay_loop_us, check);
}

/* The kind of check that a statement is, or N_KINDS. */
static size_t kind_of(const struct node *node)
{
	size_t type = 0;

	while (type < N_KINDS && kinds[type].id != resolve_id(node))
		type++;
	return type;
}

/* A statement of a real server that asks for something on which its state would depend. */
static bool is_ignored_check(const struct node *node)
{
	return resolve_id(node) && schema_is_idle(node->keyword) && node->keyword->dangerous;
}

void build_checks(struct draft *draft, const struct node *node,
		  const struct build_heritage *heritage, struct conf_real_server *rs)
{
	unsigned n_of_type[N_KINDS] = {0};
	size_t n = 0;

	for (const struct node *child = node->children; child; child = child->next)
		n += kind_of(child) < N_KINDS;
	rs->checks = arena_calloc(draft->conf->arena, n, sizeof(*rs->checks));
	for (const struct node *child = node->children; child; child = child->next) {
		size_t type = kind_of(child);
		struct conf_check *check;

		if (!rs->ignored_check && is_ignored_check(child))
			rs->ignored_check = child->keyword->name;
		if (type == N_KINDS)
			continue;
		check = &rs->checks[rs->n_checks++];
		*check = draft->templates.checks[type];
		check->type = (enum conf_check_type)type;
		check->ordinal = ++n_of_type[type];
		check->target = rs->ep;
		/* A script probes what it will: where its server is reached is no part of it. */
		check->target.port = type == CONF_CHECK_MISC ? 0 : conf_server_check_port(rs);
		check_build(draft, child, heritage, check);
	}
}
