/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Goes back from a reload. RUN_DIR/previous.conf has the text that was in force before the last
 * reload that changed something. A rollback puts it in force, and keeps the other text in its
 * place. A reload that must be confirmed is rolled back when its time is over, even by a director
 * that has replaced another meanwhile: RUN_DIR/rollback.json has the deadline.
 *
 * The files of the run dir are written in such an order that the successor of a director that dies
 * in between ends up with the previous configuration. At worst both texts are the same, and a
 * rollback changes nothing.
 */
#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/plural.h"
#include "conf/load.h"
#include "daemon/director/config/config.h"
#include "daemon/shared/rundir_file.h"
#include "daemon/shared/rundir_json.h"
#include "daemon/shared/rundir_names.h"
#include "daemon/director/config/stale.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

bool rollback_is_waiting(const struct config *c)
{
	return !mono_is_never(c->rollback.confirm_by);
}

/* Writes what a successor must know; removes the file if that is nothing. */
static int state_store(struct config *c, struct err *err)
{
	bool is_waiting = rollback_is_waiting(c);
	json_t *root;
	int code;

	if (!is_waiting && !c->rollback.is_rolled_back) {
		stale_remove(c, STALE_ROLLBACK);
		return 0;
	}
	root = json_pack("{s:i, s:b, s:o}", "schema", 1, "is_rolled_back",
			 c->rollback.is_rolled_back, "confirm_by_mono_ns",
			 is_waiting ? json_integer(c->rollback.confirm_by.ns) : json_null());
	code = rundir_json_store(c->args->run_dir, RUNDIR_ROLLBACK, root, err);
	if (code == 0)
		stale_renewed(c, STALE_ROLLBACK);
	return code;
}

/* For a state in which no file is better than an old one. */
static void state_store_or_remove(struct config *c)
{
	struct err err;

	if (state_store(c, &err) == 0)
		return;
	log_warning("%s", err.text);
	stale_remove(c, STALE_ROLLBACK);
}

void rollback_keep(struct config *c)
{
	state_store_or_remove(c);
}

static void set_deadline(struct config *c, struct mono deadline)
{
	c->rollback.confirm_by = deadline;
	loop_timer_set(c->rollback.timer, deadline);
}

static void on_deadline(void *arg)
{
	struct config *c = arg;

	log_warning("return: nobody has confirmed the last reload in time: the previous "
		    "configuration comes back");
	c->sink.on_deadline(c->sink.arg);
}

static void state_load(struct config *c)
{
	json_t *root, *deadline;

	if (stale_is(c, STALE_ROLLBACK))
		return;
	root = rundir_json_fetch(c->args->run_dir, RUNDIR_ROLLBACK,
				 "a reload that waits for `lvsctl confirm` stays in force");
	deadline = json_object_get(root, "confirm_by_mono_ns");
	c->rollback.is_rolled_back = json_is_true(json_object_get(root, "is_rolled_back"));
	if (json_is_integer(deadline))
		set_deadline(c, (struct mono){json_integer_value(deadline)});
	json_decref(root);
}

void rollback_open(struct config *c)
{
	c->rollback = (struct rollback){.confirm_by = MONO_NEVER};
	c->rollback.timer = loop_timer_new(c->loop, on_deadline, c);
	if (c->args->is_restart)
		state_load(c);
}

void rollback_begin(struct config *c)
{
	stale_remove(c, STALE_PREVIOUS);
	stale_remove(c, STALE_ROLLBACK);
}

void rollback_stop(struct config *c)
{
	loop_timer_set(c->rollback.timer, MONO_NEVER);
}

void rollback_close(struct config *c)
{
	loop_timer_free(c->rollback.timer);
}

/* Stores a text as the previous one. */
static int keep_previous(struct config *c, const struct reload_kept *text, struct err *err)
{
	int code = rundir_store(c->args->run_dir, RUNDIR_PREVIOUS, text->text, text->len, err);

	if (code == 0) {
		stale_renewed(c, STALE_PREVIOUS);
		c->rollback.lost = (struct err){0};
	}
	return code;
}

static int wait_for_confirmation(struct config *c, unsigned confirm_s, struct err *err)
{
	struct mono before = c->rollback.confirm_by;
	int code;

	set_deadline(c, mono_add_ns(loop_now(c->loop), confirm_s * NS_PER_S));
	code = state_store(c, err);
	if (code < 0) {
		set_deadline(c, before);
		return code;
	}
	log_notice("reload: without `lvsctl confirm` the previous configuration comes back in %u s",
		   confirm_s);
	return 0;
}

