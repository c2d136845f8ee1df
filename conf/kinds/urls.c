/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "conf/kinds/urls.h"
#include "conf/canon/canon_fields.h"
#include "conf/canon/field.h"
#include "conf/tree/value.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

/* What the urls of one check may hold: a check crosses to the check process in one message. */
#define URLS_SIZE_MAX 60000
#define URL_SIZE      32

/* Status codes that mean success when a url names none. */
#define STATUS_FIRST 200
#define STATUS_LAST  299

/* Room for "url#4294967295 status_code". */
#define URL_NAME_MAX 48

#define HTTP_CHECKS SCHEMA_HTTP_GET, SCHEMA_SSL_GET

static const struct schema_choice http_versions[] = {
    {"1.0", CONF_HTTP_1_0}, {"1.0C", CONF_HTTP_1_0C}, {"1.1", CONF_HTTP_1_1}, {0}};

static const struct schema_keyword rows[] = {
    {
	.id = KW_HTTP_DELAY_BEFORE_RETRY,
	.name = "delay_before_retry",
	.in = {HTTP_CHECKS},
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
	.in = {HTTP_CHECKS},
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
	.in = {HTTP_CHECKS},
	.opens = SCHEMA_URL,
	.is_repeatable = true,
	.is_required = true,
	.fields = {CHECK_FIELD(urls, .is_meaning = true)},
	.help = "One thing to fetch, and what it must answer.",
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
	.fields = {URL_FIELD(statuses)},
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
};

const struct schema_table schema_urls = {rows, sizeof(rows) / sizeof(rows[0])};

/* ---- model ---- */

const char *urls_host(struct draft *draft, const struct node *node,
		      const struct build_heritage *heritage)
{
	const struct node *host = resolve_child(node, KW_VIRTUALHOST);

	return host ? arena_strdup(draft->conf->arena, host->value.text) : heritage->host;
}

static size_t status_count(const struct node *url)
{
	size_t n = 0;

	for (const struct node *node = url->children; node; node = node->next)
		if (resolve_id(node) == KW_URL_STATUS_CODE)
			n += node->value.ranges.n;
	return n;
}

static void statuses_add(const struct schema_value *value, struct conf_url *url)
{
	for (uint32_t i = 0; i < value->ranges.n; i++) {
		const struct schema_range *range = &value->ranges.items[i];

		url->statuses[url->n_statuses++] =
		    (struct conf_status_range){(uint16_t)range->first, (uint16_t)range->last};
	}
}

static void statuses_build(struct draft *draft, const struct node *node, struct conf_url *url)
{
	const struct schema_keyword *row = lookup_row(draft->lookup, KW_URL_STATUS_CODE);
	struct schema_value usual = {0};
	size_t n = status_count(node);

	url->statuses = arena_calloc(draft->conf->arena, n ? n : 1, sizeof(*url->statuses));
	if (!n)
		value_parse(row, 0, row->def, &usual, draft->conf->arena, NULL);
	statuses_add(&usual, url);
	for (const struct node *child = node->children; child; child = child->next)
		if (resolve_id(child) == KW_URL_STATUS_CODE)
			statuses_add(&child->value, url);
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

void urls_build(struct draft *draft, const struct node *node, const char *host,
		struct conf_check *check)
{
	check->urls =
	    arena_calloc(draft->conf->arena, resolve_count(node, KW_URL), sizeof(*check->urls));
	for (const struct node *child = node->children; child; child = child->next)
		if (resolve_id(child) == KW_URL)
			url_build(draft, child, host, &check->urls[check->n_urls++]);
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
			     conf_check_kind(check)->name, URLS_SIZE_MAX);
}

/* ---- canon ---- */

static void statuses_out(const struct conf_url *url, struct out *out)
{
	for (size_t i = 0; i < url->n_statuses; i++) {
		out_text(out, i ? " " : "");
		out_number(out, url->statuses[i].first);
		if (url->statuses[i].first == url->statuses[i].last)
			continue;
		out_text(out, "-");
		out_number(out, url->statuses[i].last);
	}
}

static void statuses_write(const struct conf_url *url, struct lines *lines)
{
	lines_begin(lines, KW_URL_STATUS_CODE);
	statuses_out(url, lines->out);
	lines_end(lines, url->n_statuses == 1 && url->statuses[0].first == STATUS_FIRST &&
			     url->statuses[0].last == STATUS_LAST);
}

static bool url_rule(struct lines *lines, enum canon_part part, const struct schema_keyword *row,
		     const void *arg)
{
	(void)part;
	if (row->id != KW_URL_STATUS_CODE)
		return false;
	statuses_write(arg, lines);
	return true;
}

bool urls_write(struct lines *lines, const struct schema_keyword *row,
		const struct canon_check *around)
{
	const struct conf_check *check = around->check;

	if (row->id != KW_URL)
		return false;
	for (size_t i = 0; i < check->n_urls; i++) {
		lines_open(lines, KW_URL, "");
		canon_fields(lines, around->part, SCHEMA_URL, &check->urls[i], url_rule,
			     &check->urls[i]);
		lines_close(lines);
	}
	return true;
}

/* "200 301-302", for free(). */
static char *statuses_text(const struct conf_url *url)
{
	struct out out;

	out_init(&out, NULL, NULL);
	statuses_out(url, &out);
	return out_take(&out);
}

static bool statuses_are_same(const struct conf_url *a, const struct conf_url *b)
{
	return a->n_statuses == b->n_statuses &&
	       !memcmp(a->statuses, b->statuses, a->n_statuses * sizeof(*a->statuses));
}

static void statuses_field(struct out *out, const char *name, const struct conf_url *older,
			   const struct conf_url *newer)
{
	char *a, *b;

	if (statuses_are_same(older, newer))
		return;
	a = statuses_text(older);
	b = statuses_text(newer);
	field_text(out, name, a, b);
	free(a);
	free(b);
}

/* Number i of both sides. */
static void url_fields(struct fields *fields, size_t i, const struct conf_url *older,
		       const struct conf_url *newer)
{
	for (size_t k = 0; k < fields->table->of[SCHEMA_URL].n; k++) {
		const struct table_entry *entry = &fields->table->of[SCHEMA_URL].items[k];
		char name[URL_NAME_MAX];

		snprintf(name, sizeof(name), "url#%zu %s", i + 1, entry->row->name);
		if (entry->row->id == KW_URL_STATUS_CODE)
			statuses_field(&fields->out, name, older, newer);
		else
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
