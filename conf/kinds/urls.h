/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The urls of HTTP_GET and SSL_GET: their keywords, and the rules that both kinds share. */
#ifndef LVSD_CONF_KINDS_URLS_H
#define LVSD_CONF_KINDS_URLS_H

#include "conf/canon/fields.h"
#include "conf/kinds/rules.h"

/* The virtualhost for urls that give none: the virtualhost of the check (node), else the one that
 * the blocks around the check give (heritage), else "". */
const char *urls_host(struct draft *draft, const struct node *node,
		      const struct build_heritage *heritage);

/* Whether a word is an option of regex_options, and which bits it has for base/regex. */
bool urls_regex_option(const char *word, uint32_t *ret_bits);
/* The bits of all options of a url. */
uint32_t urls_regex_options(const struct conf_url *url);

/* Is the text what tls_pin may say: "sha256//" and a hash in base64, several with ';' between? */
bool ssl_is_pin(const char *text);

/* Is the line a header, such as "Accept: text/html"? */
bool urls_is_header(const char *line);

/* Fills in what the url blocks of node leave out: a url without a virtualhost gets host, a url
 * without status codes the default. Call it when check->urls have the values of their blocks. */
void urls_settle(struct draft *draft, const struct node *node, const char *host,
		 struct conf_check *check);

/* The functions judge and compare of both kinds (struct conf_kind_rules in conf/kind.h). */
void urls_judge(struct draft *draft, const struct conf_check *check);
bool urls_compare(struct fields *fields, const struct schema_keyword *row,
		  const struct conf_check *older, const struct conf_check *newer);

#endif
