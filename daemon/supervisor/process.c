/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/supervisor/process.h"
#include "daemon/supervisor/mains.h"

#define LOG	   CHANNEL_BIT(CHANNEL_LOG)
#define DIRECTOR   CHANNEL_BIT(CHANNEL_DIRECTOR)
#define SUPERVISOR CHANNEL_BIT(CHANNEL_SUPERVISOR)

const struct process_kind process_kinds[N_PROCESSES] = {
    [PROCESS_DIRECTOR] =
	{
	    .title = "lvsd: director",
	    .main = mains_director,
	    .prepare = mains_prepare_director,
	    /* It parses what the other processes, operators and the kernel report. */
	    .privileges = {.role = PRIVILEGE_DIRECTOR, .users = {DIRECTORS_USER}, .may_stay = true},
	    .need = PROCESS_ALWAYS,
	    .channels = LOG | SUPERVISOR,
	    .stop_rank = 2,
	    .stop_ms = 3500,
	    .log = {10000, 20},
	},
    [PROCESS_VRRP] =
	{
	    .title = "lvsd: vrrp",
	    .main = mains_vrrp,
	    .prepare = mains_prepare_vrrp,
	    /* It parses what strangers send. */
	    .privileges = {.role = PRIVILEGE_VRRP,
			   .users = {"lvsd-vrrp"},
			   .may_stay = true,
			   .calls = sandbox_vrrp_calls,
			   .paths = sandbox_vrrp_paths},
	    .need = PROCESS_BY_CONF,
	    .channels = LOG | DIRECTOR | SUPERVISOR,
	    .stop_rank = 0,
	    .stop_ms = 3000,
	    .log = {5000, 10},
	},
    [PROCESS_CHECK] =
	{
	    .title = "lvsd: check",
	    .main = mains_check,
	    .privileges = {.role = PRIVILEGE_CHECK,
			   .users = {"lvsd-check", "lvsd", "nobody"},
			   .calls = sandbox_check_calls},
	    .need = PROCESS_BY_CONF,
	    .channels = LOG | DIRECTOR,
	    .stop_rank = 4,
	    .stop_ms = 400,
	    .log = {200, 2},
	},
    [PROCESS_SCRIPT] =
	{
	    .title = "lvsd: script",
	    .main = mains_script,
	    /* Scripts would inherit no_new_privs, and could not use sudo and ping. */
	    .privileges = {.role = PRIVILEGE_SCRIPT, .may_gain = true},
	    .need = PROCESS_BY_CONF,
	    .channels = LOG | DIRECTOR | SUPERVISOR,
	    .starts_scripts = true,
	    .stop_rank = 5,
	    .stop_ms = 2000,
	    .log = {200, 2},
	},
    [PROCESS_RULES] =
	{
	    .title = "lvsd: rules",
	    .main = mains_rules,
	    /* The lock file of iptables belongs to root. */
	    .privileges = {.role = PRIVILEGE_RULES},
	    .need = PROCESS_BY_CONF,
	    .channels = LOG | DIRECTOR,
	    .stop_rank = 3, /* the director removes rules when it ends */
	    .stop_ms = 200,
	    .log = {200, 2},
	},
    [PROCESS_LOADER] =
	{
	    .title = "lvsd: loader",
	    .main = mains_loader,
	    .privileges = {.role = PRIVILEGE_LOADER},
	    .need = PROCESS_ON_DEMAND,
	    .channels = LOG,
	    .run_ms = 10000,
	    .stop_rank = 6,
	    .stop_ms = 100,
	    .log = {200, 2},
	},
    [PROCESS_RELEASE] =
	{
	    .title = "lvsd: release",
	    .main = mains_release,
	    .prepare = mains_prepare_release,
	    /* It may have to read the configuration, which only root can open. */
	    .privileges = {.role = PRIVILEGE_DIRECTOR},
	    .need = PROCESS_ON_DEMAND,
	    .channels = LOG,
	    .run_ms = 1400,
	    .stop_rank = 1,
	    .stop_ms = 1400,
	    .log = {5000, 10},
	},
    [PROCESS_LOG] =
	{
	    .title = "lvsd: log",
	    .main = mains_log,
	    /* A log written by root is better than none. */
	    .privileges = {.role = PRIVILEGE_LOG,
			   .users = {"lvsd-log", "lvsd", "nobody"},
			   .may_stay = true},
	    .need = PROCESS_ALWAYS,
	    .channels = LOG,
	    .stop_rank = 7,
	    .stop_ms = 800,
	    .log = {1000, 10},
	},
};
