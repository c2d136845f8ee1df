/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Keywords of the sync block. Those of mode kernel that lvs_sync_daemon has too are in schema_global.c. */
#include "conf/schema/schema.h"

/* The longest that preemption waits for the connections. */
#define SYNC_WAIT_MAX_US (INT64_C(3600) * 1000000)

static const struct schema_choice modes[] = {
    {"off", CONF_SYNC_OFF}, {"kernel", CONF_SYNC_KERNEL}, {"relay", CONF_SYNC_RELAY}, {0}};

static const struct schema_table *const sync_tables[] = {&schema_sync, NULL};

static const struct schema_keyword rows[] = {
    {
	.id = KW_SYNC,
	.name = "sync",
	.in = {SCHEMA_ROOT},
	.opens = SCHEMA_SYNC,
	.is_own = true,
	.help = "How the two directors tell each other of their connections. Instead of lvs_sync_daemon.",
	.example = "sync { mode kernel interface eth1 syncid 51 }",
    },
    {
	.id = KW_SYNC_MODE,
	.name = "mode",
	.in = {SCHEMA_SYNC},
	.type = SCHEMA_TYPE_CHOICE,
	.choices = modes,
	.is_own = true,
	.help = "kernel: the kernels multicast on interface, as with lvs_sync_daemon, and whoever can send there "
		"can forge. relay: the kernels use a private interface, and lvsd carries their datagrams to the "
		"peers, sealed with the key of key_file. off: neither. When absent, relay if there is a peer.",
    },
    {
	.id = KW_SYNC_INTERFACE,
	.name = "interface",
	.in = {SCHEMA_SYNC},
	.type = SCHEMA_TYPE_INTERFACE,
	.is_own = true,
	.fields = {SYNC_FIELD(interface, .is_spelling = true, .is_local = true)},
	.help = "Mode kernel: interface on which the kernel sends and receives connection entries.",
    },
    {
	.id = KW_RELAY_LISTEN,
	.name = "listen",
	.in = {SCHEMA_SYNC},
	.type = SCHEMA_TYPE_ADDRESS,
	.options = SCHEMA_LISTEN_LINE,
	.is_own = true,
	.fields = {RELAY_FIELD(listen, .is_local = true)},
	.help = "Mode relay: address of this director on which it hears its peers, and from which it sends.",
	.example = "listen 10.0.0.1",
    },
    {
	.id = KW_RELAY_PEER,
	.name = "peer",
	.in = {SCHEMA_SYNC},
	.type = SCHEMA_TYPE_ADDRESS,
	.options = SCHEMA_RELAY_PEER_LINE,
	.is_repeatable = true,
	.is_own = true,
	.fields = {RELAY_LIST(peers, n_peers, CONF_OBJECT_RELAY_PEER, sync_tables), RELAY_PEER_FIELD(addr)},
	.help = "Mode relay: the address that another director has in its listen. Up to 8 peers, one a line.",
	.example = "peer 10.0.0.2 port 8850",
    },
    {
	.id = KW_RELAY_PORT,
	.name = "port",
	.in = {SCHEMA_LISTEN_LINE, SCHEMA_RELAY_PEER_LINE},
	.type = SCHEMA_TYPE_NUMBER,
	.min = 1,
	.max = 65535,
	.def = "8850",
	.is_own = true,
	.fields = {RELAY_FIELD(listen_port, .is_local = true, .label = "listen port"), RELAY_PEER_FIELD(port)},
	.help = "UDP port.",
    },
    {
	.id = KW_RELAY_KEY_FILE,
	.name = "key_file",
	.in = {SCHEMA_SYNC},
	.type = SCHEMA_TYPE_PATH,
	.options = SCHEMA_KEY_FILE_LINE,
	.is_repeatable = true,
	.is_own = true,
	.fields = {RELAY_LIST(keys, n_keys, CONF_OBJECT_RELAY_KEY, sync_tables, .is_ordered = true),
		   RELAY_KEY_FIELD(path)},
	.help = "Mode relay: file with the key that all directors share, at least 32 bytes, of root alone; `lvsctl "
		"sync keygen` makes one. The first key_file seals. What the second one seals is accepted too, so "
		"that a key can be replaced.",
	.example = "key_file /etc/lvsd/sync.key id 1",
    },
    {
	.id = KW_RELAY_KEY_ID,
	.name = "id",
	.in = {SCHEMA_KEY_FILE_LINE},
	.type = SCHEMA_TYPE_NUMBER,
	.min = 1,
	.max = 255,
	.def = "1",
	.is_own = true,
	.fields = {RELAY_KEY_FIELD(id)},
	.help = "Number of the key, the same on all directors.",
    },
    {
	.id = KW_RELAY_INTERFACE,
	.name = "private_interface",
	.in = {SCHEMA_SYNC},
	.type = SCHEMA_TYPE_INTERFACE,
	.def = "lvsd-sync0",
	.is_own = true,
	.fields = {RELAY_FIELD(private_interface, .is_local = true, .is_restart = true,
			       .remark = FIELD_THREADS)},
	.help = "Mode relay: name of the interface that lvsd makes for the kernel's sync threads. Another name "
		"stops and starts them.",
    },
    {
	.id = KW_SYNC_SYNCID,
	.name = "syncid",
	.in = {SCHEMA_SYNC},
	.type = SCHEMA_TYPE_NUMBER,
	.min = 0,
	.max = 255,
	.def = "0",
	.is_own = true,
	.fields = {RELAY_FIELD(syncid, .is_restart = true, .remark = FIELD_THREADS),
		   SYNC_FIELD(syncid, .is_spelling = true)},
	.help = "Sync id that the directors share. Another one stops and starts the kernel's sync threads.",
    },
    {
	.id = KW_SYNC_WAIT,
	.name = "sync_wait",
	.in = {SCHEMA_SYNC},
	.type = SCHEMA_TYPE_TIMER,
	.min = 0,
	.max = SYNC_WAIT_MAX_US,
	.def = "30",
	.unit = "s",
	.is_own = true,
	.fields = {RELAY_FIELD(sync_wait_us, .is_local = true)},
	.help = "Mode relay: how long a director that comes back waits at most for the connections of its peers "
		"before it takes its addresses back.",
    },
    {
	.id = KW_COVERAGE_MIN,
	.name = "coverage_min",
	.in = {SCHEMA_SYNC},
	.type = SCHEMA_TYPE_NUMBER,
	.min = 0,
	.max = 100,
	.def = "98",
	.unit = "percent",
	.is_own = true,
	.fields = {RELAY_FIELD(coverage_min, .is_local = true)},
	.help = "Mode relay: a director is ready when it has this share of the connections of its peers.",
    },
    {
	.id = KW_RESYNC_RATE,
	.name = "resync_rate",
	.in = {SCHEMA_SYNC},
	.type = SCHEMA_TYPE_NUMBER,
	.min = 100,
	.max = 1000000,
	.def = "20000",
	.unit = "connections/s",
	.is_own = true,
	.fields = {RELAY_FIELD(resync_rate, .is_local = true)},
	.help = "Mode relay: how fast a director sends all of its connections to a peer.",
    },
};

const struct schema_table schema_sync = {rows, sizeof(rows) / sizeof(rows[0])};
