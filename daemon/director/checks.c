/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The director's side of the check process: sends it the checks and the words of the health model
 * about their pace, and takes the results. Starts the scripts that are checks. */
#include "daemon/director/checks.h"
#include "base/clock.h"
#include "base/log.h"
#include "conf/text/seconds.h"
#include "daemon/director/check/sockets.h"
#include "daemon/director/check_script.h"
#include "healthcheck/wire.h"

#include <stdio.h>
#include <string.h>

/* At most so many checks are named in one WORD or DROP frame. */
#define IDS_PER_FRAME 1000
/*
 * How often to look whether the check process hangs, and by how much a probe must be late for that.
 */
#define WATCH_MS   2000
#define OVERDUE_MS 5000
/* How often in a row the check process may be found without a HELLO before it counts as hung. */
#define SILENT_MAX 3

/* Whether the check process runs the check. */
static bool is_networked(const struct health_check *check)
{
	return conf_check_kind(check->conf)->runner == CONF_RUNNER_CHECK;
}

static bool is_tls(const struct health_check *check)
{
	return conf_check_is_tls(check->conf);
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

static const char *guard_name(enum guard_cause cause)
{
	if (cause == GUARD_OPEN)
		return "fail_open";
	return cause == GUARD_CUT_OFF ? "the panic guard (cut_off)" : "the panic guard";
}

/* The servers that are up, and those that the guard keeps, in the numbers of the service. Of a director that is cut
 * off, check/reach_watch.c says more, once for all services. */
static void log_guard(const struct health_change *change, const char *vs)
{
	const struct health_vs *service = change->vs;

	if (change->from == change->to && service->guard == GUARD_RETURNING)
		log_info("vs=%s the servers that were kept are probed anew", vs);
	else if (change->from == change->to)
		log_notice("vs=%s the servers of the pool keep their weights by %s from now on", vs,
			   guard_name(service->guard));
	else if (service->guard == GUARD_PANIC)
		log_error("vs=%s panic guard: %zu of %zu servers went down within panic_window without an "
			  "answer; they keep their weights, since the fault may be this director's or "
			  "its network's; see `lvsctl status`",
			  vs, service->n_held_lost, service->n_pool);
	else if (service->guard == GUARD_OPEN)
		log_error("vs=%s fail_open: none of its %zu servers is up; all of them keep their "
			  "weights",
			  vs, service->n_pool);
	else if (service->guard == GUARD_CUT_OFF)
		log_info("vs=%s panic guard: servers that fall silent keep their weights while this director is "
			 "cut off",
			 vs);
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
		log_notice("vs=%s rs=%s is down and no longer kept", vs, rs);
}

static void log_warned(const struct health_change *change, const char *vs, const char *rs)
{
	const struct health_check *check = change->cause;

	if (check->is_warned)
		log_warning("vs=%s rs=%s is up with a warning: check=%s#%u: %s", vs, rs,
			    check_kind(check), check->conf->ordinal, check->last.reason);
	else
		log_notice("vs=%s rs=%s is up, and the warning has ended: check=%s#%u: %s", vs, rs,
			   check_kind(check), check->conf->ordinal, check->last.reason);
}

static void log_check(const struct health_change *change, const char *vs, const char *rs)
{
	const struct health_check *check = change->cause;

	log_notice("vs=%s rs=%s stays %s: check=%s#%u is %s: %s", vs, rs, health_state_name(change->to),
		   check_kind(check), check->conf->ordinal, health_state_name(check->state),
		   check->last.reason);
}

/* Logs what flap damping did with a server. Returns whether the change is that alone. */
static bool log_flap(const struct health_change *change, const char *vs, const char *rs)
{
	const struct conf_flap *rule = &change->vs->conf->flap;
	char hold[SECONDS_TEXT_MAX], until[CLOCK_STAMP_MAX];

	if (change->flap == HEALTH_FLAP_NONE)
		return false;
	if (change->flap != HEALTH_FLAP_HELD) {
		log_notice("vs=%s rs=%s is %s: %s", vs, rs, health_state_name(change->to),
			   health_flap_text(change->flap));
		return true;
	}
	clock_format(change->rs->flap->until_wall_us, until);
	log_warning("vs=%s rs=%s has gone down %u times within flap_damping's window: it is held down "
		    "until %s, for %s s, whatever its checks find (hold %u in a row)",
		    vs, rs, rule->times, until,
		    seconds_format(change->rs->flap->hold_us, hold), change->rs->flap->n_holds);
	return true;
}

static void log_change(const struct health_change *change)
{
	char vs[SVCKEY_TEXT_MAX], rs[ENDPOINT_TEXT_MAX];
	const char *from = health_state_name(change->from), *to = health_state_name(change->to);

	if (log_service_change(change))
		return;
	svckey_format(&change->vs->conf->key, vs);
	endpoint_format(&change->rs->conf->id, rs);
	if (log_flap(change, vs, rs))
		return;
	if (change->kind == HEALTH_CHANGE_CUT_OFF)
		log_cut_off(change, vs, rs);
	else if (change->kind == HEALTH_CHANGE_KEPT)
		log_kept(change, vs, rs);
	else if (change->kind == HEALTH_CHANGE_WARNING)
		log_warned(change, vs, rs);
	else if (change->kind == HEALTH_CHANGE_CHECK)
		log_check(change, vs, rs);
	else if (change->kind == HEALTH_CHANGE_FAILURE)
		log_info("vs=%s rs=%s is %s: check=%s#%u failed: %s", vs, rs, to,
			 check_kind(change->cause), change->cause->conf->ordinal,
			 change->cause->last.reason);
	else if (change->kind == HEALTH_CHANGE_WEIGHT && change->cause)
		log_notice("vs=%s rs=%s weight %u -> %u: check=%s#%u: %s", vs, rs, change->weight_from,
			   change->weight_to, check_kind(change->cause), change->cause->conf->ordinal,
			   change->cause->last.reason);
	else if (change->kind == HEALTH_CHANGE_WEIGHT)
		log_notice("vs=%s rs=%s weight %u -> %u", vs, rs, change->weight_from,
			   change->weight_to);
	else if (change->cause)
		log_for(change)("vs=%s rs=%s %s -> %s: check=%s#%u: %s%s", vs, rs, from, to,
				check_kind(change->cause), change->cause->conf->ordinal,
				change->cause->last.reason,
				change->cause->is_from_before ? " (from before the restart)" : "");
	else
		log_for(change)("vs=%s rs=%s %s -> %s", vs, rs, from, to);
}

void checks_take_changes(struct checks *checks)
{
	struct health_change change;

	while (health_next_change(checks->health, &change)) {
		log_change(&change);
		if (change.kind != HEALTH_CHANGE_CHECK && change.kind != HEALTH_CHANGE_FAILURE &&
		    change.kind != HEALTH_CHANGE_WARNING &&
		    change.kind != HEALTH_CHANGE_FLAP)
			checks->sink.on_change(&change, checks->sink.arg);
	}
}

static void take_result(struct checks *checks, check_id id, const struct probe_result *result)
{
	struct probe_result judged = *result;

	checks->sink.judge(id, &judged, checks->sink.arg);
	health_outcome(checks->health, id, &judged, clock_mono(), clock_wall_us());
	checks_take_changes(checks);
}

void checks_take_script(struct checks *checks, check_id id, const struct script_done *done)
{
	const struct health_check *check = health_check_find(checks->health, id);
	struct probe_result result;

	if (!check)
		return;
	check_script_judge(done, check->conf, &result);
	take_result(checks, id, &result);
}

void checks_take_event(struct checks *checks, check_id id, const struct probe_result *result)
{
	health_event(checks->health, id, result, clock_mono(), clock_wall_us());
	checks_take_changes(checks);
}

static void note_nonsense(struct checks *checks, const struct pack_reader *reader)
{
	if (reader->is_bad)
		log_limited_warning(&checks->nonsense,
				    "the check process sent a malformed outcome: ignored");
}

static void take_outcomes(struct checks *checks, struct pack_reader *reader)
{
	struct mono now = clock_mono();
	struct health_told told;

	while (reader->left && !reader->is_bad) {
		check_told_take(reader, &told);
		if (reader->is_bad)
			break;
		told.result.started = mono_min(told.result.started, now);
		if (health_take_told(checks->health, &told))
			take_result(checks, told.before.id, &told.result);
	}
	note_nonsense(checks, reader);
}

static void take_counts(struct checks *checks, struct pack_reader *reader)
{
	struct mono now = clock_mono();
	struct probe_result result;
	struct health_count count;
	uint64_t late_us = pack_take_u64(reader);
	struct lateness_sums lateness;

	check_lateness_take(reader, &lateness);
	if (!reader->is_bad)
		checks->lateness = lateness;
	checks->late_us = late_us < INT64_MAX / NS_PER_US ? (int64_t)late_us : 0;
	checks->late_at = now;
	while (reader->left && !reader->is_bad) {
		check_count_take(reader, &count);
		if (reader->is_bad)
			break;
		count.started = mono_min(count.started, now);
		if (health_take_count(checks->health, &count, &result))
			take_result(checks, count.id, &result);
	}
	note_nonsense(checks, reader);
}

static void send_spec(struct checks *checks, const struct health_check *check)
{
	char frame[CHAN_BODY_MAX];
	struct check_tls tls = check_tls_view(&checks->tls);
	size_t len;

	len = check_spec_encode(check->id, check->conf, &tls, frame, sizeof(frame));
	if (len == 0 || greeted_send(checks->worker, CHECK_FRAME_SPEC, frame, len) < 0)
		log_error(
		    "%s:%u: this check is too large to be sent to the check process, so it is not "
		    "run: give it fewer or shorter urls, headers, bodies, steps of its dialogue or other "
		    "texts",
		    check->conf->place.file, check->conf->place.line);
}

typedef void check_fn(struct checks *checks, const struct health_check *check);

static void each_check(struct checks *checks, check_fn *fn)
{
	size_t n;
	const struct health_vs *services = health_services(checks->health, &n);

	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < services[i].n_real_servers; j++)
			for (size_t c = 0; c < services[i].real_servers[j].n_checks; c++)
				fn(checks, &services[i].real_servers[j].checks[c]);
}