int rollback_prepare(struct config *c, unsigned confirm_s, struct err *err)
{
	/* A rollback must not lead to a configuration that was never confirmed. */
	int code = rollback_is_waiting(c) ? 0 : keep_previous(c, &c->kept, err);
	struct err cause;

	if (code == 0 && confirm_s)
		code = wait_for_confirmation(c, confirm_s, err);
	if (code == 0)
		return 0;
	cause = *err;
	if (confirm_s)
		return err_set(err, code,
			       "%s. So the previous configuration could not return: mend that, or "
			       "reload without --confirm",
			       cause.text);
	/* An older text is not the previous configuration. */
	stale_remove(c, STALE_PREVIOUS);
	c->rollback.lost = cause;
	log_warning("reload: lvsctl rollback will not be possible: %s", err->text);
	return 0;
}

void rollback_forget(struct config *c)
{
	if (!c->rollback.is_rolled_back)
		return;
	c->rollback.is_rolled_back = false;
	state_store_or_remove(c);
}

/* Exchanges the two texts, in the order that the top of this file explains. */
static void swap_texts(struct config *c, const char *previous, size_t len)
{
	struct reload_kept applied = c->kept;
	struct err err;

	c->kept = (struct reload_kept){0};
	reload_keep(c, previous, len);
	set_deadline(c, MONO_NEVER);
	c->rollback.is_rolled_back = !c->rollback.is_rolled_back;
	state_store_or_remove(c);
	if (keep_previous(c, &applied, &err) < 0) {
		log_warning("rollback: %s, so `lvsctl rollback` cannot return to the configuration that "
			    "it has taken out of force; only a reload of the file can",
			    err.text);
		stale_remove(c, STALE_PREVIOUS);
		c->rollback.lost = err;
	}
	free(applied.text);
}

/* Loads a text that was in force before. NULL: *ret_text has what is wrong. */
static struct conf *load_previous(struct config *c, const char *text, size_t len, char **ret_text)
{
	char *name = rundir_file(c->args->run_dir, RUNDIR_PREVIOUS);
	struct diags diags = {0};
	struct conf *conf = conf_load_in_force(name, text, len, &diags);
	struct err err;

	if (!conf) {
		*ret_text = diags_text(&diags);
	} else if (c->sink.prepare(conf, &err, c->sink.arg) < 0) {
		*ret_text = mem_strdup(err.text);
		conf_free(conf);
		conf = NULL;
	}
	diags_free(&diags);
	free(name);
	return conf;
}

/* A return that fails is not tried again, since nothing would have changed. */
static int give_up(struct config *c, enum reload_action action, char *text, char **ret_text)
{
	if (action == RELOAD_RETURN) {
		set_deadline(c, MONO_NEVER);
		state_store_or_remove(c);
	}
	return reload_refuse(c, action, text, ret_text);
}

/* Why previous.conf cannot be used, for free(). */
static char *no_way_back(const struct config *c, int code)
{
	if (code == -ENOENT && c->rollback.lost.text[0])
		return mem_printf("the previous configuration could not be kept at the last change: %s. "
				  "Write it into %s and reload",
				  c->rollback.lost.text, c->args->config);
	if (code == -ENOENT && c->args->is_restart)
		return mem_strdup("there is no previous configuration: no reload has changed anything, "
				  "or it could not be kept before the director was replaced (the log "
				  "says so)");
	if (code == -ENOENT)
		return mem_strdup("there is no previous configuration: no reload has changed "
				  "anything since lvsd started");
	if (code == -ESTALE)
		return mem_printf("%s/%s could not be written at the last reload and has an older "
				  "configuration: write the previous one into %s and reload",
				  c->args->run_dir, RUNDIR_PREVIOUS, c->args->config);
	return mem_printf("%s/%s cannot be read: %s", c->args->run_dir, RUNDIR_PREVIOUS,
			  err_errno(code));
}

int config_rollback(struct config *c, enum reload_action action,
		      struct reload_answer *ret_answer)
{
	char *text, *refusal, *changes;
	size_t len, n;
	struct conf *conf;
	int code = stale_is(c, STALE_PREVIOUS)
		       ? -ESTALE
		       : rundir_fetch(c->args->run_dir, RUNDIR_PREVIOUS, &text, &len);

	if (code < 0)
		return give_up(c, action, no_way_back(c, code), &ret_answer->text);
	conf = load_previous(c, text, len, &refusal);
	if (!conf) {
		free(text);
		return give_up(c, action, refusal, &ret_answer->text);
	}
	changes = reload_changes(c, conf, &n);
	swap_texts(c, text, len);
	log_notice("%s: the previous configuration is in force again, %zu change%s; %s itself is "
		   "unchanged, and the next reload applies it",
		   reload_action_name(action), n, plural(n), c->args->config);
	loading_forget(c); /* it was read for another configuration */
	c->is_tls_due = loading_needs_tls(c, conf);
	reload_accept(c, conf, action, changes, ret_answer);
	if (c->sink.on_vouched)
		c->sink.on_vouched(0, c->sink.arg);
	free(text);
	return 0;
}

int rollback_confirm(struct config *c)
{
	if (!rollback_is_waiting(c))
		return -ENOENT;
	set_deadline(c, MONO_NEVER);
	state_store_or_remove(c);
	log_notice("confirm: the last reload stays in force");
	return 0;
}
