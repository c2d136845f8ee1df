/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Decides whether the director itself caused a failed probe. It asks the kernel for the route to
 * the server only when a probe got no answer, and once a minute for each check whose server
 * answers, to know the interface that is usually used. It asks sooner if that interface has lost
 * its carrier or routes have changed, since the route may be another one then. When a way comes
 * back, the checks over it are made at once, and preemption waits for their outcomes, as at a
 * start.
 */
#include "daemon/director/paths.h"
#include "base/clock.h"
#include "base/log.h"

#include <stdio.h>
#include <string.h>

/* Routes often change many at a time. They are followed up at most once in this time. */
#define SWEEP_MS 1000

#define FAULTS_OF_ROUTES                                                                           \
	(1u << PATH_NO_ROUTE | 1u << PATH_NO_SOURCE | 1u << PATH_NO_CARRIER | 1u << PATH_MOVED)
#define FAULTS_OF_LINKS	 (FAULTS_OF_ROUTES | 1u << PATH_RETURNING | 1u << PATH_NO_INTERFACE)

static void format_place(const struct paths *paths, const struct health_check *check,
			 char text[static ENDPOINT_TEXT_MAX])
{
	endpoint_format(&health_check_server(paths->health, check)->conf->id, text);
}

/* Does the check itself say where its packets go? A script does not, and with through_vip they go to the
 * real server, whatever the route to the virtual address is. */
static bool is_target_told(const struct conf_check *check)
{
	return check->target.addr.family != AF_UNSPEC && !check->is_through_vip;
}

/* Where the packets of a check go. If the check does not say it, to its real server. */
static const struct endpoint *target_of(const struct paths *paths, const struct health_check *check)
{
	return is_target_told(check->conf)
		   ? &check->conf->target
		   : &health_check_server(paths->health, check)->conf->ep;
}

static struct path_way way_of(const struct paths *paths, const struct health_check *check)
{
	const struct conf_check *conf = check->conf;

	return (struct path_way){.target = *target_of(paths, check),
				 .source = conf->bind.addr,
				 .interface = conf->bind_if,
				 .mark = conf->is_through_vip ? 0 : conf->fwmark};
}

static struct path_verdict paths_verdict(struct paths *paths, const struct health_check *check,
					 struct path_facts *ret_facts)
{
	const struct path_way way = way_of(paths, check);

	path_watch_read(paths->watch, &way, check->usual_interface, ret_facts);
	ret_facts->usual_at = check->usual_at;
	return path_judge(ret_facts, check->started);
}

static const struct path_link *link_of(const struct path_facts *facts, unsigned interface)
{
	if (!interface)
		return NULL;
	return facts->usual.index == interface ? &facts->usual : &facts->link;
}

/* Writes a text such as "no verdict: no carrier on eth1 since 2026-11-28T20:15:03.120Z". */
static void verdict_explain(const struct paths *paths, const struct health_check *check,
			    const struct path_link *link, struct probe_result *result)
{
	int64_t since = link ? link->lost_wall_us : check->faulted_wall_us;
	const char *interface = link ? link->name : NULL;
	char text[PATH_TEXT_MAX], stamp[CLOCK_STAMP_MAX];

	if (result->fault == PATH_NO_INTERFACE)
		interface = check->conf->bind_if;
	path_describe(result->fault, &target_of(paths, check)->addr, &check->conf->bind.addr,
		      interface, text);
	clock_format(since ? since : clock_wall_us(), stamp);
	if (result->fault == PATH_RETURNING)
		snprintf(result->reason, sizeof(result->reason), "no verdict: %s", text);
	else
		snprintf(result->reason, sizeof(result->reason), "no verdict: %s since %s", text,
			 stamp);
}

/* Logs one line for each kind of fault and interface, until all servers can be reached again. */
static void log_fault(struct paths *paths, const struct health_check *check,
		      const struct probe_result *result)
{
	char place[ENDPOINT_TEXT_MAX];

	for (size_t i = 0; i < paths->n_said; i++)
		if (paths->said[i].fault == result->fault &&
		    paths->said[i].interface == result->interface)
			return;
	if (paths->n_said == PATHS_SAID_MAX)
		return;
	paths->said[paths->n_said++] = (struct path_verdict){result->fault, result->interface};
	format_place(paths, check, place);
	log_warning("rs=%s %s: this director itself is the cause, so its real servers stay as they "
		    "are; real servers that it cannot reach for %u s get weight 0",
		    place, result->reason, PATH_BOUND_S);
}