/* Gives the check to the check process, if it is one of its kinds. Checks that await files for TLS
 * stay here: checks_take_tls() gives them. */
static void lend_check(struct checks *checks, const struct health_check *check)
{
	if (!is_networked(check) || (checks->is_tls_awaited && is_tls(check)))
		return;
	send_spec(checks, check);
	health_lend(checks->health, check->id);
}

/* The new spec of a check with TLS ends its running probe. */
static void lend_tls_again(struct checks *checks, const struct health_check *check)
{
	if (!is_tls(check))
		return;
	health_recall(checks->health, check->id, clock_mono());
	lend_check(checks, check);
}

static void recall_tls(struct checks *checks, const struct health_check *check)
{
	if (!check->is_lent || !is_tls(check))
		return;
	greeted_send(checks->worker, CHECK_FRAME_DROP, &check->id, sizeof(check->id));
	health_recall(checks->health, check->id, clock_mono());
}

/*
 * A new check process knows nothing. The probes that its predecessor was running have no verdict.
 */
static void on_checks_lost(void *arg)
{
	struct checks *checks = arg;

	checks->late_us = 0;
	checks->lateness = (struct lateness_sums){0};
	health_lost_probes(checks->health, clock_mono());
}

static void on_checks_met(void *arg)
{
	each_check(arg, lend_check);
}

