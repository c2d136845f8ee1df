/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Keywords that name a script to run when something has changed. */
#include "conf/schema/schema.h"

/* A command line, a user and a group. */
#define SCRIPT_WORDS 3

static const struct schema_keyword rows[] = {
    {
	.id = KW_NOTIFY_MASTER,
	.name = "notify_master",
	.in = {SCHEMA_VRRP_INSTANCE, SCHEMA_VRRP_SYNC_GROUP},
	.type = SCHEMA_TYPE_SCRIPT,
	.max = SCRIPT_WORDS,
	.fields = {INSTANCE_FIELD(notify_master), SYNC_GROUP_FIELD(notify_master)},
	.help = "Script that runs when the instance, or the whole group, has become MASTER.",
    },
    {
	.id = KW_NOTIFY_BACKUP,
	.name = "notify_backup",
	.in = {SCHEMA_VRRP_INSTANCE, SCHEMA_VRRP_SYNC_GROUP},
	.type = SCHEMA_TYPE_SCRIPT,
	.max = SCRIPT_WORDS,
	.fields = {INSTANCE_FIELD(notify_backup), SYNC_GROUP_FIELD(notify_backup)},
	.help = "Script that runs when the instance, or the whole group, has become BACKUP.",
    },
    {
	.id = KW_NOTIFY_FAULT,
	.name = "notify_fault",
	.in = {SCHEMA_VRRP_INSTANCE, SCHEMA_VRRP_SYNC_GROUP},
	.type = SCHEMA_TYPE_SCRIPT,
	.max = SCRIPT_WORDS,
	.fields = {INSTANCE_FIELD(notify_fault), SYNC_GROUP_FIELD(notify_fault)},
	.help = "Script that runs when the instance, or the whole group, has gone to FAULT.",
    },
    {
	.id = KW_NOTIFY_STOP,
	.name = "notify_stop",
	.in = {SCHEMA_VRRP_INSTANCE, SCHEMA_VRRP_SYNC_GROUP},
	.type = SCHEMA_TYPE_SCRIPT,
	.max = SCRIPT_WORDS,
	.fields = {INSTANCE_FIELD(notify_stop), SYNC_GROUP_FIELD(notify_stop)},
	.help = "Script that runs when the instance, or the whole group, has stopped: lvsd stops, "
		"or a reload has removed it.",
    },
    {
	.id = KW_NOTIFY,
	.name = "notify",
	.in = {SCHEMA_VRRP_INSTANCE, SCHEMA_VRRP_SYNC_GROUP},
	.type = SCHEMA_TYPE_SCRIPT,
	.max = SCRIPT_WORDS,
	.fields = {INSTANCE_FIELD(notify), SYNC_GROUP_FIELD(notify)},
	.help = "Runs at each change of state, after the script of that state, with four more "
		"words: INSTANCE, name, state and priority; of a group GROUP, name, state and 0. It "
		"starts when that script has ended. Like every notification it is ended, with its "
		"process group, after 60 s.",
    },
    {
	.id = KW_NOTIFY_ALL_STATES,
	.name = "notify_all_states",
	.in = {SCHEMA_VRRP_INSTANCE, SCHEMA_VRRP_SYNC_GROUP},
	.type = SCHEMA_TYPE_CHOICE,
	.choices = schema_switch,
	.bare = "on",
	.is_own = true,
	.fields = {INSTANCE_FIELD(is_notifying_all, .is_late = true),
		   SYNC_GROUP_FIELD(is_notifying_all, .is_late = true)},
	.help = "The scripts run for every state, in order. Off, a state is skipped, with a line of "
		"the log, when the instance has left it before its first script could start. As "
		"global_defs says when absent.",
    },
    {
	.id = KW_GLOBAL_NOTIFY_ALL_STATES,
	.name = "notify_all_states",
	.in = {SCHEMA_GLOBAL_DEFS},
	.type = SCHEMA_TYPE_CHOICE,
	.choices = schema_switch,
	.def = "off",
	.bare = "on",
	.is_own = true,
	.fields = {GLOBAL_FIELD(is_notifying_all, .is_late = true)},
	.help = "Scripts of instances, quorums and real servers run for every state, in order. Off, "
		"a state is skipped, with a line of the log, when it was over before its first "
		"script could start. At most 256 scripts of one object wait; then the oldest "
		"state goes.",
    },
    {
	.id = KW_QUORUM_UP,
	.name = "quorum_up",
	.in = {SCHEMA_VIRTUAL_SERVER},
	.type = SCHEMA_TYPE_SCRIPT,
	.max = SCRIPT_WORDS,
	.fields = {SERVICE_FIELD(quorum_up)},
	.help = "Script that runs when the service has reached its quorum.",
    },
    {
	.id = KW_QUORUM_DOWN,
	.name = "quorum_down",
	.in = {SCHEMA_VIRTUAL_SERVER},
	.type = SCHEMA_TYPE_SCRIPT,
	.max = SCRIPT_WORDS,
	.fields = {SERVICE_FIELD(quorum_down)},
	.help = "Script that runs when the service has lost its quorum.",
    },
    {
	.id = KW_NOTIFY_UP,
	.name = "notify_up",
	.in = {SCHEMA_REAL_SERVER},
	.type = SCHEMA_TYPE_SCRIPT,
	.max = SCRIPT_WORDS,
	.fields = {SERVER_FIELD(notify_up)},
	.help = "Script that runs when the real server has come up.",
    },
    {
	.id = KW_NOTIFY_DOWN,
	.name = "notify_down",
	.in = {SCHEMA_REAL_SERVER},
	.type = SCHEMA_TYPE_SCRIPT,
	.max = SCRIPT_WORDS,
	.fields = {SERVER_FIELD(notify_down)},
	.help = "Script that runs when the real server has gone down.",
    },
};

const struct schema_table schema_notify = {rows, sizeof(rows) / sizeof(rows[0])};
