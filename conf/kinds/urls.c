/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "conf/kinds/urls.h"
#include "base/regex/regex.h"
#include "conf/canon/field.h"

#include <ctype.h>
#include <stdio.h>
#include <strings.h>

/* The most bytes of all urls of one check: a check is sent to the check process in one frame. */
#define URLS_SIZE_MAX 60000
#define URL_SIZE      64

/* Room for "url#4294967295 status_code". */
#define URL_NAME_MAX 48

static const struct schema_choice http_versions[] = {
    {"1.0", CONF_HTTP_1_0}, {"1.0C", CONF_HTTP_1_0C}, {"1.1", CONF_HTTP_1_1}, {"2", CONF_HTTP_2}, {0}};

static const struct schema_choice methods[] = {{"GET", 0},    {"HEAD", 1},    {"POST", 2}, {"PUT", 3},
					      {"PATCH", 4}, {"DELETE", 5}, {"OPTIONS", 6}, {0}};

/* The tables that have the fields of list elements. */
static const struct schema_table *const url_tables[] = {&schema_urls, &schema_check, NULL};

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
	.help = "Version of HTTP; 1.0C asks to close the connection. 2: a server that answers by another "
		"version fails. Without TLS the probe begins with HTTP/2 at once (prior knowledge), "
		"with TLS it asks for it (ALPN). keepalived does not have 2.",
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
	.def = "off",
	.fields = {CHECK_FIELD(is_recovering_fast, .is_late = true)},
	.help = "After a start or a failure, no time passes between one url and the next. In lvsd it "
		"never does: one probe asks for all urls, so `off` changes nothing.",
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
	.def = "off",
	.fields = {CHECK_FIELD(is_tls_compliant, .is_late = true),
		   URL_FIELD(is_tls_compliant, .is_late = true)},
	.help = "The probe ends the connection as TLS demands, by close_notify. In lvsd it always does: "
		"`off` changes nothing.",
    },
    {
	.id = KW_URL_REGEX,
	.name = "regex",
	.in = {SCHEMA_URL},
	.type = SCHEMA_TYPE_TEXT,
	.argument = "PATTERN",
	.max = REGEX_PATTERN_MAX,
	.fields = {URL_FIELD(regex, .is_crossing = true)},
	.help = "Pattern of PCRE2 that the body must match somewhere. The first 1 MiB of the body is "
		"searched. A search that takes too much work or memory is no match, and a failure.",
	.example = "regex \"status: *ok\"",
    },
    {
	.id = KW_URL_REGEX_NO_MATCH,
	.name = "regex_no_match",
	.in = {SCHEMA_URL},
	.fields = {URL_FIELD(is_regex_refused, .is_crossing = true)},
	.help = "The body must not match. A body of more than 1 MiB fails, since its end is not searched.",
    },
    {
	.id = KW_URL_REGEX_OPTIONS,
	.name = "regex_options",
	.in = {SCHEMA_URL},
	.type = SCHEMA_TYPE_WORDS,
	.argument = "OPTION ...",
	.min = 1,
	.max = 32,
	.fields = {URL_LIST(regex_options, n_regex_options, CONF_OBJECT_REGEX_OPTION, url_tables,
			    .is_crossing = true),
		   VALUE_FIELD(CONF_OBJECT_REGEX_OPTION, FIELD_TEXT, .is_crossing = true)},
	.help = "Options of PCRE2 (pcre2api(3)): allow_empty_class, alt_bsux, alt_circumflex, "
		"alt_verbnames, auto_callout, caseless, dollar_endonly, dotall, dupnames, extended, "
		"firstline, match_unset_backref, multiline, never_backslash_c, never_ucp, never_utf, "
		"no_auto_capture, no_auto_possess, no_dotstar_anchor, no_start_optimize, ucp, "
		"ungreedy, use_offset_limit, utf.",
	.example = "regex_options caseless multiline",
    },
    {
	.id = KW_URL_REGEX_STACK,
	.name = "regex_stack",
	.in = {SCHEMA_URL},
	.type = SCHEMA_TYPE_NUMBERS,
	.argument = "START MAX",
	.min = 1,
	.max = UINT32_MAX,
	.unit = "bytes",
	.fields = {URL_LIST(regex_stack, n_regex_stack, CONF_OBJECT_REGEX_STACK, url_tables,
			    .is_ordered = true, .is_crossing = true),
		   VALUE_FIELD(CONF_OBJECT_REGEX_STACK, FIELD_U32, .is_crossing = true)},
	.help = "Memory for one search: MAX bytes, 4 MiB at most, which is what a search may take "
		"without this keyword, and 64 KiB at least. It grows by need, so START says nothing: lvsd interprets "
		"patterns, where keepalived makes machine code of them.",
    },
    {
	.id = KW_URL_REGEX_MIN_OFFSET,
	.name = "regex_min_offset",
	.in = {SCHEMA_URL},
	.type = SCHEMA_TYPE_NUMBER,
	.min = 0,
	.max = UINT32_MAX,
	.unit = "bytes",
	.fields = {URL_FIELD(regex_min_offset, .is_crossing = true)},
	.help = "Offset in the body at which a match may begin at the earliest.",
    },
    {
	.id = KW_URL_REGEX_MAX_OFFSET,
	.name = "regex_max_offset",
	.in = {SCHEMA_URL},
	.type = SCHEMA_TYPE_NUMBER,
	.min = 0,
	.max = UINT32_MAX,
	.unit = "bytes",
	.fields = {URL_FIELD(regex_max_offset, .is_one_more = true, .is_crossing = true)},
	.help = "Offset in the body at which a match may begin at the latest.",
    },
    {
	.id = KW_URL_METHOD,
	.name = "method",
	.in = {SCHEMA_URL},
	.type = SCHEMA_TYPE_CHOICE,
	.choices = methods,
	.is_any_case = true,
	.is_own = true,
	.fields = {URL_FIELD(method, .is_late = true, .is_crossing = true)},
	.help = "Method of the request. When absent, POST if there is a body, else GET.",
	.example = "method HEAD",
    },
    {
	.id = KW_URL_HEADER,
	.name = "header",
	.in = {SCHEMA_URL},
	.type = SCHEMA_TYPE_TEXT,
	.argument = "\"NAME: VALUE\"",
	.max = 1024,
	.is_repeatable = true,
	.is_own = true,
	.is_sent = true,
	.fields = {URL_LIST(headers, n_headers, CONF_OBJECT_HEADER, url_tables, .is_ordered = true,
			    .is_crossing = true),
		   VALUE_FIELD(CONF_OBJECT_HEADER, FIELD_TEXT, .is_crossing = true)},
	.help = "A header line of the request. Host is what virtualhost says; Connection, "
		"Content-Length and Transfer-Encoding are the probe's own.",
	.example = "header \"Authorization: Bearer 1234\"",
    },
    {
	.id = KW_URL_BODY,
	.name = "body",
	.in = {SCHEMA_URL},
	.type = SCHEMA_TYPE_TEXT,
	.argument = "TEXT",
	.max = 4096,
	.is_own = true,
	.is_sent = true,
	.fields = {URL_FIELD(body, .is_late = true, .is_crossing = true)},
	.help = "Body of the request. Its type is said by `header`, if at all. A text of this file "
		"cannot contain double quotes: see body_hex.",
	.example = "body \"ping=1\"",
    },
    {
	.id = KW_URL_BODY_HEX,
	.name = "body_hex",
	.in = {SCHEMA_URL},
	.type = SCHEMA_TYPE_BYTES,
	.min = 1,
	.max = 4096,
	.is_own = true,
	.is_sent = true,
	.fields = {URL_FIELD(body_hex, .is_late = true, .is_crossing = true)},
	.help = "Body of the request in hex: any bytes, such as JSON (`printf '{\"a\":1}' | xxd -p`).",
	.example = "body_hex 7b2261223a317d",
    },
    {
	.id = KW_URL_GRPC_HEALTH,
	.name = "grpc_health",
	.in = {SCHEMA_URL},
	.is_own = true,
	.fields = {URL_FIELD(is_grpc, .is_late = true, .is_crossing = true)},
	.help = "Asks gRPC's health service (grpc.health.v1.Health/Check) by HTTP/2: the server is up "
		"when it answers SERVING. path is that of the method, /grpc.health.v1.Health/Check. "
		"HTTP_GET asks without TLS, SSL_GET with TLS.",
    },
    {
	.id = KW_URL_GRPC_SERVICE,
	.name = "grpc_service",
	.in = {SCHEMA_URL},
	.type = SCHEMA_TYPE_TEXT,
	.argument = "SERVICE",
	.max = 255,
	.is_own = true,
	.fields = {URL_FIELD(grpc_service, .is_late = true, .is_crossing = true)},
	.help = "The service that grpc_health asks for. When absent, the whole server.",
	.example = "grpc_service example.Shop",
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

uint32_t urls_regex_options(const struct conf_url *url)
{
	uint32_t options = 0, bits;

	for (size_t i = 0; i < url->n_regex_options; i++)
		if (urls_regex_option(url->regex_options[i].text, &bits))
			options |= bits;
	return options;
}

bool urls_regex_option(const char *word, uint32_t *ret_bits)
{
	const char *name;

	*ret_bits = 0;
	/* lvsd sets this option for every pattern. */
	if (!strcmp(word, "use_offset_limit"))
		return true;
	for (unsigned i = 0; (name = regex_option_name(i, ret_bits)); i++)
		if (!strcmp(word, name))
			return true;
	return false;
}

/* Compiles the pattern, for the mistakes in it. */
static void pattern_judge(struct draft *draft, const struct node *node, const struct conf_url *url)
{
	struct regex *regex;
	struct err err;

	if (regex_new(url->regex, strlen(url->regex), urls_regex_options(url), &regex, &err) < 0)
		report_error(draft->report, build_place(node, KW_URL_REGEX), "regex: %s", err.text);
	else
		regex_free(regex);
}

static void options_judge(struct draft *draft, const struct node *node, const struct conf_url *url)
{
	uint32_t bits;

	for (size_t i = 0; i < url->n_regex_options; i++)
		if (!urls_regex_option(url->regex_options[i].text, &bits))
			report_error(draft->report, build_place(node, KW_URL_REGEX_OPTIONS),
				     "regex_options: '%s' is no option; lvsd.conf(5) lists them",
				     url->regex_options[i].text);
}

static void stack_judge(struct draft *draft, const struct node *node, const struct conf_url *url)
{
	if (url->n_regex_stack && url->n_regex_stack != 2)
		report_error(draft->report, build_place(node, KW_URL_REGEX_STACK),
			     "regex_stack needs two numbers: the bytes at first, and at most");
	else if (url->n_regex_stack && url->regex_stack[0] > url->regex_stack[1])
		report_error(draft->report, build_place(node, KW_URL_REGEX_STACK),
			     "regex_stack: START %u is greater than MAX %u",
			     (unsigned)url->regex_stack[0], (unsigned)url->regex_stack[1]);
}

/* The first statement in node that says something about a regex; NULL: there is none. */
static const struct node *regex_remark(const struct node *node)
{
	static const enum schema_id ids[] = {KW_URL_REGEX_NO_MATCH, KW_URL_REGEX_OPTIONS,
					     KW_URL_REGEX_STACK, KW_URL_REGEX_MIN_OFFSET,
					     KW_URL_REGEX_MAX_OFFSET};

	for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++)
		if (resolve_child(node, ids[i]))
			return resolve_child(node, ids[i]);
	return NULL;
}