static void on_check_frame(uint16_t type, const void *body, size_t len, void *arg)
{
	const struct checks *checks = arg;
	struct pack_reader reader = {.at = body, .left = len};

	if (type == CHECK_FRAME_OUTCOME)
		take_outcomes(arg, &reader);
	else if (type == CHECK_FRAME_COUNTS)
		take_counts(arg, &reader);
	else if (type == CHECK_FRAME_WANT)
		{
		const struct check_opener through = {checks->sink.open_through, checks->sink.arg};

		check_sockets_answer(checks->worker, checks->health, &through, body, len);
	}
}

static void on_due(void *arg)
{
	(void)arg; /* checks_settle() in the same turn does what is due */
}

/*
 * Whether an outcome is much later than the time limits of the probe allow. The check process says
 * by how much it is behind, because it makes no more than HEALTH_IN_FLIGHT_MAX probes at a time. Its
 * word counts while it goes on to say so.
 */
static void note_overdue(struct checks *checks, const struct health_check *check)
{
	uint64_t n = check->conf->n_urls ? check->conf->n_urls : 1;
	struct mono now = loop_now(checks->loop), limit;

	if (!check->is_lent)
		return;
	limit = mono_add_us(check->due, (int64_t)(n * check->conf->connect_timeout_us));
	limit = mono_add_ms(limit, OVERDUE_MS);
	if (mono_before(now, mono_add_ms(checks->late_at, OVERDUE_MS)))
		limit = mono_add_us(limit, checks->late_us);
	checks->is_overdue |= mono_reached(now, limit);
}

