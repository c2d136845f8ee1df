/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The director's side of the check process: sends it the checks, starts their probes, and takes the
 * results. */
#include "daemon/director/checks.h"
#include "base/clock.h"
#include "base/log.h"
#include "daemon/director/check_script.h"
#include "healthcheck/wire.h"

#include <stdio.h>
#include <string.h>

/* At most so many checks are named in one RUN or DROP frame. */
#define IDS_PER_FRAME 1000
/*
 * How often to look whether the check process hangs, and by how much a probe must be late for that.
 */
#define WATCH_MS   2000
#define OVERDUE_MS 5000
/* How often in a row the check process may be found without a HELLO before it counts as hung. */
#define SILENT_MAX 3

/* Whether the script process runs the check. */
static bool is_script(const struct health_check *check)
{
	return conf_check_kind(check->conf)->runner == CONF_RUNNER_SCRIPT;
}

static bool is_tls(const struct health_check *check)
{
	return conf_check_kind(check->conf)->is_tls;
}

static const char *check_kind(const struct health_check *check)
{
	return conf_check_kind(check->conf)->name;
}

typedef void log_fn(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* A failure is logged as a warning, so that a log that shows only warnings has it. */
static log_fn *log_for(const struct health_change *change)
{
	return change->to == HEALTH_DOWN ? log_warning : log_notice;
}

static void log_quorum(const struct health_change *change)
{
	const struct conf_virtual_server *conf = change->vs->conf;
	char vs[SVCKEY_TEXT_MAX];

	log_for(change)("vs=%s quorum %s -> %s: live weight %llu, quorum %u, hysteresis %u",
			svckey_format(&conf->key, vs), health_state_name(change->from),
			health_state_name(change->to),
			(unsigned long long)change->vs->live_weight, conf->quorum,
			conf->hysteresis);
}

/* Logs the alarm that a pool is cut off. Nothing else shows it, since no server is deleted. */
static void log_cut_off(const struct health_change *change, const char *vs, const char *rs)
{
	if (health_rs_is_cut_off(change->rs))
		log_error("vs=%s rs=%s has weight 0: this director has not been able to reach it "
			  "for %u s (%s); its connections stay, and it gets its weight back when a "
			  "check succeeds",
			  vs, rs, PATH_BOUND_S, change->cause->last.reason);
	else
		log_notice("vs=%s rs=%s can be reached from this director again", vs, rs);
}

/* The servers that are up, and those that the guard keeps, in the numbers of the service. */
static void log_guard(const struct health_change *change, const char *vs)
{
	const struct health_vs *service = change->vs;

	if (service->guard == GUARD_PANIC)
		log_error("vs=%s panic guard: %zu of %zu servers went down within panic_window without an "
			  "answer; they keep their weights, since the fault may be this director's or "
			  "its network's; see `lvsctl status`",
			  vs, service->n_held_lost, service->n_pool);
	else if (service->guard == GUARD_OPEN)
		log_error("vs=%s fail_open: none of its %zu servers is up; all of them keep their "
			  "weights",
			  vs, service->n_pool);
	else
		log_notice("vs=%s the panic guard has ended: %zu of %zu servers are up, and those that "
			   "are down are taken out",
			   vs, service->n_live, service->n_pool);
}

static void log_tiers(const struct health_change *change, const char *vs)
{
	bool is_more = change->weight_to > change->weight_from;
	const struct tier *tier =
	    &change->vs->tiers[(is_more ? change->weight_to : change->weight_from) - 1];

	if (is_more)
		log_warning("vs=%s backup servers up to group %u serve too: too few of the servers before "
			    "them are up",
			    vs, tier->group);
	else if (change->weight_to > 1)
		log_notice("vs=%s backup servers after group %u no longer get new connections", vs,
			   change->vs->tiers[change->weight_to - 1].group);
	else
		log_notice("vs=%s backup servers no longer get new connections: enough of the others "
			   "are up",
			   vs);
}

/* Returns whether the change is one of the service; then it is logged. */
static bool log_service_change(const struct health_change *change)
{
	char vs[SVCKEY_TEXT_MAX];

	svckey_format(&change->vs->conf->key, vs);
	if (change->kind == HEALTH_CHANGE_QUORUM)
		log_quorum(change);
	else if (change->kind == HEALTH_CHANGE_TIERS)
		log_tiers(change, vs);
	else if (change->kind == HEALTH_CHANGE_GUARD)
		log_guard(change, vs);
	else
		return false;
	return true;
}

static void log_kept(const struct health_change *change, const char *vs, const char *rs)
{
	if (change->rs->held)
		log_error("vs=%s rs=%s is %s and keeps its weight, as depool_threshold %u says", vs, rs,
			  health_state_name(change->to), change->vs->conf->depool_threshold);
	else
		log_notice("vs=%s rs=%s is no longer kept by depool_threshold", vs, rs);
}

static void log_change(const struct health_change *change)
{
	char vs[SVCKEY_TEXT_MAX], rs[ENDPOINT_TEXT_MAX];
	const char *from = health_state_name(change->from), *to = health_state_name(change->to);

	if (log_service_change(change))
		return;
	svckey_format(&change->vs->conf->key, vs);
	endpoint_format(&change->rs->conf->id, rs);
	if (change->kind == HEALTH_CHANGE_CUT_OFF)
		log_cut_off(change, vs, rs);
	else if (change->kind == HEALTH_CHANGE_KEPT)
		log_kept(change, vs, rs);
	else if (change->kind == HEALTH_CHANGE_FAILURE)
		log_info("vs=%s rs=%s is %s: check=%s#%u failed: %s", vs, rs, to,
			 check_kind(change->cause), change->cause->conf->ordinal,
			 change->cause->last.reason);
	else if (change->kind == HEALTH_CHANGE_WEIGHT)
		log_notice("vs=%s rs=%s weight %u -> %u", vs, rs, change->weight_from,
			   change->weight_to);
	else if (change->cause)
		log_for(change)("vs=%s rs=%s %s -> %s: check=%s#%u: %s", vs, rs, from, to,
				check_kind(change->cause), change->cause->conf->ordinal,
				change->cause->last.reason);
	else
		log_for(change)("vs=%s rs=%s %s -> %s", vs, rs, from, to);
}

/* Takes changes that a new configuration brought, too: checks_settle() calls this each turn. */
static void take_changes(struct checks *checks)
{
	struct health_change change;

	while (health_next_change(checks->health, &change)) {
		log_change(&change);
		if (change.kind != HEALTH_CHANGE_FAILURE)
			checks->sink.on_change(&change, checks->sink.arg);
	}
}

static void take_result(struct checks *checks, check_id id, const struct probe_result *result)
{
	struct probe_result judged = *result;

	checks->sink.judge(id, &judged, checks->sink.arg);
	health_outcome(checks->health, id, &judged, clock_mono(), clock_wall_us());
	take_changes(checks);
}

void checks_take_script(struct checks *checks, check_id id, const struct script_done *done)
{
	const struct health_check *check = health_check_find(checks->health, id);
	struct probe_result result;

	if (!check)
		return;
	check_script_judge(done, check->conf->is_dynamic, &result);
	take_result(checks, id, &result);
}

static void take_outcome(struct checks *checks, const void *body, size_t len)
{
	struct probe_result result;
	check_id id;

	if (check_outcome_decode(body, len, &id, &result) < 0) {
		log_limited_warning(&checks->nonsense,
				    "the check process sent a malformed outcome: ignored");
		return;
	}
	take_result(checks, id, &result);
}

static void send_spec(struct checks *checks, const struct health_check *check)
{
	char frame[CHAN_BODY_MAX];
	struct check_tls tls = check_tls_view(&checks->tls);
	size_t len;

	if (is_script(check))
		return; /* the script process's check */
	len = check_spec_encode(check->id, check->conf, &tls, frame, sizeof(frame));
	if (len == 0 || greeted_send(checks->worker, CHECK_FRAME_SPEC, frame, len) < 0)
		log_error(
		    "%s:%u: this check is too large to be sent to the check process, so it is not "
		    "run: give it fewer or shorter URLs",
		    check->conf->place.file, check->conf->place.line);
}

/* is_only_tls: only those of checks with TLS, whose running probes a new spec ends without an answer. */
static void send_all_specs(struct checks *checks, bool is_only_tls)
{
	struct mono now = clock_mono();
	size_t n;
	const struct health_vs *services = health_services(checks->health, &n);

	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < services[i].n_real_servers; j++)
			for (size_t c = 0; c < services[i].real_servers[j].n_checks; c++) {
				const struct health_check *check =
				    &services[i].real_servers[j].checks[c];

				if (!is_only_tls || is_tls(check))
					send_spec(checks, check);
				if (is_only_tls && is_tls(check))
					health_lost_probe(checks->health, check->id, now);
			}
}

