/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Keywords of the top level and of global_defs. */
#include "conf/conf.h"
#include "conf/schema.h"

static const struct schema_keyword rows[] = {
    {
	.id = KW_GLOBAL_DEFS,
	.name = "global_defs",
	.in = {SCHEMA_ROOT},
	.opens = SCHEMA_GLOBAL_DEFS,
	.is_merged = true,
	.help = "Settings of the whole director.",
    },
    {
	.id = KW_ROUTER_ID,
	.name = "router_id",
	.in = {SCHEMA_GLOBAL_DEFS},
	.type = SCHEMA_TYPE_TEXT,
	.max = 255,
	.help = "Name of this director in messages; the host's name when absent.",
    },
    {
	.id = KW_LVS_SYNC_DAEMON,
	.name = "lvs_sync_daemon",
	.in = {SCHEMA_GLOBAL_DEFS},
	.type = SCHEMA_TYPE_INTERFACE,
	.options = SCHEMA_SYNC_DAEMON_LINE,
	.help = "Interface on which the kernel sends and receives connection entries.",
    },
    {
	.id = KW_SYNC_INST,
	.name = "inst",
	.in = {SCHEMA_SYNC_DAEMON_LINE},
	.type = SCHEMA_TYPE_TEXT,
	.max = CONF_NAME_MAX - 1,
	.may_omit_name = true,
	.help = "VRRP instance whose virtual_router_id is the default of id.",
    },
    {
	.id = KW_SYNC_ID,
	.name = "id",
	.in = {SCHEMA_SYNC_DAEMON_LINE},
	.type = SCHEMA_TYPE_NUMBER,
	.min = 0,
	.max = 255,
	.help = "Sync id that both directors share; that of inst, else 0, when absent.",
    },
    {
	.id = KW_SYNC_MAXLEN,
	.name = "maxlen",
	.in = {SCHEMA_SYNC_DAEMON_LINE},
	.type = SCHEMA_TYPE_NUMBER,
	.min = 1,
	.max = 65507,
	.unit = "bytes",
	.help = "Largest datagram; the kernel's own choice when absent.",
    },
    {
	.id = KW_SYNC_PORT,
	.name = "port",
	.in = {SCHEMA_SYNC_DAEMON_LINE},
	.type = SCHEMA_TYPE_NUMBER,
	.min = 1,
	.max = 65535,
	.help = "UDP port; 8848, the kernel's default, when absent.",
    },
    {
	.id = KW_SYNC_TTL,
	.name = "ttl",
	.in = {SCHEMA_SYNC_DAEMON_LINE},
	.type = SCHEMA_TYPE_NUMBER,
	.min = 1,
	.max = 255,
	.help = "TTL of the datagrams; 1, the kernel's default, when absent.",
    },
    {
	.id = KW_SYNC_GROUP,
	.name = "group",
	.in = {SCHEMA_SYNC_DAEMON_LINE},
	.type = SCHEMA_TYPE_ADDRESS,
	.help = "Multicast group; 224.0.0.81, the kernel's default, when absent.",
    },
};

const struct schema_table schema_global = {rows, sizeof(rows) / sizeof(rows[0])};
