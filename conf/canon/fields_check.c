/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "conf/canon/canon.h"
#include "conf/canon/field.h"
#include "conf/canon/fields.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* "200 301-302", for free(). */
static char *statuses_text(const struct conf_url *url)
{
	struct out out;

	out_init(&out, NULL, NULL);
	canon_statuses_write(url, &out);
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

/* Room for "url#4294967295 status_code". */
#define URL_NAME_MAX 48

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

static void urls_fields(struct fields *fields, const struct conf_check *older,
			const struct conf_check *newer)
{
	for (size_t i = 0; i < older->n_urls || i < newer->n_urls; i++) {
		if (i >= older->n_urls)
			field_element(&fields->out, "url", "", newer->urls[i].path);
		else if (i >= newer->n_urls)
			field_element(&fields->out, "url", older->urls[i].path, "");
		else
			url_fields(fields, i, &older->urls[i], &newer->urls[i]);
	}
}

static bool check_rule(struct fields *fields, const struct schema_keyword *row, const void *left,
		       const void *right)
{
	const struct conf_check *older = left, *newer = right;

	switch (row->id) {
	case KW_CHECK_CONNECT_PORT:
		if (addr_cmp(&older->target.addr, &newer->target.addr))
			return true; /* said with the address */
		/* fall through */
	case KW_CHECK_CONNECT_IP:
		field_endpoint(&fields->out, "target", &older->target, &newer->target);
		return true;
	case KW_CHECK_BIND_PORT:
		if (addr_cmp(&older->bind.addr, &newer->bind.addr))
			return true;
		/* fall through */
	case KW_CHECK_BINDTO:
		field_endpoint(&fields->out, "bind", &older->bind, &newer->bind);
		return true;
	case KW_URL:
		urls_fields(fields, older, newer);
		return true;
	default:
		return false;
	}
}

void fields_check(struct fields *fields, const struct conf_check *older,
		  const struct conf_check *newer)
{
	static const enum schema_block blocks[] = {
	    [CONF_CHECK_TCP] = SCHEMA_TCP_CHECK,
	    [CONF_CHECK_HTTP] = SCHEMA_HTTP_GET,
	    [CONF_CHECK_SSL] = SCHEMA_SSL_GET,
	    [CONF_CHECK_MISC] = SCHEMA_MISC_CHECK,
	};

	fields_walk(fields, blocks[newer->type], older, newer, check_rule);
}
