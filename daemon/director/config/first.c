/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The first configuration: the file, or the configuration that was in force when this director
 * replaced another. */
#include "base/log.h"
#include "base/mem.h"
#include "conf/load.h"
#include "daemon/director/config/config.h"
#include "daemon/director/config/diags_log.h"
#include "daemon/director/config/ignored.h"
#include "daemon/loader/machine.h"
#include "daemon/director/config/stale.h"
#include "daemon/shared/options.h"
#include "daemon/shared/rivals.h"
#include "daemon/shared/rundir_file.h"
#include "daemon/shared/rundir_names.h"

#include <stdio.h>
#include <stdlib.h>

/* With --lenient an applied text may have keywords that lvsd does not know, so any text can be
 * read. A text that gives nothing but warnings was not written by lvsd. */
static bool is_garbage(const struct conf *conf, const struct diags *diags)
{
	return diags->n_warnings && !conf->n_virtual_servers && !conf->n_vrrps;
}

/* Loads the configuration that the predecessor had in force, since the file may have been edited
 * meanwhile. */
static struct conf *applied_load(struct config *c)
{
	struct diags diags = {0};
	struct conf *conf = NULL;
	char *text = NULL;
	size_t len;

	if (!stale_is(c, STALE_APPLIED) &&
	    rundir_fetch(c->args->run_dir, RUNDIR_APPLIED, &text, &len) == 0)
		conf = conf_load_in_force(c->args->config, text, len, &diags);
	if (conf && is_garbage(conf, &diags)) {
		conf_free(conf);
		conf = NULL;
	}
	if (stale_is(c, STALE_APPLIED))
		log_warning("%s/%s has an older configuration than the last reload, because it "
			    "could be neither written nor removed then: lvsd reads %s again",
			    c->args->run_dir, RUNDIR_APPLIED, c->args->config);
	else if (!conf)
		log_warning("%s/%s cannot be used: lvsd reads %s again", c->args->run_dir,
			    RUNDIR_APPLIED, c->args->config);
	else
		reload_remember(c, text, len);
	free(text);
	diags_free(&diags);
	return conf;
}

/*
 * Whether the log is something other than standard error, which gets these lines at a start anyway.
 */
static bool has_own_log(const struct config *c)
{
	return c->args->is_restart || !c->args->is_log_console;
}

/*
 * A director that replaces another does not know whether a file without any object was meant; a
 * reload refuses such a file without --yes. It would empty every pool, so the table and the
 * addresses stay as they are.
 */
static bool is_empty_by_mistake(const struct config *c, const struct conf *conf)
{
	if (!c->args->is_restart || conf->n_virtual_servers || conf->n_vrrps ||
	    !conf_statics_are_empty(&conf->statics))
		return false;
	log_error("start: %s has no virtual_server and no vrrp_instance, and the configuration "
		  "that was in force is not known: the director does not start with this file, so "
		  "that the kernel's table stays as it is; correct the file, or restart lvsd if it "
		  "is to serve nothing",
		  c->args->config);
	return true;
}

static struct conf *load_file(struct config *c, char **ret_text, size_t *ret_len)
{
	struct diags diags = {0};
	const struct conf_responder *responder = loading_wait(c, LOAD_CONFIG);
	struct conf *conf = ignored_load_first(c->args, responder, &diags, ret_text, ret_len);
	char *report;

	conf = loading_end(c, c->args->config, conf, &diags);
	conf = loading_libraries(c, c->args->config, conf, &diags);
	conf = loading_judge(c, conf, &diags);
	report = diags_text(&diags);
	/* Whoever started lvsd reads standard error. Later nobody may read it, and writing would
	 * block. */
	if (!c->args->is_restart)
		fputs(report, stderr);
	if (has_own_log(c))
		diags_log(&diags, conf, "start");
	free(report);
	diags_free(&diags);
	return conf;
}

/* Only at the start of lvsd. */
static int judge_rivals(struct config *c, const struct conf *conf, struct err *err)
{
	int code = c->args->is_restart ? 0 : rivals_judge(c->args->rivals, conf, err);

	rivals_free(c->args->rivals);
	return code;
}

int config_load_first(struct config *c)
{
	struct conf *conf = c->args->is_restart ? applied_load(c) : NULL;
	bool is_applied = conf != NULL;
	char *text = NULL;
	size_t len = 0;
	struct err err;
	int status = EXIT_STATUS_OK;

	if (!conf)
		conf = load_file(c, &text, &len);
	if (!conf || (!is_applied && is_empty_by_mistake(c, conf))) {
		conf_free(conf);
		status = EXIT_STATUS_CONFIG;
	} else if (judge_rivals(c, conf, &err) < 0 || c->sink.prepare(conf, &err, c->sink.arg) < 0) {
		if (!c->args->is_restart)
			fprintf(stderr, "lvsd: %s\n", err.text);
		if (has_own_log(c))
			log_error("start: %s", err.text);
		conf_free(conf);
		status = EXIT_STATUS_MACHINE;
	} else {
		if (!c->args->is_restart)
			rollback_begin(c);
		if (is_applied)
			c->is_tls_due = loading_needs_tls(c, conf);
		else
			reload_keep(c, text, len);
		if (!c->args->is_restart)
			loading_write_init_files(c, conf);
		c->sink.commit(conf, c->sink.arg);
		reload_vouched(c);
	}
	loading_forget(c);
	free(text);
	return status;
}

void config_close(struct config *c)
{
	rollback_close(c);
	loading_stop(c);
	loop_timer_free(c->tls_again);
	free(c->last.text);
	free(c->kept.text);
}
