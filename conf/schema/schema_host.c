/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Keywords of what lvsd sets outside of IPVS: translated sources, marks, and what of these stays
 * when lvsd stops. */
#include "conf/conf.h"
#include "conf/schema/schema.h"

static const struct schema_choice protocols[] = {
    {"TCP", IPPROTO_TCP}, {"UDP", IPPROTO_UDP}, {"SCTP", IPPROTO_SCTP}, {0}};

static const struct schema_choice keeps[] = {{"nothing", CONF_KEEP_NOTHING},
					     {"connections", CONF_KEEP_CONNECTIONS},
					     {"all", CONF_KEEP_ALL},
					     {0}};

/* The tables that have the fields of list elements. */
static const struct schema_table *const element_tables[] = {&schema_host, NULL};

static const struct schema_keyword rows[] = {
    {
	.id = KW_KEEP_AT_STOP,
	.name = "keep_at_stop",
	.in = {SCHEMA_GLOBAL_DEFS},
	.type = SCHEMA_TYPE_CHOICE,
	.choices = keeps,
	.def = "connections",
	.is_own = true,
	.fields = {GLOBAL_FIELD(keep_at_stop)},
	.help = "What stays of rules, sets and sysctls when lvsd stops; the IPVS table always "
		"does. See FULL NAT AND MARKS.",
    },
    {
	.id = KW_FNAT_SOURCE,
	.name = "fnat_source",
	.in = {SCHEMA_VIRTUAL_SERVER},
	.type = SCHEMA_TYPE_ADDRESS,
	.is_own = true,
	.fields = {SERVICE_FIELD(fnat_source, .remark = "open connections keep their source")},
	.help = "Address that real servers reached by FNAT see as the client, and answer to. It "
		"should move with the service's address; when absent it is that address.",
    },
    {
	.id = KW_MATCH,
	.name = "match",
	.in = {SCHEMA_VIRTUAL_SERVER},
	.opens = SCHEMA_MATCH,
	.is_repeatable = true,
	.is_own = true,
	.fields = {SERVICE_LIST(matches, n_matches, CONF_OBJECT_MATCH, element_tables,
		   .is_ordered = true)},
	.help = "Packets that lvsd marks with the number of this service, which must be one by "
		"firewall mark. Of several services that match a packet the one with the smallest "
		"mark gets it.",
    },
    {
	.id = KW_MATCH_ADDRESS,
	.name = "address",
	.in = {SCHEMA_MATCH},
	.type = SCHEMA_TYPE_PREFIX,
	.is_required = true,
	.is_repeatable = true,
	.is_own = true,
	.fields = {MATCH_LIST(prefixes, n_prefixes, CONF_OBJECT_PREFIX, element_tables),
		   NETWORK_FIELD(CONF_OBJECT_PREFIX, struct conf_prefix, addr, len)},
	.help = "Destination address, or prefix of destination addresses.",
    },
    {
	.id = KW_MATCH_PROTOCOL,
	.name = "protocol",
	.in = {SCHEMA_MATCH},
	.type = SCHEMA_TYPE_CHOICE,
	.choices = protocols,
	.is_any_case = true,
	.is_required = true,
	.fields = {MATCH_FIELD(protocol)},
	.help = "Transport protocol.",
    },
    {
	.id = KW_MATCH_PORTS,
	.name = "ports",
	.in = {SCHEMA_MATCH},
	.type = SCHEMA_TYPE_STATUSES,
	.argument = "PORT[-PORT] ...",
	.min = 1,
	.max = UINT16_MAX,
	.is_repeatable = true,
	.is_own = true,
	.fields = {MATCH_LIST(ports, n_ports, CONF_OBJECT_RANGE, element_tables,
		   .is_ordered = true),
		   VALUE_FIELD(CONF_OBJECT_RANGE, FIELD_RANGE)},
	.help = "Destination ports and ranges of them; every port when absent.",
    },
};

const struct schema_table schema_host = {rows, sizeof(rows) / sizeof(rows[0])};
