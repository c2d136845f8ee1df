/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From a file to a configuration in force. The new snapshot is complete and valid, and the machine
 * can carry it, before anything of the old one is touched; from then on nothing can fail.
 */
#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/plural.h"
#include "conf/canon/diff.h"
#include "conf/load.h"
#include "daemon/director/config/claims.h"
#include "daemon/director/config/diags_log.h"
#include "daemon/director/director_state.h"
#include "daemon/director/config/ignored.h"
#include "daemon/director/config/log_lines.h"
#include "daemon/director/config/machine.h"
#include "daemon/shared/options.h"
#include "daemon/shared/rivals.h"
#include "daemon/shared/rundir.h"
#include "daemon/script/rights.h"
#include "daemon/director/config/stale.h"
#include "daemon/shared/wire.h"
#include "vrrp/fsm.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What a file had. */
struct reload_source {
	char *text;
	size_t len;
};

char *diags_text(const struct diags *diags)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		mem_exhausted(0);
	diags_print(diags, out);
	fclose(out);
	return text;
}

char *reload_changes(struct director *d, const struct conf *conf, size_t *ret_n)
{
	struct conf_diff diff;
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		mem_exhausted(0);
	conf_diff(d->conf, conf, &diff);
	for (size_t i = 0; i < diff.changes.n; i++)
		fprintf(out, "%s\n", diff.changes.items[i].text);
	*ret_n = diff.changes.n;
	conf_diff_fini(&diff);
	fclose(out);
	return text;
}

static bool needs_ipvs(const struct conf *conf)
{
	return conf->n_virtual_servers > 0 || conf->global.sync_daemon.is_on;
}

static void need_of_server(const struct conf_real_server *rs, struct daemon_need *need)
{
	need->script |= rs->notify_up || rs->notify_down;
	for (size_t i = 0; i < rs->n_checks; i++) {
		bool is_script = rs->checks[i].type == CONF_CHECK_MISC;

		need->script |= is_script;
		need->check |= !is_script;
	}
}

static bool has_scripts(const struct conf_vrrp *vrrp)
{
	return vrrp->notify || vrrp->notify_master || vrrp->notify_backup || vrrp->notify_fault ||
	       vrrp->notify_stop;
}

static void need_of_instance(const struct conf_vrrp *vrrp, struct daemon_need *need)
{
	const struct vrrp_fsm_conf fsm = {.version = vrrp->version, .priority = vrrp->priority};
	uint64_t down_us =
	    (uint64_t)(vrrp_fsm_down_ns(&fsm, (int64_t)vrrp->advert_int_us * NS_PER_US) / NS_PER_US);

	need->script |= has_scripts(vrrp);
	need->n_addresses += (uint32_t)vrrp->n_vips;
	if (!need->advert_int_us || vrrp->advert_int_us < need->advert_int_us)
		need->advert_int_us = vrrp->advert_int_us;
	if (vrrp->priority != CONF_PRIORITY_OWNER && (!need->down_us || down_us < need->down_us))
		need->down_us = down_us;
}

static void tell_need(struct director *d)
{
	const struct conf *conf = d->conf;
	struct daemon_need need = {.vrrp = conf->n_vrrps > 0};

	for (size_t i = 0; i < conf->n_virtual_servers; i++) {
		const struct conf_virtual_server *vs = &conf->virtual_servers[i];

		need.script |= vs->quorum_up || vs->quorum_down;
		for (size_t j = 0; j < vs->n_real_servers; j++)
			need_of_server(&vs->real_servers[j], &need);
	}
	for (size_t i = 0; i < conf->n_vrrps; i++)
		need_of_instance(&conf->vrrps[i], &need);
	d->checks.is_needed = need.check;
	d->scripts.is_needed = need.script;
	d->roles.is_needed = need.vrrp;
	chan_send(d->supervisor, DAEMON_FRAME_NEED, &need, sizeof(need));
}

void director_commit(struct director *d, struct conf *conf)
{
	struct check_ids added = {0}, dropped = {0};
	struct conf *old = d->conf;

	d->conf = conf;
	claims_keep(d->claims, conf);
	ignored_log(conf);
	d->applied_wall_us = clock_wall_us();
	scripts_configure(&d->scripts, conf);
	health_configure(d->health, conf, loop_now(d->loop), d->applied_wall_us, &added, &dropped);
	kernel_adopt(&d->kernel, conf);
	host_want_changed(&d->host, conf);
	kernel_host_ready(&d->kernel, d->host.ready);
	paths_configure(d);
	checks_update(&d->checks, conf, &added, &dropped);
	tell_need(d);
	roles_update(d);
	free(added.items);
	free(dropped.items);
	conf_free(old);
}

static void remember_text(struct director *d, const char *text, size_t len)
{
	free(d->kept.text);
	d->kept = (struct reload_kept){mem_calloc(1, len + 1), len};
	memcpy(d->kept.text, text, len);
}

