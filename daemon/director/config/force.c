/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "conf/canon/diff.h"
#include "conf/empty.h"
#include "daemon/director/config/config.h"
#include "daemon/director/config/log_lines.h"
#include "daemon/director/config/stale.h"
#include "daemon/shared/rundir_file.h"
#include "daemon/shared/rundir_names.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

char *diags_text(const struct diags *diags)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		mem_exhausted(0);
	diags_print_errors_first(diags, out);
	fclose(out);
	return text;
}

char *reload_changes(const struct config *c, const struct conf *conf, size_t *ret_n)
{
	struct conf *empty = c->conf ? NULL : conf_empty();
	struct conf_diff diff;
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		mem_exhausted(0);
	conf_diff(c->conf ? c->conf : empty, conf, &diff);
	for (size_t i = 0; i < diff.changes.n; i++)
		fprintf(out, "%s\n", diff.changes.items[i].text);
	*ret_n = diff.changes.n;
	conf_diff_fini(&diff);
	conf_free(empty);
	fclose(out);
	return text;
}

/*
 * Removes applied.conf if it could not be written: an older text must not come back into force when
 * the director is replaced, and removing a file needs no room on the disk. If it cannot be removed,
 * the successor is told not to read it (stale.h).
 */
static void applied_forget(struct config *c, const struct err *err)
{
	stale_remove(c, STALE_APPLIED);
	log_warning("%s; the configuration is in force all the same, but a director that replaces "
		    "this one would read %s again",
		    err->text, c->args->config);
}

void reload_remember(struct config *c, const char *text, size_t len)
{
	free(c->kept.text);
	c->kept = (struct reload_kept){mem_calloc(1, len + 1), len};
	memcpy(c->kept.text, text, len);
}

void reload_keep_again(struct config *c)
{
	struct err err;

	if (!c->kept.text)
		return;
	if (rundir_store(c->args->run_dir, RUNDIR_APPLIED, c->kept.text, c->kept.len, &err) < 0)
		applied_forget(c, &err);
	else
		stale_renewed(c, STALE_APPLIED);
}

void reload_keep(struct config *c, const char *text, size_t len)
{
	reload_remember(c, text, len);
	reload_keep_again(c);
}

static void remember(struct config *c, enum reload_action action, bool is_ok, const char *text)
{
	free(c->last.text);
	c->last = (struct reload_result){action, clock_wall_us(), is_ok, mem_strdup(text)};
}

int reload_refused(struct config *c, enum reload_action action, char *text, char **ret_text)
{
	remember(c, action, false, text);
	*ret_text = text;
	return -EINVAL;
}

void reload_log_refusal(enum reload_action action)
{
	log_error("%s: refused, and nothing has changed:", reload_action_name(action));
}

int reload_refuse(struct config *c, enum reload_action action, char *text, char **ret_text)
{
	reload_log_refusal(action);
	log_lines(LOG_LEVEL_ERROR, reload_action_name(action), text);
	return reload_refused(c, action, text, ret_text);
}

static void log_ended(const char *name, const json_t *ended)
{
	const json_t *item;
	size_t i;

	json_array_foreach(ended, i, item)
		log_warning("%s: %s", name, json_string_value(json_object_get(item, "text")));
}

void reload_accept(struct config *c, struct conf *conf, enum reload_action action, char *changes,
		   struct reload_answer *ret_answer)
{
	log_lines(LOG_LEVEL_NOTICE, reload_action_name(action), changes);
	ret_answer->text = mem_strdup(changes);
	ret_answer->maintenance_ended = maintenance_ended(c->maintained, conf);
	log_ended(reload_action_name(action), ret_answer->maintenance_ended);
	c->sink.commit(conf, c->sink.arg);
	remember(c, action, true, changes);
	free(changes);
}

void reload_vouched(struct config *c)
{
	if (c->loading.number && c->sink.on_vouched)
		c->sink.on_vouched(c->loading.number, c->sink.arg);
}

void reload_answer_fini(struct reload_answer *answer)
{
	free(answer->text);
	free(answer->warnings);
	json_decref(answer->maintenance_ended);
	*answer = (struct reload_answer){0};
}

void config_is_in_force(struct config *c, const struct conf *conf, int64_t wall_us)
{
	c->conf = conf;
	c->applied_wall_us = wall_us;
}
