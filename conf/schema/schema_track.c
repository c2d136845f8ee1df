/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Keywords of synchronised groups of instances, and of what instances track. */
#include "conf/schema/schema.h"

/* keepalived: the longest that a process may be late or early. */
#define PROCESS_DELAY_MAX_US (INT64_C(3600) * 1000000)
/* A day; the script process takes no longer one. */
#define SCRIPT_TIMER_MAX_US (INT64_C(86400) * 1000000)
#define FIELD_FIRST_RUN "its state stays until the first run of the new command has ended"

static const struct schema_choice matches[] = {{"initial", 0}, {"partial", 0}, {0}};

static const char no_trackers[] =
    "a director whose service fails keeps its priority, and stays master";

static const struct schema_keyword rows[] = {
    {
	.id = KW_VRRP_SYNC_GROUP,
	.name = "vrrp_sync_group",
	.in = {SCHEMA_ROOT},
	.type = SCHEMA_TYPE_TEXT,
	.argument = "NAME",
	.max = CONF_NAME_MAX - 1,
	.opens = SCHEMA_VRRP_SYNC_GROUP,
	.is_repeatable = true,
	.help = "Instances that change their state together: the two links of a router, or the IPv4 and "
		"IPv6 addresses of a service. When one of them is in FAULT, or hears a better router, all of "
		"them follow at once. They become MASTER together, when each of them would be MASTER by "
		"itself. An instance that a reload adds follows the group, and moves nobody.",
    },
    {
	.id = KW_SYNC_GROUP_MEMBERS,
	.name = "group",
	.in = {SCHEMA_VRRP_SYNC_GROUP, SCHEMA_TRACK_GROUP},
	.opens = SCHEMA_GROUP,
	.is_required = true,
	.is_merged = true,
	.help = "The instances of the group. An instance can be in one sync group.",
    },
    {
	.id = KW_GROUP_MEMBER,
	.name = "INSTANCE",
	.in = {SCHEMA_GROUP},
	.type = SCHEMA_TYPE_WORDS,
	.argument = "INSTANCE ...",
	.min = 1,
	.max = INT32_MAX,
	.refers = KW_VRRP_INSTANCE,
	.is_required = true,
	.is_repeatable = true,
	.is_item = true,
	.help = "Names of instances, one or more a line.",
    },
    {
	.id = KW_SYNC_GROUP_TRACKING_WEIGHT,
	.name = "sync_group_tracking_weight",
	.in = {SCHEMA_VRRP_SYNC_GROUP},
	.fields = {SYNC_GROUP_FIELD(has_weights, .is_local = true)},
	.help = "Trackers with weights count in the instances of the group. Without it those trackers of an "
		"instance have no effect, as their priorities would differ; trackers of the group count with "
		"their weights in any case.",
    },
    {
	.id = KW_GLOBAL_TRACKING,
	.name = "global_tracking",
	.in = {SCHEMA_VRRP_SYNC_GROUP},
	.fields = {SYNC_GROUP_FIELD(has_weights, .is_spelling = true, .is_local = true)},
	.help = "The older word for sync_group_tracking_weight.",
    },
    {
	.id = KW_TRACK_INTERFACE,
	.name = "track_interface",
	.in = {SCHEMA_VRRP_INSTANCE, SCHEMA_VRRP_SYNC_GROUP},
	.opens = SCHEMA_TRACK_INTERFACE,
	.is_merged = true,
	.fields = {INSTANCE_RULED(tracks, .is_local = true),
		   SYNC_GROUP_RULED(tracks, .is_local = true)},
	.help = "Further interfaces that must be up, or that change the priority; see track_script. The "
		"instance's own interface must always be up, and has no weight here.",
    },
    {
	.id = KW_TRACKED_INTERFACE,
	.name = "INTERFACE",
	.in = {SCHEMA_TRACK_INTERFACE},
	.type = SCHEMA_TYPE_INTERFACE,
	.options = SCHEMA_TRACK_WIDE_LINE,
	.is_repeatable = true,
	.is_item = true,
	.help = "An interface, one a line. It is up when it exists, is up and has a carrier; a VLAN and "
		"a bridge follow what is below them.",
	.example = "eth1 weight -20",
    },
    {
	.id = KW_TRACK_SCRIPT,
	.name = "track_script",
	.in = {SCHEMA_VRRP_INSTANCE, SCHEMA_VRRP_SYNC_GROUP},
	.opens = SCHEMA_TRACK_SCRIPT,
	.is_merged = true,
	.fields = {INSTANCE_RULED(tracks, .is_local = true),
		   SYNC_GROUP_RULED(tracks, .is_local = true)},
	.help = "Scripts that must succeed, or that change the priority. With weight 0 the instance "
		"is in FAULT while the script is down. The weights of all trackers are added to the "
		"priority, and the sum is kept within 1 to 254. Priority 255 is left as it is. In a "
		"vrrp_sync_group each instance tracks them; there the group's weight counts, unless the "
		"instance itself has the script without a weight.",
    },
    {
	.id = KW_TRACKED_SCRIPT,
	.name = "SCRIPT",
	.in = {SCHEMA_TRACK_SCRIPT},
	.type = SCHEMA_TYPE_TEXT,
	.argument = "NAME",
	.max = 255,
	.options = SCHEMA_TRACK_LINE,
	.refers = KW_VRRP_SCRIPT,
	.is_repeatable = true,
	.is_item = true,
	.help = "A vrrp_script, one a line; without a weight, the weight of the script.",
	.example = "chk_haproxy weight -20",
    },
    {
	.id = KW_TRACK_FILE_LIST,
	.name = "track_file",
	.in = {SCHEMA_VRRP_INSTANCE, SCHEMA_VRRP_SYNC_GROUP},
	.opens = SCHEMA_TRACK_FILES,
	.is_merged = true,
	.fields = {INSTANCE_RULED(tracks, .is_local = true),
		   SYNC_GROUP_RULED(tracks, .is_local = true)},
	.help = "Files whose number changes the priority: the number times the weight is added to it, "
		"253 at most. A product of -254 or less is a FAULT. With weight 0 each number but 0 is "
		"a FAULT; with `weight 0 reverse`, 0 is.",
    },
    {
	.id = KW_TRACKED_FILE,
	.name = "FILE",
	.in = {SCHEMA_TRACK_FILES},
	.type = SCHEMA_TYPE_TEXT,
	.argument = "NAME",
	.max = 255,
	.options = SCHEMA_TRACK_WIDE_LINE,
	.refers = KW_TRACK_FILE,
	.is_repeatable = true,
	.is_item = true,
	.help = "A track_file, one a line; without a weight, the weight of the track_file.",
	.example = "load weight -2",
    },
    {
	.id = KW_TRACK_PROCESS,
	.name = "track_process",
	.in = {SCHEMA_VRRP_INSTANCE, SCHEMA_VRRP_SYNC_GROUP},
	.opens = SCHEMA_TRACK_PROCESS,
	.is_merged = true,
	.fields = {INSTANCE_RULED(tracks, .is_local = true),
		   SYNC_GROUP_RULED(tracks, .is_local = true)},
	.help = "Processes that must run, or that change the priority; see track_script.",
    },
    {
	.id = KW_TRACKED_PROCESS,
	.name = "PROCESS",
	.in = {SCHEMA_TRACK_PROCESS},
	.type = SCHEMA_TYPE_TEXT,
	.argument = "NAME",
	.max = 255,
	.options = SCHEMA_TRACK_WIDE_LINE,
	.refers = KW_VRRP_TRACK_PROCESS,
	.is_repeatable = true,
	.is_item = true,
	.help = "A vrrp_track_process, one a line; without a weight, its own weight.",
	.example = "haproxy weight -20",
    },
    {
	.id = KW_TRACK_BFD,
	.name = "track_bfd",
	.in = {SCHEMA_VRRP_INSTANCE, SCHEMA_VRRP_SYNC_GROUP},
	.opens = SCHEMA_TRACK_BFD,
	.is_merged = true,
	.no_effect = no_trackers,
	.dangerous = "not tracked",
	.help = "BFD sessions that must be up, or that change the priority.",
    },
    {
	.id = KW_TRACKED_BFD,
	.name = "BFD",
	.in = {SCHEMA_TRACK_BFD},
	.type = SCHEMA_TYPE_TEXT,
	.argument = "NAME",
	.max = 31,
	.options = SCHEMA_TRACK_LINE,
	.refers = KW_BFD_INSTANCE,
	.is_repeatable = true,
	.is_item = true,
	.help = "A bfd_instance, one a line.",
    },
    {
	.id = KW_TRACK_VIRTUAL_SERVER,
	.name = "track_virtual_server",
	.in = {SCHEMA_VRRP_INSTANCE, SCHEMA_VRRP_SYNC_GROUP},
	.opens = SCHEMA_TRACK_VIRTUAL_SERVER,
	.is_merged = true,
	.is_own = true,
	.fields = {INSTANCE_RULED(tracks, .is_local = true),
		   SYNC_GROUP_RULED(tracks, .is_local = true)},
	.help = "Virtual servers that must have their quorum, so that a director whose real servers "
		"have failed yields to one whose real servers are well. Before the first verdicts a "
		"service counts neither as up nor as down.",
    },
    {
	.id = KW_TRACKED_VIRTUAL_SERVER,
	.name = "KEY",
	.in = {SCHEMA_TRACK_VIRTUAL_SERVER},
	.type = SCHEMA_TYPE_TEXT,
	.argument = "KEY",
	.max = CONF_NAME_MAX - 1,
	.options = SCHEMA_TRACK_LINE,
	.is_repeatable = true,
	.is_item = true,
	.is_own = true,
	.help = "A virtual_server by its key, as `lvsctl status` shows it, one a line. Without a weight, "
		"-253 is taken from the priority while it has no quorum. Beware of weight 0: when the "
		"real servers fail for both directors, both are in FAULT, and nobody has the addresses.",
	.example = "tcp:10.9.0.100:80 weight -60",
    },
    {
	.id = KW_TRACK_ROUTE,
	.name = "track_route",
	.in = {SCHEMA_VRRP_INSTANCE, SCHEMA_VRRP_SYNC_GROUP},
	.opens = SCHEMA_TRACK_ROUTE,
	.is_merged = true,
	.is_own = true,
	.fields = {INSTANCE_RULED(tracks, .is_local = true),
		   SYNC_GROUP_RULED(tracks, .is_local = true)},
	.help = "Routes that must be there, or that change the priority; see track_script. Of use where "
		"a routing protocol withdraws the way to a network though the link stays up.",
    },
    {
	.id = KW_TRACKED_ROUTE,
	.name = "NETWORK",
	.in = {SCHEMA_TRACK_ROUTE},
	.type = SCHEMA_TYPE_DESTINATION,
	.options = SCHEMA_TRACK_WIDE_LINE,
	.is_repeatable = true,
	.is_item = true,
	.is_own = true,
	.help = "The destination of a route, one a line; default6 is the default route of IPv6. It is up "
		"while table main has a unicast route to exactly this network, whose interface has a "
		"carrier.",
	.example = "default weight -60",
    },
    {
	.id = KW_TRACK_WEIGHT,
	.name = "weight",
	.in = {SCHEMA_TRACK_LINE},
	.type = SCHEMA_TYPE_NUMBER,
	.min = -253,
	.max = 253,
	.help = "A positive weight is added to the priority while it is up, a negative one while it "
		"is down; 0: FAULT while it is down.",
    },
    {
	.id = KW_TRACK_WIDE_WEIGHT,
	.name = "weight",
	.in = {SCHEMA_TRACK_WIDE_LINE},
	.type = SCHEMA_TYPE_NUMBER,
	.min = -254,
	.max = 254,
	.help = "A positive weight is added to the priority while it is up, a negative one while it "
		"is down; 0: FAULT while it is down.",
    },
    {
	.id = KW_TRACK_REVERSE,
	.name = "reverse",
	.in = {SCHEMA_TRACK_LINE, SCHEMA_TRACK_WIDE_LINE, SCHEMA_WEIGHT_LINE},
	.help = "The weight has the other sign. With weight 0: FAULT while it is up.",
    },
    {
	.id = KW_TRACK_NOREVERSE,
	.name = "noreverse",
	.in = {SCHEMA_TRACK_LINE, SCHEMA_TRACK_WIDE_LINE, SCHEMA_WEIGHT_LINE},
	.help = "The weight keeps its sign, also if the definition of the tracker says reverse.",
    },
    {
	.id = KW_VRRP_SCRIPT,
	.name = "vrrp_script",
	.in = {SCHEMA_ROOT},
	.type = SCHEMA_TYPE_TEXT,
	.argument = "NAME",
	.max = CONF_NAME_MAX - 1,
	.opens = SCHEMA_VRRP_SCRIPT,
	.is_repeatable = true,
	.help = "A script that instances track. It runs every interval, and is up when it exits with "
		"0. It is not run while no instance tracks it. Before its first run has ended it "
		"counts neither as up nor as down.",
    },
    {
	.id = KW_TRACKER_SCRIPT,
	.name = "script",
	.in = {SCHEMA_VRRP_SCRIPT},
	.type = SCHEMA_TYPE_COMMAND,
	.max = 3,
	.is_required = true,
	.fields = {VRRP_SCRIPT_FIELD(script, .remark = FIELD_FIRST_RUN)},
	.help = "The command, and a user and a group that run it. `<PATH` is up when bash can open the "
		"path, which may be /dev/tcp/ADDRESS/PORT.",
	.example = "script \"/usr/local/bin/check_uplink eth0\"",
    },
    {
	.id = KW_TRACKER_INTERVAL,
	.name = "interval",
	.in = {SCHEMA_VRRP_SCRIPT},
	.type = SCHEMA_TYPE_TIMER,
	.min = 0,
	.max = SCHEMA_TIMER_MAX_US,
	.def = "1",
	.unit = "s",
	.fields = {VRRP_SCRIPT_FIELD(interval_us)},
	.help = "Time from the start of a run to the start of the next. A run that takes longer "
		"delays the next one. 0 means 1.",
    },
    {
	.id = KW_TRACKER_TIMEOUT,
	.name = "timeout",
	.in = {SCHEMA_VRRP_SCRIPT},
	.type = SCHEMA_TYPE_TIMER,
	.min = 0,
	.max = SCRIPT_TIMER_MAX_US,
	.unit = "s",
	.fields = {VRRP_SCRIPT_FIELD(timeout_us)},
	.help = "Time after which a run has failed, and its processes are ended; interval when "
		"absent or 0.",
    },
    {
	.id = KW_TRACKER_WEIGHT,
	.name = "weight",
	.in = {SCHEMA_VRRP_SCRIPT, SCHEMA_BFD_INSTANCE},
	.type = SCHEMA_TYPE_NUMBER,
	.min = -253,
	.max = 253,
	.def = "0",
	.options = SCHEMA_WEIGHT_LINE,
	.help = "A positive weight is added to the priority while it is up, a negative one while it "
		"is down. With 0 an instance is in FAULT while it is down. What an instance says "
		"behind the name takes the place of this.",
    },
    {
	.id = KW_TRACKER_RISE,
	.name = "rise",
	.in = {SCHEMA_VRRP_SCRIPT},
	.type = SCHEMA_TYPE_NUMBER,
	.min = 1,
	.max = INT32_MAX,
	.def = "1",
	.fields = {VRRP_SCRIPT_FIELD(rise)},
	.help = "Successes in a row after which a script that is down is up. The first run decides "
		"alone, unless init_fail is given.",
    },
    {
	.id = KW_TRACKER_FALL,
	.name = "fall",
	.in = {SCHEMA_VRRP_SCRIPT},
	.type = SCHEMA_TYPE_NUMBER,
	.min = 1,
	.max = INT32_MAX,
	.def = "1",
	.fields = {VRRP_SCRIPT_FIELD(fall)},
	.help = "Failures in a row after which a script that is up is down.",
    },
    {
	.id = KW_TRACKER_USER,
	.name = "user",
	.in = {SCHEMA_VRRP_SCRIPT},
	.type = SCHEMA_TYPE_USER,
	.help = "User, and optionally a group, with which the script runs. When absent, "
		"script_user counts.",
    },
    {
	.id = KW_TRACKER_INIT_FAIL,
	.name = "init_fail",
	.in = {SCHEMA_VRRP_SCRIPT},
	.fields = {VRRP_SCRIPT_FIELD(is_init_fail, .is_at_start = true)},
	.help = "The script counts as down from the start of lvsd, until it has succeeded as often as "
		"rise says. If a reload adds it, its first run decides.",
    },
    {
	.id = KW_TRACK_FILE,
	.name = "track_file",
	.alias = "vrrp_track_file",
	.in = {SCHEMA_ROOT},
	.type = SCHEMA_TYPE_TEXT,
	.argument = "NAME",
	.max = CONF_NAME_MAX - 1,
	.opens = SCHEMA_TRACK_FILE,
	.is_repeatable = true,
	.help = "A file with a number that instances and FILE_CHECKs track. It is read when a program has written "
		"and closed it, or has put it there. The number at its beginning counts, as in keepalived. "
		"A file that is missing or empty, or does not begin with a number, counts as 0; one whose "
		"number has more than 32 bits counts as before. The log warns of these, and of text "
		"behind the number.",
    },
    {
	.id = KW_TRACK_FILE_PATH,
	.name = "file",
	.in = {SCHEMA_TRACK_FILE},
	.type = SCHEMA_TYPE_PATH,
	.is_required = true,
	.fields = {TRACK_FILE_FIELD(path)},
	.help = "The file: one whole number, decimal, octal after 0 or hexadecimal after 0x. A symbolic "
		"link is followed. The user lvsd-director must be able to read it, and to list its "
		"folder; a file that he may not read has no verdict, and the log says so.",
	.example = "file /run/lvsd-weight",
    },
    {
	.id = KW_TRACK_FILE_WEIGHT,
	.name = "weight",
	.in = {SCHEMA_TRACK_FILE},
	.type = SCHEMA_TYPE_NUMBER,
	.min = -254,
	.max = 254,
	.def = "1",
	.options = SCHEMA_WEIGHT_LINE,
	.help = "The number in the file is multiplied by the weight; `reverse` gives the weight "
		"the other sign. A weight on the line of an instance replaces this one.",
    },
    {
	.id = KW_TRACK_FILE_INIT,
	.name = "init_file",
	.in = {SCHEMA_TRACK_FILE},
	.options = SCHEMA_INIT_FILE_LINE,
	.fields = {TRACK_FILE_RULED(is_made, .is_at_start = true)},
	.help = "When lvsd starts it writes this number, 0 when absent, to the file if there is none. A "
		"reload writes nothing.",
	.example = "init_file 0 overwrite",
    },
    {
	.id = KW_INIT_FILE_NUMBER,
	.name = "NUMBER",
	.in = {SCHEMA_INIT_FILE_LINE},
	.type = SCHEMA_TYPE_NUMBER,
	.min = INT32_MIN,
	.max = INT32_MAX,
	.is_item = true,
	.may_omit_name = true,
	.is_unnamed_anywhere = true,
	.help = "The number that is written to the file.",
    },
    {
	.id = KW_INIT_FILE_OVERWRITE,
	.name = "overwrite",
	.in = {SCHEMA_INIT_FILE_LINE},
	.help = "The number also replaces what is in an existing file.",
    },
    {
	.id = KW_VRRP_TRACK_PROCESS,
	.name = "vrrp_track_process",
	.in = {SCHEMA_ROOT},
	.type = SCHEMA_TYPE_TEXT,
	.argument = "NAME",
	.max = CONF_NAME_MAX - 1,
	.opens = SCHEMA_VRRP_TRACK_PROCESS,
	.is_repeatable = true,
	.help = "Processes that instances track: up while as many run as quorum and quorum_max say. The "
		"kernel tells of each process that begins and ends (process connector). In a container "
		"or a network namespace, where it does not, lvsd looks through /proc once a second, and "
		"still sees the end of a process at once. Processes that lvsd's /proc does not show "
		"do not count. Where it hides all processes of others (hidepid) there is no verdict, "
		"and the log says so.",
    },
    {
	.id = KW_PROCESS_COMMAND,
	.name = "process",
	.in = {SCHEMA_VRRP_TRACK_PROCESS},
	.type = SCHEMA_TYPE_WORDS,
	.argument = "COMMAND [ARGUMENT ...]",
	.min = 1,
	.max = INT32_MAX,
	.is_required = true,
	.fields = {TRACK_PROCESS_RULED(argv)},
	.help = "The process's name, as `ps -e` shows it (its first 15 bytes), and its arguments. With "
		"arguments, param_match or full_command the command line counts instead of that name: "
		"its first word must be this path, or end in this name.",
	.example = "process haproxy",
    },
    {
	.id = KW_PROCESS_PARAM_MATCH,
	.name = "param_match",
	.in = {SCHEMA_VRRP_TRACK_PROCESS},
	.type = SCHEMA_TYPE_CHOICE,
	.choices = matches,
	.is_value_optional = true,
	.fields = {TRACK_PROCESS_RULED(match)},
	.help = "`partial`: further arguments may follow; `initial`: the last argument may be longer. "
		"Without a value, or without this keyword, the process has these arguments and no "
		"others; without arguments in `process`, that means none.",
    },
    {
	.id = KW_PROCESS_WEIGHT,
	.name = "weight",
	.in = {SCHEMA_VRRP_TRACK_PROCESS},
	.type = SCHEMA_TYPE_NUMBER,
	.min = -254,
	.max = 254,
	.def = "0",
	.options = SCHEMA_WEIGHT_LINE,
	.help = "A positive weight is added to the priority while it is up, a negative one while it is "
		"down. With 0 an instance is in FAULT while it is down. What an instance says behind the "
		"name takes the place of this.",
    },
    {
	.id = KW_PROCESS_QUORUM,
	.name = "quorum",
	.in = {SCHEMA_VRRP_TRACK_PROCESS},
	.type = SCHEMA_TYPE_NUMBER,
	.min = 1,
	.max = 65535,
	.def = "1",
	.fields = {TRACK_PROCESS_FIELD(quorum)},
	.help = "How many such processes must run. It counts as 0 if quorum_max is 0.",
    },
    {
	.id = KW_PROCESS_QUORUM_MAX,
	.name = "quorum_max",
	.in = {SCHEMA_VRRP_TRACK_PROCESS},
	.type = SCHEMA_TYPE_NUMBER,
	.min = 0,
	.max = 65535,
	.fields = {TRACK_PROCESS_RULED(quorum_max)},
	.help = "How many such processes may run; any number when absent. With 0 the tracker is "
		"up while none runs.",
    },
    {
	.id = KW_PROCESS_FORK_DELAY,
	.name = "fork_delay",
	.in = {SCHEMA_VRRP_TRACK_PROCESS},
	.type = SCHEMA_TYPE_TIMER,
	.min = 1,
	.max = PROCESS_DELAY_MAX_US,
	.unit = "s",
	.fields = {TRACK_PROCESS_FIELD(fork_delay_us)},
	.help = "How long a change must last that a new process brings, before it counts. This keeps a "
		"fork that executes something else from counting.",
    },
    {
	.id = KW_PROCESS_TERMINATE_DELAY,
	.name = "terminate_delay",
	.in = {SCHEMA_VRRP_TRACK_PROCESS},
	.type = SCHEMA_TYPE_TIMER,
	.min = 1,
	.max = PROCESS_DELAY_MAX_US,
	.unit = "s",
	.fields = {TRACK_PROCESS_FIELD(terminate_delay_us)},
	.help = "How long a change must last that the end of a process brings, before it counts. This "
		"bridges a restart.",
    },
    {
	.id = KW_PROCESS_DELAY,
	.name = "delay",
	.in = {SCHEMA_VRRP_TRACK_PROCESS},
	.type = SCHEMA_TYPE_TIMER,
	.min = 1,
	.max = PROCESS_DELAY_MAX_US,
	.unit = "s",
	.help = "Sets fork_delay and terminate_delay.",
    },
    {
	.id = KW_PROCESS_FULL_COMMAND,
	.name = "full_command",
	.in = {SCHEMA_VRRP_TRACK_PROCESS},
	.fields = {TRACK_PROCESS_FIELD(is_full_command)},
	.help = "The first word of the command line counts, not the process's name.",
    },
};

const struct schema_table schema_track = {rows, sizeof(rows) / sizeof(rows[0])};
