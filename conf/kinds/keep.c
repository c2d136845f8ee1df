/* SPDX-License-Identifier: GPL-2.0-or-later */
/* KEEP_CHECK. */
#include "conf/kinds/rules.h"

CONF_KIND(KEEP, KEEP_CHECK, keep, CHECK, keep,
	  SCHEMA_TIMED_CHECKS | SCHEMA_NETWORK_CHECKS | SCHEMA_RETRYING_CHECKS |
	  SCHEMA_PAUSING_CHECKS | SCHEMA_COUNTING_CHECKS);

static const struct schema_keyword rows[] = {
    {
	.id = KW_KEEP_CHECK,
	.name = "KEEP_CHECK",
	.in = {SCHEMA_REAL_SERVER},
	.opens = SCHEMA_KEEP_CHECK,
	.is_repeatable = true,
	.is_own = true,
	.help = "Holds an idle TCP connection to the server, whose end has the server's other checks "
		"probed at once: so a crash shows between two probes. It decides nothing itself, "
		"unless no other check probes the server: then it is a TCP_CHECK that connects again "
		"at once. delay_loop: how often it tries to connect while no connection is held.",
    },
};

const struct schema_table schema_keep = {rows, sizeof(rows) / sizeof(rows[0])};

static void keep_settle(struct draft *draft, const struct node *node,
			const struct build_heritage *heritage, struct conf_check *check)
{
	(void)draft, (void)node, (void)heritage;
	check->is_watch = true;
}

const struct conf_kind_rules conf_kind_keep = {
    .tables = {&schema_check, &schema_keep},
    .settle = keep_settle,
};