/* Looks at each check once in WATCH_MS: a timer for each check would cost more. */
static bool is_hung(struct checks *checks)
{
	checks->is_overdue = false;
	if (greeted_is_met(checks->worker))
		each_check(checks, note_overdue);
	return checks->is_overdue;
}

static void watch_again(struct checks *checks)
{
	checks->watch_due = mono_add_ms(loop_now(checks->loop), WATCH_MS);
	loop_timer_set(checks->watch, checks->watch_due);
}

/*
 * While a check process is stopped or loops, no server would change its state. Each probe has a
 * time limit in the check process, so an outcome that is far beyond this limit shows that the
 * process hangs. So does a process that is needed and has not even sent HELLO. If this look itself
 * is late, then the director did not run, and maybe the check process did not either: the next look
 * decides.
 */
static void on_watch(void *arg)
{
	struct checks *checks = arg;
	bool is_silent = checks->is_needed && !greeted_is_met(checks->worker);
	struct mono now = loop_now(checks->loop);
	bool is_late = mono_reached(now, mono_add_ms(checks->watch_due, WATCH_MS / 2));

	checks->n_silent = is_silent ? checks->n_silent + 1 : 0;
	if (checks->n_silent >= SILENT_MAX || (!is_late && is_hung(checks))) {
		log_error("the check process does not answer: it is replaced");
		greeted_forget(checks->worker);
		checks->n_silent = 0;
		checks->sink.on_hung(checks->sink.arg);
	}
	watch_again(checks);
}

void checks_open(struct checks *checks, int fd, bool is_restart)
{
	const struct greeted_ops ops = {.on_lost = on_checks_lost,
					.on_met = on_checks_met,
					.on_frame = on_check_frame,
					.arg = checks};

	checks->due = loop_timer_new(checks->loop, on_due, checks);
	checks->flap = loop_timer_new(checks->loop, on_due, checks);
	checks->watch = loop_timer_new(checks->loop, on_watch, checks);
	watch_again(checks);
	health_set_lending(checks->health);
	checks->worker = greeted_new_director(checks->loop, fd, is_restart, &ops);
}