void reload_keep_again(struct director *d)
{
	struct err err;

	if (!d->kept.text)
		return;
	if (rundir_store(d->args->run_dir, RUNDIR_APPLIED, d->kept.text, d->kept.len, &err) < 0)
		applied_forget(d, &err);
	else
		stale_renewed(d, STALE_APPLIED);
}

void reload_keep(struct director *d, const char *text, size_t len)
{
	remember_text(d, text, len);
	reload_keep_again(d);
}

const char *reload_action_name(enum reload_action action)
{
	static const char *const names[] = {"reload", "rollback", "return"};

	return names[action];
}

static void remember(struct director *d, enum reload_action action, bool is_ok, const char *text)
{
	free(d->reload.text);
	d->reload = (struct reload_result){action, clock_wall_us(), is_ok, mem_strdup(text)};
}

static int refuse(struct director *d, enum reload_action action, char *text, char **ret_text)
{
	remember(d, action, false, text);
	*ret_text = text;
	return -EINVAL;
}

static void log_refusal(enum reload_action action)
{
	log_error("%s: refused, and nothing has changed:", reload_action_name(action));
}

int reload_refuse(struct director *d, enum reload_action action, char *text, char **ret_text)
{
	log_refusal(action);
	log_lines(LOG_LEVEL_ERROR, reload_action_name(action), text);
	return refuse(d, action, text, ret_text);
}

/* A director that replaces one must serve, whatever another lvsd has taken in between. */
static int claim(struct director *d, const struct conf *conf, struct err *err)
{
	int code = claims_take(d->claims, conf, err);

	if (code == 0 || !d->args->is_restart || d->conf)
		return code;
	log_error("%s", err->text);
	return 0;
}

int reload_prepare(struct director *d, const struct conf *conf, struct err *err)
{
	int code = script_rights_check(conf, d->args->permitted, err) < 0 ? -EPERM : 0;

	if (code == 0 && needs_ipvs(conf))
		code = kernel_open(&d->kernel, err);
	return code < 0 ? code : claim(d, conf, err);
}

static void log_ended(const char *name, const json_t *ended)
{
	const json_t *item;
	size_t i;

	json_array_foreach(ended, i, item)
		log_warning("%s: %s", name, json_string_value(json_object_get(item, "text")));
}

void reload_accept(struct director *d, struct conf *conf, enum reload_action action, char *changes,
		   struct reload_answer *ret_answer)
{
	log_lines(LOG_LEVEL_NOTICE, reload_action_name(action), changes);
	ret_answer->text = mem_strdup(changes);
	ret_answer->maintenance_ended = maintenance_ended(&d->kernel.drains.holds, conf);
	log_ended(reload_action_name(action), ret_answer->maintenance_ended);
	director_commit(d, conf);
	remember(d, action, true, changes);
	free(changes);
}

void reload_answer_fini(struct reload_answer *answer)
{
	free(answer->text);
	free(answer->warnings);
	json_decref(answer->maintenance_ended);
	*answer = (struct reload_answer){0};
}

/* Sets err when order has not agreed to what conf does. */
static int judge_order(const struct director *d, const struct conf *conf,
		       const struct reload_order *order, struct err *err)
{
	const struct conf *older = d->conf;

	if (order->is_empty_meant || !conf_diff_is_emptying(older, conf))
		return 0;
	err_set(err, -EINVAL,
		"%s has no virtual_server and no vrrp_instance: it would end all that is in force "
		"(%zu virtual server%s, %zu VRRP instance%s); if that is what you want, run "
		"`lvsctl reload --yes`",
		d->args->config, older->n_virtual_servers,
		older->n_virtual_servers == 1 ? "" : "s", older->n_vrrps,
		older->n_vrrps == 1 ? "" : "s");
	return -EINVAL;
}

/* conf is without error. What could still refuse it comes first. */
static int put_in_force(struct director *d, struct conf *conf, const struct reload_source *source,
			const struct reload_order *order, struct reload_answer *ret_answer)
{
	struct err err;
	size_t n = 0;
	char *changes = NULL;
	int code = judge_order(d, conf, order, &err);

	if (code == 0)
		code = reload_prepare(d, conf, &err);
	if (code == 0)
		changes = reload_changes(d, conf, &n);
	if (code == 0 && (n > 0 || rollback_is_waiting(d)))
		code = rollback_prepare(d, order->confirm_s, &err);
	if (code < 0) {
		free(changes);
		conf_free(conf);
		claims_keep(d->claims, d->conf);
		return reload_refuse(d, RELOAD_FILE, mem_strdup(err.text), &ret_answer->text);
	}
	reload_keep(d, source->text, source->len);
	log_notice("reload: %s: %zu change%s", d->args->config, n, plural(n));
	reload_accept(d, conf, RELOAD_FILE, changes, ret_answer);
	rollback_forget(d);
	return 0;
}

