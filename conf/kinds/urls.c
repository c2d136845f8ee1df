/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "conf/kinds/urls.h"
#include "conf/canon/field.h"

#include <ctype.h>
#include <stdio.h>

/* The most bytes of all urls of one check: a check is sent to the check process in one frame. */
#define URLS_SIZE_MAX 60000
#define URL_SIZE      32

/* Room for "url#4294967295 status_code". */
#define URL_NAME_MAX 48

static const struct schema_choice http_versions[] = {
    {"1.0", CONF_HTTP_1_0}, {"1.0C", CONF_HTTP_1_0C}, {"1.1", CONF_HTTP_1_1}, {0}};

/* The tables that have the fields of list elements. */
static const struct schema_table *const url_tables[] = {&schema_urls, &schema_check, NULL};

static const char no_regex[] = "the body is not searched: status_code and digest alone decide";

static const struct schema_keyword rows[] = {
    {
	.id = KW_HTTP_DELAY_BEFORE_RETRY,
	.name = "delay_before_retry",
	.in = {SCHEMA_URL_CHECKS},
	.type = SCHEMA_TYPE_TIMER,
	.min = 0,
	.max = SCHEMA_TIMER_MAX_US,
	.def = "3",
	.unit = "s",
	.fields = {CHECK_FIELD(delay_before_retry_us)},
	.help = "Time from a failure to the next probe while retries are left.",
    },
    {
	.id = KW_HTTP_PROTOCOL,
	.name = "http_protocol",
	.in = {SCHEMA_URL_CHECKS},
	.type = SCHEMA_TYPE_CHOICE,
	.choices = http_versions,
	.is_any_case = true,
	.def = "1.0",
	.fields = {CHECK_FIELD(http_version, .is_crossing = true, .is_meaning = true)},
	.help = "Version of HTTP; 1.0C asks to close the connection.",
    },
    {
	.id = KW_URL,
	.name = "url",
	.in = {SCHEMA_URL_CHECKS},
	.opens = SCHEMA_URL,
	.is_repeatable = true,
	.is_required = true,
	.fields = {CHECK_LIST(urls, n_urls, CONF_OBJECT_URL, url_tables, .is_ordered = true,
		   .is_crossing = true, .is_meaning = true)},
	.help = "A page to fetch, and what the answer must be.",
    },
    {
	.id = KW_URL_PATH,
	.name = "path",
	.in = {SCHEMA_URL},
	.type = SCHEMA_TYPE_TEXT,
	.argument = "PATH",
	.max = 2048,
	.is_required = true,
	.fields = {URL_FIELD(path, .is_crossing = true)},
	.help = "Path to fetch, from the first slash on.",
    },
    {
	.id = KW_URL_STATUS_CODE,
	.name = "status_code",
	.in = {SCHEMA_URL},
	.type = SCHEMA_TYPE_STATUSES,
	.min = 100,
	.max = 599,
	.def = "200-299",
	.is_repeatable = true,
	.fields = {URL_LIST(statuses, n_statuses, CONF_OBJECT_RANGE, url_tables,
		   .is_ordered = true, .is_crossing = true),
		   VALUE_FIELD(CONF_OBJECT_RANGE, FIELD_RANGE, .is_crossing = true)},
	.help = "Status codes that mean success: numbers and ranges.",
    },
    {
	.id = KW_URL_DIGEST,
	.name = "digest",
	.in = {SCHEMA_URL},
	.type = SCHEMA_TYPE_HEX,
	.max = 32,
	.fields = {URL_FIELD(digest, .is_crossing = true)},
	.help = "MD5 that the body must have, in hex.",
    },
    {
	.id = KW_HTTP_FAST_RECOVERY,
	.name = "fast_recovery",
	.in = {SCHEMA_URL_CHECKS},
	.type = SCHEMA_TYPE_CHOICE,
	.choices = schema_switch,
	.bare = "on",
	.no_effect = "one probe asks for every url, so that one is enough to recover",
	.help = "Asks for the urls without waiting when the server recovers.",
    },
    {
	.id = KW_HTTP_NB_GET_RETRY,
	.name = "nb_get_retry",
	.in = {SCHEMA_URL_CHECKS},
	.type = SCHEMA_TYPE_NUMBER,
	.min = 0,
	.max = UINT32_MAX,
	.fields = {CHECK_FIELD(retry, .is_spelling = true)},
	.help = "The older word for retry.",
    },
    {
	.id = KW_TLS_COMPLIANT,
	.name = "tls_compliant",
	.in = {SCHEMA_TLS_CHECKS, SCHEMA_URL},
	.type = SCHEMA_TYPE_CHOICE,
	.choices = schema_switch,
	.bare = "on",
	.no_effect = "libcurl ends TLS connections as it sees fit",
	.help = "Ends the connection as TLS demands.",
    },
    {
	.id = KW_URL_REGEX,
	.name = "regex",
	.in = {SCHEMA_URL},
	.type = SCHEMA_TYPE_TEXT,
	.argument = "PATTERN",
	.max = 4096,
	.no_effect = no_regex,
	.dangerous = "not searched for",
	.help = "Pattern that the body must match.",
    },
    {
	.id = KW_URL_REGEX_NO_MATCH,
	.name = "regex_no_match",
	.in = {SCHEMA_URL},
	.no_effect = no_regex,
	.help = "The body must not match.",
    },
    {
	.id = KW_URL_REGEX_OPTIONS,
	.name = "regex_options",
	.in = {SCHEMA_URL},
	.type = SCHEMA_TYPE_WORDS,
	.argument = "OPTION ...",
	.min = 1,
	.max = 32,
	.no_effect = no_regex,
	.help = "Options of PCRE2.",
    },
    {
	.id = KW_URL_REGEX_STACK,
	.name = "regex_stack",
	.in = {SCHEMA_URL},
	.type = SCHEMA_TYPE_NUMBERS,
	.argument = "START MAX",
	.min = 1,
	.max = UINT32_MAX,
	.no_effect = no_regex,
	.help = "Memory of PCRE2.",
    },
    {
	.id = KW_URL_REGEX_MIN_OFFSET,
	.name = "regex_min_offset",
	.in = {SCHEMA_URL},
	.type = SCHEMA_TYPE_NUMBER,
	.min = 0,
	.max = UINT32_MAX,
	.unit = "bytes",
	.no_effect = no_regex,
	.help = "Where in the body a match may begin.",
    },
    {
	.id = KW_URL_REGEX_MAX_OFFSET,
	.name = "regex_max_offset",
	.in = {SCHEMA_URL},
	.type = SCHEMA_TYPE_NUMBER,
	.min = 0,
	.max = UINT32_MAX,
	.unit = "bytes",
	.no_effect = no_regex,
	.help = "Where in the body a match must have ended.",
    },
};

