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

/* What was read from a file. */
struct reload_source {
	char *text;
	size_t len;
};

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

/* conf has no error. Whatever could still refuse it comes first. */
static int put_in_force(struct config *c, struct conf *conf, const struct reload_source *source,
			const struct reload_order *order, struct reload_answer *ret_answer)
{
	struct err err;
	size_t n = 0;
	char *changes = NULL;
	int code = judge_order(c, conf, order, &err);

	if (code == 0)
		code = c->sink.prepare(conf, &err, c->sink.arg);
	if (code == 0)
		changes = reload_changes(c, conf, &n);
	if (code == 0 && (n > 0 || rollback_is_waiting(c)))
		code = rollback_prepare(c, order->confirm_s, &err);
	if (code < 0) {
		free(changes);
		conf_free(conf);
		c->sink.give_up(c->sink.arg);
		return reload_refuse(c, RELOAD_FILE, mem_strdup(err.text), &ret_answer->text);
	}
	reload_keep(c, source->text, source->len);
	log_notice("reload: %s: %zu change%s", c->args->config, n, plural(n));
	reload_accept(c, conf, RELOAD_FILE, changes, ret_answer);
	reload_vouched(c);
	rollback_forget(c);
	return 0;
}

int config_reload(struct config *c, const struct reload_order *order,
		    struct reload_answer *ret_answer)
{
	struct conf_load_how how = c->args->how;
	struct reload_source source = {0};
	struct diags diags = {0};
	struct conf *conf;
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
	conf = conf_load(c->args->config, &how, &diags, &source.text, &source.len);
	conf = loading_end(c, c->args->config, conf, &diags);
	conf = loading_libraries(c, c->args->config, conf, &diags);
	conf = loading_judge(c, conf, &diags);
	report = diags_text(&diags);
	if (!conf)
		reload_log_refusal(RELOAD_FILE);
	diags_log(&diags, conf, reload_action_name(RELOAD_FILE));
	if (conf) {
		ret_answer->warnings = report;
		code = put_in_force(c, conf, &source, order, ret_answer);
	} else {
		code = reload_refused(c, RELOAD_FILE, report, &ret_answer->text);
	}
	loading_forget(c);
	free(source.text);
	diags_free(&diags);
	return code;
}