static void regex_judge(struct draft *draft, const struct node *node, const struct conf_url *url)
{
	const struct node *remark = regex_remark(node);

	options_judge(draft, node, url);
	stack_judge(draft, node, url);
	if (url->regex[0])
		pattern_judge(draft, node, url);
	else if (remark)
		report_warning(draft->report, parse_place(remark),
			       "%s has no effect: this url has no regex", remark->keyword->name);
	if (url->regex_max_offset && url->regex_min_offset >= url->regex_max_offset)
		report_error(draft->report, build_place(node, KW_URL_REGEX_MIN_OFFSET),
			     "regex_min_offset %llu is greater than regex_max_offset %llu: no match "
			     "can begin there",
			     (unsigned long long)url->regex_min_offset,
			     (unsigned long long)url->regex_max_offset - 1);
}

bool urls_is_header(const char *line)
{
	/* Letters of a name: RFC 9110, 5.6.2. */
	static const char token[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789!#$%&'*+-.^_`|~";
	size_t len = strspn(line, token);

	return len && line[len] == ':' && line[len + 1 + strspn(line + len + 1, " ")];
}

/* The probe itself writes these. */
static const char *own_header(const char *line)
{
	static const char *const own[] = {"Host", "Connection", "Content-Length",
					  "Transfer-Encoding"};

	for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++)
		if (!strncasecmp(line, own[i], strlen(own[i])) && line[strlen(own[i])] == ':')
			return own[i];
	return NULL;
}

