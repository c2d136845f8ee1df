/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/shared/habits.h"

#include <stddef.h>
#include <string.h>

static const char pid_hint[] =
    "the pid file is lvsd.pid in the run dir, which --run-dir DIR names; other processes have none";
static const char snmp_hint[] = "lvsd has no SNMP; `lvsctl --json status` prints the same numbers";

static const char handover_hint[] =
    "write `lvsctl vrrp release` on the master: the other director takes over";
static const char take_hint[] = "write `lvsctl vrrp take` on the director that is to be master; "
				"`lvsctl vrrp release` on the other one hands over too";

/* The options of keepalived 2.2.7, without those that mean the same in lvsd. */
static const struct {
	char letter; /* 0: it has none */
	const char *name, *hint;
} options[] = {
    {0, "use-file", "write --config FILE"},
    {0, "dont-fork", "write --foreground"},
    {0, "config-test", "write --check"},
    {'P', "vrrp", "leave it out: a file without a virtual_server runs VRRP alone"},
    {'C', "check-only", "leave it out: a file without a vrrp_instance runs checks and IPVS alone"},
    {'B', "no_bfd", "leave it out: lvsd has no BFD"},
    {0, "all", "leave it out: the processes run that the file needs"},
    {'D', "log-detail", "leave it out: lvsd has one level of detail"},
    {'S', "log-facility", "leave it out: lvsd logs with the facility daemon"},
    {'G', "no-syslog", "write --log-console, which logs to standard error instead"},
    {'g', "log-file", "write --log-console and redirect standard error"},
    {'u', "umask", "leave it out: lvsd gives each of its files the mode that it needs"},
    {'X', "release-vips", "leave it out: lvsd gives its addresses up when it stops"},
    {'V', "dont-release-vrrp", "leave it out: lvsd always gives its addresses up when it stops"},
    {'I', "dont-release-ipvs",
     "leave it out: the IPVS table stays when lvsd stops, unless the file says lvs_flush_on_stop"},
    {'R', "dont-respawn",
     "lvsd's -R needs the run dir after it; a process that ends is always replaced"},
    {'d', "dump-conf", "write --print-config, which prints the configuration and ends"},
    {'p', "pid", pid_hint},
    {'r', "vrrp_pid", pid_hint},
    {'c', "checkers_pid", pid_hint},
    {'b', "bfd_pid", pid_hint},
    {'T', "genhash", "lvsd has no genhash; `curl -s URL | md5sum` gives the digest of a page"},
    {'a', "address-monitoring", "leave it out: `ip monitor address` shows changed addresses"},
    {'x', "snmp", snmp_hint},
    {'A', "snmp-agent-socket", snmp_hint},
    {'s', "namespace", "start it with `ip netns exec NAME lvsd`, and a --run-dir of its own"},
    {'m', "core-dump", "write --core-dump"},
    {'M', "core-dump-pattern", "set the sysctl kernel.core_pattern"},
    {'e', "all-config", "write include_check into the file"},
    {0, "signum", "lvsd's signals have keepalived's numbers: 1 reloads, 15 stops, 10, 12 and 36 write "
     "state_dump_file, stats_dump_file and json_dump_file"},
};

static const struct {
	const char *word, *hint;
} commands[] = {
    {"start", "write `systemctl start lvsd`"},
    {"stop", "write `systemctl stop lvsd`"},
    {"restart", "write `systemctl restart lvsd`"},
    {"force-reload", "write `lvsctl reload`"},
    {"reload", "write `lvsctl reload`"},
    {"status", "write `lvsctl status`"},
    {"show", "write `lvsctl status`"},
    {"list", "write `lvsctl status`"},
    {"stats", "write `lvsctl --json status`"},
    {"check", "write `lvsd --check`"},
    {"test", "write `lvsd --check`"},
    {"configtest", "write `lvsd --check`"},
    {"config-test", "write `lvsd --check`"},
    {"enable", "write `lvsctl undrain SERVICE REAL_SERVER`"},
    {"disable", "write `lvsctl drain SERVICE REAL_SERVER`"},
    {"log", "write `journalctl -u lvsd`"},
    {"logs", "write `journalctl -u lvsd`"},
    {"failover", handover_hint},
    {"switchover", handover_hint},
    {"handover", handover_hint},
    {"release", handover_hint},
    {"hold", "write `lvsctl vrrp hold`"},
    {"resume", "write `lvsctl vrrp resume`"},
    {"take", take_hint},
    {"takeover", take_hint},
    {"master", take_hint},
    {"backup", handover_hint},
    {"help", "write --help"},
    {"version", "write --version"},
};

const char *habits_option(int letter, const char *name)
{
	size_t len = name ? strcspn(name, "=") : 0;

	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++)
		if (name ? strlen(options[i].name) == len && !memcmp(options[i].name, name, len)
			 : letter && options[i].letter == letter)
			return options[i].hint;
	return NULL;
}

const char *habits_command(const char *word)
{
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (!strcmp(commands[i].word, word))
			return commands[i].hint;
	return NULL;
}