/*
 * A new check process knows nothing. The probes that its predecessor was running have no verdict.
 */
static void on_checks_lost(void *arg)
{
	struct checks *checks = arg;

	health_lost_probes(checks->health, clock_mono());
}

static void on_checks_met(void *arg)
{
	send_all_specs(arg, false);
}

static void on_check_frame(uint16_t type, const void *body, size_t len, void *arg)
{
	if (type == CHECK_FRAME_OUTCOME)
		take_outcome(arg, body, len);
}

static void on_due(void *arg)
{
	(void)arg; /* checks_settle() in the same turn starts what is due */
}

/* Whether the probe is much later than its own time limits allow. */
static bool is_overdue(const struct health_check *check, struct mono now)
{
	uint64_t n = check->conf->n_urls ? check->conf->n_urls : 1;
	struct mono limit =
	    mono_add_ms(mono_add_us(check->started, (int64_t)(n * check->conf->connect_timeout_us)),
			OVERDUE_MS);

	return check->is_in_flight && !is_script(check) &&
	       mono_reached(now, limit);
}

static bool is_hung(const struct checks *checks)
{
	size_t n;
	const struct health_vs *services = health_services(checks->health, &n);
	struct mono now = loop_now(checks->loop);

	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < services[i].n_real_servers; j++)
			for (size_t c = 0; c < services[i].real_servers[j].n_checks; c++) {
				const struct health_check *check =
				    &services[i].real_servers[j].checks[c];

				if (is_overdue(check, now) &&
				    !(checks->is_tls_awaited && is_tls(check)))
					return true;
			}
	return false;
}

