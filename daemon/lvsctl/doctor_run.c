/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/lvsctl/doctor_run.h"
#include "daemon/lvsctl/doctor_status.h"
#include "daemon/lvsctl/orphan_look.h"

#include "base/mem.h"
#include "conf/load.h"
#include "daemon/shared/held.h"
#include "daemon/shared/options.h"
#include "daemon/shared/rundir.h"
#include "daemon/shared/rundir_file.h"
#include "daemon/shared/rundir_names.h"
#include "doctor/examine.h"
#include "doctor/gather.h"
#include "doctor/report.h"
#include "host/mark.h"

#include <stdlib.h>
#include <string.h>

static bool has_problem(const struct findings *findings)
{
	for (size_t i = 0; i < findings->list.n; i++)
		if (findings->list.items[i].severity == FINDING_PROBLEM)
			return true;
	return false;
}

/* Finds addresses that lvsd has left. That is only known for a file that is in force; if no lvsd
 * runs, all of its addresses are left. */
static void find_left(const struct conf *in_force, const char *run_dir, struct doctor_facts *facts)
{
	struct held held = {0}, left = {0};

	held_read(run_dir, &held);
	held_follow_here(&held);
	if (facts->daemon == DOCTOR_DAEMON_ABSENT)
		held_left(&held, NULL, &left);
	else if (in_force && facts->daemon == DOCTOR_DAEMON_RUNS)
		held_left(&held, in_force, &left);
	for (size_t i = 0; i < left.list.n; i++) {
		const struct held_addr *item = &left.list.items[i];
		struct doctor_left *fact = vec_push(&facts->left);

		fact->addr = item->addr;
		fact->prefix_len = item->prefix_len;
		strcpy(fact->interface, item->interface);
	}
	held_free(&left);
	held_free(&held);
}

static void gather_all(const struct conf *conf, const char *path, const char *run_dir, bool is_in_force,
		   struct doctor_facts *ret_facts)
{
	struct err ignored;
	uint64_t mark;

	doctor_gather(conf, is_in_force ? NULL : path, run_dir, ret_facts);
	ret_facts->daemon = rundir_is_used(run_dir, &ignored) ? DOCTOR_DAEMON_RUNS : DOCTOR_DAEMON_ABSENT;
	if (ret_facts->daemon == DOCTOR_DAEMON_ABSENT && (ret_facts->orphan = orphan_look(run_dir)))
		ret_facts->daemon = DOCTOR_DAEMON_ORPHAN;
	ret_facts->has_nft_rules =
	    host_mark_read(true, 0, &mark) == 0 && mark > HOST_MARK_UNTOUCHED;
	doctor_status_ask(run_dir, ret_facts);
	find_left(is_in_force ? conf : NULL, run_dir, ret_facts);
}

static int examine_with(const struct conf *conf, const char *path, const char *run_dir,
			bool is_in_force, bool is_json)
{
	struct doctor_facts facts;
	struct findings findings;
	struct openings openings;
	int status;

	gather_all(conf, path, run_dir, is_in_force, &facts);
	if (examine_may_pass(&facts)) {
		doctor_facts_fini(&facts);
		gather_all(conf, path, run_dir, is_in_force, &facts);
	}
	examine(conf, &facts, &findings);
	openings_of(conf, &openings);
	if (is_json)
		doctor_report_json(&findings, &openings, stdout);
	else
		doctor_report_text(&findings, &openings, stdout);
	status = has_problem(&findings) ? 1 : 0;
	vec_free(&openings.list);
	findings_fini(&findings);
	doctor_facts_fini(&facts);
	return status;
}

/* Reads the text that the running lvsd has in force, in which includes are already resolved.
 * *ret_path is its path, for free(). NULL: there is none. */
static struct conf *daemon_conf_load(const char *run_dir, struct diags *diags, char **ret_path)
{
	char *path = rundir_found(run_dir, RUNDIR_APPLIED), *text = NULL;
	size_t len;
	struct conf *conf = NULL;
	struct err err;

	*ret_path = NULL;
	if (rundir_fetch(run_dir, RUNDIR_APPLIED, &text, &len) < 0) {
		free(path);
		return NULL;
	}
	if (rundir_may_be_stale(run_dir, &err))
		fprintf(stderr, "lvsctl: warning: %s\n", err.text);
	*ret_path = path;
	conf = conf_load_in_force(path, text, len, diags);
	/* diags points into the text, and is not valid after it */
	if (conf)
		diags_free(diags);
	free(text);
	return conf;
}

int doctor_run(const char *run_dir, const char *file, bool is_json)
{
	/* doctor reports ignored keywords itself. */
	struct conf_load_how how = {.accepting = CONF_ACCEPTED_BY_OPTION};
	struct diags diags = {0};
	char *applied = NULL;
	struct conf *conf = file ? NULL : daemon_conf_load(run_dir, &diags, &applied);
	const char *path = file ? file : applied ? applied : OPTIONS_CONFIG;
	struct doctor_reading reading = {0};
	int status = 1;

	if (!conf && !applied) {
		doctor_status_reading(run_dir, &reading);
		how.config_id = reading.config_id;
		how.is_lenient = reading.is_lenient;
	}
	if (!file && reading.file) {
		path = reading.file;
		fprintf(stderr,
			"lvsctl: warning: lvsd runs, but %s/%s is not there, because it could not be "
			"written (the log says why): %s is examined, which may differ from what is in "
			"force\n",
			run_dir, RUNDIR_APPLIED, path);
	}
	if (!conf && !applied)
		conf = conf_load(path, &how, &diags, NULL, NULL);
	if (conf)
		status = examine_with(conf, path, run_dir, applied != NULL, is_json);
	else
		diags_print(&diags, stderr);
	diags_free(&diags);
	conf_free(conf);
	free(reading.file);
	free(reading.config_id);
	free(applied);
	return status;
}
