/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/director/table/plan.h"
#include "base/clock.h"
#include "base/mem.h"
#include "conf/canon/diff.h"
#include "conf/load.h"
#include "daemon/director/table/adopt.h"
#include "daemon/director/director_state.h"
#include "daemon/director/table/plan_json.h"
#include "daemon/shared/plan_show.h"
#include "daemon/shared/plan_text.h"
#include "daemon/shared/rundir.h"
#include "healthcheck/health_whatif.h"

#include <stdlib.h>
#include <string.h>

static bool needs_look(const struct conf *conf, const struct plan_input *input)
{
	return conf->n_virtual_servers || conf->global.sync_daemon.is_on || input->owned.keys.n ||
	       input->is_sync_ours;
}

/*
 * A kernel without IPVS is no fault when nothing is asked of it. At a start lvs_flush makes every
 * service lvsd's own, exclusive always does for the plan.
 */
static int look(const struct conf *conf, bool is_start, struct plan_input *input, struct err *err)
{
	struct ipvs_genl *genl;
	int code;

	input->sync = conf->global.sync_daemon;
	if (!needs_look(conf, input))
		return 0;
	code = ipvs_genl_open(&genl, err);
	if (code < 0)
		return code;
	code = ipvs_genl_dump(genl, &input->have, err);
	if (code == 0)
		code = ipvs_genl_daemons(genl, input->daemons, &input->n_daemons, err);
	if (code == 0)
		code = timeouts_plan(conf, input->former_timeouts, &input->timeouts_now,
				     &input->timeouts_change, err);
	if (code == 0 && ((is_start && conf->global.is_flushing) || conf->global.is_exclusive))
		ipvs_owned_claim(&input->owned, &input->have);
	ipvs_genl_close(genl);
	return code;
}

/* As a director would with conf after before, which is NULL at a start. */
static void drain(const struct conf *before, const struct conf *conf, const struct health *health,
		  struct plan_input *input)
{
	struct ipvs_drain_policies policies = {0};
	const struct ipvs_drain_tables tables = {.want = &input->now,
						 .have = &input->have,
						 .applied = input->applied,
						 .owned = input->owned.keys.items,
						 .n_owned = input->owned.keys.n};
	const struct mono now = {0};
	size_t n_refused;

	if (before)
		ipvs_drain_policies_take(&policies, before);
	ipvs_drain_policies_take(&policies, conf);
	drains_tell_held(health, &policies);
	ipvs_drain_begin(&input->drain, &policies, &tables, now, &n_refused);
	ipvs_drain_merge(&input->drain, &input->have, &input->now);
	ipvs_drain_merge(&input->drain, &input->have, &input->later);
	ipvs_drain_policies_free(&policies);
}

/*
 * health is a model to play with, in which conf has been put; input->owned, input->drain and what
 * is outside of IPVS are filled in. The operations, one a line, "" for none; free() it. NULL with a
 * sentence when the kernel cannot be read.
 */
static char *operations(const struct conf *before, const struct conf *conf, bool is_start,
			struct health *health, struct plan_input *input, struct err *err)
{
	char *text = NULL;
	size_t size, n;
	FILE *out;

	if (look(conf, is_start, input, err) < 0)
		return NULL;
	adopt_tell(&input->have, &input->drain, health);
	if (is_start)
		adopt_ramps(&input->have, health, clock_mono());
	kernel_want(conf, health, &input->now);
	health_assume_success(health, clock_mono());
	kernel_want(conf, health, &input->later);
	drain(before, conf, health, input);
	out = open_memstream(&text, &size);
	if (!out)
		mem_exhausted(0);
	n = plan_text_print(input, out);
	fclose(out);
	if (n == 0)
		*text = '\0'; /* it says that there is none */
	return text;
}

static void configure(struct health *health, const struct conf *conf)
{
	struct check_ids added = {0}, dropped = {0};

	health_configure(health, conf, clock_mono(), clock_wall_us(), &added, &dropped);
	free(added.items);
	free(dropped.items);
}

/* What a daemon with this run dir has, or had last, in force; NULL when none is known. */
static struct conf *load_applied(const char *path, const char *run_dir)
{
	struct diags diags = {0};
	struct conf *conf = NULL;
	char *text;
	size_t len;

	if (rundir_fetch(run_dir, RUNDIR_APPLIED, &text, &len) == 0) {
		conf = conf_load_in_force(path, text, len, &diags);
		free(text);
	}
	diags_free(&diags);
	return conf;
}

