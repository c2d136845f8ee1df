/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/director/readings.h"
#include "base/log.h"
#include "daemon/director/director_state.h"
#include "daemon/director/plan.h"
#include "daemon/director/status_take.h"
#include "daemon/shared/plan_show.h"

/* Makes the answer to a reload or rollback. Frees the answer's texts. */
static json_t *answer_of(struct director *d, int code, struct reload_answer *answer)
{
	json_t *json;

	if (code < 0)
		json = control_refused(answer->text);
	else
		json = control_ok(json_pack("{s:s, s:s, s:O, s:s, s:o}", "changes", answer->text,
					    "warnings", answer->warnings ? answer->warnings : "",
					    PLAN_MAINTENANCE, answer->maintenance_ended,
					    "config_digest", d->conf->digest, "config",
					    status_take_config_json(d)));
	reload_answer_fini(answer);
	return json;
}

static json_t *carry_out_reload(struct director *d, const struct reload_order *order)
{
	struct reload_answer answer = {0};
	int code = config_reload(&d->config, order, &answer);

	announce_serving(d);
	return answer_of(d, code, &answer);
}

/* --- a reload of the pair --- */

void readings_stage(struct director *d, uint64_t id, bool is_empty_meant, bool is_accepting)
{
	const struct reading_ask ask = {.kind = READING_STAGE,
					.order = {.is_empty_meant = is_empty_meant, .is_accepting = is_accepting},
					.client = id};

	reading_queue_add(&d->readings, &ask);
}

bool readings_are_staged(const struct director *d)
{
	return d->staged.conf;
}

/* A number that came earlier belongs to a reload that was given up meanwhile, which pair_staged() sees. */
static void carry_out_stage(struct director *d, const struct reading_step *step)
{
	uint64_t id = step->clients.items[step->clients.n - 1];
	int code;

	reload_answer_fini(&d->staged_answer);
	code = reload_stage(&d->config, &step->ask.order, &d->staged, &d->staged_answer);
	announce_serving(d);
	pair_staged(&d->pair, id, code < 0 ? NULL : d->staged.conf->digest, d->staged_answer.text);
}

void readings_apply(struct director *d)
{
	reload_apply(&d->config, &d->staged, &d->staged_answer);
	announce_serving(d);
}

void readings_drop(struct director *d, const char *why)
{
	if (!readings_are_staged(d))
		return;
	reload_drop(&d->config, &d->staged, why);
	reload_answer_fini(&d->staged_answer);
}

/* --- what a reading is for --- */

static json_t *carry_out_rollback(struct director *d)
{
	struct reload_answer answer = {0};
	int code = announced_rollback(d, RELOAD_ROLLBACK, &answer);

	return answer_of(d, code, &answer);
}

static json_t *carry_out(struct director *d, const struct reading_ask *ask)
{
	if (ask->kind == READING_RELOAD)
		return carry_out_reload(d, &ask->order);
	if (ask->kind == READING_ROLLBACK)
		return carry_out_rollback(d);
	return plan_of_file(d, d->args->config, ask->order.is_accepting, loading_use(&d->config));
}

/* Answers the clients. Client 0 is a SIGHUP, which gets no answer. */
static void answer_each(struct director *d, const uint64_t *clients, size_t n, json_t *answer)
{
	for (size_t i = 0; i < n; i++)
		if (clients[i])
			control_answer(d->control, clients[i], json_incref(answer));
		else
			announce_reloaded(d);
	json_decref(answer);
}

/* A reload that waits for its confirmation lets no other one come into force for good. */
static void refuse_lasting(struct director *d)
{
	struct reading_ask ask;

	while (rollback_is_waiting(&d->config) && reading_queue_take_lasting(&d->readings, &ask))
		answer_each(d, &ask.client, 1, carry_out(d, &ask));
}

static void begin(struct director *d)
{
	if (d->readings.running == LOAD_CONFIG)
		announce_reloading(d);
	loading_begin(&d->config, d->readings.running);
}

/* Without its files a check with TLS has no verdict, and the relay no key. */
static void take_tls(struct director *d)
{
	const struct conf_responder *responder = loading_use(&d->config);
	struct err err;

	if (loading_finish(&d->config, &err) == 0) {
		checks_take_tls(&d->checks, d->conf, responder);
		relaying_load(&d->sync, responder);
		d->sync.sink.on_change(d->sync.sink.arg);
	} else {
		log_error("the files of the SSL block and of key_file are not read yet: what needs them, "
			  "SSL_GET checks and the relay, does not run, or runs with the former ones; lvsd tries again "
			  "in 10 s: %s",
			  err.text);
		loading_tls_again(&d->config);
	}
}

static void end(struct director *d, bool is_tls_read)
{
	if (is_tls_read)
		take_tls(d);
	loading_stop(&d->config);
}

json_t *readings_pair_answer(struct director *d, const char *lines)
{
	json_t *json = answer_of(d, 0, &d->staged_answer);

	json_object_set_new(json_object_get(json, "result"), "pair", json_string(lines));
	return json;
}

void readings_settle(struct director *d)
{
	struct reading_step step = {.kind = READING_STEP_END};

	while (step.kind != READING_STEP_NONE && !readings_are_staged(d)) {
		if (d->config.is_tls_due)
			reading_queue_add_tls(&d->readings);
		d->config.is_tls_due = false;
		refuse_lasting(d);
		reading_queue_step(&d->readings, loading_is_over(&d->config), &step);
		if (step.kind == READING_STEP_BEGIN)
			begin(d);
		else if (step.kind == READING_STEP_CARRY_OUT && step.ask.kind == READING_STAGE)
			carry_out_stage(d, &step);
		else if (step.kind == READING_STEP_CARRY_OUT)
			answer_each(d, step.clients.items, step.clients.n, carry_out(d, &step.ask));
		else if (step.kind == READING_STEP_END)
			end(d, step.is_tls_read);
		vec_free(&step.clients);
	}
}

void readings_log_ignored(void)
{
	log_notice("reload: SIGHUP is ignored, because lvsd is stopping: the next start reads the "
		   "file");
}

void readings_refuse(struct director *d, const char *sentence)
{
	struct reading_ask ask;

	pair_stop(&d->pair);
	while (reading_queue_drop(&d->readings, &ask)) {
		if (ask.kind == READING_STAGE)
			continue; /* it was given up with the reload of the pair */
		if (ask.client)
			control_answer(d->control, ask.client, control_refused(sentence));
		else
			readings_log_ignored();
	}
	loading_stop(&d->config);
}
