/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/director/plan.h"
#include "base/clock.h"
#include "base/mem.h"
#include "conf/canon/diff.h"
#include "conf/load.h"
#include "daemon/director/table/adopt.h"
#include "daemon/director/director_state.h"
#include "daemon/director/need.h"
#include "daemon/director/plan_json.h"
#include "daemon/shared/plan_show.h"
#include "daemon/shared/rundir.h"
#include "daemon/shared/rundir_file.h"
#include "daemon/shared/rundir_names.h"
#include "healthcheck/health_whatif.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static bool needs_table(const struct plan_input *input)
{
	return need_ipvs(input->conf) || input->owned.keys.n || input->is_sync_ours;
}

/* Reads the kernel's table. That the kernel has no IPVS is no error if the configuration needs
 * none. */
static int table_read(struct plan_input *input, struct err *err)
{
	struct ipvs_genl *genl;
	int code;

	if (!needs_table(input))
		return 0;
	code = ipvs_genl_open(&genl, err);
	if (code == -ENOENT && !need_ipvs(input->conf))
		return 0;
	if (code < 0)
		return code;
	code = ipvs_genl_dump(genl, &input->have, err);
	if (code == 0)
		code = ipvs_genl_daemons(genl, input->daemons, &input->n_daemons, err);
	if (code == 0)
		code = timeouts_plan(input->conf, input->former_timeouts, &input->timeouts_now,
				     &input->timeouts_change, err);
	ipvs_genl_close(genl);
	return code;
}

/* Reads the kernel's state and makes the plan. Returns 0, or -errno with a sentence if the kernel
 * cannot be read. */
static int make(struct plan_input *input, struct plan_ops *ops, struct err *err)
{
	int code = table_read(input, err);

	if (code < 0)
		return code;
	input->now = clock_mono();
	adopt_report(&input->have, &input->drain, input->health);
	if (!input->before)
		adopt_ramps(&input->have, input->health, input->now);
	if (!input->before && input->conf->global.is_flushing)
		ipvs_owned_claim(&input->owned, &input->have); /* lvs_flush */
	plan_ops_make(input, ops);
	return 0;
}

static void configure(struct health *health, const struct conf *conf)
{
	struct check_ids added = {0}, dropped = {0};

	health_configure(health, conf, clock_mono(), clock_wall_us(), &added, &dropped);
	free(added.items);
	free(dropped.items);
}

static void files_store(const struct maint_file *files, size_t n, void *arg)
{
	drains_dir_store(arg, files, n);
}

/* Puts the servers in maintenance that files name. known: those of the folder of before, which count also
 * when it cannot be read now; NULL: there are none. */
static void files_apply(const struct conf *conf, const struct conf *before,
			const struct drains_dir *known, struct health *health)
{
	struct drains_dir dir = {.is_quiet = true};
	const char *path = conf->global.maintenance_dir;

	if (known && !strcmp(path, before->global.maintenance_dir))
		drains_dir_store(&dir, known->files.items, known->files.n);
	else
		maint_dir_look(path, files_store, &dir);
	drains_dir_apply(&dir, conf, health, clock_mono());
	drains_dir_free(&dir);
}

/* Loads the configuration that a daemon with this run dir has in force, or had last; NULL if none
 * is known. */
static struct conf *conf_in_force_load(const char *path, const char *run_dir)
{
	struct diags diags = {0};
	struct conf *conf = NULL;
	struct err err;
	char *text;
	size_t len;

	if (rundir_fetch(run_dir, RUNDIR_APPLIED, &text, &len) == 0) {
		if (rundir_may_be_stale(run_dir, &err))
			fprintf(stderr, "lvsd: warning: %s\n", err.text);
		conf = conf_load_in_force(path, text, len, &diags);
		free(text);
	}
	diags_free(&diags);
	return conf;
}

/* ended stays the caller's. No instance is MASTER at a start. */
static void plan_print(const struct options *options, const struct conf *conf,
		       const struct plan_ops *ops, json_t *ended)
{
	char *path = rundir_found(options->run_dir, RUNDIR_APPLIED);
	struct conf *applied = conf_in_force_load(path, options->run_dir);
	struct err ignored;
	bool is_running = rundir_is_used(options->run_dir, &ignored);
	struct role_plan roles;
	json_t *plan;

	role_plan_make(&(struct role_plan_input){.before = is_running ? applied : NULL, .conf = conf},
		       &roles);
	plan = plan_json(applied, applied ? path : NULL, conf, ops, &roles, "");
	role_plan_fini(&roles);

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
	struct plan_input input = {.conf = conf, .health = health_new()};
	struct plan_ops ops = {0};
	struct drains drains = {0};
	json_t *ended = NULL;
	int status = EXIT_STATUS_CONFIG;
	struct err err;

	diags_print(&diags, stderr);
	if (conf) {
		configure(input.health, conf);
		owned_read(options->run_dir, &input.owned, &input.is_sync_ours);
		drains_read(options->run_dir, &drains);
		ended = maintenance_ended(&drains.maintained, conf);
		maintenance_apply(&drains.maintained, conf, input.health, clock_mono());
		files_apply(conf, NULL, NULL, input.health);
		input.drain = drains.set;
		input.former_timeouts = timeouts_read_former(options->run_dir);
		if (needs_table(&input) && host_read_all(options->run_dir, conf, &input.host_want,
							 &input.host_have, &err) < 0)
			fprintf(stderr, "lvsd: the state outside of IPVS cannot be compared: %s\n",
				err.text);
		status = make(&input, &ops, &err) == 0 ? EXIT_STATUS_OK : EXIT_STATUS_MACHINE;
		if (status == EXIT_STATUS_OK)
			plan_print(options, conf, &ops, ended);
		else
			fprintf(stderr, "lvsd: %s\n", err.text);
	}
	json_decref(ended);
	plan_ops_fini(&ops);
	health_free(input.health);
	plan_input_fini(&input);
	maintained_free(&drains.maintained);
	conf_free(conf);
	diags_free(&diags);
	return status;
}