/*
 * While a check process is stopped or loops, no server would change its state. Each probe has a
 * time limit in the check process, so a probe that is far beyond its limit shows that the process
 * hangs. So does a process that is needed and has not even sent HELLO.
 */
static void on_watch(void *arg)
{
	struct checks *checks = arg;
	bool is_silent = checks->is_needed && !greeted_is_met(checks->worker);

	checks->n_silent = is_silent ? checks->n_silent + 1 : 0;
	if (checks->n_silent >= SILENT_MAX || (greeted_is_met(checks->worker) && is_hung(checks))) {
		log_error("the check process does not answer: it is replaced");
		greeted_forget(checks->worker);
		checks->n_silent = 0;
		checks->sink.on_hung(checks->sink.arg);
	}
	loop_timer_set(checks->watch, mono_add_ms(loop_now(checks->loop), WATCH_MS));
}

void checks_open(struct checks *checks, int fd, bool is_restart)
{
	const struct greeted_ops ops = {.on_lost = on_checks_lost,
					.on_met = on_checks_met,
					.on_frame = on_check_frame,
					.arg = checks};

	checks->due = loop_timer_new(checks->loop, on_due, checks);
	checks->watch = loop_timer_new(checks->loop, on_watch, checks);
	loop_timer_set(checks->watch, mono_add_ms(loop_now(checks->loop), WATCH_MS));
	checks->worker = greeted_new_director(checks->loop, fd, is_restart, &ops);
}

void checks_close(struct checks *checks)
{
	loop_timer_free(checks->due);
	loop_timer_free(checks->watch);
	greeted_free(checks->worker);
	check_tls_fini(&checks->tls);
}

void checks_need(struct checks *checks, bool is_needed)
{
	if (checks->is_needed && !is_needed)
		greeted_forget(checks->worker);
	checks->is_needed = is_needed;
}

