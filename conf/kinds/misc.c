/* SPDX-License-Identifier: GPL-2.0-or-later */
/* MISC_CHECK: runs a script of the user. */
#include "conf/kinds/rules.h"

/* A day: a script that may run longer is no check. */
#define SCRIPT_TIMER_MAX_US (INT64_C(86400) * 1000000)

CONF_KIND(MISC, MISC_CHECK, misc, SCRIPT, none, SCHEMA_TIMED_CHECKS | SCHEMA_PAUSING_CHECKS |
	  SCHEMA_COUNTING_CHECKS);

static const struct schema_choice protocols[] = {{"keepalived", CONF_MISC_KEEPALIVED},
						 {"nagios", CONF_MISC_NAGIOS},
						 {"json", CONF_MISC_JSON},
						 {0}};
static const struct schema_choice timeouts[] = {{"fail", false}, {"unknown", true}, {0}};

static const struct schema_keyword rows[] = {
    {
	.id = KW_MISC_CHECK,
	.name = "MISC_CHECK",
	.in = {SCHEMA_REAL_SERVER},
	.opens = SCHEMA_MISC_CHECK,
	.is_repeatable = true,
	.help = "The server is up when a script exits with 0.",
    },
    {
	.id = KW_MISC_RETRY,
	.name = "retry",
	.in = {SCHEMA_MISC_CHECK},
	.type = SCHEMA_TYPE_NUMBER,
	.min = 0,
	.max = UINT32_MAX,
	.def = "0",
	.fields = {CHECK_FIELD(retry)},
	.help = "How many further runs a check that is up gets after a failure. It is down when "
		"all of them have failed too.",
    },
    {
	.id = KW_MISC_PATH,
	.name = "misc_path",
	.in = {SCHEMA_MISC_CHECK},
	.type = SCHEMA_TYPE_SCRIPT,
	.max = 1,
	.is_required = true,
	.fields = {CHECK_FIELD(script, .is_meaning = true)},
	.help = "The script with its arguments.",
    },
    {
	.id = KW_MISC_TIMEOUT,
	.name = "misc_timeout",
	.in = {SCHEMA_MISC_CHECK},
	.type = SCHEMA_TYPE_TIMER,
	.min = 1000,
	.max = SCRIPT_TIMER_MAX_US,
	.unit = "s",
	.fields = {CHECK_FIELD(script_timeout_us, .is_meaning = true)},
	.help =
	    "Time after which the script is ended and has failed; delay_loop of the service when "
	    "absent.",
    },
    {
	.id = KW_MISC_DYNAMIC,
	.name = "misc_dynamic",
	.in = {SCHEMA_MISC_CHECK},
	.fields = {CHECK_FIELD(is_dynamic, .is_meaning = true)},
	.help =
	    "Exit status 2 to 255 means up, with a weight of 0 to 253. After a restart of lvsd the "
	    "server keeps the weight that it has until its script has spoken.",
    },
    {
	.id = KW_MISC_PROTOCOL,
	.name = "misc_protocol",
	.in = {SCHEMA_MISC_CHECK},
	.type = SCHEMA_TYPE_CHOICE,
	.choices = protocols,
	.def = "keepalived",
	.is_own = true,
	.fields = {CHECK_FIELD(misc_protocol, .is_meaning = true)},
	.help = "What the script's answer means. keepalived: exit status 0 is up. nagios: the exit status "
		"of a Nagios plugin, 0 up, 1 up with a warning, 2 down, anything else no verdict; the "
		"first line of its output is the reason. json: the last line of its output is an object "
		"such as {\"state\": \"up\", \"weight\": \"50%\", \"reason\": \"busy\"} with an agent's "
		"words (AGENT_CHECK), whatever the exit status is; any other line is no verdict.",
    },
    {
	.id = KW_MISC_ON_TIMEOUT,
	.name = "on_timeout",
	.in = {SCHEMA_MISC_CHECK},
	.type = SCHEMA_TYPE_CHOICE,
	.choices = timeouts,
	.def = "fail",
	.is_own = true,
	.fields = {CHECK_FIELD(is_timeout_unknown, .is_meaning = true)},
	.help = "What it means when misc_timeout has passed: fail is a failure, unknown is no verdict, so "
		"the server stays as it is.",
    },
    {
	.id = KW_MISC_USER,
	.name = "user",
	.in = {SCHEMA_MISC_CHECK},
	.type = SCHEMA_TYPE_USER,
	.fields = {CHECK_RULED(is_dynamic)},
	.help = "User, and optionally a group, with which the script runs. When absent, "
		"script_user counts.",
    },
};

const struct schema_table schema_misc = {rows, sizeof(rows) / sizeof(rows[0])};

static void misc_settle(struct draft *draft, const struct node *node,
			const struct build_heritage *heritage, struct conf_check *check)
{
	const struct node *user = resolve_child(node, KW_MISC_USER);
	uint64_t most = SCRIPT_TIMER_MAX_US;
	uint64_t delay_loop_us = heritage->service_delay_loop_us;

	check->connect_timeout_us = 0; /* a script has a time limit of its own */
	if (user && check->script)
		build_script_user(draft, user, 1, check->script);
	if (check->script_timeout_us)
		return;
	check->script_timeout_us = delay_loop_us < most ? delay_loop_us : most;
}

static void misc_judge(struct draft *draft, const struct conf_check *check)
{
	if (check->is_dynamic && check->misc_protocol != CONF_MISC_KEEPALIVED)
		report_error(draft->report, &check->place,
			     "MISC_CHECK: misc_dynamic and misc_protocol %s give an exit status two "
			     "meanings: write one of them",
			     protocols[check->misc_protocol].name);
}

static void user_write(const struct conf_script *script, struct lines *lines)
{
	if (!script->user[0])
		return;
	lines_begin(lines, KW_MISC_USER);
	lines_text(lines->out, script->user);
	out_text(lines->out, script->group[0] ? " " : "");
	lines_text(lines->out, script->group);
	lines_end(lines, false);
}

static bool write(struct lines *lines, const struct schema_keyword *row,
		  const struct canon_check *check)
{
	switch (row->id) {
	case KW_MISC_TIMEOUT:
		lines_begin(lines, row->id);
		out_seconds(lines->out, check->check->script_timeout_us);
		lines_end(lines, check->check->script_timeout_us == check->vs->delay_loop_us);
		return true;
	case KW_MISC_USER:
		user_write(check->check->script, lines);
		return true;
	default:
		return false;
	}
}

const struct conf_kind_rules conf_kind_misc = {
    .tables = {&schema_check, &schema_misc},
    .settle = misc_settle,
    .judge = misc_judge,
    .write = write,
};