static bool is_master(const struct conf_vrrp *vrrp, const void *arg)
{
	const struct vrrp_report *report = roles_find(arg, vrrp);

	return report && report->state == VRRP_MASTER;
}

static json_t *plan_answer(struct director *d, const struct conf *conf, const struct plan_ops *ops,
			   const char *warnings)
{
	const struct role_plan_input input = {d->conf, conf, is_master, &d->roles};
	struct role_plan roles;
	json_t *plan;

	role_plan_make(&input, &roles);
	plan = plan_json(d->conf, "what is in force", conf, ops, &roles, warnings);
	role_plan_fini(&roles);

	json_object_set_new(plan, PLAN_MAINTENANCE,
			    maintenance_ended(&d->kernel.drains.maintained, conf));
	return control_ok(plan);
}

static json_t *plan_of(struct director *d, const struct conf *conf, const char *warnings)
{
	const struct kernel *k = &d->kernel;
	struct plan_input input = {.conf = conf,
				   .before = d->conf,
				   .health = health_copy(d->health, d->conf, clock_mono()),
				   .former_timeouts = k->former_timeouts,
				   .is_sync_ours = k->is_sync_ours,
				   .applied = k->is_applied_known ? &k->applied : NULL};
	struct plan_ops ops = {0};
	json_t *answer;
	struct err err;

	for (size_t i = 0; i < k->owned.keys.n; i++)
		*vec_push(&input.owned.keys) = k->owned.keys.items[i];
	for (size_t i = 0; i < k->drains.set.entries.n; i++)
		*vec_push(&input.drain.entries) = k->drains.set.entries.items[i];
	configure(input.health, conf);
	files_apply(conf, d->conf, d->conf ? &k->drains.dir : NULL, input.health);
	host_read_known(&d->host, conf, &input.host_want, &input.host_have);
	answer = make(&input, &ops, &err) == 0 ? plan_answer(d, conf, &ops, warnings)
					       : control_refused(err.text);
	plan_ops_fini(&ops);
	health_free(input.health);
	plan_input_fini(&input);
	return answer;
}

/* The client must read the file itself, and hand over what it has read; "needs" says how. */
static json_t *hand_over_refused(const struct conf_load_how *how)
{
	json_t *answer = control_refused(
	    "for a plan lvsd opens no other file than its own: use the lvsctl of this version of "
	    "lvsd, which opens the file itself, or `lvsd --plan`");

	json_object_set_new(answer, "needs",
			    json_pack("{s:s?, s:b}", "config_id", how->config_id, "lenient",
				      how->is_lenient));
	return answer;
}

/* The answer for the file, of which conf was made; NULL: it has errors. */
static json_t *answer_for(struct director *d, const char *path, const struct conf *conf,
			  const struct diags *diags)
{
	char *text = diags_text(diags);
	json_t *answer;

	if (conf && conf_diff_is_emptying(d->conf, conf)) {
		char *said = text;

		text = mem_printf("%s%s has no virtual_server and no vrrp_instance: without --yes "
				  "a reload with it is refused\n",
				  said, path);
		free(said);
	}
	answer = conf ? plan_of(d, conf, text) : control_refused(text);
	free(text);
	return answer;
}

json_t *plan_of_file(struct director *d, const char *path, bool is_accepting,
		     const struct conf_responder *responder)
{
	struct conf_load_how how = d->args->how;
	struct diags diags = {0};
	struct conf *conf;
	json_t *answer;

	if (is_accepting)
		how.accepting = CONF_ACCEPTED_BY_OPTION;
	how.trust = CONF_TRUST_WARN; /* the file is only looked at */
	how.responder = responder;
	conf = loading_end(&d->config, path, conf_load(path, &how, &diags, NULL, NULL), &diags);
	loading_forget(&d->config);
	answer = answer_for(d, path, conf, &diags);
	conf_free(conf);
	diags_free(&diags);
	return answer;
}

/* Makes the plan of a file that the client has read. */
static json_t *plan_of_passed(struct director *d, const char *path, bool is_accepting)
{
	int passed = control_passed(d->control);
	const struct conf_responder *responder;
	struct err err;

	if (passed < 0)
		return hand_over_refused(&d->args->how);
	if (d->staged.conf)
		return control_refused("a reload of the pair is being decided: try again in a moment");
	responder = loading_use_passed(&d->config, passed, &err);
	return responder ? plan_of_file(d, path, is_accepting, responder)
			 : control_refused(err.text);
}

json_t *plan_online(struct director *d, json_t *request)
{
	const char *path = json_string_value(json_object_get(request, "file"));
	struct reading_ask ask = {
	    .kind = READING_PLAN,
	    .order.is_accepting = json_is_true(json_object_get(request, "accept_ignored"))};

	if (!path || *path != '/')
		return control_refused("plan needs \"file\": the absolute path of a configuration");
	if (strcmp(path, d->args->config) != 0)
		return plan_of_passed(d, path, ask.order.is_accepting);
	/* Everybody who may use the control socket may look at the file of lvsd itself. */
	ask.client = control_defer(d->control);
	reading_queue_add(&d->readings, &ask);
	return NULL;
}