static void blame(struct paths *paths, const struct health_check *check, struct probe_result *result)
{
	struct path_facts facts;
	struct path_verdict now = paths_verdict(paths, check, &facts);
	struct path_verdict verdict = path_blame(result->fault, now);

	/* The way to the virtual address is missing, not the one to the server: the check process has said so.
	 */
	if (verdict.fault == PATH_FINE || (check->conf->is_through_vip && now.fault == PATH_FINE))
		return;
	result->outcome = PROBE_NONE;
	result->fault = verdict.fault;
	result->interface = verdict.interface;
	verdict_explain(paths, check, link_of(&facts, verdict.interface), result);
	log_fault(paths, check, result);
}

static void take_answer(struct paths *paths, const struct health_check *check, bool is_ok)
{
	struct path_watch *watch = paths->watch;
	const struct path_way way = way_of(paths, check);
	const struct path_link *usual = path_watch_link(watch, check->usual_interface);
	struct mono now = clock_mono();
	struct mono changed = path_targets_changed(&paths->targets, &way.target.addr);
	bool is_known =
	    path_is_usual_known(usual, check->usual_at, changed, now);
	unsigned interface;

	if (!path_is_answer_news(is_ok, is_known, path_watch_is_proving(watch)))
		return;
	interface = path_watch_interface(watch, &way);
	path_watch_prove(watch, interface, check->started);
	/* If the usual interface or the route was lost during the probe, the answer may have come
	 * over that interface just before. */
	if (is_ok && !(usual && path_was_lost_since(usual, check->started)) &&
	    !mono_before(check->started, changed))
		health_path_seen(paths->health, check->id, interface, now);
}

void paths_judge(struct paths *paths, check_id id, struct probe_result *result)
{
	const struct health_check *check = health_check_find(paths->health, id);

	if (!paths->watch || !check || !check->is_in_flight)
		return;
	if (result->outcome == PROBE_OK || result->is_answered)
		take_answer(paths, check, result->outcome == PROBE_OK);
	else if (result->outcome == PROBE_FAIL || result->fault != PATH_FINE)
		blame(paths, check, result);
}

/* --- a way comes back --- */

static bool is_passable(const struct health_check *check, void *arg)
{
	struct path_facts facts;
	enum path_fault fault = paths_verdict(arg, check, &facts).fault;

	return fault == PATH_FINE || fault == PATH_RETURNING;
}

static void begin_wait(struct paths *paths)
{
	if (!paths->conf->n_vrrps || !health_is_awaiting(paths->health))
		return;
	paths->is_preemption_forbidden = true;
	paths->wait_due = mono_add_us(clock_mono(), (int64_t)paths->conf->global.startup_gate_us);
	loop_timer_set(paths->wait, paths->wait_due);
	paths->sink.forbid_preemption(paths->is_preemption_forbidden, paths->sink.arg);
}

/* Visits one slice of the checks. Between two slices there is a turn of the loop. */
static void pass_on(struct paths *paths)
{
	size_t n = health_path_returned(paths->health, &paths->pass, clock_mono(), is_passable,
					paths);

	paths->n_back += n;
	if (n > 0)
		begin_wait(paths);
	if (paths->pass.left) {
		loop_timer_set(paths->slice, clock_mono());
		return;
	}
	if (paths->n_back > 0)
		log_notice("%s: %zu check%s of real servers without a verdict %s run now",
			   paths->cause, paths->n_back, paths->n_back == 1 ? "" : "s",
			   paths->n_back == 1 ? "is" : "are");
	paths->n_back = 0;
}

/* If a pass is still under way for an earlier change, one pass does for both. */
static void take_return(struct paths *paths, unsigned faults, unsigned interface, const char *cause)
{
	struct path_pass *pass = &paths->pass;

	if (!health_n_faulted(paths->health))
		return;
	if (pass->left) {
		faults |= pass->faults;
		interface = 0;
		cause = "links and routes have changed";
	}
	snprintf(paths->cause, sizeof(paths->cause), "%s", cause);
	*pass = (struct path_pass){faults, interface, pass->next, SIZE_MAX};
	pass_on(paths);
}

static void on_slice(void *arg)
{
	struct paths *paths = arg;
	unsigned faults = paths->back.faults;

	paths->back.faults = 0;
	if (faults)
		take_return(paths, faults, paths->back.interface, paths->back.cause);
	else
		pass_on(paths);
}

/* The pass begins in the next turn of the loop. This news may come while a pass or a judgement asks
 * the kernel, and a pass inside a pass would never end. */
