/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Keywords of global_defs about names, mail, files and scripts. Most have no effect in lvsd, or
 * lvsd has something else instead. */
#include "conf/schema/schema.h"

/* The longest that a script at the start or the stop may take. */
#define SCRIPT_TIMEOUT_MAX_S 1000

/* A command line, a user and a group. */
#define SCRIPT_WORDS 3

static const struct schema_choice if_changes[] = {{"allow_if_changes", 1}, {0}};

static const char own_titles[] =
    "its processes are always named lvsd, and `lvsd: ` with what they do (PROCESSES in lvsd(8))";
static const char own_names[] = "the files have the names that state_dump_file, stats_dump_file and "
				"json_dump_file give them";
static const char unit_starts[] = "ExecStartPre= and ExecStopPost= of lvsd.service run commands";
static const char reload_waits[] =
    "`lvsctl reload` returns when the file has been read and applied";
static const char timer_reloads[] = "a systemd timer or cron runs `lvsctl reload` at a given time";

static const struct schema_keyword rows[] = {
    {
	.id = KW_PROCESS_NAMES,
	.name = "process_names",
	.in = {SCHEMA_GLOBAL_DEFS},
	.replaced = own_titles,
	.help = "Gives each process a title of its own.",
    },
    {
	.id = KW_PROCESS_NAME,
	.name = "process_name",
	.in = {SCHEMA_GLOBAL_DEFS},
	.type = SCHEMA_TYPE_TEXT,
	.argument = "NAME",
	.max = 255,
	.replaced = own_titles,
	.help = "Title of the first process.",
    },
    {
	.id = KW_VRRP_PROCESS_NAME,
	.name = "vrrp_process_name",
	.in = {SCHEMA_GLOBAL_DEFS},
	.type = SCHEMA_TYPE_TEXT,
	.argument = "NAME",
	.max = 255,
	.replaced = own_titles,
	.help = "Title of the VRRP process.",
    },
    {
	.id = KW_CHECKER_PROCESS_NAME,
	.name = "checker_process_name",
	.alias = "lvs_process_name",
	.in = {SCHEMA_GLOBAL_DEFS},
	.type = SCHEMA_TYPE_TEXT,
	.argument = "NAME",
	.max = 255,
	.replaced = own_titles,
	.help = "Title of the process that checks.",
    },
    {
	.id = KW_BFD_PROCESS_NAME,
	.name = "bfd_process_name",
	.in = {SCHEMA_GLOBAL_DEFS},
	.type = SCHEMA_TYPE_TEXT,
	.argument = "NAME",
	.max = 255,
	.replaced = own_titles,
	.help = "Title of the BFD process.",
    },
    {
	.id = KW_RS_INIT_NOTIFIES,
	.name = "rs_init_notifies",
	.in = {SCHEMA_GLOBAL_DEFS},
	.no_effect =
	    "lvsd runs notify_up when a server comes up, and not for one that is up from the start",
	.help = "Runs notify_up for servers that are up at the start.",
    },
    {
	.id = KW_CHECKER_LOG_ALL_FAILURES,
	.name = "checker_log_all_failures",
	.in = {SCHEMA_GLOBAL_DEFS},
	.type = SCHEMA_TYPE_CHOICE,
	.choices = schema_switch,
	.bare = "on",
	.help = "The log_all_failures of the checks that say nothing else.",
    },
    {
	.id = KW_DEFAULT_INTERFACE,
	.name = "default_interface",
	.in = {SCHEMA_GLOBAL_DEFS},
	.type = SCHEMA_TYPE_INTERFACE,
	.help = "Interface of addresses of static_ipaddress that name none; eth0 when absent.",
    },
    {
	.id = KW_UMASK,
	.name = "umask",
	.in = {SCHEMA_GLOBAL_DEFS},
	.type = SCHEMA_TYPE_UMASK,
	.no_effect = "each file that lvsd makes has the mode that its readers need, whatever the umask; "
		     "scripts run with umask 022",
	.help = "Permissions that are taken from new files.",
	.example = "umask IRWXG|IRWXO",
    },
    {
	.id = KW_RANDOM_SEED,
	.name = "random_seed",
	.in = {SCHEMA_GLOBAL_DEFS},
	.type = SCHEMA_TYPE_NUMBER,
	.min = 0,
	.max = UINT32_MAX,
	.help = "Start value of the numbers of ${_RANDOM}. When absent, it is made from the name "
		"of the host.",
    },
    {
	.id = KW_INCLUDE_CHECK,
	.name = "include_check",
	.in = {SCHEMA_GLOBAL_DEFS},
	.type = SCHEMA_TYPE_WORDS,
	.argument = "[+|-]CHECK ...",
	.min = 0,
	.max = 255,
	.is_repeatable = true,
	.help =
	    "What every include of this file, and of those that it includes, insists on, beside "
	    "what its variant does: readable, match, wildcard_match, brace_match; all of them "
	    "without a word. + adds to what the including file insists on, - takes away from "
	    "it.",
	.example = "include_check +match",
    },
    {
	.id = KW_CONFIG_SAVE_DIR,
	.name = "config_save_dir",
	.in = {SCHEMA_GLOBAL_DEFS},
	.type = SCHEMA_TYPE_PATH,
	.argument = "DIRECTORY",
	.replaced = "applied.conf in the run directory is the text in force",
	.help = "Keeps the configuration and the state of each reload.",
    },
    {
	.id = KW_TMP_CONFIG_DIRECTORY,
	.name = "tmp_config_directory",
	.in = {SCHEMA_GLOBAL_DEFS},
	.type = SCHEMA_TYPE_PATH,
	.argument = "DIRECTORY",
	.no_effect = "lvsd reads the configuration once and keeps no copy for other processes",
	.help = "Where the copy of the configuration is.",
    },
    {
	.id = KW_RELOAD_CHECK_CONFIG,
	.name = "reload_check_config",
	.in = {SCHEMA_GLOBAL_DEFS},
	.type = SCHEMA_TYPE_PATH,
	.is_value_optional = true,
	.replaced = "lvsd always checks the whole file before it applies anything of it",
	.help = "Checks the file before a reload.",
    },
    {
	.id = KW_RELOAD_TIME_FILE,
	.name = "reload_time_file",
	.in = {SCHEMA_GLOBAL_DEFS},
	.type = SCHEMA_TYPE_PATH,
	.replaced = timer_reloads,
	.help = "File with the time of the next reload.",
    },
    {
	.id = KW_RELOAD_REPEAT,
	.name = "reload_repeat",
	.in = {SCHEMA_GLOBAL_DEFS},
	.replaced = timer_reloads,
	.help = "Reloads at the time of reload_time_file each day.",
    },
    {
	.id = KW_RELOAD_FILE,
	.name = "reload_file",
	.in = {SCHEMA_GLOBAL_DEFS},
	.type = SCHEMA_TYPE_TEXT,
	.argument = "FILE",
	.max = 4095,
	.is_value_optional = true,
	.replaced = reload_waits,
	.help = "File that exists while the configuration is being read.",
    },
    {
	.id = KW_DATA_USE_INSTANCE,
	.name = "data_use_instance",
	.in = {SCHEMA_GLOBAL_DEFS},
	.type = SCHEMA_TYPE_CHOICE,
	.choices = schema_switch,
	.bare = "on",
	.replaced = own_names,
	.help = "Puts the name of the instance into the names of dumps.",
    },
    {
	.id = KW_STATE_DUMP_FILE,
	.name = "state_dump_file",
	.in = {SCHEMA_GLOBAL_DEFS},
	.type = SCHEMA_TYPE_TEXT,
	.argument = "FILE",
	.max = 4095,
	.fields = {GLOBAL_FIELD(state_dump_file, .is_local = true)},
	.help = "File into which SIGUSR1 to the first process of lvsd (lvsd.pid) writes the state of "
		"VRRP, as keepalived's keepalived.data has it. A name without a folder stands in "
		"/tmp; behind a folder with a slash at its end comes keepalived.data. Passwords are "
		"not written.",
    },
    {
	.id = KW_STATS_DUMP_FILE,
	.name = "stats_dump_file",
	.in = {SCHEMA_GLOBAL_DEFS},
	.type = SCHEMA_TYPE_TEXT,
	.argument = "FILE",
	.max = 4095,
	.fields = {GLOBAL_FIELD(stats_dump_file, .is_local = true)},
	.help = "The same for SIGUSR2: counters of VRRP, as in keepalived.stats.",
    },
    {
	.id = KW_JSON_DUMP_FILE,
	.name = "json_dump_file",
	.in = {SCHEMA_GLOBAL_DEFS},
	.type = SCHEMA_TYPE_TEXT,
	.argument = "FILE",
	.max = 4095,
	.fields = {GLOBAL_FIELD(json_dump_file, .is_local = true)},
	.help = "The same for SIGRTMIN+2 (36): state and counters, as in keepalived.json.",
    },
    {
	.id = KW_JSON_VERSION,
	.name = "json_version",
	.in = {SCHEMA_GLOBAL_DEFS},
	.type = SCHEMA_TYPE_NUMBER,
	.min = 1,
	.max = 2,
	.fields = {GLOBAL_FIELD(json_version, .is_local = true)},
	.help = "Format of json_dump_file: 1, as without the keyword, is a list of instances; 2 is an "
		"object whose member vrrp is this list.",
    },
    {
	.id = KW_IPROUTE_USR_DIR,
	.name = "iproute_usr_dir",
	.in = {SCHEMA_GLOBAL_DEFS},
	.type = SCHEMA_TYPE_PATH,
	.argument = "DIRECTORY",
	.fields = {GLOBAL_FIELD(iproute_usr_dir, .is_local = true)},
	.help = "Directory of iproute2 with the names of routing tables and protocols.",
    },
    {
	.id = KW_IPROUTE_ETC_DIR,
	.name = "iproute_etc_dir",
	.in = {SCHEMA_GLOBAL_DEFS},
	.type = SCHEMA_TYPE_PATH,
	.argument = "DIRECTORY",
	.fields = {GLOBAL_FIELD(iproute_etc_dir, .is_local = true)},
	.help = "Second directory of iproute2 with such names; they count before those of "
		"iproute_usr_dir.",
    },
    {
	.id = KW_DYNAMIC_INTERFACES,
	.name = "dynamic_interfaces",
	.in = {SCHEMA_GLOBAL_DEFS},
	.type = SCHEMA_TYPE_CHOICE,
	.choices = if_changes,
	.is_value_optional = true,
	.help = "An interface may be missing at the start, and may go and come: its instances are in "
		"FAULT meanwhile. So it is always.",
    },
    {
	.id = KW_DISABLE_LOCAL_IGMP,
	.name = "disable_local_igmp",
	.in = {SCHEMA_GLOBAL_DEFS},
	.no_effect = "it is for reports that leave by a macvlan, and lvsd joins its groups on the interface "
		     "below only; the setting net.ipv4.igmp_link_local_mcast_reports stays as it is",
	.help = "Sends no IGMP reports for link-local groups.",
    },
    {
	.id = KW_SET_SUPPLEMENTARY_GROUPS,
	.name = "set_supplementary_groups",
	.in = {SCHEMA_GLOBAL_DEFS},
	.no_effect = "a script runs with one group, its own or that of script_user",
	.help = "Gives scripts all groups of their user.",
    },
    {
	.id = KW_USE_SYMLINK_PATHS,
	.name = "use_symlink_paths",
	.in = {SCHEMA_GLOBAL_DEFS},
	.type = SCHEMA_TYPE_CHOICE,
	.choices = schema_switch,
	.bare = "on",
	.no_effect = "lvsd runs a script by the path in the file, and judges where it leads to",
	.help = "Keeps symbolic links in the paths of scripts.",
    },
    {
	.id = KW_STARTUP_SCRIPT,
	.name = "startup_script",
	.in = {SCHEMA_GLOBAL_DEFS},
	.type = SCHEMA_TYPE_SCRIPT,
	.max = SCRIPT_WORDS,
	.replaced = unit_starts,
	.help = "Script that runs when lvsd starts, before anything else happens.",
    },
    {
	.id = KW_SHUTDOWN_SCRIPT,
	.name = "shutdown_script",
	.in = {SCHEMA_GLOBAL_DEFS},
	.type = SCHEMA_TYPE_SCRIPT,
	.max = SCRIPT_WORDS,
	.replaced = unit_starts,
	.help = "Script that runs when lvsd stops, after everything else has ended.",
    },
    {
	.id = KW_STARTUP_SCRIPT_TIMEOUT,
	.name = "startup_script_timeout",
	.in = {SCHEMA_GLOBAL_DEFS},
	.type = SCHEMA_TYPE_NUMBER,
	.min = 1,
	.max = SCRIPT_TIMEOUT_MAX_S,
	.def = "10",
	.unit = "s",
	.replaced = unit_starts,
	.help = "Time after which startup_script is ended.",
    },
    {
	.id = KW_SHUTDOWN_SCRIPT_TIMEOUT,
	.name = "shutdown_script_timeout",
	.in = {SCHEMA_GLOBAL_DEFS},
	.type = SCHEMA_TYPE_NUMBER,
	.min = 1,
	.max = SCRIPT_TIMEOUT_MAX_S,
	.def = "10",
	.unit = "s",
	.replaced = unit_starts,
	.help = "Time after which shutdown_script is ended.",
    },
    {
	.id = KW_NOTIFY_FIFO,
	.name = "notify_fifo",
	.in = {SCHEMA_GLOBAL_DEFS},
	.type = SCHEMA_TYPE_FIFO,
	.fields = {GLOBAL_FIELD(notify_fifo, .is_local = true)},
	.help = "FIFO for all events: a line for each change of an instance, a sync group, a "
		"virtual server or a real server. A user and a group may follow, who own it; else "
		"those of script_user. lvsd makes the FIFO (mode 0600) if it is not there, and "
		"leaves it there at the end. A plain file, a link, or a FIFO of somebody else is "
		"not used.",
    },
    {
	.id = KW_NOTIFY_FIFO_SCRIPT,
	.name = "notify_fifo_script",
	.in = {SCHEMA_GLOBAL_DEFS},
	.type = SCHEMA_TYPE_SCRIPT,
	.max = SCRIPT_WORDS,
	.fields = {GLOBAL_FIELD(notify_fifo_script, .is_local = true)},
	.help = "Reads notify_fifo: lvsd starts it, with the path of the FIFO as its last word, "
		"and again when it ends.",
    },
    {
	.id = KW_VRRP_NOTIFY_FIFO,
	.name = "vrrp_notify_fifo",
	.in = {SCHEMA_GLOBAL_DEFS},
	.type = SCHEMA_TYPE_FIFO,
	.fields = {GLOBAL_FIELD(vrrp_notify_fifo, .is_local = true)},
	.help = "As notify_fifo, for events of instances and sync groups alone.",
    },
    {
	.id = KW_VRRP_NOTIFY_FIFO_SCRIPT,
	.name = "vrrp_notify_fifo_script",
	.in = {SCHEMA_GLOBAL_DEFS},
	.type = SCHEMA_TYPE_SCRIPT,
	.max = SCRIPT_WORDS,
	.fields = {GLOBAL_FIELD(vrrp_notify_fifo_script, .is_local = true)},
	.help = "Reads vrrp_notify_fifo, as notify_fifo_script reads notify_fifo.",
    },
    {
	.id = KW_LVS_NOTIFY_FIFO,
	.name = "lvs_notify_fifo",
	.in = {SCHEMA_GLOBAL_DEFS},
	.type = SCHEMA_TYPE_FIFO,
	.fields = {GLOBAL_FIELD(lvs_notify_fifo, .is_local = true)},
	.help = "As notify_fifo, for events of virtual servers and real servers alone.",
    },
    {
	.id = KW_LVS_NOTIFY_FIFO_SCRIPT,
	.name = "lvs_notify_fifo_script",
	.in = {SCHEMA_GLOBAL_DEFS},
	.type = SCHEMA_TYPE_SCRIPT,
	.max = SCRIPT_WORDS,
	.fields = {GLOBAL_FIELD(lvs_notify_fifo_script, .is_local = true)},
	.help = "Reads lvs_notify_fifo, as notify_fifo_script reads notify_fifo.",
    },
    {
	.id = KW_FIFO_WRITE_VRRP_STATES,
	.name = "fifo_write_vrrp_states_on_reload",
	.in = {SCHEMA_GLOBAL_DEFS},
	.fields = {GLOBAL_FIELD(writes_states_on_reload, .is_local = true)},
	.help = "At a reload the states of all instances and sync groups are written to the FIFOs "
		"again.",
    },
    {
	.id = KW_VRRP_NOTIFY_PRIORITY_CHANGES,
	.name = "vrrp_notify_priority_changes",
	.in = {SCHEMA_GLOBAL_DEFS},
	.type = SCHEMA_TYPE_CHOICE,
	.choices = schema_switch,
	.bare = "on",
	.fields = {GLOBAL_FIELD(is_notifying_priority, .is_local = true)},
	.help = "The notify_priority_changes of instances and sync groups without their own.",
    },
};

const struct schema_table schema_global_more = {rows, sizeof(rows) / sizeof(rows[0])};
