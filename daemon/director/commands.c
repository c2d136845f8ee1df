/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/director/commands.h"
#include "base/clock.h"
#include "base/log.h"
#include "conf/model/server_find.h"
#include "daemon/director/director_state.h"
#include "daemon/director/plan.h"
#include "daemon/director/status_json.h"
#include "daemon/director/status_take.h"
#include "daemon/shared/options.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Logs who gives the order: "lvsctl reload: ordered by uid 0 (process 4711)". */
static void say_caller(const struct director *d, const char *order, const char *vs, const char *rs)
{
	char caller[CONTROL_CALLER_MAX];

	log_notice("lvsctl %s%s%s%s%s: ordered by %s", order, vs ? " " : "", vs ? vs : "",
		   rs ? " " : "", rs ? rs : "", control_caller(d->control, caller));
}

static json_t *answer_status(json_t *request, void *arg)
{
	bool is_with_kernel = json_is_true(json_object_get(request, "kernel"));
	struct director *d = arg;

	if (!status_take_ask(d))
		return control_ok(status_take_json(d, is_with_kernel));
	status_take_wait(d, control_defer(d->control), is_with_kernel);
	return NULL;
}

/* A pair that waits for a confirmation could lose its wire meanwhile: then one would return alone. */
static json_t *reload_pair(struct director *d, const struct reload_order *order, json_t *confirm)
{
	struct err err;

	if (confirm)
		return control_refused("--pair does not go with --confirm: the directors could not return together if "
				       "the wire between them fails meanwhile. Leave out one of both");
	say_caller(d, "reload --pair", NULL, NULL);
	if (pair_may_reload(&d->pair, &err) < 0)
		return control_refused(err.text);
	pair_reload(&d->pair, order->is_empty_meant, order->is_accepting, control_defer(d->control), &err);
	return NULL;
}

static json_t *answer_reload(json_t *request, void *arg)
{
	struct director *d = arg;
	json_t *confirm = json_object_get(request, "confirm");
	json_int_t seconds = json_integer_value(confirm);
	struct reading_ask ask = {
	    .kind = READING_RELOAD,
	    .order = {.is_empty_meant = json_is_true(json_object_get(request, "yes")),
		      .is_accepting = json_is_true(json_object_get(request, "accept_ignored"))}};

	if (json_is_true(json_object_get(request, "pair")))
		return reload_pair(d, &ask.order, confirm);
	if (confirm &&
	    (!json_is_integer(confirm) || seconds < 1 || seconds > OPTIONS_CONFIRM_MAX_S))
		return control_refused(
		    "\"confirm\" is a number of seconds from " OPTIONS_CONFIRM_RANGE);
	say_caller(d, "reload", NULL, NULL);
	ask.order.confirm_s = (unsigned)seconds;
	ask.client = control_defer(d->control);
	reading_queue_add(&d->readings, &ask);
	return NULL;
}

static json_t *answer_rollback(json_t *request, void *arg)
{
	struct director *d = arg;
	const struct reading_ask ask = {.kind = READING_ROLLBACK,
					.client = control_defer(d->control)};

	(void)request;
	say_caller(d, "rollback", NULL, NULL);
	reading_queue_add(&d->readings, &ask);
	return NULL;
}

static json_t *answer_confirm(json_t *request, void *arg)
{
	struct director *d = arg;

	(void)request;
	say_caller(d, "confirm", NULL, NULL);
	if (rollback_confirm(&d->config) < 0)
		return control_refused("nothing waits for a confirmation");
	announce_serving(d);
	return control_ok(json_pack("{s:s, s:o}", "config_digest", d->conf->digest, "config",
				    status_take_config_json(d)));
}

static json_t *answer_reconcile(json_t *request, void *arg)
{
	struct director *d = arg;
	struct kernel_mended mended;
	struct err err;

	(void)request;
	say_caller(d, "reconcile", NULL, NULL);
	host_refresh(&d->host);
	if (kernel_reconcile(&d->kernel, &mended, &err) < 0)
		return control_refused(err.text);
	return control_ok(json_pack("{s:I, s:I, s:I, s:I}", "repairs", (json_int_t)mended.n_repairs,
				    "foreign_removed", (json_int_t)mended.n_foreign, "services",
				    (json_int_t)mended.n_services, "destinations",
				    (json_int_t)mended.n_dests));
}

/* Reads both keys of a request. Returns 0, or -EINVAL with a sentence about the wrong one. */
static int maintained_parse(const char *vs, const char *rs, struct maintained *one, struct err *err)
{
	struct svckey key;
	char *by_tcp;
	int code;

	if (!vs || !rs)
		return err_set(err, -EINVAL,
			       "\"service\" and \"real_server\" must be keys as lvsctl status "
			       "shows them, such as tcp:192.0.2.80:80 and 10.0.0.21:80");
	if (svckey_parse(vs, &one->vs) < 0) {
		by_tcp = mem_printf("tcp:%s", vs);
		code = svckey_parse(by_tcp, &key);
		free(by_tcp);
		if (code == 0)
			return err_set(err, -EINVAL,
				       "'%s' is not the key of a service, because its protocol is "
				       "missing: write `tcp:%s`, or udp: or sctp: before it",
				       vs, vs);
		return err_set(err, -EINVAL,
			       "'%s' is not the key of a service; write the key as lvsctl status "
			       "shows it, such as tcp:192.0.2.80:80",
			       vs);
	}
	if (server_name_parse(rs, &one->rs) < 0)
		return err_set(err, -EINVAL,
			       "'%s' is not the key of a real server; write the key as lvsctl "
			       "status shows it, such as 10.0.0.21:80",
			       rs);
	return 0;
}