const struct schema_table schema_urls = {rows, sizeof(rows) / sizeof(rows[0])};

/* ---- model ---- */

const char *urls_host(struct draft *draft, const struct node *node,
		      const struct build_heritage *heritage)
{
	const struct node *host = resolve_child(node, KW_VIRTUALHOST);

	return host ? arena_strdup(draft->conf->arena, host->value.text) : heritage->host;
}

static const char *lower_case(struct arena *arena, const char *text)
{
	char *copy = arena_strdup(arena, text);

	for (char *at = copy; *at; at++)
		*at = (char)tolower((unsigned char)*at);
	return copy;
}

static void path_judge(struct draft *draft, const struct node *node, const struct conf_url *url)
{
	if (node && url->path[0] != '/')
		report_warning(draft->report, &node->words[1].place,
			       "path '%s' does not begin with '/': most servers refuse such a "
			       "request",
			       url->path);
}

/* url has the values of its block, node. */
static void url_settle(struct draft *draft, const struct node *node, const char *host,
		       struct conf_url *url)
{
	url->place = *parse_place(node);
	if (!url->host[0])
		url->host = host;
	url->digest = lower_case(draft->conf->arena, url->digest);
	path_judge(draft, resolve_child(node, KW_URL_PATH), url);
	if (!url->n_statuses)
		build_list_default(draft, lookup_row(draft->lookup, KW_URL_STATUS_CODE),
				   CONF_OBJECT_URL, url);
}

void urls_settle(struct draft *draft, const struct node *node, const char *host,
		 struct conf_check *check)
{
	size_t n = 0;

	for (const struct node *child = node->children; child; child = child->next)
		if (resolve_id(child) == KW_URL)
			url_settle(draft, child, host, &check->urls[n++]);
}

static size_t urls_size(const struct conf_check *check)
{
	size_t size = 0;

	for (size_t i = 0; i < check->n_urls; i++) {
		const struct conf_url *url = &check->urls[i];

		size += strlen(url->path) + strlen(url->host) + strlen(url->digest) + URL_SIZE +
			url->n_statuses * sizeof(*url->statuses);
	}
	return size;
}

void urls_judge(struct draft *draft, const struct conf_check *check)
{
	if (urls_size(check) > URLS_SIZE_MAX)
		report_error(draft->report, &check->place,
			     "%s: its urls have more than %d bytes together",
			     conf_kinds[check->type].facts.name, URLS_SIZE_MAX);
}

/* ---- differences ---- */

/* Compares url number i of both sides. */
static void url_fields(struct fields *fields, size_t i, const struct conf_url *older,
		       const struct conf_url *newer)
{
	for (size_t k = 0; k < fields->table->of[SCHEMA_URL].n; k++) {
		const struct table_entry *entry = &fields->table->of[SCHEMA_URL].items[k];
		char name[URL_NAME_MAX];

		snprintf(name, sizeof(name), "url#%zu %s", i + 1, entry->row->name);
		fields_compare(fields, entry, name, older, newer);
	}
}

bool urls_compare(struct fields *fields, const struct schema_keyword *row,
		  const struct conf_check *older, const struct conf_check *newer)
{
	if (row->id != KW_URL)
		return false;
	for (size_t i = 0; i < older->n_urls || i < newer->n_urls; i++) {
		if (i >= older->n_urls)
			field_element(&fields->out, "url", "", newer->urls[i].path);
		else if (i >= newer->n_urls)
			field_element(&fields->out, "url", older->urls[i].path, "");
		else
			url_fields(fields, i, &older->urls[i], &newer->urls[i]);
	}
	return true;
}
