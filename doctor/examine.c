/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "doctor/examine.h"

#include "base/plural.h"

#include <stdio.h>

/*
 * Permission bits of a file with secrets that others can read, and of a file that others can write.
 */
#define MODE_OTHERS_WRITE 0022
#define MODE_OTHERS_READ  0004

static void examine_daemon(const struct doctor_facts *facts, struct findings *findings)
{
	if (facts->daemon == DOCTOR_DAEMON_ABSENT)
		finding_add(findings, FINDING_WARNING, "daemon", "systemctl start lvsd",
			    "lvsd does not run here: this machine checks no server, and advertises "
			    "nothing");
	else if (facts->daemon == DOCTOR_DAEMON_ORPHAN)
		finding_add(findings, FINDING_WARNING, "daemon", "systemctl start lvsd",
			    "lvsd does not run here, but %s: no server is checked, and then it hands over",
			    facts->orphan);
	else if (facts->daemon == DOCTOR_DAEMON_RUNS)
		finding_add(findings, FINDING_OK, "daemon", NULL, "lvsd runs");
}

static void examine_clock(const struct doctor_facts *facts, struct findings *findings)
{
	if (!facts->is_clock_known)
		finding_add(findings, FINDING_UNKNOWN, "clock", NULL,
			    "it cannot be seen whether the clock is synchronized");
	else if (facts->is_clock_synchronized)
		finding_add(findings, FINDING_OK, "clock", NULL, "the clock is synchronized");
	else
		finding_add(findings, FINDING_WARNING, "clock",
			    "run chrony or systemd-timesyncd on both directors",
			    "the clock is not synchronized: the logs of the two directors cannot "
			    "be compared, and certificates may seem to have expired");
}

/* A configuration of a hundred services has less. */
#define ROOM_MIN_KIB 32

static void examine_room(const struct doctor_facts *facts, struct findings *findings)
{
	if (facts->run_dir && facts->room_kib >= 0 && facts->room_kib < ROOM_MIN_KIB)
		finding_add(findings, FINDING_PROBLEM, "files",
			    "`df` shows who fills it; lvsd writes its files again by itself",
			    "the file system of the run dir %s has %ld KiB of room: lvsd may be unable to "
			    "keep there what is in force, so that a rollback, a reload with --confirm and "
			    "a director that replaces another do not find it",
			    facts->run_dir, facts->room_kib);
}

static void examine_files(const struct doctor_facts *facts, struct findings *findings)
{
	size_t before = findings->list.n;

	for (size_t i = 0; i < facts->files.n; i++) {
		const struct doctor_file *file = &facts->files.items[i];

		if (!file->is_there)
			continue;
		if (file->uid != 0 || file->mode & MODE_OTHERS_WRITE)
			finding_add(
			    findings, FINDING_PROBLEM, "files",
			    "run `chown root` and `chmod go-w` for it",
			    "%s %s can be written by others than root (owner %u, mode %04o): "
			    "whoever can write it can become root on this director",
			    file->what, file->path, file->uid, file->mode);
		else if (file->holds_keys && file->mode & MODE_OTHERS_READ)
			finding_add(findings, FINDING_WARNING, "files", "run `chmod o-r` for it",
				    "%s %s holds passwords and everybody can read it (mode %04o)",
				    file->what, file->path, file->mode);
	}
	if (findings->list.n == before)
		finding_add(findings, FINDING_OK, "files", NULL,
			    "only root and lvsd can write the files that lvsd reads");
}

/*
 * Reports keywords of the file that have no effect, every time for as long as they are in the file.
 */
static void examine_ignored(const struct conf *conf, struct findings *findings)
{
	char remedy[256];

	for (size_t i = 0; i < conf->n_ignored; i++) {
		const struct conf_ignored *ignored = &conf->ignored[i];

		snprintf(remedy, sizeof(remedy),
			 "remove it from the file, or write `accept_ignored %s` in global_defs: "
			 "otherwise a start that reads the file is refused",
			 ignored->keyword);
		finding_add(findings, FINDING_WARNING, "ignored",
			    ignored->acceptance == CONF_ACCEPTED_IN_FILE ? NULL : remedy,
			    "%s: %s (%zu time%s, first in %s:%u): %s", ignored->keyword,
			    ignored->what, ignored->n, plural(ignored->n),
			    ignored->place.file, ignored->place.line, ignored->reason);
	}
	if (!conf->n_ignored)
		finding_add(findings, FINDING_OK, "ignored", NULL,
			    "no keyword of the file is ignored that would change who serves or "
			    "what is tested");
}

void examine(const struct conf *conf, const struct doctor_facts *facts,
	     struct findings *ret_findings)
{
	*ret_findings = (struct findings){0};
	examine_daemon(facts, ret_findings);
	examine_ignored(conf, ret_findings);
	examine_kernel(conf, facts, ret_findings);
	examine_links(facts, ret_findings);
	examine_network(conf, facts, ret_findings);
	examine_vrrp(conf, facts, ret_findings);
	examine_left(facts, ret_findings);
	examine_running(facts, ret_findings);
	examine_sync(conf, facts, ret_findings);
	examine_peers(conf, facts, ret_findings);
	examine_firewall(conf, facts, ret_findings);
	examine_clock(facts, ret_findings);
	examine_files(facts, ret_findings);
	examine_room(facts, ret_findings);
}
