/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Loads a file and puts it in force. The old configuration is untouched until the new one is
 * complete and valid, and the machine can carry it out. From then on nothing can fail. */
#include "base/log.h"
#include "base/mem.h"
#include "base/plural.h"
#include "conf/canon/diff.h"
#include "conf/load.h"
#include "daemon/director/config/config.h"
#include "daemon/director/config/diags_log.h"
#include "daemon/loader/machine.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Sets err if the order does not permit what conf does. */
static int judge_order(const struct config *c, const struct conf *conf,
		       const struct reload_order *order, struct err *err)
{
	const struct conf *older = c->conf;

	if (order->is_empty_meant || !conf_diff_is_emptying(older, conf))
		return 0;
	err_set(err, -EINVAL,
		"%s has no virtual_server and no vrrp_instance: it would end everything that is in "
		"force (%zu virtual server%s, %zu VRRP instance%s); if that is what you want, run "
		"`lvsctl reload --yes`",
		c->args->config, older->n_virtual_servers,
		older->n_virtual_servers == 1 ? "" : "s", older->n_vrrps,
		older->n_vrrps == 1 ? "" : "s");
	return -EINVAL;
}

static void staged_clear(struct reload_staged *staged)
{
	free(staged->text);
	free(staged->changes);
	*staged = (struct reload_staged){0};
}

static int give_up(struct config *c, struct reload_staged *staged, const struct err *err, char **ret_text)
{
	conf_free(staged->conf);
	staged_clear(staged);
	c->sink.give_up(c->sink.arg);
	return reload_refuse(c, RELOAD_FILE, mem_strdup(err->text), ret_text);
}

/* Its configuration has no error. */
static int prepare(struct config *c, struct reload_staged *staged, const struct reload_order *order, char **ret_text)
{
	struct err err;
	int code = judge_order(c, staged->conf, order, &err);

	if (code == 0)
		code = c->sink.prepare(staged->conf, &err, c->sink.arg);
	if (code < 0)
		return give_up(c, staged, &err, ret_text);
	staged->confirm_s = order->confirm_s;
	staged->changes = reload_changes(c, staged->conf, &staged->n_changes);
	return 0;
}

int reload_stage(struct config *c, const struct reload_order *order, struct reload_staged *ret_staged,
		 struct reload_answer *ret_answer)
{
	struct conf_load_how how = c->args->how;
	struct reload_staged staged = {0};
	struct diags diags = {0};
	char *report;
	int code;

	if (rollback_is_waiting(c) && !order->confirm_s)
		return reload_refuse(
		    c, RELOAD_FILE,
		    mem_strdup("the last reload waits for its confirmation: `lvsctl confirm` keeps "
			       "it, `lvsctl rollback` undoes it, `lvsctl reload --confirm SECONDS` "
			       "tries the present file"),
		    &ret_answer->text);
	if (order->is_accepting)
		how.accepting = CONF_ACCEPTED_BY_OPTION;
	how.responder = loading_use(c);
	staged.conf = conf_load(c->args->config, &how, &diags, &staged.text, &staged.len);
	staged.conf = loading_end(c, c->args->config, staged.conf, &diags);
	staged.conf = loading_libraries(c, c->args->config, staged.conf, &diags);
	staged.conf = loading_judge(c, staged.conf, &diags);
	report = diags_text(&diags);
	if (!staged.conf)
		reload_log_refusal(RELOAD_FILE);
	diags_log(&diags, staged.conf, reload_action_name(RELOAD_FILE));
	if (staged.conf) {
		ret_answer->warnings = report;
		code = prepare(c, &staged, order, &ret_answer->text);
	} else {
		staged_clear(&staged);
		code = reload_refused(c, RELOAD_FILE, report, &ret_answer->text);
	}
	diags_free(&diags);
	if (code == 0)
		*ret_staged = staged;
	else
		loading_forget(c);
	return code;
}

int reload_apply(struct config *c, struct reload_staged *staged, struct reload_answer *ret_answer)
{
	struct err err;
	int code = 0;

	if (staged->n_changes > 0 || rollback_is_waiting(c))
		code = rollback_prepare(c, staged->confirm_s, &err);
	if (code < 0) {
		code = give_up(c, staged, &err, &ret_answer->text);
		loading_forget(c);
		return code;
	}
	reload_keep(c, staged->text, staged->len);
	log_notice("reload: %s: %zu change%s", c->args->config, staged->n_changes, plural(staged->n_changes));
	reload_accept(c, staged->conf, RELOAD_FILE, staged->changes, ret_answer);
	staged->changes = NULL; /* reload_accept() has freed it */
	reload_vouched(c);
	rollback_forget(c);
	loading_forget(c);
	staged_clear(staged);
	return 0;
}

void reload_drop(struct config *c, struct reload_staged *staged, const char *why)
{
	struct err err;
	char *text;

	err_set(&err, -ECANCELED, "%s", why);
	give_up(c, staged, &err, &text);
	free(text);
	loading_forget(c);
}

int config_reload(struct config *c, const struct reload_order *order, struct reload_answer *ret_answer)
{
	struct reload_staged staged = {0};
	int code = reload_stage(c, order, &staged, ret_answer);

	return code < 0 ? code : reload_apply(c, &staged, ret_answer);
}
