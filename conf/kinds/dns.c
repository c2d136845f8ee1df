/* SPDX-License-Identifier: GPL-2.0-or-later */
/* DNS_CHECK. */
#include "conf/kinds/rules.h"

CONF_KIND(DNS, DNS_CHECK, dns, CHECK, dns, SCHEMA_TIMED_CHECKS | SCHEMA_NETWORK_CHECKS |
	  SCHEMA_COUNTING_CHECKS | SCHEMA_PASSING_CHECKS);

/* RFC 1035, 2.3.4. */
#define LABEL_MAX 63
#define DOMAIN_MAX 253

static const struct schema_choice dns_types[] = {{"A", 1},   {"NS", 2},   {"CNAME", 5}, {"SOA", 6},
						 {"MX", 15}, {"TXT", 16}, {"AAAA", 28}, {0}};

static const struct schema_keyword rows[] = {
    {
	.id = KW_DNS_CHECK,
	.name = "DNS_CHECK",
	.in = {SCHEMA_REAL_SERVER},
	.opens = SCHEMA_DNS_CHECK,
	.is_repeatable = true,
	.help = "The server is up when it answers a question of DNS with RCODE 0.",
    },
    {
	.id = KW_DNS_RETRY,
	.name = "retry",
	.in = {SCHEMA_DNS_CHECK},
	.type = SCHEMA_TYPE_NUMBER,
	.min = 0,
	.max = UINT32_MAX,
	.def = "3",
	.fields = {CHECK_FIELD(retry)},
	.help = "Further probes after the first failure of a check that is up.",
    },
    {
	.id = KW_DNS_DELAY_BEFORE_RETRY,
	.name = "delay_before_retry",
	.in = {SCHEMA_DNS_CHECK},
	.type = SCHEMA_TYPE_TIMER,
	.min = 0,
	.max = SCHEMA_TIMER_MAX_US,
	.unit = "s",
	.fields = {CHECK_FIELD(delay_before_retry_us)},
	.help =
	    "Time from a failure to the next probe while retries are left; delay_loop when absent.",
    },
    {
	.id = KW_DNS_TYPE,
	.name = "type",
	.in = {SCHEMA_DNS_CHECK},
	.type = SCHEMA_TYPE_CHOICE,
	.choices = dns_types,
	.is_any_case = true,
	.def = "SOA",
	.fields = {CHECK_FIELD(dns_type, .is_crossing = true, .is_meaning = true)},
	.help = "Record type to ask for, as A or MX.",
    },
    {
	.id = KW_DNS_NAME,
	.name = "name",
	.in = {SCHEMA_DNS_CHECK},
	.type = SCHEMA_TYPE_TEXT,
	.argument = "NAME",
	.max = 255,
	.def = ".",
	.fields = {CHECK_FIELD(dns_name, .is_crossing = true, .is_meaning = true)},
	.help = "Domain name to ask for. When absent, the root.",
    },
};

const struct schema_table schema_dns = {rows, sizeof(rows) / sizeof(rows[0])};

static bool is_pause_given(const struct node *node, const struct build_heritage *heritage)
{
	for (size_t i = 0; i < heritage->n_given; i++)
		if (heritage->given[i].field->offset ==
		    offsetof(struct conf_check, delay_before_retry_us))
			return true;
	return resolve_child(node, KW_DNS_DELAY_BEFORE_RETRY) != NULL;
}

static void dns_settle(struct draft *draft, const struct node *node,
		       const struct build_heritage *heritage, struct conf_check *check)
{
	(void)draft;
	if (check->fast_us || !is_pause_given(node, heritage))
		check->delay_before_retry_us = check->delay_loop_us;
}

/* Is each label of the name one that DNS can carry? */
static bool is_domain(const char *name)
{
	size_t len = strlen(name);

	if (!strcmp(name, "."))
		return true;
	if (len - (len > 0 && name[len - 1] == '.') > DOMAIN_MAX)
		return false;
	for (size_t label; *name; name += label + (name[label] == '.')) {
		label = strcspn(name, ".");
		if (label == 0 || label > LABEL_MAX)
			return false;
	}
	return true;
}

static void dns_judge(struct draft *draft, const struct conf_check *check)
{
	if (!is_domain(check->dns_name))
		report_error(draft->report, &check->place,
			     "DNS_CHECK: name '%s' cannot be the name of a domain: each part between "
			     "two dots has 1 to %d bytes, the whole at most %d",
			     check->dns_name, LABEL_MAX, DOMAIN_MAX);
}

static bool pause_write(struct lines *lines, const struct schema_keyword *row,
		  const struct canon_check *check)
{
	if (row->id != KW_DNS_DELAY_BEFORE_RETRY)
		return false;
	lines_begin(lines, row->id);
	out_seconds(lines->out, check->check->delay_before_retry_us);
	lines_end(lines, check->check->delay_before_retry_us == check->check->delay_loop_us);
	return true;
}

const struct conf_kind_rules conf_kind_dns = {
    .tables = {&schema_check, &schema_dns},
    .transport = CONF_TRANSPORT_UDP,
    .settle = dns_settle,
    .judge = dns_judge,
    .write = pause_write,
};