/* ended is not taken. */
static void show(const struct options *options, const struct conf *conf, const char *text,
		 json_t *ended)
{
	char *path = rundir_file(options->run_dir, RUNDIR_APPLIED);
	struct conf *applied = load_applied(path, options->run_dir);
	json_t *plan = plan_json(applied, applied ? path : NULL, conf, text, "");

	json_object_set(plan, PLAN_MAINTENANCE, ended);

	if (options->is_json) {
		json_dumpf(plan, stdout, JSON_INDENT(2));
		putchar('\n');
	} else {
		plan_show(plan, stdout);
	}
	json_decref(plan);
	conf_free(applied);
	free(path);
}

int plan_offline(const struct options *options)
{
	struct diags diags = {0};
	struct conf *conf = conf_load(options->config, &options->how, &diags, NULL, NULL);
	struct plan_input input = {0};
	struct drains drains = {0};
	struct health *health = health_new();
	json_t *ended = NULL;
	int status = EXIT_STATUS_CONFIG;
	struct err err;
	char *text;

	diags_print(&diags, stderr);
	if (conf) {
		configure(health, conf);
		owned_read(options->run_dir, &input.owned, &input.is_sync_ours);
		drains_read(options->run_dir, &drains);
		ended = maintenance_ended(&drains.holds, conf);
		maintenance_apply(&drains.holds, conf, health, clock_mono());
		input.drain = drains.set;
		input.former_timeouts = timeouts_read_former(options->run_dir);
		if (needs_look(conf, &input) &&
		    host_look_whole(options->run_dir, conf, &input.host_want, &input.host_have,
				    &err) < 0)
			fprintf(stderr, "lvsd: what is outside of IPVS cannot be compared: %s\n",
				err.text);
		text = operations(NULL, conf, true, health, &input, &err);
		status = text ? EXIT_STATUS_OK : EXIT_STATUS_MACHINE;
		if (text)
			show(options, conf, text, ended);
		else
			fprintf(stderr, "lvsd: %s\n", err.text);
		free(text);
	}
	json_decref(ended);
	plan_input_fini(&input);
	vec_free(&drains.holds);
	health_free(health);
	conf_free(conf);
	diags_free(&diags);
	return status;
}

static json_t *plan_answer(struct director *d, const struct conf *conf, const char *operations,
			   const char *warnings)
{
	json_t *plan = plan_json(d->conf, "what is in force", conf, operations, warnings);

	json_object_set_new(plan, PLAN_MAINTENANCE,
			    maintenance_ended(&d->kernel.drains.holds, conf));
	return control_ok(plan);
}

static json_t *plan_of(struct director *d, const struct conf *conf, const char *warnings)
{
	struct health *health = health_copy(d->health, d->conf, clock_mono());
	struct plan_input input = {.is_sync_ours = d->kernel.is_sync_ours,
				   .applied =
				       d->kernel.is_applied_known ? &d->kernel.applied : NULL};
	json_t *answer;
	struct err err;
	char *text;

	for (size_t i = 0; i < d->kernel.owned.keys.n; i++)
		*vec_push(&input.owned.keys) = d->kernel.owned.keys.items[i];
	for (size_t i = 0; i < d->kernel.drains.set.entries.n; i++)
		*vec_push(&input.drain.entries) = d->kernel.drains.set.entries.items[i];
	configure(health, conf);
	input.former_timeouts = d->kernel.former_timeouts;
	host_look_known(d, conf, &input.host_want, &input.host_have);
	text = operations(d->conf, conf, false, health, &input, &err);
	answer = text ? plan_answer(d, conf, text, warnings) : control_refused(err.text);
	free(text);
	plan_input_fini(&input);
	health_free(health);
	return answer;
}

json_t *plan_online(struct director *d, json_t *request)
{
	const char *path = json_string_value(json_object_get(request, "file"));
	struct conf_load_how how = d->args->how;
	struct diags diags = {0};
	struct conf *conf;
	json_t *answer;
	char *text;

	if (!path || *path != '/')
		return control_refused("plan wants \"file\": the absolute path of a configuration");
	if (json_is_true(json_object_get(request, "accept_ignored")))
		how.accepting = CONF_ACCEPTED_BY_OPTION;
	how.trust = CONF_TRUST_WARN; /* it is only looked at */
	conf = conf_load(path, &how, &diags, NULL, NULL);
	text = diags_text(&diags);
	if (conf && conf_diff_is_emptying(d->conf, conf)) {
		char *said = text;

		text = mem_printf("%s%s has no virtual_server and no vrrp_instance: a reload with "
				  "it is refused without --yes\n",
				  said, path);
		free(said);
	}
	answer = conf ? plan_of(d, conf, text) : control_refused(text);
	free(text);
	conf_free(conf);
	diags_free(&diags);
	return answer;
}
