/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "conf/schema.h"

const char *schema_block_name(enum schema_block block)
{
	static const char *const names[SCHEMA_N_BLOCKS] = {
	    [SCHEMA_NONE] = "nowhere",
	    [SCHEMA_ROOT] = "the top level",
	    [SCHEMA_GLOBAL_DEFS] = "global_defs",
	    [SCHEMA_SYNC_DAEMON_LINE] = "lvs_sync_daemon",
	    [SCHEMA_SSL] = "SSL",
	    [SCHEMA_VRRP_INSTANCE] = "vrrp_instance",
	    [SCHEMA_AUTHENTICATION] = "authentication",
	    [SCHEMA_UNICAST_PEER] = "unicast_peer",
	    [SCHEMA_VIRTUAL_IPADDRESS] = "virtual_ipaddress",
	    [SCHEMA_VIP_LINE] = "an address of virtual_ipaddress",
	    [SCHEMA_VIRTUAL_SERVER] = "virtual_server",
	    [SCHEMA_REAL_SERVER] = "real_server",
	    [SCHEMA_TCP_CHECK] = "TCP_CHECK",
	    [SCHEMA_HTTP_GET] = "HTTP_GET",
	    [SCHEMA_SSL_GET] = "SSL_GET",
	    [SCHEMA_MISC_CHECK] = "MISC_CHECK",
	    [SCHEMA_URL] = "url",
	};

	return names[block];
}

const struct schema_choice schema_switch[] = {{"on", 1},  {"off", 0}, {"true", 1}, {"false", 0},
					      {"yes", 1}, {"no", 0},  {0}};

const struct schema_table *const schema_tables[] = {&schema_global, &schema_vrrp, &schema_lvs,
						    &schema_notify, &schema_check};
const size_t schema_n_tables = sizeof(schema_tables) / sizeof(schema_tables[0]);