static void send_ids(struct checks *checks, enum check_frame type, const check_id *ids, size_t n)
{
	for (size_t at = 0; at < n; at += IDS_PER_FRAME) {
		size_t some = n - at < IDS_PER_FRAME ? n - at : IDS_PER_FRAME;

		greeted_send(checks->worker, (uint16_t)type, ids + at, some * sizeof(*ids));
	}
}

void checks_update(struct checks *checks, const struct conf *conf, const struct check_ids *added,
		   const struct check_ids *dropped)
{
	bool is_tls_other = false, was_awaited = checks->is_tls_awaited;

	checks->is_tls_awaited = checks->is_tls_later && !check_tls_has(&checks->tls, conf);
	if (!checks->is_tls_later)
		is_tls_other = check_tls_load(&checks->tls, conf, checks->responder);
	if (!greeted_is_met(checks->worker))
		return; /* the check process gets all checks after its HELLO */
	send_ids(checks, CHECK_FRAME_DROP, dropped->items, dropped->n);
	for (size_t i = 0; i < added->n; i++)
		send_spec(checks, health_check_find(checks->health, added->items[i]));
	if (is_tls_other || (was_awaited && !checks->is_tls_awaited))
		send_all_specs(checks, true);
}

void checks_take_tls(struct checks *checks, const struct conf *conf,
		     const struct conf_responder *responder)
{
	bool is_other = check_tls_load(&checks->tls, conf, responder);

	if ((is_other || checks->is_tls_awaited) && greeted_is_met(checks->worker))
		send_all_specs(checks, true);
	checks->is_tls_awaited = false;
}

void checks_end_probe(struct checks *checks, check_id id)
{
	const struct health_check *check = health_check_find(checks->health, id);

	if (!check || is_script(check) || !greeted_is_met(checks->worker))
		return; /* a script has its own time limit */
	send_spec(checks, check); /* a new spec ends the check's running probe without an answer */
	health_lost_probe(checks->health, id, clock_mono());
}

static void run_script(struct checks *checks, const struct health_check *check)
{
	struct probe_result none = {.outcome = PROBE_NONE};
	char what[64];
	const struct scripts_order order = {.script = check->conf->script,
					    .object = check->id,
					    .timeout_us = check->conf->script_timeout_us,
					    .check = check->id,
					    .what = what};
	struct err err;

	snprintf(what, sizeof(what), "check %llu", (unsigned long long)check->id);
	if (scripts_run(checks->scripts, &order, &err))
		return;
	snprintf(none.reason, sizeof(none.reason), "%.*s", PROBE_REASON_MAX - 1, err.text);
	take_result(checks, check->id, &none);
}

/*
 * Hands the scripts among the n checks to the script process, and moves the ids for the check
 * process to the front of ids. Returns how many these are. Checks that await files for TLS go to
 * neither process: checks_take_tls() makes them due again.
 */
static size_t run_scripts(struct checks *checks, check_id *ids, size_t n)
{
	size_t n_left = 0;

	for (size_t i = 0; i < n; i++) {
		const struct health_check *check = health_check_find(checks->health, ids[i]);

		if (is_script(check))
			run_script(checks, check);
		else if (!checks->is_tls_awaited || !is_tls(check))
			ids[n_left++] = ids[i];
	}
	return n_left;
}

void checks_settle(struct checks *checks)
{
	check_id ids[IDS_PER_FRAME];
	struct mono now = loop_now(checks->loop);
	size_t n;

	take_changes(checks);
	/* One call starts the probes of both processes. So at the start no probe begins until both
	 * processes are there, as far as they are needed. */
	if ((checks->is_needed && !greeted_is_met(checks->worker)) ||
	    (checks->scripts->is_needed && !scripts_are_greeted(checks->scripts)))
		return;
	while ((n = health_take_due(checks->health, now, ids, IDS_PER_FRAME)) > 0)
		send_ids(checks, CHECK_FRAME_RUN, ids, run_scripts(checks, ids, n));
	loop_timer_set(checks->due, health_next_due(checks->health));
}
