/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Further keywords of VRRP instances: those with scripts, and those without effect. */
#include "conf/schema/schema.h"

/* A command line, a user and a group. */
#define SCRIPT_WORDS 3


static const struct schema_choice never[] = {{"never", 0}, {0}};

static const struct schema_choice replays[] = {{"time", 0}, {"monotonic", 0}, {0}};

static const struct schema_choice hmac_modes[] = {
    {"enforce", 0}, {"permissive", 0}, {"receive-only", 0}, {0}};


static const struct schema_keyword rows[] = {
    {
	.id = KW_VRF,
	.name = "vrf",
	.in = {SCHEMA_VRRP_INSTANCE},
	.type = SCHEMA_TYPE_INTERFACE,
	.no_effect = "it is for an instance without an interface, and an instance of lvsd has one: its "
		     "advertisements are in the VRF of that interface; keepalived leaves it out beside "
		     "`interface` too",
	.help = "VRF of an instance without an interface.",
    },
    {
	.id = KW_TRACK_SRC_IP,
	.name = "track_src_ip",
	.in = {SCHEMA_VRRP_INSTANCE},
	.help = "An instance whose source address (mcast_src_ip, unicast_src_ip) is missing is "
		"in FAULT. So it is always.",
    },
    {
	.id = KW_CHECK_UNICAST_SRC,
	.name = "check_unicast_src",
	.in = {SCHEMA_VRRP_INSTANCE},
	.help = "An instance with unicast_peer hears these peers alone. So it is always.",
    },
    {
	.id = KW_OLD_UNICAST_CHECKSUM,
	.name = "old_unicast_checksum",
	.in = {SCHEMA_VRRP_INSTANCE},
	.type = SCHEMA_TYPE_CHOICE,
	.choices = never,
	.is_value_optional = true,
	.no_effect = "advertisements have the checksum of newer releases: beside a keepalived "
		     "before 1.3.6 both become master",
	.dangerous = "not used",
	.help = "Checksum of old releases of keepalived.",
    },
    {
	.id = KW_NO_ACCEPT,
	.name = "no_accept",
	.in = {SCHEMA_VRRP_INSTANCE},
	.fields = {INSTANCE_FIELD(is_refusing, .is_late = true)},
	.help = "As master this machine takes nothing that is sent to the addresses of the "
		"instance: no connection, no ping (Accept_Mode of RFC 9568 section 6.1). nftables "
		"drops it. Neighbour discovery of IPv6 goes on, and so does what a virtual_server of "
		"the file gets, and what is routed through this machine. It is the default in strict "
		"mode. With priority 255 it has no effect.",
    },
    {
	.id = KW_ACCEPT,
	.name = "accept",
	.in = {SCHEMA_VRRP_INSTANCE},
	.fields = {INSTANCE_FIELD(is_refusing, .is_spelling = true, .is_late = true)},
	.help = "The master takes what is sent to its addresses. This is the default, but not in "
		"strict mode; there version 2 does not know it (RFC 3768 section 6.4.3).",
    },
    {
	.id = KW_SKIP_CHECK_ADV_ADDR,
	.name = "skip_check_adv_addr",
	.in = {SCHEMA_VRRP_INSTANCE},
	.type = SCHEMA_TYPE_CHOICE,
	.choices = schema_switch,
	.bare = "on",
	.help = "An advertisement counts whatever addresses it lists, and a difference is "
		"logged, so that two directors whose files are changed one after the other go "
		"on hearing each other. So it is always; `off` changes nothing.",
    },
    {
	.id = KW_AUTH_HMAC,
	.name = "auth_hmac",
	.in = {SCHEMA_VRRP_INSTANCE},
	.opens = SCHEMA_AUTH_HMAC,
	.no_effect = "advertisements are not signed: beside a director that insists on signatures "
		     "both become master",
	.dangerous = "not used",
	.help = "Signs the advertisements.",
    },
    {
	.id = KW_HMAC_KEY,
	.name = "key",
	.in = {SCHEMA_AUTH_HMAC},
	.type = SCHEMA_TYPE_KEY,
	.argument = "ID VALUE",
	.min = 1,
	.max = 255,
	.is_required = true,
	.is_repeatable = true,
	.is_secret = true,
	.help =
	    "A key of 32 to 64 bytes: as it is, in hex behind `hex:`, or in a file behind `file:`.",
	.example = "key 1 file:/etc/lvsd/vrrp.key",
    },
    {
	.id = KW_HMAC_ACTIVE_KEY,
	.name = "active_key",
	.in = {SCHEMA_AUTH_HMAC},
	.type = SCHEMA_TYPE_NUMBER,
	.argument = "ID",
	.min = 1,
	.max = 255,
	.help = "Which key signs.",
    },
    {
	.id = KW_HMAC_ANTI_REPLAY,
	.name = "anti_replay",
	.in = {SCHEMA_AUTH_HMAC},
	.type = SCHEMA_TYPE_CHOICE,
	.choices = replays,
	.def = "time",
	.help = "What an advertisement that was recorded is known by.",
    },
    {
	.id = KW_HMAC_TIME_WINDOW,
	.name = "time_window",
	.in = {SCHEMA_AUTH_HMAC},
	.type = SCHEMA_TYPE_NUMBER,
	.min = 1,
	.max = 300,
	.unit = "s",
	.help = "How old an advertisement may be.",
    },
    {
	.id = KW_HMAC_MODE,
	.name = "mode",
	.in = {SCHEMA_AUTH_HMAC},
	.type = SCHEMA_TYPE_CHOICE,
	.choices = hmac_modes,
	.def = "enforce",
	.help = "Whether advertisements without a signature count.",
    },
    {
	.id = KW_KERNEL_RX_BUF_SIZE,
	.name = "kernel_rx_buf_size",
	.in = {SCHEMA_VRRP_INSTANCE},
	.type = SCHEMA_TYPE_NUMBER,
	.min = 0,
	.max = UINT32_MAX,
	.unit = "bytes",
	.replaced = "each socket of VRRP has a receive buffer of 1 MiB, beyond net.core.rmem_max too",
	.help = "Size of the buffer for advertisements.",
    },
    {
	.id = KW_INSTANCE_DEBUG,
	.name = "debug",
	.in = {SCHEMA_VRRP_INSTANCE},
	.type = SCHEMA_TYPE_NUMBER,
	.min = 0,
	.max = 4,
	.def = "0",
	.no_effect = "it has none in keepalived either",
	.help = "A level of debugging.",
    },
    {
	.id = KW_LINKBEAT_USE_POLLING,
	.name = "linkbeat_use_polling",
	.in = {SCHEMA_VRRP_INSTANCE},
	.replaced = "the kernel tells lvsd of each change of a carrier when it happens, so nothing is "
		    "polled",
	.help = "Polls the state of the link.",
    },
    {
	.id = KW_LVS_SYNC_DAEMON_INTERFACE,
	.name = "lvs_sync_daemon_interface",
	.in = {SCHEMA_VRRP_INSTANCE},
	.type = SCHEMA_TYPE_INTERFACE,
	.help = "The older way to say lvs_sync_daemon: interface of connection synchronisation, "
		"whose id is the virtual_router_id of this instance.",
    },
    {
	.id = KW_NOTIFY_DELETED,
	.name = "notify_deleted",
	.in = {SCHEMA_VRRP_INSTANCE},
	.type = SCHEMA_TYPE_SCRIPT,
	.max = SCRIPT_WORDS,
	.is_value_optional = true,
	.fields = {INSTANCE_FIELD(notify_deleted, .is_late = true)},
	.help = "When a reload has removed the instance, its state is DELETED: this script runs, if "
		"one is given, then notify, and FIFOs get a line. Without the keyword the state is "
		"FAULT then, as in keepalived.",
    },
    {
	.id = KW_NOTIFY_MASTER_RX_LOWER_PRI,
	.name = "notify_master_rx_lower_pri",
	.in = {SCHEMA_VRRP_INSTANCE},
	.type = SCHEMA_TYPE_SCRIPT,
	.max = SCRIPT_WORDS,
	.fields = {INSTANCE_FIELD(notify_lower, .is_late = true)},
	.help = "Runs when the instance, as MASTER, has heard an advertisement of lower priority, "
		"but at most once a second. What comes in the first two intervals as MASTER (0.1 s at "
		"least), or after it has resigned, belongs to a change of master and does not count. "
		"FIFOs get a line with MASTER_RX_LOWER_PRI.",
    },
    {
	.id = KW_NOTIFY_PRIORITY_CHANGES,
	.name = "notify_priority_changes",
	.in = {SCHEMA_VRRP_INSTANCE, SCHEMA_VRRP_SYNC_GROUP},
	.type = SCHEMA_TYPE_CHOICE,
	.choices = schema_switch,
	.bare = "on",
	.fields = {INSTANCE_FIELD(is_notifying_priority, .is_late = true),
		   SYNC_GROUP_FIELD(is_notifying_priority, .is_late = true)},
	.help = "A change of the effective priority without a change of state is a line in the FIFOs: "
		"MASTER_PRIORITY or BACKUP_PRIORITY. Of a sync group: for all its instances. As "
		"vrrp_notify_priority_changes says when absent.",
    },
};

const struct schema_table schema_instance = {rows, sizeof(rows) / sizeof(rows[0])};
