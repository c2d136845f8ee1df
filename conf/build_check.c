/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "conf/build.h"
#include "conf/resolve.h"
#include "conf/value.h"

#include <ctype.h>

const struct build_timing build_timing_none = {-1, -1, -1, -1, NULL};

void build_timing_set(struct draft *draft, struct build_timing *timing, const struct node *node)
{
	switch (resolve_id(node)) {
	case KW_DELAY_LOOP:
		timing->delay_loop_us = node->value.number;
		break;
	case KW_CONNECT_TIMEOUT:
		timing->connect_timeout_us = node->value.number;
		break;
	case KW_SERVER_DELAY_BEFORE_RETRY:
	case KW_TCP_DELAY_BEFORE_RETRY:
	case KW_HTTP_DELAY_BEFORE_RETRY:
		timing->delay_before_retry_us = node->value.number;
		break;
	case KW_SERVER_RETRY:
	case KW_CHECK_RETRY:
		timing->retry = node->value.number;
		break;
	case KW_VIRTUALHOST:
		timing->host = arena_strdup(draft->conf->arena, node->value.text);
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
				report_error(draft->report, &child->words[1].place,
					     "path '%s' does not begin with '/'", url->path);
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

static void timing_apply(struct draft *draft, const struct build_timing *timing,
			 struct conf_check *check)
{
	enum schema_id delay_before_retry =
	    check->type == CONF_CHECK_HTTP ? KW_HTTP_DELAY_BEFORE_RETRY : KW_TCP_DELAY_BEFORE_RETRY;

	check->delay_loop_us =
	    number_or(timing->delay_loop_us, build_default(draft, KW_DELAY_LOOP).number);
	check->connect_timeout_us =
	    number_or(timing->connect_timeout_us, build_default(draft, KW_CONNECT_TIMEOUT).number);
	check->delay_before_retry_us = number_or(timing->delay_before_retry_us,
						 build_default(draft, delay_before_retry).number);
	check->retry =
	    (uint32_t)number_or(timing->retry, build_default(draft, KW_CHECK_RETRY).number);
}

static void check_build(struct draft *draft, const struct node *node, struct build_timing timing,
			const struct conf_real_server *rs, struct conf_check *check)
{
	check->target = rs->ep;
	check->place = *parse_place(node);
	if (check->type == CONF_CHECK_HTTP)
		check->http_version =
		    (enum conf_http_version)build_default(draft, KW_HTTP_PROTOCOL).number;
	for (const struct node *child = node->children; child; child = child->next) {
		switch (resolve_id(child)) {
		case KW_CHECK_CONNECT_IP:
			check->target.addr = child->value.addr;
			break;
		case KW_CHECK_CONNECT_PORT:
			check->target.port = (uint16_t)child->value.number;
			break;
		case KW_CHECK_BINDTO:
			check->bind.addr = child->value.addr;
			break;
		case KW_CHECK_BIND_PORT:
			check->bind.port = (uint16_t)child->value.number;
			break;
		case KW_HTTP_PROTOCOL:
			check->http_version = (enum conf_http_version)child->value.number;
			break;
		default:
			build_timing_set(draft, &timing, child);
		}
	}
	timing_apply(draft, &timing, check);
	if (check->type == CONF_CHECK_HTTP)
		urls_build(draft, node, timing.host ? timing.host : "", check);
}

void build_checks(struct draft *draft, const struct node *node, const struct build_timing *timing,
		  struct conf_real_server *rs)
{
	size_t n = resolve_count(node, KW_TCP_CHECK) + resolve_count(node, KW_HTTP_GET);
	unsigned n_of_type[CONF_CHECK_HTTP + 1] = {0};

	rs->checks = arena_calloc(draft->conf->arena, n, sizeof(*rs->checks));
	for (const struct node *child = node->children; child; child = child->next) {
		enum schema_id id = resolve_id(child);
		struct conf_check *check;

		if (id != KW_TCP_CHECK && id != KW_HTTP_GET)
			continue;
		check = &rs->checks[rs->n_checks++];
		check->type = id == KW_HTTP_GET ? CONF_CHECK_HTTP : CONF_CHECK_TCP;
		check->ordinal = ++n_of_type[check->type];
		check_build(draft, child, *timing, rs, check);
	}
}