void checks_close(struct checks *checks)
{
	loop_timer_free(checks->due);
	loop_timer_free(checks->flap);
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

static void send_dropped(struct checks *checks, const struct check_ids *dropped)
{
	for (size_t at = 0; at < dropped->n; at += IDS_PER_FRAME) {
		size_t some = dropped->n - at < IDS_PER_FRAME ? dropped->n - at : IDS_PER_FRAME;

		greeted_send(checks->worker, CHECK_FRAME_DROP, dropped->items + at,
			     some * sizeof(*dropped->items));
	}
}

static bool is_check_gone(check_id check, void *arg)
{
	return !health_check_find(arg, check);
}

void checks_update(struct checks *checks, const struct conf *conf, const struct check_ids *added,
		   const struct check_ids *dropped)
{
	bool is_tls_other = false, was_awaited = checks->is_tls_awaited;

	checks->is_tls_awaited = checks->is_tls_later && !check_tls_has(&checks->tls, conf);
	if (!checks->is_tls_later)
		is_tls_other = check_tls_load(&checks->tls, conf, checks->responder);
	if (dropped->n)
		scripts_drop_checks(checks->scripts, is_check_gone, checks->health);
	if (!greeted_is_met(checks->worker))
		return; /* the check process gets all checks after its HELLO */
	send_dropped(checks, dropped);
	if (checks->is_tls_awaited)
		each_check(checks, recall_tls);
	for (size_t i = 0; i < added->n; i++)
		lend_check(checks, health_check_find(checks->health, added->items[i]));
	if (is_tls_other || (was_awaited && !checks->is_tls_awaited))
		each_check(checks, lend_tls_again);
}

void checks_take_tls(struct checks *checks, const struct conf *conf,
		     const struct conf_responder *responder)
{
	bool is_other = check_tls_load(&checks->tls, conf, responder) || checks->is_tls_awaited;

	checks->is_tls_awaited = false;
	if (is_other && greeted_is_met(checks->worker))
		each_check(checks, lend_tls_again);
}

static void run_script(struct checks *checks, const struct health_check *check)
{
	struct probe_result none = {.outcome = PROBE_NONE};
	char what[64];
	const struct scripts_order order = {.script = check->conf->script,
					    .object = check->id,
					    .timeout_us = check->conf->script_timeout_us,
					    .check = check->id,
					    .is_first_line = check->conf->misc_protocol ==
							     CONF_MISC_NAGIOS,
					    .what = what};
	struct err err;

	snprintf(what, sizeof(what), "check %llu", (unsigned long long)check->id);
	if (scripts_run(checks->scripts, &order, &err))
		return;
	snprintf(none.reason, sizeof(none.reason), "%.*s", PROBE_REASON_MAX - 1, err.text);
	take_result(checks, check->id, &none);
}

static void run_scripts(struct checks *checks)
{
	struct mono now = loop_now(checks->loop);
	check_id id;

	if (!scripts_are_greeted(checks->scripts))
		return; /* its HELLO begins another turn */
	while (health_take_due(checks->health, now, &id, 1))
		run_script(checks, health_check_find(checks->health, id));
	loop_timer_set(checks->due, health_next_due(checks->health));
}

/* All that this turn has to say goes out together. */
static void send_words(struct checks *checks)
{
	uint8_t body[IDS_PER_FRAME * CHECK_WORD_SIZE];
	struct pack_writer writer = {.at = body, .left = sizeof(body)};
	struct health_word word;

	if (!greeted_is_met(checks->worker))
		return;
	while (health_next_word(checks->health, &word)) {
		check_word_put(&writer, &word);
		if (writer.left)
			continue;
		greeted_send(checks->worker, CHECK_FRAME_WORD, body, sizeof(body));
		writer = (struct pack_writer){.at = body, .left = sizeof(body)};
	}
	if (writer.left < sizeof(body))
		greeted_send(checks->worker, CHECK_FRAME_WORD, body, sizeof(body) - writer.left);
}

void checks_settle(struct checks *checks)
{
	if (mono_reached(loop_now(checks->loop), health_flap_due(checks->health)))
		health_flap_time(checks->health, loop_now(checks->loop));
	checks_take_changes(checks);
	loop_timer_set(checks->flap, health_flap_due(checks->health));
	run_scripts(checks);
	send_words(checks);
}