static json_t *maintain(struct director *d, json_t *request, bool is_maintained)
{
	const char *vs = json_string_value(json_object_get(request, "service"));
	const char *rs = json_string_value(json_object_get(request, "real_server"));
	struct kernel *k = &d->kernel;
	struct drain_rows rows = {0};
	struct maintained one;
	json_t *answer;
	struct err err;

	if (maintained_parse(vs, rs, &one, &err) < 0)
		return control_refused(err.text);
	say_caller(d, is_maintained ? "drain" : "undrain", vs, rs);
	if (drains_maintain(k, &one, is_maintained, &err) < 0)
		return control_refused(err.text);
	kernel_want_changed(k);
	kernel_refresh(k); /* so that the counters are those of now */
	drains_list(k, &k->have, loop_now(d->loop), clock_wall_us(), &rows);
	answer = control_ok(json_pack("{s:o}", "draining", status_draining_json(&rows)));
	vec_free(&rows);
	return answer;
}

static json_t *answer_drain(json_t *request, void *arg)
{
	return maintain(arg, request, true);
}

static json_t *answer_undrain(json_t *request, void *arg)
{
	return maintain(arg, request, false);
}

/* Says the words of an agent for a server of the configuration in force. Returns 0, or -errno with
 * a sentence. */
static int agent_say(struct director *d, const struct maintained *one, const char *words,
		     struct err *err)
{
	struct agent_words said;
	size_t vs, rs;

	if (strlen(words) >= AGENT_LINE_MAX)
		return err_set(err, -EINVAL, "the words of an agent have %d bytes at most",
			       AGENT_LINE_MAX - 1);
	for (const char *at = words; *at; at++)
		if ((unsigned char)*at < ' ' || (unsigned char)*at > '~')
			return err_set(err, -EINVAL,
				       "the words of an agent are printable ASCII on one line");
	if (agent_read(words, &said, err) < 0)
		return -EINVAL;
	if (!said.weighs && !said.duty && !said.service)
		return err_set(
		    err, -EINVAL,
		    "an agent says at least one of up, down, fail, stopped, ready, drain, "
		    "maint, N%%, weight:N, weight:N%%");
	if (maintenance_find(d->kernel.conf, one, &vs, &rs) != SERVER_FOUND)
		return err_set(err, -ENOENT,
			       "the configuration in force has no such real server in such a "
			       "virtual server, or several could be meant: lvsctl status shows the "
			       "keys");
	if (!health_agent_say(d->kernel.health, vs, rs, words, loop_now(d->loop), clock_wall_us()))
		return err_set(
		    err, -ENOENT,
		    "this real server has no AGENT_CHECK: write `AGENT_CHECK { }` into its "
		    "block of the file, then lvsctl reload");
	return 0;
}

static json_t *answer_resync(json_t *request, void *arg)
{
	struct director *d = arg;

	(void)request;
	say_caller(d, "resync", NULL, NULL);
	if (relaying_resync(&d->sync) < 0)
		return control_refused("connections are exchanged anew only with `mode relay` in the block sync, while "
				       "the sync process runs: see connection sync in lvsctl status");
	return control_ok(json_object());
}

static json_t *answer_agent(json_t *request, void *arg)
{
	const char *vs = json_string_value(json_object_get(request, "service"));
	const char *rs = json_string_value(json_object_get(request, "real_server"));
	const char *words = json_string_value(json_object_get(request, "words"));
	struct director *d = arg;
	struct maintained one;
	struct err err;

	if (maintained_parse(vs, rs, &one, &err) < 0)
		return control_refused(err.text);
	if (agent_say(d, &one, words ? words : "", &err) < 0)
		return control_refused(err.text);
	return control_ok(json_object());
}

static json_t *answer_plan(json_t *request, void *arg)
{
	return plan_online(arg, request);
}

static json_t *answer_vrrp(json_t *request, void *arg)
{
	struct director *d = arg;

	return order_waits_begin(&d->order_waits, d->control, request);
}

const struct control_command commands[] = {
    {"status", answer_status, "shows what lvsd serves, and how each part is doing", false, false},
    {"reload", answer_reload, "puts the file in force", true, true},
    {"confirm", answer_confirm, "keeps the reload that waits for its confirmation", true, false},
    {"rollback", answer_rollback, "returns to the configuration before the last reload", true,
     true},
    {"reconcile", answer_reconcile, "reads the kernel's whole table and repairs it", false, false},
    {"drain", answer_drain, "takes a real server out of service", false, false},
    {"undrain", answer_undrain, "brings a real server back into service", false, false},
    {"resync", answer_resync, "exchanges all connections with the other directors anew", false, false},
    {"agent", answer_agent, "takes what an agent says that a real server can bear", false, false},
    {"vrrp", answer_vrrp, "hands addresses over to another director, or takes them", true, true},
    {"plan", answer_plan, "shows what a reload with a file would change", true, true},
    {NULL, NULL, NULL, false, false},
};
