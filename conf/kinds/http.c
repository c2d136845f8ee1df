/* SPDX-License-Identifier: GPL-2.0-or-later */
/* HTTP_GET. */
#include "conf/kinds/urls.h"

CONF_KIND(HTTP, HTTP_GET, http, CHECK, http,
	  SCHEMA_TIMED_CHECKS | SCHEMA_NETWORK_CHECKS | SCHEMA_RETRYING_CHECKS | SCHEMA_COUNTING_CHECKS |
	  SCHEMA_PASSING_CHECKS | SCHEMA_URL_CHECKS);

static const struct schema_keyword rows[] = {
    {
	.id = KW_HTTP_GET,
	.name = "HTTP_GET",
	.in = {SCHEMA_REAL_SERVER},
	.opens = SCHEMA_HTTP_GET,
	.is_repeatable = true,
	.help = "The server is up when each url answers as it should.",
    },
};

const struct schema_table schema_http = {rows, sizeof(rows) / sizeof(rows[0])};

static void http_settle(struct draft *draft, const struct node *node,
			const struct build_heritage *heritage, struct conf_check *check)
{
	urls_settle(draft, node, urls_host(draft, node, heritage), check);
}

const struct conf_kind_rules conf_kind_http = {
    .tables = {&schema_check, &schema_http, &schema_urls},
    .settle = http_settle,
    .judge = urls_judge,
    .compare = urls_compare,
};