static void on_link(const struct path_link *link, enum path_link_event event, void *arg)
{
	struct paths *paths = arg;
	bool is_first = !paths->back.faults;

	if (event != PATH_LINK_BACK)
		return;
	paths->back.faults = FAULTS_OF_LINKS;
	paths->back.interface = is_first ? link->index : 0;
	if (is_first)
		snprintf(paths->back.cause, sizeof(paths->back.cause), "%s has its carrier again",
			 link->name);
	else
		snprintf(paths->back.cause, sizeof(paths->back.cause), "links are back");
	loop_timer_set(paths->slice, clock_mono());
}

static void sweep_soon(struct paths *paths)
{
	if (paths->is_sweep_set)
		return;
	paths->is_sweep_set = true;
	loop_timer_set(paths->sweep, mono_add_ms(clock_mono(), SWEEP_MS));
}

static void on_route(const struct path_change *change, void *arg)
{
	struct paths *paths = arg;

	if (path_targets_change(&paths->targets, change, clock_mono()) &&
	    health_n_faulted(paths->health) > 0)
		sweep_soon(paths);
}

static void on_sweep(void *arg)
{
	struct paths *paths = arg;

	paths->is_sweep_set = false;
	take_return(paths, FAULTS_OF_ROUTES, 0, "the routes have changed");
}

static void on_wait_end(void *arg)
{
	(void)arg; /* paths_settle() in the same turn acts on it */
}

static void settle_wait(struct paths *paths)
{
	if (!paths->is_preemption_forbidden ||
	    (health_is_awaiting(paths->health) &&
	     !mono_reached(loop_now(paths->loop), paths->wait_due)))
		return;
	paths->is_preemption_forbidden = false;
	loop_timer_set(paths->wait, MONO_NEVER);
	paths->sink.forbid_preemption(paths->is_preemption_forbidden, paths->sink.arg);
}

void paths_settle(struct paths *paths)
{
	bool is_faulted = health_n_faulted(paths->health) > 0;

	if (!paths->watch)
		return;
	settle_wait(paths);
	if (is_faulted && !paths->was_faulted)
		sweep_soon(paths); /* because something may have come back before the probe ended */
	paths->was_faulted = is_faulted;
	if (!is_faulted && paths->n_said > 0) {
		paths->n_said = 0;
		log_notice("checks: this director can reach each of its real servers again");
	}
}

static bool has_check(const struct conf *conf)
{
	for (size_t i = 0; i < conf->n_virtual_servers; i++)
		for (size_t j = 0; j < conf->virtual_servers[i].n_real_servers; j++)
			if (conf->virtual_servers[i].real_servers[j].n_checks > 0)
				return true;
	return false;
}

/* Sets the checks' addresses, as target_of() finds them. */
static void set_targets(struct paths *paths, const struct conf *conf)
{
	VEC(struct addr) addrs = {0};

	for (size_t i = 0; i < conf->n_virtual_servers; i++) {
		const struct conf_virtual_server *vs = &conf->virtual_servers[i];

		for (size_t j = 0; j < vs->n_real_servers; j++) {
			const struct conf_real_server *rs = &vs->real_servers[j];

			for (size_t k = 0; k < rs->n_checks; k++)
				*(struct addr *)vec_push(&addrs) =
				    is_target_told(&rs->checks[k]) ? rs->checks[k].target.addr
								   : rs->ep.addr;
		}
	}
	path_targets_set(&paths->targets, addrs.items, addrs.n);
	vec_free(&addrs);
}

void paths_configure(struct paths *paths, const struct conf *conf)
{
	struct err err;

	paths->conf = conf;
	if (paths->pass.left)
		paths->pass.left = SIZE_MAX; /* the checks may be at other places now */
	set_targets(paths, paths->conf);
	if (paths->watch || !has_check(paths->conf))
		return;
	if (!paths->sweep)
		paths->sweep = loop_timer_new(paths->loop, on_sweep, paths);
	if (!paths->slice)
		paths->slice = loop_timer_new(paths->loop, on_slice, paths);
	if (!paths->wait)
		paths->wait = loop_timer_new(paths->loop, on_wait_end, paths);
	paths->events = (struct path_sink){on_link, on_route, paths};
	if (path_watch_open(paths->loop, &paths->events, &paths->watch, &err) < 0)
		log_warning("checks: %s", err.text);
	else
		path_watch_follow_routes(paths->watch);
}

void paths_close(struct paths *paths)
{
	path_watch_close(paths->watch);
	path_targets_fini(&paths->targets);
	loop_timer_free(paths->sweep);
	loop_timer_free(paths->slice);
	loop_timer_free(paths->wait);
}
