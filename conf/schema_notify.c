/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Keywords that name a script to run when something has changed. */
#include "conf/schema.h"

/* A command line, a user and a group. */
#define SCRIPT_WORDS 3

static const struct schema_keyword rows[] = {
    {
	.id = KW_NOTIFY_MASTER,
	.name = "notify_master",
	.in = {SCHEMA_VRRP_INSTANCE, SCHEMA_VRRP_SYNC_GROUP},
	.type = SCHEMA_TYPE_SCRIPT,
	.max = SCRIPT_WORDS,
	.help = "Runs when the instance has become MASTER.",
    },
    {
	.id = KW_NOTIFY_BACKUP,
	.name = "notify_backup",
	.in = {SCHEMA_VRRP_INSTANCE, SCHEMA_VRRP_SYNC_GROUP},
	.type = SCHEMA_TYPE_SCRIPT,
	.max = SCRIPT_WORDS,
	.help = "Runs when the instance has become BACKUP.",
    },
    {
	.id = KW_NOTIFY_FAULT,
	.name = "notify_fault",
	.in = {SCHEMA_VRRP_INSTANCE, SCHEMA_VRRP_SYNC_GROUP},
	.type = SCHEMA_TYPE_SCRIPT,
	.max = SCRIPT_WORDS,
	.help = "Runs when the instance has become FAULT.",
    },
    {
	.id = KW_NOTIFY_STOP,
	.name = "notify_stop",
	.in = {SCHEMA_VRRP_INSTANCE, SCHEMA_VRRP_SYNC_GROUP},
	.type = SCHEMA_TYPE_SCRIPT,
	.max = SCRIPT_WORDS,
	.help = "Runs when the instance has stopped.",
    },
    {
	.id = KW_NOTIFY,
	.name = "notify",
	.in = {SCHEMA_VRRP_INSTANCE, SCHEMA_VRRP_SYNC_GROUP},
	.type = SCHEMA_TYPE_SCRIPT,
	.max = SCRIPT_WORDS,
	.help = "Runs at each change of state, after the script of that state, with four more "
		"words: INSTANCE, name, state and priority.",
    },
    {
	.id = KW_QUORUM_UP,
	.name = "quorum_up",
	.in = {SCHEMA_VIRTUAL_SERVER},
	.type = SCHEMA_TYPE_SCRIPT,
	.max = SCRIPT_WORDS,
	.help = "Runs when the service has reached its quorum.",
    },
    {
	.id = KW_QUORUM_DOWN,
	.name = "quorum_down",
	.in = {SCHEMA_VIRTUAL_SERVER},
	.type = SCHEMA_TYPE_SCRIPT,
	.max = SCRIPT_WORDS,
	.help = "Runs when the service has lost its quorum.",
    },
    {
	.id = KW_NOTIFY_UP,
	.name = "notify_up",
	.in = {SCHEMA_REAL_SERVER},
	.type = SCHEMA_TYPE_SCRIPT,
	.max = SCRIPT_WORDS,
	.help = "Runs when the server has come up.",
    },
    {
	.id = KW_NOTIFY_DOWN,
	.name = "notify_down",
	.in = {SCHEMA_REAL_SERVER},
	.type = SCHEMA_TYPE_SCRIPT,
	.max = SCRIPT_WORDS,
	.help = "Runs when the server has gone down.",
    },
};

const struct schema_table schema_notify = {rows, sizeof(rows) / sizeof(rows[0])};
