/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/doctor_run.h"

#include "base/mem.h"
#include "conf/load.h"
#include "daemon/options.h"
#include "daemon/rundir.h"
#include "doctor/gather.h"
#include "doctor/report.h"

#include <stdlib.h>
#include <unistd.h>

static bool has_problem(const struct findings *findings)
{
	for (size_t i = 0; i < findings->list.n; i++)
		if (findings->list.items[i].severity == FINDING_PROBLEM)
			return true;
	return false;
}

static int examine_with(const struct conf *conf, const char *path, const char *run_dir,
			bool is_json)
{
	struct doctor_facts facts;
	struct findings findings;
	struct openings openings;
	int status;

	doctor_gather(conf, path, run_dir, &facts);
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

int doctor_run(const char *run_dir, const char *file, bool is_json)
{
	char *applied = mem_printf("%s/%s", run_dir, RUNDIR_APPLIED);
	const char *path = file ? file : access(applied, R_OK) == 0 ? applied : OPTIONS_CONFIG;
	struct diags diags = {0};
	struct conf *conf = conf_load(path, NULL, &diags, NULL, NULL);
	int status = 1;

	if (conf)
		status = examine_with(conf, path, run_dir, is_json);
	else
		diags_print(&diags, stderr);
	diags_free(&diags);
	conf_free(conf);
	free(applied);
	return status;
}
