/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "conf/model/build.h"
#include "conf/tree/resolve.h"
#include "conf/tree/value.h"

#include <ctype.h>

const struct build_heritage build_heritage_none = {
    .delay_loop_us = -1,
    .connect_timeout_us = -1,
    .delay_before_retry_us = -1,
    .retry = -1,
    .is_alpha = -1,
    .warmup_us = -1,
    .service_delay_loop_us = -1,
};

void build_heritage_set(struct draft *draft, struct build_heritage *heritage,
			const struct node *node)
{
	switch (resolve_id(node)) {
	case KW_DELAY_LOOP:
		heritage->delay_loop_us = node->value.number;
		break;
	case KW_CONNECT_TIMEOUT:
		heritage->connect_timeout_us = node->value.number;
		break;
	case KW_SERVER_DELAY_BEFORE_RETRY:
	case KW_TCP_DELAY_BEFORE_RETRY:
	case KW_HTTP_DELAY_BEFORE_RETRY:
		heritage->delay_before_retry_us = node->value.number;
		break;
	case KW_SERVER_RETRY:
	case KW_CHECK_RETRY:
	case KW_MISC_RETRY:
	case KW_HTTP_NB_GET_RETRY:
		heritage->retry = node->value.number;
		break;
	case KW_ALPHA:
		heritage->is_alpha = node->value.number;
		break;
	case KW_WARMUP:
		heritage->warmup_us = node->value.number;
		break;
	case KW_VIRTUALHOST:
		heritage->host = arena_strdup(draft->conf->arena, node->value.text);
		break;
	default:
		break;
	}
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

	*url =
	    (struct conf_url){.path = "", .host = host, .digest = "", .place = *parse_place(node)};
	for (const struct node *child = node->children; child; child = child->next) {
		switch (resolve_id(child)) {
		case KW_URL_PATH:
			url->path = arena_strdup(arena, child->value.text);
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
		case KW_VIRTUALHOST:
			url->host = arena_strdup(arena, child->value.text);
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

static uint64_t number_or(int64_t number, int64_t otherwise)
{
	return (uint64_t)(number < 0 ? otherwise : number);
}

/* How the kinds of checks differ in the language. */
struct kind {
	enum schema_id id, delay_before_retry, retry;
	bool has_urls;
};

static const struct kind kinds[] = {
    [CONF_CHECK_TCP] = {KW_TCP_CHECK, KW_TCP_DELAY_BEFORE_RETRY, KW_CHECK_RETRY, false},
    [CONF_CHECK_HTTP] = {KW_HTTP_GET, KW_HTTP_DELAY_BEFORE_RETRY, KW_CHECK_RETRY, true},
    [CONF_CHECK_SSL] = {KW_SSL_GET, KW_HTTP_DELAY_BEFORE_RETRY, KW_CHECK_RETRY, true},
    [CONF_CHECK_MISC] = {KW_MISC_CHECK, KW_TCP_DELAY_BEFORE_RETRY, KW_MISC_RETRY, false},
};

#define N_KINDS (sizeof(kinds) / sizeof(kinds[0]))

static void heritage_apply(struct draft *draft, const struct build_heritage *heritage,
			   struct conf_check *check)
{
	const struct kind *kind = &kinds[check->type];

	check->delay_loop_us =
	    number_or(heritage->delay_loop_us, build_default(draft, KW_DELAY_LOOP).number);
	check->connect_timeout_us = number_or(heritage->connect_timeout_us,
					      build_default(draft, KW_CONNECT_TIMEOUT).number);
	check->delay_before_retry_us = number_or(
	    heritage->delay_before_retry_us, build_default(draft, kind->delay_before_retry).number);
	check->retry =
	    (uint32_t)number_or(heritage->retry, build_default(draft, kind->retry).number);
	check->warmup_us = number_or(heritage->warmup_us, build_default(draft, KW_WARMUP).number);
	check->is_alpha = number_or(heritage->is_alpha, build_default(draft, KW_ALPHA).number);
}

/* A value that MISC_CHECK alone has. */
static void misc_set(struct draft *draft, const struct node *node, struct conf_check *check)
{
	switch (resolve_id(node)) {
	case KW_MISC_PATH:
		check->script = build_script(draft, node);
		break;
	case KW_MISC_TIMEOUT:
		check->script_timeout_us = (uint64_t)node->value.number;
		break;
	case KW_MISC_DYNAMIC:
		check->is_dynamic = true;
		break;
	default:
		break;
	}
}

/* A value that checks over the network have. */
static void network_set(const struct node *node, struct conf_check *check)
{
	switch (resolve_id(node)) {
	case KW_CHECK_CONNECT_IP:
		check->target.addr = node->value.addr;
		break;
	case KW_CHECK_CONNECT_PORT:
		check->target.port = (uint16_t)node->value.number;
		break;
	case KW_CHECK_BINDTO:
		check->bind.addr = node->value.addr;
		break;
	case KW_CHECK_BIND_PORT:
		check->bind.port = (uint16_t)node->value.number;
		break;
	case KW_HTTP_PROTOCOL:
		check->http_version = (enum conf_http_version)node->value.number;
		break;
	default:
		break;
	}
}

static void misc_settle(struct draft *draft, const struct node *node, int64_t service_delay_loop_us,
			struct conf_check *check)
{
	const struct node *user = resolve_child(node, KW_MISC_USER);
	int64_t most = lookup_row(draft->lookup, KW_MISC_TIMEOUT)->max;

	check->connect_timeout_us = 0; /* a script has a time limit of its own */
	if (user && check->script)
		build_user(draft, user, 1, &check->script->user, &check->script->group);
	if (check->script_timeout_us)
		return;
	if (service_delay_loop_us < 0)
		service_delay_loop_us = build_default(draft, KW_DELAY_LOOP).number;
	check->script_timeout_us =
	    (uint64_t)(service_delay_loop_us < most ? service_delay_loop_us : most);
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
			struct build_heritage heritage, struct conf_check *check)
{
	const char *host;

	check->place = *parse_place(node);
	check->sni = "";
	if (kinds[check->type].has_urls)
		check->http_version =
		    (enum conf_http_version)build_default(draft, KW_HTTP_PROTOCOL).number;
	for (const struct node *child = node->children; child; child = child->next) {
		network_set(child, check);
		misc_set(draft, child, check);
		build_heritage_set(draft, &heritage, child);
	}
	heritage_apply(draft, &heritage, check);
	host = heritage.host ? heritage.host : "";
	if (kinds[check->type].has_urls)
		urls_build(draft, node, host, check);
	if (check->type == CONF_CHECK_SSL)
		sni_settle(draft, node, host, check);
	if (check->type == CONF_CHECK_MISC)
		misc_settle(draft, node, heritage.service_delay_loop_us, check);
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
		check->type = (enum conf_check_type)type;
		check->ordinal = ++n_of_type[type];
		check->target = rs->ep;
		/* A script probes what it will: where its server is reached is no part of it. */
		check->target.port = type == CONF_CHECK_MISC ? 0 : conf_server_check_port(rs);
		check_build(draft, child, *heritage, check);
	}
}
