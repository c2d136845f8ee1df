/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Trackers: what sources make of priorities and faults, in the model, in the router and on the wire. */
#include "base/arena.h"
#include "vrrp/router.h"
#include "vrrp/same.h"
#include "vrrp/track.h"
#include "vrrp/wire.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NOW ((struct mono){1000 * NS_PER_S})

static struct vrrp_source source_of(const char *name, enum vrrp_source_state state)
{
	struct vrrp_source source = {.kind = CONF_TRACKER_SCRIPT, .state = state};

	snprintf(source.name, sizeof(source.name), "%s", name);
	snprintf(source.text, sizeof(source.text), "%s",
		 state == VRRP_SOURCE_DOWN ? "exit status 1" : "exit status 0");
	return source;
}

static struct conf_track track_of(const char *name, int32_t weight, bool is_reverse)
{
	return (struct conf_track){
	    .kind = CONF_TRACKER_SCRIPT, .name = name, .weight = weight, .is_reverse = is_reverse};
}

/* --- the model --- */

START_TEST(what_each_state_does)
{
	static const struct {
		int32_t weight;
		bool is_reverse;
		/* of UNKNOWN, UP and DOWN: added to the priority; FAULT */
		int32_t effect[VRRP_SOURCE_NUMBER];
	} rows[] = {
#define FAULT 1000
	    {0, false, {0, 0, FAULT}},  {0, true, {0, FAULT, 0}},     {20, false, {0, 20, 0}},
	    {20, true, {0, -20, 0}},    {-20, false, {0, 0, -20}},    {-20, true, {0, 0, 20}},
	    {254, false, {0, 254, 0}},  {-254, false, {0, 0, -254}},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		for (int state = 0; state < VRRP_SOURCE_NUMBER; state++) {
			struct conf_track track =
			    track_of("a", rows[i].weight, rows[i].is_reverse);
			struct vrrp_source source =
			    source_of("a", (enum vrrp_source_state)state);
			struct vrrp_effect effect = vrrp_track_effect(&track, &source);
			int32_t expected = rows[i].effect[state];

			ck_assert_int_eq(effect.is_fault, expected == FAULT);
			ck_assert_int_eq(effect.weight, expected == FAULT ? 0 : expected);
		}
}
END_TEST

/* The number of a file, as keepalived counts it. */
START_TEST(what_a_number_does)
{
	static const struct {
		int32_t weight;
		bool is_reverse;
		int32_t number, effect;
	} rows[] = {
	    {1, false, 5, 5},
	    {1, false, -5, -5},
	    {1, true, 5, -5},
	    {-2, false, 10, -20},
	    {2, false, 126, 252},
	    {2, false, 127, 253},
	    {1, false, -253, -253},
	    {1, false, -254, FAULT},
	    {254, false, INT32_MAX, 253},
	    {254, false, INT32_MIN, FAULT},
	    {-254, false, INT32_MIN, 253},
	    {1, true, INT32_MIN, 253},
	    {1, false, 0, 0},
	    {0, false, 0, 0},
	    {0, false, 3, FAULT},
	    {0, false, -3, FAULT},
	    {0, true, 0, FAULT},
	    {0, true, 3, 0},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct conf_track track = track_of("a", rows[i].weight, rows[i].is_reverse);
		struct vrrp_source source = source_of("a", VRRP_SOURCE_NUMBER);
		struct vrrp_effect effect;

		source.number = rows[i].number;
		effect = vrrp_track_effect(&track, &source);
		ck_assert_int_eq(effect.is_fault, rows[i].effect == FAULT);
		ck_assert_int_eq(effect.weight, rows[i].effect == FAULT ? 0 : rows[i].effect);
	}
}
END_TEST

START_TEST(a_source_that_nobody_named_does_nothing)
{
	struct conf_track track = track_of("a", 0, false);
	struct vrrp_effect effect = vrrp_track_effect(&track, NULL);

	ck_assert(!effect.is_fault);
	ck_assert_int_eq(effect.weight, 0);
}
END_TEST

static uint8_t priority_with(uint8_t base, int32_t first, int32_t second)
{
	struct conf_track tracks[] = {track_of("a", first, false), track_of("b", second, false)};
	struct conf_vrrp conf = {.priority = base, .tracks = tracks, .n_tracks = 2};
	struct vrrp_sources sources = {0};
	struct vrrp_tracked tracked;

	for (size_t i = 0; i < 2; i++) {
		struct vrrp_source source = source_of(
		    tracks[i].name, tracks[i].weight > 0 ? VRRP_SOURCE_UP : VRRP_SOURCE_DOWN);

		vrrp_sources_set(&sources, &source);
	}
	tracked = vrrp_track_sum(&conf, &sources);
	vrrp_sources_free(&sources);
	return tracked.priority;
}

/* Brought into 1..254 once, when all is added. */
START_TEST(the_sum_is_clamped_once)
{
	ck_assert_uint_eq(priority_with(100, 20, -50), 70);
	ck_assert_uint_eq(priority_with(100, 254, -254), 100);
	ck_assert_uint_eq(priority_with(100, 254, 254), 254);
	ck_assert_uint_eq(priority_with(100, -254, -254), 1);
	ck_assert_uint_eq(priority_with(254, 1, 0), 254);
	ck_assert_uint_eq(priority_with(255, -200, -200), 255);
}
END_TEST

START_TEST(the_first_tracker_at_fault_is_named)
{
	struct conf_track tracks[] = {track_of("a", 0, false), track_of("b", 0, false)};
	struct conf_vrrp conf = {.priority = 255, .tracks = tracks, .n_tracks = 2};
	struct vrrp_source a = source_of("a", VRRP_SOURCE_DOWN), b = source_of("b", VRRP_SOURCE_DOWN);
	struct vrrp_sources sources = {0};
	char text[VRRP_TRACK_TEXT_MAX];

	vrrp_sources_set(&sources, &b);
	ck_assert_str_eq(vrrp_track_sum(&conf, &sources).fault->name, "b");
	vrrp_sources_set(&sources, &a);
	ck_assert_str_eq(vrrp_track_sum(&conf, &sources).fault->name, "a");
	ck_assert_str_eq(vrrp_track_text(&tracks[0], &a, text), "script a is down (exit status 1)");
	a.state = VRRP_SOURCE_UP;
	vrrp_sources_set(&sources, &a);
	ck_assert_uint_eq(sources.list.n, 2);
	ck_assert_str_eq(vrrp_track_sum(&conf, &sources).fault->name, "b");
	ck_assert_str_eq(vrrp_track_text(&tracks[0], &a, text), "script a is up");
	ck_assert_str_eq(vrrp_track_text(&tracks[0], NULL, text), "script a has no verdict yet");
	a.state = VRRP_SOURCE_UNKNOWN;
	ck_assert_str_eq(vrrp_track_text(&tracks[0], &a, text),
			 "script a has no verdict yet (exit status 1)");
	a.state = VRRP_SOURCE_NUMBER;
	a.number = -5;
	a.text[0] = '\0';
	ck_assert_str_eq(vrrp_track_text(&tracks[0], &a, text), "script a says -5");
	vrrp_sources_free(&sources);
}
END_TEST

/* As ip(8) and the file have it. */
START_TEST(a_default_route_is_called_default)
{
	const struct conf_track ip4 = {.kind = CONF_TRACKER_ROUTE, .name = "0.0.0.0/0"};
	const struct conf_track ip6 = {.kind = CONF_TRACKER_ROUTE, .name = "::/0"};
	const struct conf_track file = {.kind = CONF_TRACKER_FILE, .name = "::/0"};
	char text[VRRP_TRACK_TEXT_MAX];

	ck_assert_str_eq(vrrp_track_text(&ip4, NULL, text), "route default has no verdict yet");
	ck_assert_str_eq(vrrp_track_text(&ip6, NULL, text), "route default6 has no verdict yet");
	ck_assert_str_eq(vrrp_track_text(&file, NULL, text), "file ::/0 has no verdict yet");
}
END_TEST

/* --- the router --- */

static struct conf_vrrp conf_of(uint8_t vrid, struct conf_track *tracks, size_t n)
{
	static struct conf_vip vip = {
	    .addr = {AF_INET, {10, 0, 0, 100}}, .prefix_len = 32, .interface = "eth0", .label = ""};

	return (struct conf_vrrp){.name = "VI_1",
				  .interface = "eth0",
				  .vrid = vrid,
				  .priority = 100,
				  .version = 3,
				  .family = AF_INET,
				  .advert_int_us = 1000000,
				  .is_preempting = true,
				  .auth_pass = "",
				  .vips = &vip,
				  .n_vips = 1,
				  .tracks = tracks,
				  .n_tracks = n};
}

/* "1:s80 1:100>80 1:R": what the router says, with the id of the instance before each. */
static const char *said(struct vrrp_router *router)
{
	static char text[8192];
	struct vrrp_router_action action;
	size_t len = 0;

	text[0] = '\0';
	while (vrrp_router_take(router, &action)) {
		char word[64] = "";

		if (action.kind == VRRP_ROUTER_SEND)
			snprintf(word, sizeof(word), "s%u", action.priority);
		else if (action.kind == VRRP_ROUTER_SAY_PRIORITY)
			snprintf(word, sizeof(word), "%u>%u:%s", action.old_priority, action.priority,
				 action.track->name);
		else if (action.kind == VRRP_ROUTER_SAY_STATE)
			snprintf(word, sizeof(word), "%s>%s:%s",
				 vrrp_state_text(action.transition.from),
				 vrrp_state_text(action.transition.to),
				 action.track           ? action.track->name
				 : action.sheds_tracker ? "shed"
							: "-");
		else if (action.kind == VRRP_ROUTER_SAY_TRACK_HOLD)
			snprintf(word, sizeof(word), "%s%s",
				 mono_is_never(action.until) ? "back" : "waits:",
				 mono_is_never(action.until) ? "" : action.track->name);
		else
			continue;
		if (len < sizeof(text) - sizeof(word))
			len += (size_t)snprintf(text + len, sizeof(text) - len, "%s%u:%s",
						len ? " " : "", action.id, word);
	}
	return text;
}

static const char *step(struct vrrp_router *router, struct vrrp_router_event event, struct mono now)
{
	vrrp_router_step(router, &event, now);
	return said(router);
}

static const char *tell(struct vrrp_router *router, const char *name, enum vrrp_source_state state,
			struct mono now)
{
	struct vrrp_source source = source_of(name, state);

	return step(router, (struct vrrp_router_event){.kind = VRRP_ROUTER_SOURCE, .tracked = &source},
		    now);
}

static void machine_faults(struct vrrp_router *router, unsigned id, unsigned set, struct mono now)
{
	step(router,
	     (struct vrrp_router_event){.kind = VRRP_ROUTER_FAULTS,
					.id = id,
					.faults = set,
					.source = {AF_INET, {10, 0, 0, 5}}},
	     now);
}

static void begin(struct vrrp_router *router, unsigned id, const struct conf_vrrp *conf,
		  int64_t hold_ns)
{
	step(router,
	     (struct vrrp_router_event){
		 .kind = VRRP_ROUTER_ADD, .id = id, .conf = conf, .hold_ns = hold_ns},
	     NOW);
	machine_faults(router, id, 0, NOW);
	step(router, (struct vrrp_router_event){.kind = VRRP_ROUTER_START, .id = id}, NOW);
}

static struct mono become_master(struct vrrp_router *router, unsigned id)
{
	struct mono now = NOW;

	while (vrrp_router_fsm(router, id)->state != VRRP_MASTER) {
		now = vrrp_router_wake(router, id);
		step(router, (struct vrrp_router_event){.kind = VRRP_ROUTER_TIME, .id = id}, now);
	}
	return now;
}

START_TEST(a_master_says_its_new_priority_at_once)
{
	struct conf_track tracks[] = {track_of("a", -20, false), track_of("b", 5, false)};
	struct conf_vrrp conf = conf_of(51, tracks, 2);
	struct vrrp_router *router = vrrp_router_new();
	struct mono now;

	begin(router, 0, &conf, 0);
	ck_assert_str_eq(tell(router, "b", VRRP_SOURCE_UP, NOW), "0:100>105:b");
	now = become_master(router, 0);
	ck_assert_str_eq(tell(router, "a", VRRP_SOURCE_UP, now), "");
	ck_assert_str_eq(tell(router, "a", VRRP_SOURCE_DOWN, now), "0:105>85:a 0:s85");
	ck_assert_uint_eq(vrrp_router_report(router, 0).effective_priority, 85);
	ck_assert_uint_eq(vrrp_router_report(router, 0).priority, 100);
	ck_assert_str_eq(tell(router, "c", VRRP_SOURCE_DOWN, now), "");
	vrrp_router_free(router);
}
END_TEST

static const char *tell_number(struct vrrp_router *router, const char *name, int32_t number, struct mono now)
{
	struct vrrp_source source = source_of(name, VRRP_SOURCE_NUMBER);

	source.number = number;
	return step(router, (struct vrrp_router_event){.kind = VRRP_ROUTER_SOURCE, .tracked = &source},
		    now);
}

/* A file that says "maintenance" takes nothing from the priority, but no priority applies meanwhile. */
START_TEST(no_priority_is_said_that_never_applies)
{
	struct conf_track tracks[] = {track_of("a", 1, false), track_of("b", 5, false)};
	struct conf_vrrp conf = conf_of(51, tracks, 2);
	struct vrrp_router *router = vrrp_router_new();
	struct mono now;

	begin(router, 0, &conf, 0);
	now = become_master(router, 0);
	ck_assert_str_eq(tell_number(router, "a", -79, now), "0:100>21:a 0:s21");
	ck_assert_ptr_null(strstr(tell_number(router, "a", -254, now), "21>100"));
	ck_assert_int_eq(vrrp_router_fsm(router, 0)->state, VRRP_FAULT);
	ck_assert_str_eq(tell(router, "b", VRRP_SOURCE_UP, now), "");
	/* What has changed meanwhile is said when it counts. */
	ck_assert_str_eq(tell_number(router, "a", -10, now), "0:21>95:a 0:FAULT>BACKUP:a");
	ck_assert_str_eq(tell_number(router, "a", -254, now), "0:BACKUP>FAULT:a");
	ck_assert_str_eq(tell_number(router, "a", -10, now), "0:FAULT>BACKUP:a");
	vrrp_router_free(router);
}
END_TEST

/* The director takes a report of INIT for a stop, and runs notify_stop. */
START_TEST(nothing_is_reported_before_the_start)
{
	struct conf_track track = track_of("a", -20, false);
	struct conf_vrrp conf = conf_of(51, &track, 1);
	struct vrrp_router *router = vrrp_router_new();
	const struct vrrp_source source = source_of("a", VRRP_SOURCE_UP);
	struct vrrp_router_action action;

	step(router, (struct vrrp_router_event){.kind = VRRP_ROUTER_ADD, .conf = &conf}, NOW);
	vrrp_router_step(router,
			 &(struct vrrp_router_event){.kind = VRRP_ROUTER_SOURCE, .tracked = &source},
			 NOW);
	while (vrrp_router_take(router, &action))
		ck_assert_int_ne(action.kind, VRRP_ROUTER_REPORT);
	vrrp_router_free(router);
}
END_TEST

/* --- track_hold_time --- */

/* Time passes up to `until`; returns what was said but of advertisements. */
static const char *pass(struct vrrp_router *router, struct mono until)
{
	static char text[512];
	size_t len = 0;

	text[0] = '\0';
	while (!mono_before(until, vrrp_router_wake(router, 0))) {
		struct vrrp_router_event event = {.kind = VRRP_ROUTER_TIME};
		const char *words = step(router, event, vrrp_router_wake(router, 0));

		/* not the advertisements that come all the time */
		if (words[0] && (strncmp(words, "0:s", 3) || strchr(words, ' ')))
			len += (size_t)snprintf(text + len, sizeof(text) - len, "%s%s",
						len ? " " : "", words);
	}
	return text;
}

/* A MASTER with track_hold_time 10. Its tracker a of weight -20 and its tracker f of weight 0 are up. */
static struct vrrp_router *held_master(bool is_asymmetric, struct mono *ret_now)
{
	static struct conf_track tracks[2];
	static struct conf_vrrp conf;
	struct vrrp_router *router = vrrp_router_new();

	tracks[0] = track_of("a", -20, false);
	tracks[1] = track_of("f", 0, false);
	conf = conf_of(51, tracks, 2);
	conf.track_hold_us = 10 * US_PER_S;
	conf.is_hold_asymmetric = is_asymmetric;
	begin(router, 0, &conf, 0);
	tell(router, "a", VRRP_SOURCE_UP, NOW);
	tell(router, "f", VRRP_SOURCE_UP, NOW);
	*ret_now = become_master(router, 0);
	return router;
}

START_TEST(a_change_waits_for_the_hold_time)
{
	struct mono now;
	struct vrrp_router *router = held_master(false, &now);

	ck_assert_str_eq(tell(router, "a", VRRP_SOURCE_DOWN, now), "0:waits:a");
	ck_assert_int_eq(mono_sub(vrrp_router_report(router, 0).tracks_held_until, now),
			 10 * NS_PER_S);
	ck_assert_str_eq(pass(router, mono_add_ms(now, 9999)), "");
	ck_assert_uint_eq(vrrp_router_report(router, 0).effective_priority, 100);
	ck_assert_str_eq(pass(router, mono_add_ms(now, 10000)), "0:100>80:a 0:s80");
	ck_assert_int_eq(vrrp_router_report(router, 0).tracks_held_until.ns, 0);
	/* Later changes do not begin the wait anew, and the last one counts: here a FAULT. */
	now = mono_add_ms(now, 20000);
	ck_assert_str_eq(tell(router, "a", VRRP_SOURCE_UP, now), "0:waits:a");
	ck_assert_str_eq(tell(router, "f", VRRP_SOURCE_DOWN, mono_add_ms(now, 8000)), "");
	ck_assert_ptr_null(vrrp_router_fault_track(router, 0));
	ck_assert_str_eq(pass(router, mono_add_ms(now, 10000)), "0:s100 0:s0 0:MASTER>FAULT:a");
	ck_assert_str_eq(vrrp_router_fault_track(router, 0)->name, "f");
	vrrp_router_free(router);
}
END_TEST

START_TEST(a_change_that_goes_by_itself_is_none)
{
	struct mono now;
	struct vrrp_router *router = held_master(false, &now);

	ck_assert_str_eq(tell(router, "f", VRRP_SOURCE_DOWN, now), "0:waits:f");
	ck_assert_str_eq(tell(router, "f", VRRP_SOURCE_UP, mono_add_ms(now, 5000)), "0:back");
	ck_assert_str_eq(pass(router, mono_add_ms(now, 30000)), "");
	ck_assert_int_eq(vrrp_router_report(router, 0).state, VRRP_MASTER);
	vrrp_router_free(router);
}
END_TEST

START_TEST(asymmetric_a_loss_counts_at_once)
{
	struct mono now;
	struct vrrp_router *router = held_master(true, &now);

	ck_assert_str_eq(tell(router, "a", VRRP_SOURCE_DOWN, now), "0:100>80:a 0:s80");
	ck_assert_str_eq(tell(router, "a", VRRP_SOURCE_UP, now), "0:waits:a");
	ck_assert_str_eq(tell(router, "f", VRRP_SOURCE_DOWN, mono_add_ms(now, 1000)),
			 "0:s100 0:s0 0:MASTER>FAULT:f");
	ck_assert_str_eq(tell(router, "f", VRRP_SOURCE_UP, mono_add_ms(now, 2000)), "0:waits:f");
	ck_assert_str_eq(pass(router, mono_add_ms(now, 11999)), "");
	ck_assert_str_eq(pass(router, mono_add_ms(now, 12000)),
			 "0:80>100:f 0:FAULT>BACKUP:f");
	vrrp_router_free(router);
}
END_TEST

/* A reload in the wait changes nothing by itself, unless it takes the time or the tracker away. */
START_TEST(a_reload_keeps_the_hold)
{
	struct conf_track more[] = {track_of("a", -30, false), track_of("b", -5, false),
				    track_of("f", 0, false)};
	struct conf_vrrp newer = conf_of(51, more, 3);
	struct vrrp_router_event set = {.kind = VRRP_ROUTER_SET, .conf = &newer};
	struct vrrp_router_event apply = {.kind = VRRP_ROUTER_APPLY};
	struct mono now;
	struct vrrp_router *router = held_master(false, &now);

	newer.track_hold_us = 4 * US_PER_S;
	tell(router, "a", VRRP_SOURCE_DOWN, now);
	/* b is there for the first time, so its state counts. */
	tell(router, "b", VRRP_SOURCE_DOWN, now);
	step(router, set, mono_add_ms(now, 1000));
	step(router, apply, mono_add_ms(now, 1000));
	ck_assert_uint_eq(vrrp_router_report(router, 0).effective_priority, 95);
	ck_assert_str_eq(pass(router, mono_add_ms(now, 5000)), "0:95>65:a 0:s65");
	tell(router, "a", VRRP_SOURCE_UP, mono_add_ms(now, 6000));
	newer.track_hold_us = 0;
	step(router, set, mono_add_ms(now, 6000));
	step(router, apply, mono_add_ms(now, 6000));
	ck_assert_uint_eq(vrrp_router_report(router, 0).effective_priority, 95);
	ck_assert_int_eq(vrrp_router_report(router, 0).tracks_held_until.ns, 0);
	vrrp_router_free(router);
}
END_TEST

START_TEST(all_instances_are_stepped_at_once)
{
	struct conf_track fault = track_of("a", 0, false), weight = track_of("a", -1, false);
	struct vrrp_router *router = vrrp_router_new();
	struct vrrp_source down = source_of("a", VRRP_SOURCE_DOWN);
	const struct vrrp_router_event event = {.kind = VRRP_ROUTER_SOURCE, .tracked = &down};
	struct conf_vrrp confs[600];
	struct vrrp_router_action action;
	struct mono now = NOW;
	unsigned n_sent = 0;

	for (unsigned i = 0; i < 600; i++) {
		confs[i] = conf_of((uint8_t)(1 + i % 255), i % 2 ? &fault : &weight, 1);
		begin(router, i, &confs[i], 0);
	}
	for (unsigned i = 0; i < 600; i++)
		now = become_master(router, i);
	vrrp_router_step(router, &event, now);
	for (unsigned i = 0; i < 600; i++)
		ck_assert_int_eq(vrrp_router_fsm(router, i)->state, i % 2 ? VRRP_FAULT : VRRP_MASTER);
	while (vrrp_router_take(router, &action))
		if (action.kind == VRRP_ROUTER_SEND) {
			ck_assert_uint_eq(action.priority, action.id % 2 ? 0 : 99);
			n_sent++;
		}
	ck_assert_uint_eq(n_sent, 600);
	vrrp_router_free(router);
}
END_TEST

START_TEST(a_fault_comes_and_goes_with_the_source)
{
	struct conf_track tracks[] = {track_of("a", 0, false), track_of("b", 0, false)};
	struct conf_vrrp conf = conf_of(51, tracks, 2);
	struct vrrp_router *router = vrrp_router_new();
	struct mono now;

	begin(router, 0, &conf, 0);
	now = become_master(router, 0);
	ck_assert_str_eq(tell(router, "b", VRRP_SOURCE_DOWN, now), "0:s0 0:MASTER>FAULT:b");
	ck_assert_str_eq(vrrp_router_fault_track(router, 0)->name, "b");
	ck_assert_str_eq(tell(router, "a", VRRP_SOURCE_DOWN, now), "");
	ck_assert_str_eq(tell(router, "b", VRRP_SOURCE_UP, now), "");
	ck_assert_str_eq(vrrp_router_fault_track(router, 0)->name, "a");
	/* A lost carrier that comes back in between is not taken for the end of it. */
	machine_faults(router, 0, VRRP_FAULT_BIT(VRRP_FAULT_INTERFACE_DOWN), now);
	machine_faults(router, 0, 0, now);
	ck_assert_int_eq(vrrp_router_fsm(router, 0)->state, VRRP_FAULT);
	ck_assert_str_eq(tell(router, "a", VRRP_SOURCE_UNKNOWN, now), "0:FAULT>BACKUP:a");
	ck_assert(!vrrp_router_fault_track(router, 0));
	vrrp_router_free(router);
}
END_TEST

/* What a router knows of others' connections it still knows after a fault in which it went on hearing. */
START_TEST(a_fault_without_deafness_begins_no_hold)
{
	const unsigned faults[] = {0, VRRP_FAULT_BIT(VRRP_FAULT_VIP_INTERFACE),
				   VRRP_FAULT_BIT(VRRP_FAULT_INTERFACE_DOWN)};
	struct conf_track tracks[] = {track_of("a", 0, false)};
	struct conf_vrrp conf = conf_of(51, tracks, 1);

	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
		bool is_deaf = faults[i] & VRRP_FAULT_BIT(VRRP_FAULT_INTERFACE_DOWN);
		struct vrrp_router *router = vrrp_router_new();
		struct mono now;

		begin(router, 0, &conf, 13 * NS_PER_S);
		now = become_master(router, 0);
		tell(router, "a", VRRP_SOURCE_DOWN, now);
		machine_faults(router, 0, faults[i], now);
		machine_faults(router, 0, 0, now);
		tell(router, "a", VRRP_SOURCE_UP, now);
		ck_assert_int_eq(vrrp_router_fsm(router, 0)->returned,
				 is_deaf ? VRRP_RETURN_DEAF : VRRP_RETURN_START);
		ck_assert_int_eq(vrrp_router_fsm(router, 0)->awaits_frame_ns > 0, is_deaf);
		vrrp_router_free(router);
	}
}
END_TEST

