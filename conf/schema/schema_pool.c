/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Keywords of the judgement about a pool: which of its servers serve when some are down. */
#include "conf/conf.h"
#include "conf/schema/schema.h"

#define PANIC_WINDOW_MAX_S 86400
#define BACKUP_MAX         255

static const struct schema_keyword rows[] = {
    {
	.id = KW_BACKUP,
	.name = "backup",
	.in = {SCHEMA_REAL_SERVER},
	.type = SCHEMA_TYPE_NUMBER,
	.argument = "GROUP",
	.min = 1,
	.max = BACKUP_MAX,
	.bare = "1",
	.is_own = true,
	.fields = {SERVER_FIELD(backup, .is_late = true)},
	.help = "The server stays at weight 0 while the servers before it can serve: those without "
		"backup, then group 1, then group 2. min_active says when they no longer can.",
	.example = "backup",
    },
    {
	.id = KW_CHECKS_REQUIRED,
	.name = "checks_required",
	.in = {SCHEMA_REAL_SERVER},
	.type = SCHEMA_TYPE_NUMBER,
	.min = 1,
	.max = UINT32_MAX,
	.is_own = true,
	.fields = {SERVER_FIELD(checks_required, .is_late = true)},
	.help = "The server is up while this number of its checks succeeds; all of them when absent.",
	.example = "checks_required 2",
    },
    {
	.id = KW_MIN_ACTIVE,
	.name = "min_active",
	.in = {SCHEMA_VIRTUAL_SERVER},
	.type = SCHEMA_TYPE_NUMBER,
	.min = 1,
	.max = UINT32_MAX,
	.is_own = true,
	.fields = {SERVICE_FIELD(min_active, .is_late = true)},
	.help = "While fewer servers than this are up, or their weights make no quorum, the next "
		"group of backup servers serves too. 1 when absent.",
	.example = "min_active 2",
    },
    {
	.id = KW_PANIC_THRESHOLD,
	.name = "panic_threshold",
	.in = {SCHEMA_VIRTUAL_SERVER},
	.type = SCHEMA_TYPE_NUMBER,
	.min = 1,
	.max = 100,
	.unit = "percent",
	.is_own = true,
	.fields = {SERVICE_FIELD(panic_threshold, .is_late = true)},
	.help = "When more than this share of a pool of at least three servers goes down within "
		"panic_window without an answer, those servers keep their weights: the fault is "
		"rather this director's. A server that refuses a connection or answers wrongly is "
		"taken out. Nothing is kept while a backup or a sorry_server can serve. 50 when "
		"absent.",
	.example = "panic_threshold 60",
    },
    {
	.id = KW_PANIC_WINDOW,
	.name = "panic_window",
	.in = {SCHEMA_VIRTUAL_SERVER},
	.type = SCHEMA_TYPE_NUMBER,
	.min = 1,
	.max = PANIC_WINDOW_MAX_S,
	.unit = "s",
	.is_own = true,
	.fields = {SERVICE_FIELD(panic_window, .is_late = true)},
	.help = "The time for panic_threshold. It should be longer than delay_loop plus what the "
		"retries take, so that one outage is within it for all servers. 30 s when absent.",
    },
    {
	.id = KW_FAIL_OPEN,
	.name = "fail_open",
	.in = {SCHEMA_VIRTUAL_SERVER},
	.is_own = true,
	.fields = {SERVICE_FIELD(is_fail_open, .is_late = true)},
	.help = "When no server is left and no sorry_server can serve, all servers that are not "
		"out of service keep their weights, whatever their checks say.",
    },
    {
	.id = KW_FAIL_CLOSED,
	.name = "fail_closed",
	.in = {SCHEMA_VIRTUAL_SERVER},
	.is_own = true,
	.fields = {SERVICE_FIELD(is_fail_closed, .is_late = true)},
	.help = "Each server that is down is taken out, however many are down, as keepalived does: "
		"panic_threshold has no effect, and neither has the rule for a director that is cut "
		"off.",
    },
    {
	.id = KW_DEPOOL_THRESHOLD,
	.name = "depool_threshold",
	.in = {SCHEMA_VIRTUAL_SERVER},
	.type = SCHEMA_TYPE_NUMBER,
	.min = 1,
	.max = 100,
	.unit = "percent",
	.is_own = true,
	.fields = {SERVICE_FIELD(depool_threshold, .is_late = true)},
	.help = "At least this share of the servers keeps its weight, whatever the checks say: "
		"those that failed last stay. A server that lvsctl drain took out does not count. "
		"Nothing when absent.",
	.example = "depool_threshold 50",
    },
    {
	.id = KW_PASSIVE,
	.name = "passive",
	.in = {SCHEMA_VIRTUAL_SERVER, SCHEMA_REAL_SERVER},
	.type = SCHEMA_TYPE_CHOICE,
	.choices = schema_switch,
	.def = "off",
	.bare = "on",
	.is_own = true,
	.fields = {SERVER_FIELD(is_passive, .is_late = true)},
	.help = "When the kernel counts new connections to the server to which nothing comes back, its "
		"checks are probed at once; the probes alone decide. In virtual_server, the default of "
		"its real servers.",
    },
    {
	.id = KW_FLAP_DAMPING,
	.name = "flap_damping",
	.in = {SCHEMA_VIRTUAL_SERVER},
	.options = SCHEMA_FLAP_LINE,
	.is_own = true,
	.fields = {SERVICE_FIELD(flap.is_on, .is_late = true)},
	.help = "A real server that goes down again and again is held down for a while, whatever its "
		"checks find, and for twice as long each further time. A hold ends at once when the "
		"other servers are too few. Off when absent.",
	.example = "flap_damping times 3 window 600 hold 30 max 300",
    },
    {
	.id = KW_FLAP_TIMES,
	.name = "times",
	.in = {SCHEMA_FLAP_LINE},
	.type = SCHEMA_TYPE_NUMBER,
	.min = 2,
	.max = CONF_FLAP_TIMES_MAX,
	.def = "3",
	.fields = {SERVICE_FIELD(flap.times, .label = "flap_damping times")},
	.help = "How many times its checks take the server down within window until it is held.",
    },
    {
	.id = KW_FLAP_WINDOW,
	.name = "window",
	.in = {SCHEMA_FLAP_LINE},
	.type = SCHEMA_TYPE_TIMER,
	.min = 1000,
	.max = SCHEMA_TIMER_MAX_US,
	.def = "600",
	.unit = "s",
	.fields = {SERVICE_FIELD(flap.window_us, .label = "flap_damping window")},
	.help = "The time for times.",
    },
    {
	.id = KW_FLAP_HOLD,
	.name = "hold",
	.in = {SCHEMA_FLAP_LINE},
	.type = SCHEMA_TYPE_TIMER,
	.min = 1000,
	.max = SCHEMA_TIMER_MAX_US,
	.def = "30",
	.unit = "s",
	.fields = {SERVICE_FIELD(flap.hold_us, .label = "flap_damping hold")},
	.help = "How long the server is held down the first time.",
    },
    {
	.id = KW_FLAP_MAX,
	.name = "max",
	.in = {SCHEMA_FLAP_LINE},
	.type = SCHEMA_TYPE_TIMER,
	.min = 1000,
	.max = SCHEMA_TIMER_MAX_US,
	.def = "300",
	.unit = "s",
	.fields = {SERVICE_FIELD(flap.max_us, .label = "flap_damping max")},
	.help = "The longest hold. Holds are short again after the server has not gone down for as long as "
		"window and its last hold.",
    },
};

const struct schema_table schema_pool = {rows, sizeof(rows) / sizeof(rows[0])};