static void header_judge(struct draft *draft, const struct node *node)
{
	const char *line = node->value.text, *own = own_header(line);

	if (!urls_is_header(line))
		report_error(draft->report, &node->words[1].place,
			     "header '%s' is not NAME: VALUE, such as \"Accept: text/html\"", line);
	else if (own)
		report_error(draft->report, &node->words[1].place,
			     "header: the probe writes %s itself%s", own,
			     strcmp(own, "Host") ? "" : "; write virtualhost");
}

static void request_judge(struct draft *draft, const struct node *node, const struct conf_url *url)
{
	static const enum schema_id needless[] = {KW_URL_METHOD, KW_URL_BODY, KW_URL_BODY_HEX};

	for (const struct node *child = node->children; child; child = child->next)
		if (resolve_id(child) == KW_URL_HEADER)
			header_judge(draft, child);
	for (size_t i = 0; url->is_grpc && i < sizeof(needless) / sizeof(needless[0]); i++)
		if (resolve_child(node, needless[i]))
			report_warning(draft->report, build_place(node, needless[i]),
				       "%s has no effect: grpc_health makes the request itself",
				       resolve_child(node, needless[i])->keyword->name);
	if (*url->body && *url->body_hex)
		report_error(draft->report, build_place(node, KW_URL_BODY_HEX),
			     "body_hex: this url has a body already; write one of them");
	if (*url->grpc_service && !url->is_grpc)
		report_warning(draft->report, build_place(node, KW_URL_GRPC_SERVICE),
			       "grpc_service has no effect: this url has no grpc_health");
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
	regex_judge(draft, node, url);
	request_judge(draft, node, url);
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

static size_t words_size(const struct conf_word *words, size_t n)
{
	size_t size = 0;

	for (size_t i = 0; i < n; i++)
		size += strlen(words[i].text) + 2;
	return size;
}

static size_t urls_size(const struct conf_check *check)
{
	size_t size = 0;

	for (size_t i = 0; i < check->n_urls; i++) {
		const struct conf_url *url = &check->urls[i];

		size += strlen(url->path) + strlen(url->host) + strlen(url->digest) +
			strlen(url->regex) + URL_SIZE + url->n_statuses * sizeof(*url->statuses);
		size += strlen(url->method) + strlen(url->body) + strlen(url->body_hex) +
			strlen(url->grpc_service);
		size += words_size(url->regex_options, url->n_regex_options);
		size += words_size(url->headers, url->n_headers);
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