START_TEST(what_was_said_before_the_start_counts_from_it)
{
	struct conf_track tracks[] = {track_of("a", 0, false)};
	struct conf_vrrp conf = conf_of(51, tracks, 1), other = conf_of(51, NULL, 0);
	struct vrrp_router *router = vrrp_router_new();

	tell(router, "a", VRRP_SOURCE_DOWN, NOW);
	begin(router, 0, &conf, 0);
	ck_assert_int_eq(vrrp_router_fsm(router, 0)->state, VRRP_FAULT);
	/* An instance that does not track it any more takes part. */
	step(router, (struct vrrp_router_event){.kind = VRRP_ROUTER_SET, .conf = &other}, NOW);
	ck_assert_int_eq(vrrp_router_fsm(router, 0)->state, VRRP_FAULT);
	ck_assert_str_eq(
	    step(router, (struct vrrp_router_event){.kind = VRRP_ROUTER_APPLY}, NOW),
	    "0:FAULT>BACKUP:shed");
	ck_assert_int_eq(vrrp_router_fsm(router, 0)->state, VRRP_BACKUP);
	step(router, (struct vrrp_router_event){.kind = VRRP_ROUTER_FORGET_SOURCES}, NOW);
	ck_assert(!vrrp_router_source(router, &tracks[0]));
	vrrp_router_free(router);
}
END_TEST