int director_reload(struct director *d, const struct reload_order *order,
		    struct reload_answer *ret_answer)
{
	struct conf_load_how how = d->args->how;
	struct reload_source source = {0};
	struct diags diags = {0};
	struct conf *conf;
	char *report;
	int code;

	if (rollback_is_waiting(d) && !order->confirm_s)
		return reload_refuse(
		    d, RELOAD_FILE,
		    mem_strdup("the last reload waits for its confirmation: lvsctl confirm keeps "
			       "it, lvsctl rollback takes it back, lvsctl reload --confirm "
			       "SECONDS tries the file as it is now"),
		    &ret_answer->text);
	if (order->is_accepting)
		how.accepting = CONF_ACCEPTED_BY_OPTION;
	conf = conf_load(d->args->config, &how, &diags, &source.text, &source.len);
	machine_judge(conf, &diags);
	report = diags_text(&diags);
	if (!conf)
		log_refusal(RELOAD_FILE);
	diags_log(&diags, conf, reload_action_name(RELOAD_FILE));
	if (conf) {
		ret_answer->warnings = report;
		code = put_in_force(d, conf, &source, order, ret_answer);
	} else {
		code = refuse(d, RELOAD_FILE, report, &ret_answer->text);
	}
	free(source.text);
	diags_free(&diags);
	return code;
}

/*
 * With --lenient a text in force may have what lvsd does not know, so that any text is understood. A
 * text that gives nothing but warnings was not written by lvsd.
 */
static bool is_garbage(const struct conf *conf, const struct diags *diags)
{
	return diags->n_warnings && !conf->n_virtual_servers && !conf->n_vrrps;
}

/* What the predecessor had in force, though the file may have been edited since. */
static struct conf *load_applied(struct director *d)
{
	struct diags diags = {0};
	struct conf *conf = NULL;
	char *text = NULL;
	size_t len;

	if (!stale_is(d, STALE_APPLIED) &&
	    rundir_fetch(d->args->run_dir, RUNDIR_APPLIED, &text, &len) == 0)
		conf = conf_load_in_force(d->args->config, text, len, &diags);
	if (conf && is_garbage(conf, &diags)) {
		conf_free(conf);
		conf = NULL;
	}
	if (stale_is(d, STALE_APPLIED))
		log_warning("%s/%s has the configuration of before the last reload, because it "
			    "could be neither written nor removed then: reading %s again",
			    d->args->run_dir, RUNDIR_APPLIED, d->args->config);
	else if (!conf)
		log_warning("%s/%s cannot be used: reading %s again", d->args->run_dir,
			    RUNDIR_APPLIED, d->args->config);
	else
		remember_text(d, text, len);
	free(text);
	diags_free(&diags);
	return conf;
}

/* Whether what is said on stderr at a start is not in the log anyway. */
static bool has_own_log(const struct director *d)
{
	return d->args->is_restart || !d->args->is_log_console;
}

static struct conf *load_file(struct director *d, char **ret_text, size_t *ret_len)
{
	struct diags diags = {0};
	struct conf *conf = ignored_load_first(d->args, &diags, ret_text, ret_len);
	char *report;

	machine_judge(conf, &diags);
	report = diags_text(&diags);
	/* Who started lvsd reads standard error. Later nobody may, and writing would wait. */
	if (!d->args->is_restart)
		fputs(report, stderr);
	if (has_own_log(d))
		diags_log(&diags, conf, "start");
	free(report);
	diags_free(&diags);
	return conf;
}

/* The file may have no service any more while the servers of the last one still drain. */
static void open_for_drains(struct director *d)
{
	struct err err;

	if (d->kernel.drains.set.entries.n && kernel_open(&d->kernel, &err) < 0)
		log_error("%s", err.text);
}

/* At the start alone. */
static int judge_rivals(struct director *d, const struct conf *conf, struct err *err)
{
	int code = d->args->is_restart ? 0 : rivals_judge(d->args->rivals, conf, err);

	rivals_free(d->args->rivals);
	return code;
}

int director_load_first(struct director *d)
{
	struct conf *conf = d->args->is_restart ? load_applied(d) : NULL;
	bool is_applied = conf != NULL;
	char *text = NULL;
	size_t len = 0;
	struct err err;
	int status = EXIT_STATUS_OK;

	if (!conf)
		conf = load_file(d, &text, &len);
	if (!conf) {
		status = EXIT_STATUS_CONFIG;
	} else if (judge_rivals(d, conf, &err) < 0 || reload_prepare(d, conf, &err) < 0) {
		if (!d->args->is_restart)
			fprintf(stderr, "lvsd: %s\n", err.text);
		if (has_own_log(d))
			log_error("start: %s", err.text);
		conf_free(conf);
		status = EXIT_STATUS_MACHINE;
	} else {
		if (!is_applied)
			reload_keep(d, text, len);
		kernel_load(&d->kernel);
		open_for_drains(d);
		director_commit(d, conf);
	}
	free(text);
	return status;
}
