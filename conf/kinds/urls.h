/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The urls of HTTP_GET and SSL_GET: their keywords, and the rules that both kinds share. */
#ifndef LVSD_CONF_KINDS_URLS_H
#define LVSD_CONF_KINDS_URLS_H

#include "conf/canon/fields.h"
#include "conf/kind.h"
#include "conf/model/build.h"

/* The virtualhost for urls without one of their own: that of node, else of the blocks around it; or
 * "". */
const char *urls_host(struct draft *draft, const struct node *node,
		      const struct build_heritage *heritage);

/* Completes check->urls, which have the values of the url blocks in node. */
void urls_settle(struct draft *draft, const struct node *node, const char *host,
		 struct conf_check *check);

/* The functions judge and compare of struct conf_kind. */
void urls_judge(struct draft *draft, const struct conf_check *check);
bool urls_compare(struct fields *fields, const struct schema_keyword *row,
		  const struct conf_check *older, const struct conf_check *newer);

#endif