/* --- the wire --- */

START_TEST(tracks_and_sources_cross)
{
	struct conf_track tracks[] = {track_of("a", -254, true), track_of("b", 0, false)};
	struct vrrp_instance_frame frame = {.conf = conf_of(51, tracks, 2)}, back;
	struct vrrp_source source = source_of("chk", VRRP_SOURCE_DOWN), again;
	struct arena *arena = arena_new();
	uint8_t bytes[4096];
	size_t len = vrrp_instance_encode(&frame, bytes, sizeof(bytes));

	ck_assert_uint_gt(len, 0);
	ck_assert_int_eq(vrrp_instance_decode(bytes, len, arena, &back), 0);
	ck_assert(vrrp_is_same(&frame.conf, &back.conf));
	back.conf.tracks[0].weight = 254;
	ck_assert(!vrrp_is_same(&frame.conf, &back.conf));
	for (size_t i = 0; i < len; i++)
		ck_assert_int_lt(vrrp_instance_decode(bytes, i, arena, &back), 0);
	len = vrrp_source_encode(&source, bytes, sizeof(bytes));
	ck_assert_int_eq(vrrp_source_decode(bytes, len, &again), 0);
	ck_assert_str_eq(again.name, "chk");
	ck_assert_str_eq(again.text, "exit status 1");
	ck_assert_int_eq(again.state, VRRP_SOURCE_DOWN);
	for (size_t i = 0; i < len; i++)
		ck_assert_int_lt(vrrp_source_decode(bytes, i, &again), 0);
	bytes[0] = CONF_TRACKERS;
	ck_assert_int_lt(vrrp_source_decode(bytes, len, &again), 0);
	arena_free(arena);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("vrrp track");
	TCase *tcase = tcase_create("track");
	SRunner *runner;
	int n_failed;

	tcase_set_timeout(tcase, 20);
	tcase_add_test(tcase, what_each_state_does);
	tcase_add_test(tcase, what_a_number_does);
	tcase_add_test(tcase, a_source_that_nobody_named_does_nothing);
	tcase_add_test(tcase, the_sum_is_clamped_once);
	tcase_add_test(tcase, the_first_tracker_at_fault_is_named);
	tcase_add_test(tcase, a_default_route_is_called_default);
	tcase_add_test(tcase, a_master_says_its_new_priority_at_once);
	tcase_add_test(tcase, no_priority_is_said_that_never_applies);
	tcase_add_test(tcase, nothing_is_reported_before_the_start);
	tcase_add_test(tcase, all_instances_are_stepped_at_once);
	tcase_add_test(tcase, a_change_waits_for_the_hold_time);
	tcase_add_test(tcase, a_change_that_goes_by_itself_is_none);
	tcase_add_test(tcase, asymmetric_a_loss_counts_at_once);
	tcase_add_test(tcase, a_reload_keeps_the_hold);
	tcase_add_test(tcase, a_fault_comes_and_goes_with_the_source);
	tcase_add_test(tcase, a_fault_without_deafness_begins_no_hold);
	tcase_add_test(tcase, what_was_said_before_the_start_counts_from_it);
	tcase_add_test(tcase, tracks_and_sources_cross);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	n_failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return n_failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
