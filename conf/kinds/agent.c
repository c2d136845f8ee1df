/* SPDX-License-Identifier: GPL-2.0-or-later */
/* AGENT_CHECK. */
#include "conf/kinds/rules.h"
#include "conf/text/escaped.h"

CONF_KIND(AGENT, AGENT_CHECK, agent, CHECK, agent, SCHEMA_TIMED_CHECKS | SCHEMA_NETWORK_CHECKS);

static const struct schema_keyword rows[] = {
    {
	.id = KW_AGENT_CHECK,
	.name = "AGENT_CHECK",
	.in = {SCHEMA_REAL_SERVER},
	.opens = SCHEMA_AGENT_CHECK,
	.is_repeatable = true,
	.is_own = true,
	.help =
	    "An agent on the server says what the server can bear, by one line of HAProxy's words: "
	    "up, down, fail, stopped, ready, drain, maint, N% and weight:N; a text after # is a "
	    "reason. What it does not say stays. Without an answer nothing changes. lvsctl agent "
	    "says the same words to lvsd.",
    },
    {
	.id = KW_AGENT_PORT,
	.name = "agent_port",
	.in = {SCHEMA_AGENT_CHECK},
	.type = SCHEMA_TYPE_NUMBER,
	.min = 1,
	.max = 65535,
	.is_own = true,
	.fields = {CHECK_FIELD(agent_port, .is_crossing = true, .is_meaning = true)},
	.help =
	    "TCP port of the agent. When absent, nobody is asked, and the agent speaks by lvsctl "
	    "agent.",
    },
    {
	.id = KW_AGENT_SEND,
	.name = "agent_send",
	.in = {SCHEMA_AGENT_CHECK},
	.type = SCHEMA_TYPE_TEXT,
	.argument = "TEXT",
	.max = CONF_STEP_TEXT_MAX,
	.is_own = true,
	.is_sent = true,
	.fields = {CHECK_FIELD(agent_send, .is_crossing = true, .is_meaning = true)},
	.help = "What the agent is told before it speaks, with escapes as in a dialogue's send. When "
		"absent, nothing.",
    },
};

const struct schema_table schema_agent = {rows, sizeof(rows) / sizeof(rows[0])};

static void agent_settle(struct draft *draft, const struct node *node,
			 const struct build_heritage *heritage, struct conf_check *check)
{
	const struct node *port = resolve_child(node, KW_CHECK_CONNECT_PORT);

	(void)heritage;
	check->is_agent = true;
	/* An agent's word decides at once, whatever the blocks around say of retry, fall and rise. */
	check->retry = check->rise = 0;
	check->fast_us = 0;
	/* As with misc_dynamic, the server keeps its weight over a restart until its agent speaks.
	 */
	check->is_dynamic = true;
	if (!check->agent_port)
		return;
	if (port && port->value.number != check->agent_port)
		report_error(
		    draft->report, parse_place(port),
		    "AGENT_CHECK: agent_port %u is its port, not connect_port %u: write one of "
		    "them",
		    check->agent_port, (unsigned)port->value.number);
	check->target.port = check->agent_port;
}

static void agent_send_judge(struct draft *draft, const struct conf_check *check)
{
	struct err err;
	size_t n;

	if (escaped_read(check->agent_send, NULL, &n, &err) < 0)
		report_error(draft->report, &check->place, "AGENT_CHECK: agent_send %s", err.text);
	else if (check->agent_send[0] && !check->agent_port)
		report_warning(draft->report, &check->place,
			       "AGENT_CHECK: without agent_port nobody is told agent_send");
}

const struct conf_kind_rules conf_kind_agent = {
    .tables = {&schema_check, &schema_agent},
    .settle = agent_settle,
    .judge = agent_send_judge,
};
