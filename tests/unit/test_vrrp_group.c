/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sync groups in the router: members move together in one step. */
#include "vrrp/advert.h"
#include "vrrp/router.h"
#include "vrrp/wait.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NOW ((struct mono){1000 * NS_PER_S})

static const struct addr own = {AF_INET, {10, 0, 0, 5}}, other = {AF_INET, {10, 0, 0, 9}};

static struct conf_vip vips[] = {
    {.addr = {AF_INET, {10, 0, 0, 100}}, .prefix_len = 32, .interface = "eth0", .label = ""}};

static struct conf_vrrp conf_of(uint8_t vrid, uint8_t priority, const char *group)
{
	return (struct conf_vrrp){.name = vrid == 1 ? "VI_1" : vrid == 2 ? "VI_2" : "VI_3",
				  .interface = "eth0",
				  .vrid = vrid,
				  .priority = priority,
				  .version = 3,
				  .family = AF_INET,
				  .sync_group = group,
				  .advert_int_us = 1000000,
				  .is_preempting = true,
				  .auth_pass = "",
				  .vips = vips,
				  .n_vips = 1};
}

static enum vrrp_state_name state_of(const struct vrrp_router *router, unsigned id)
{
	return vrrp_router_fsm(router, id)->state;
}

/* The master of each instance, as its last report names it. */
static struct addr told_masters[3];

/* What the log has said of each instance of that router; INIT: nothing yet. */
static struct {
	const struct vrrp_router *by;
	enum vrrp_state_name states[3];
} logged;

/* A report goes out with the cause that the log has given for its state. */
static void report_check(struct vrrp_router *router, const struct vrrp_router_action *action)
{
	enum vrrp_state_name said = router == logged.by ? logged.states[action->id] : VRRP_INIT;

	if (action->kind == VRRP_ROUTER_REPORT && said != VRRP_INIT)
		ck_assert_int_eq(state_of(router, action->id), said);
	if (router != logged.by)
		memset(&logged, 0, sizeof(logged));
	logged.by = router;
	if (action->kind == VRRP_ROUTER_SAY_STATE)
		logged.states[action->id] = action->transition.to;
}

/* "0:MASTER>BACKUP 0:s0 G:MASTER>BACKUP": transitions and adverts by id, and what is said of the
 * group. */
static const char *carry_out(struct vrrp_router *router, struct mono now)
{
	static char text[4096];
	struct vrrp_router_action action;
	size_t len = 0;

	text[0] = '\0';
	while (vrrp_router_take(router, &action)) {
		const struct vrrp_router_event looked = {
		    .kind = VRRP_ROUTER_VIPS, .id = action.id, .missing = VRRP_VIPS_COMPLETE};
		char word[64] = "";

		report_check(router, &action);
		if (action.kind == VRRP_ROUTER_ADD_VIPS)
			vrrp_router_step(router, &looked, now);
		else if (action.kind == VRRP_ROUTER_REPORT)
			told_masters[action.id] = vrrp_router_report(router, action.id).master;
		else if (action.kind == VRRP_ROUTER_SEND)
			snprintf(word, sizeof(word), "%u:s%u", action.id, action.priority);
		else if (action.kind == VRRP_ROUTER_SAY_STATE)
			snprintf(word, sizeof(word), "%u:%s>%s", action.id,
				 vrrp_state_text(action.transition.from),
				 vrrp_state_text(action.transition.to));
		else if (action.kind == VRRP_ROUTER_SAY_CAUSE)
			snprintf(word, sizeof(word), "%u:stays:%s", action.id,
				 vrrp_fault_name(action.fault));
		else if (action.kind == VRRP_ROUTER_SAY_GROUP)
			snprintf(word, sizeof(word), "G:%s>%s",
				 vrrp_state_text(action.transition.from),
				 vrrp_state_text(action.transition.to));
		if (word[0] && len < sizeof(text) - sizeof(word))
			len += (size_t)snprintf(text + len, sizeof(text) - len, "%s%s",
						len ? " " : "", word);
	}
	return text;
}

static const char *step(struct vrrp_router *router, struct vrrp_router_event event, struct mono now)
{
	vrrp_router_step(router, &event, now);
	return carry_out(router, now);
}

static const char *step_kind(struct vrrp_router *router, unsigned id,
			     enum vrrp_router_event_kind kind, struct mono now)
{
	return step(router, (struct vrrp_router_event){.kind = kind, .id = id}, now);
}

static const char *faults(struct vrrp_router *router, unsigned id, unsigned set, struct mono now)
{
	return step(router,
		    (struct vrrp_router_event){
			.kind = VRRP_ROUTER_FAULTS, .id = id, .faults = set, .source = own},
		    now);
}

static const char *carrier(struct vrrp_router *router, unsigned id, bool is_up, struct mono now)
{
	return faults(router, id, is_up ? 0 : VRRP_FAULT_BIT(VRRP_FAULT_INTERFACE_DOWN), now);
}

static void add(struct vrrp_router *router, unsigned id, const struct conf_vrrp *conf,
		struct mono now)
{
	step(router, (struct vrrp_router_event){.kind = VRRP_ROUTER_ADD, .id = id, .conf = conf}, now);
	faults(router, id, 0, now);
}

/* All n instances, started. */
static struct vrrp_router *started(const struct conf_vrrp *confs, unsigned n, struct mono now)
{
	struct vrrp_router *router = vrrp_router_new();

	for (unsigned i = 0; i < n; i++)
		add(router, i, &confs[i], now);
	for (unsigned i = 0; i < n; i++)
		step_kind(router, i, VRRP_ROUTER_START, now);
	return router;
}

static const char *hear(struct vrrp_router *router, unsigned id, const struct conf_vrrp *conf,
			uint8_t priority, struct mono now)
{
	struct vrrp_router_event event = {.kind = VRRP_ROUTER_PACKET,
					  .id = id,
					  .path = {other, vrrp_group(AF_INET), VRRP_HOP_LIMIT}};
	uint8_t bytes[VRRP_PKT_MAX], *addrs = vrrp_advert_addrs(conf);
	struct vrrp_pkt pkt = vrrp_advert_make(conf, priority, addrs);

	event.len = vrrp_pkt_encode(&pkt, &event.path, bytes, sizeof(bytes));
	event.body = bytes;
	free(addrs);
	ck_assert_uint_gt(event.len, 0);
	return step(router, event, now);
}

/* Time passes, punctually; returns what the last step that said something said. */
static const char *run_until(struct vrrp_router *router, unsigned n, struct mono until)
{
	static char said[4096];

	said[0] = '\0';
	for (;;) {
		struct mono at = MONO_NEVER;
		unsigned who = 0;
		const char *text;

		for (unsigned i = 0; i < n; i++)
			if (mono_before(vrrp_router_wake(router, i), at)) {
				at = vrrp_router_wake(router, i);
				who = i;
			}
		if (mono_before(until, at))
			return said;
		text = step_kind(router, who, VRRP_ROUTER_TIME, at);
		if (text[0])
			strcpy(said, text);
	}
}

static struct mono after_ms(int64_t ms)
{
	return mono_add_ms(NOW, ms);
}

/* A pair of members that has just become MASTER. */
static struct vrrp_router *master_pair(const struct conf_vrrp *confs)
{
	struct vrrp_router *router = started(confs, 2, after_ms(-10000));

	run_until(router, 2, NOW);
	ck_assert_int_eq(state_of(router, 0), VRRP_MASTER);
	ck_assert_int_eq(state_of(router, 1), VRRP_MASTER);
	return router;
}

START_TEST(the_last_silence_makes_all_of_them_master_in_one_step)
{
	const struct conf_vrrp confs[] = {conf_of(1, 100, "VG"), conf_of(2, 200, "VG")};
	struct vrrp_router *router = started(confs, 2, NOW);

	/* The second one waits for the first, whose skew time is longer. */
	ck_assert_str_eq(run_until(router, 2, after_ms(3600)), "");
	ck_assert_str_eq(run_until(router, 2, after_ms(3610)),
			 "0:s100 0:BACKUP>MASTER 1:s200 1:BACKUP>MASTER G:BACKUP>MASTER");
	vrrp_router_free(router);
}
END_TEST

START_TEST(a_member_that_hears_a_master_keeps_all_of_them_backup)
{
	const struct conf_vrrp confs[] = {conf_of(1, 100, "VG"), conf_of(2, 100, "VG")};
	struct vrrp_router *router = started(confs, 2, NOW);

	for (int i = 1; i < 30; i++) {
		ck_assert_str_eq(run_until(router, 2, after_ms(i * 1000)), "");
		ck_assert_str_eq(hear(router, 0, &confs[0], 150, after_ms(i * 1000)), "");
	}
	/* The other one waits, by slices. */
	ck_assert(vrrp_fsm_wants_master(vrrp_router_conf(router, 1), vrrp_router_fsm(router, 1),
					after_ms(29000)));
	ck_assert(mono_before(after_ms(29000), vrrp_router_wake(router, 1)));
	/* A master that resigns on one link is gone on that link after a skew time. */
	hear(router, 0, &confs[0], 0, after_ms(29100));
	ck_assert_str_eq(run_until(router, 2, after_ms(29710)),
			 "0:s100 0:BACKUP>MASTER 1:s100 1:BACKUP>MASTER G:BACKUP>MASTER");
	vrrp_router_free(router);
}
END_TEST

START_TEST(a_better_router_on_one_link_takes_all_of_them)
{
	const struct conf_vrrp confs[] = {conf_of(1, 100, "VG"), conf_of(2, 100, "VG"),
					  conf_of(3, 100, NULL)};
	struct vrrp_router *router = started(confs, 3, after_ms(-10000));

	run_until(router, 3, NOW);
	ck_assert_str_eq(hear(router, 1, &confs[1], 150, NOW),
			 "1:s100 1:MASTER>BACKUP 0:s0 0:MASTER>BACKUP G:MASTER>BACKUP");
	ck_assert_int_eq(state_of(router, 2), VRRP_MASTER);
	vrrp_router_free(router);
}
END_TEST

/* It knew that master already, before it was MASTER itself. */
START_TEST(a_member_that_yields_reports_whom_it_hears_then)
{
	const struct conf_vrrp confs[] = {conf_of(1, 100, "VG"), conf_of(2, 100, "VG")};
	struct vrrp_router *router = started(confs, 2, NOW);

	for (unsigned i = 0; i < 2; i++)
		hear(router, i, &confs[i], 150, after_ms(500));
	ck_assert(addr_cmp(&told_masters[0], &other) == 0);
	run_until(router, 2, after_ms(10000));
	ck_assert(addr_cmp(&told_masters[0], &own) == 0);
	hear(router, 1, &confs[1], 150, after_ms(10000));
	ck_assert_int_eq(state_of(router, 0), VRRP_BACKUP);
	ck_assert_int_eq(told_masters[0].family, AF_UNSPEC);
	hear(router, 0, &confs[0], 150, after_ms(10000));
	ck_assert(addr_cmp(&told_masters[0], &other) == 0);
	/* the same after a fault of both */
	carrier(router, 1, false, after_ms(10500));
	ck_assert_int_eq(told_masters[0].family, AF_UNSPEC);
	carrier(router, 1, true, after_ms(12000));
	hear(router, 0, &confs[0], 150, after_ms(12500));
	ck_assert(addr_cmp(&told_masters[0], &other) == 0);
	vrrp_router_free(router);
}
END_TEST

START_TEST(a_fault_of_one_is_a_fault_of_all)
{
	const struct conf_vrrp confs[] = {conf_of(1, 100, "VG"), conf_of(2, 100, "VG")};
	struct vrrp_router *router = master_pair(confs);

	ck_assert_str_eq(carrier(router, 0, false, NOW),
			 "0:s0 0:MASTER>FAULT 1:s0 1:MASTER>FAULT G:MASTER>FAULT");
	ck_assert_uint_eq(vrrp_router_faults(router, 1), VRRP_FAULT_BIT(VRRP_FAULT_SYNC_GROUP));
	ck_assert_uint_eq(vrrp_router_fault_member(router, 1), 0);
	ck_assert_uint_eq(vrrp_router_fault_member(router, 0), 0);
	/* The end of one fault is not the end of another. */
	ck_assert_str_eq(carrier(router, 1, false, NOW), "1:stays:interface-down");
	ck_assert_str_eq(carrier(router, 0, true, NOW), "0:stays:sync-group");
	ck_assert_uint_eq(vrrp_router_faults(router, 0), VRRP_FAULT_BIT(VRRP_FAULT_SYNC_GROUP));
	/* Another cause there: the sentence about this one names it. */
	ck_assert_str_eq(faults(router, 1, VRRP_FAULT_BIT(VRRP_FAULT_NO_SOURCE), NOW),
			 "0:stays:sync-group 1:stays:no-source");
	ck_assert_str_eq(carrier(router, 1, true, NOW),
			 "1:FAULT>BACKUP 0:FAULT>BACKUP G:FAULT>BACKUP");
	ck_assert_str_eq(run_until(router, 2, after_ms(3610)),
			 "0:s100 0:BACKUP>MASTER 1:s100 1:BACKUP>MASTER G:BACKUP>MASTER");
	vrrp_router_free(router);
}
END_TEST

START_TEST(a_tracker_of_one_puts_all_of_them_into_fault)
{
	struct conf_track track = {.kind = CONF_TRACKER_SCRIPT, .name = "chk"};
	struct conf_vrrp confs[] = {conf_of(1, 100, "VG"), conf_of(2, 100, "VG")};
	struct vrrp_source source = {.kind = CONF_TRACKER_SCRIPT, .name = "chk"};
	struct vrrp_router_event event = {.kind = VRRP_ROUTER_SOURCE, .tracked = &source};
	struct vrrp_router *router;

	confs[1].tracks = &track;
	confs[1].n_tracks = 1;
	router = master_pair(confs);
	source.state = VRRP_SOURCE_DOWN;
	ck_assert_str_eq(step(router, event, NOW),
			 "1:s0 1:MASTER>FAULT 0:s0 0:MASTER>FAULT G:MASTER>FAULT");
	source.state = VRRP_SOURCE_UP;
	ck_assert_str_eq(step(router, event, NOW),
			 "1:FAULT>BACKUP 0:FAULT>BACKUP G:FAULT>BACKUP");
	/* The others heard all the time: nothing was missed. */
	ck_assert_int_ne(vrrp_router_fsm(router, 0)->returned, VRRP_RETURN_DEAF);
	vrrp_router_free(router);
}
END_TEST

START_TEST(members_start_together)
{
	const struct conf_vrrp confs[] = {conf_of(1, 100, "VG"), conf_of(2, 100, "VG")};
	struct vrrp_router *router = vrrp_router_new();

	add(router, 0, &confs[0], NOW);
	add(router, 1, &confs[1], NOW);
	carrier(router, 1, false, NOW);
	ck_assert_str_eq(step_kind(router, 0, VRRP_ROUTER_START, NOW), "");
	ck_assert_str_eq(step_kind(router, 1, VRRP_ROUTER_START, NOW),
			 "0:INIT>FAULT 1:INIT>FAULT G:INIT>FAULT");
	vrrp_router_free(router);
}
END_TEST

static const char *start_successors(struct vrrp_router *router, const struct conf_vrrp *confs,
				    bool has_all)
{
	struct vrrp_router_event start = {
	    .kind = VRRP_ROUTER_START,
	    .legacy = {.last_state = VRRP_MASTER, .alive = NOW, .has_addresses = true}};

	add(router, 0, &confs[0], NOW);
	add(router, 1, &confs[1], NOW);
	ck_assert_str_eq(step(router, start, NOW), "");
	start.id = 1;
	start.legacy.has_addresses = has_all;
	return step(router, start, NOW);
}

START_TEST(a_replaced_process_goes_on_with_the_whole_group_or_none_of_it)
{
	const struct conf_vrrp confs[] = {conf_of(1, 100, "VG"), conf_of(2, 100, "VG")};

	for (int has_all = 0; has_all < 2; has_all++) {
		struct vrrp_router *router = vrrp_router_new();

		ck_assert_str_eq(start_successors(router, confs, has_all),
				 has_all ? "0:s100 0:INIT>MASTER 1:s100 1:INIT>MASTER G:INIT>MASTER"
					 : "0:INIT>BACKUP 1:INIT>BACKUP G:INIT>BACKUP");
		vrrp_router_free(router);
	}
}
END_TEST

START_TEST(owners_begin_as_master_when_all_of_them_are)
{
	const struct conf_vrrp owners[] = {conf_of(1, 255, "VG"), conf_of(2, 255, "VG")};
	const struct conf_vrrp mixed[] = {conf_of(1, 255, "VG"), conf_of(2, 100, "VG")};
	struct vrrp_router *router = started(owners, 2, NOW);

	ck_assert_int_eq(state_of(router, 0), VRRP_MASTER);
	ck_assert_int_eq(state_of(router, 1), VRRP_MASTER);
	vrrp_router_free(router);
	router = started(mixed, 2, NOW);
	ck_assert_int_eq(state_of(router, 0), VRRP_BACKUP);
	run_until(router, 2, after_ms(3600));
	ck_assert_int_eq(state_of(router, 0), VRRP_BACKUP);
	ck_assert_str_eq(run_until(router, 2, after_ms(3610)),
			 "1:s100 1:BACKUP>MASTER 0:s255 0:BACKUP>MASTER G:BACKUP>MASTER");
	vrrp_router_free(router);
}
END_TEST

/* --- reloads --- */

START_TEST(a_member_that_is_added_moves_nobody)
{
	const struct conf_vrrp confs[] = {conf_of(1, 100, "VG"), conf_of(2, 100, "VG"),
					  conf_of(3, 100, "VG")};
	struct vrrp_router *router = master_pair(confs);

	add(router, 2, &confs[2], NOW);
	ck_assert_str_eq(step_kind(router, 2, VRRP_ROUTER_START, NOW), "2:INIT>BACKUP");
	ck_assert(vrrp_router_is_joining(router, 2));
	/* What it lacks is its own affair. */
	ck_assert_str_eq(carrier(router, 2, false, NOW), "2:BACKUP>FAULT");
	ck_assert_str_eq(carrier(router, 2, true, NOW), "2:FAULT>BACKUP");
	ck_assert_str_eq(hear(router, 2, &confs[2], 150, NOW), "");
	run_until(router, 3, after_ms(1000));
	hear(router, 2, &confs[2], 0, after_ms(1000));
	run_until(router, 3, after_ms(1600));
	ck_assert(vrrp_router_is_joining(router, 2));
	run_until(router, 3, after_ms(1700));
	ck_assert_int_eq(state_of(router, 2), VRRP_MASTER);
	ck_assert(!vrrp_router_is_joining(router, 2));
	/* From now on it counts. */
	ck_assert_str_eq(carrier(router, 2, false, after_ms(1700)),
			 "2:s0 2:MASTER>FAULT 0:s0 0:MASTER>FAULT 1:s0 1:MASTER>FAULT G:MASTER>FAULT");
	vrrp_router_free(router);
}
END_TEST

START_TEST(a_master_that_is_added_to_a_backup_group_yields)
{
	struct conf_vrrp confs[] = {conf_of(1, 100, "VG"), conf_of(2, 100, NULL)};
	struct conf_vrrp grouped = conf_of(2, 100, "VG");
	struct vrrp_router *router = started(confs, 2, after_ms(-10000));

	for (int ms = -9000; ms <= 0; ms += 1000) {
		run_until(router, 2, after_ms(ms));
		hear(router, 0, &confs[0], 150, after_ms(ms));
	}
	ck_assert_int_eq(state_of(router, 0), VRRP_BACKUP);
	ck_assert_int_eq(state_of(router, 1), VRRP_MASTER);
	ck_assert_str_eq(step(router,
			      (struct vrrp_router_event){
				  .kind = VRRP_ROUTER_SET, .id = 1, .conf = &grouped},
			      NOW),
			 "");
	ck_assert_str_eq(step_kind(router, 1, VRRP_ROUTER_APPLY, NOW),
			 "1:s100 1:s0 1:MASTER>BACKUP");
	ck_assert(!vrrp_router_is_joining(router, 1));
	vrrp_router_free(router);
}
END_TEST

static void set(struct vrrp_router *router, unsigned id, const struct conf_vrrp *conf)
{
	ck_assert_str_eq(
	    step(router, (struct vrrp_router_event){.kind = VRRP_ROUTER_SET, .id = id, .conf = conf},
		 NOW),
	    "");
}

START_TEST(a_group_around_two_masters_moves_nobody)
{
	const struct conf_vrrp confs[] = {conf_of(1, 100, NULL), conf_of(2, 100, NULL)};
	const struct conf_vrrp grouped[] = {conf_of(1, 100, "VG"), conf_of(2, 100, "VG")};
	struct vrrp_router *router = master_pair(confs);

	set(router, 0, &grouped[0]);
	set(router, 1, &grouped[1]);
	ck_assert_str_eq(step_kind(router, 0, VRRP_ROUTER_APPLY, NOW), "0:s100");
	ck_assert_str_eq(step_kind(router, 1, VRRP_ROUTER_APPLY, NOW), "1:s100 G:INIT>MASTER");
	/* And back. */
	set(router, 0, &confs[0]);
	set(router, 1, &confs[1]);
	ck_assert_str_eq(step_kind(router, 0, VRRP_ROUTER_APPLY, NOW), "0:s100");
	ck_assert_str_eq(step_kind(router, 1, VRRP_ROUTER_APPLY, NOW), "1:s100");
	ck_assert_str_eq(carrier(router, 0, false, NOW), "0:s0 0:MASTER>FAULT");
	vrrp_router_free(router);
}
END_TEST

START_TEST(a_group_around_a_master_and_a_backup_is_backup)
{
	const struct conf_vrrp confs[] = {conf_of(1, 100, NULL), conf_of(2, 100, NULL)};
	const struct conf_vrrp grouped[] = {conf_of(1, 100, "VG"), conf_of(2, 100, "VG")};
	struct vrrp_router *router = master_pair(confs);

	hear(router, 1, &confs[1], 150, NOW);
	set(router, 0, &grouped[0]);
	set(router, 1, &grouped[1]);
	step_kind(router, 0, VRRP_ROUTER_APPLY, NOW);
	ck_assert_str_eq(step_kind(router, 1, VRRP_ROUTER_APPLY, NOW),
			 "0:s0 0:MASTER>BACKUP G:INIT>BACKUP");
	vrrp_router_free(router);
}
END_TEST

START_TEST(a_faulty_instance_does_not_pull_a_new_group_down)
{
	const struct conf_vrrp confs[] = {conf_of(1, 100, NULL), conf_of(2, 100, NULL)};
	const struct conf_vrrp grouped[] = {conf_of(1, 100, "VG"), conf_of(2, 100, "VG")};
	struct vrrp_router *router = master_pair(confs);

	carrier(router, 1, false, NOW);
	set(router, 0, &grouped[0]);
	set(router, 1, &grouped[1]);
	step_kind(router, 0, VRRP_ROUTER_APPLY, NOW);
	ck_assert_str_eq(step_kind(router, 1, VRRP_ROUTER_APPLY, NOW), "G:INIT>MASTER");
	ck_assert(vrrp_router_is_joining(router, 1));
	vrrp_router_free(router);
}
END_TEST

START_TEST(a_member_that_leaves_moves_nobody_but_takes_its_fault_along)
{
	const struct conf_vrrp confs[] = {conf_of(1, 100, "VG"), conf_of(2, 100, "VG"),
					  conf_of(3, 100, "VG")};
	struct vrrp_router *router = started(confs, 3, after_ms(-10000));

	run_until(router, 3, NOW);
	ck_assert_str_eq(step_kind(router, 0, VRRP_ROUTER_STOP, NOW), "0:s0 0:MASTER>INIT");
	ck_assert_str_eq(step_kind(router, 0, VRRP_ROUTER_REMOVE, NOW), "");
	carrier(router, 1, false, NOW);
	ck_assert_int_eq(state_of(router, 2), VRRP_FAULT);
	ck_assert_str_eq(step_kind(router, 1, VRRP_ROUTER_STOP, NOW),
			 "1:FAULT>INIT 2:FAULT>BACKUP G:FAULT>BACKUP");
	step_kind(router, 1, VRRP_ROUTER_REMOVE, NOW);
	ck_assert_str_eq(run_until(router, 0, NOW), "");
	vrrp_router_free(router);
}
END_TEST

/* --- sleep --- */

/* Nobody of a group that slept beside a living master takes over before it could hear that one. */
START_TEST(a_group_that_slept_listens_first)
{
	const struct conf_vrrp confs[] = {conf_of(1, 100, "VG"), conf_of(2, 100, "VG")};
	struct vrrp_router *router = started(confs, 2, NOW);

	for (int i = 0; i <= 10; i++) {
		run_until(router, 2, after_ms(i * 1000));
		hear(router, 0, &confs[0], 150, after_ms(i * 1000));
		hear(router, 1, &confs[1], 150, after_ms(i * 1000));
	}
	ck_assert_str_eq(step_kind(router, 1, VRRP_ROUTER_TIME, after_ms(40000)), "");
	ck_assert_str_eq(step_kind(router, 0, VRRP_ROUTER_TIME, after_ms(40000)), "");
	run_until(router, 2, after_ms(41000));
	ck_assert_int_eq(state_of(router, 0), VRRP_BACKUP);
	vrrp_router_free(router);
}
END_TEST

START_TEST(a_whole_group_stops)
{
	const struct conf_vrrp confs[] = {conf_of(1, 100, "VG"), conf_of(2, 100, "VG")};
	struct vrrp_router *router = master_pair(confs);

	ck_assert_str_eq(step_kind(router, 0, VRRP_ROUTER_STOP, NOW), "0:s0 0:MASTER>INIT");
	ck_assert_str_eq(step_kind(router, 1, VRRP_ROUTER_STOP, NOW), "1:s0 1:MASTER>INIT");
	vrrp_router_free(router);
}
END_TEST

/* Each hands over by itself, and what one of them hears moves no other. */
START_TEST(a_whole_group_hands_over)
{
	const struct conf_vrrp confs[] = {conf_of(1, 100, "VG"), conf_of(2, 100, "VG")};
	struct vrrp_router *router = master_pair(confs);

	ck_assert_str_eq(step_kind(router, 0, VRRP_ROUTER_LEAVE, NOW), "0:s0");
	ck_assert_str_eq(step_kind(router, 1, VRRP_ROUTER_LEAVE, NOW), "1:s0");
	ck_assert_str_eq(hear(router, 1, &confs[1], 50, after_ms(800)), "1:MASTER>INIT");
	ck_assert_int_eq(state_of(router, 0), VRRP_MASTER);
	ck_assert_str_eq(hear(router, 0, &confs[0], 50, after_ms(801)), "0:MASTER>INIT");
	vrrp_router_free(router);
}
END_TEST

/* --- lvsctl vrrp --- */

/* What the last step of both said. */
static const char *order(struct vrrp_router *router, const struct conf_vrrp *confs,
			 enum vrrp_order_kind kind, uint64_t number, struct mono now)
{
	for (unsigned i = 0; i < 2; i++)
		step(router,
		     (struct vrrp_router_event){.kind = VRRP_ROUTER_SET,
						.id = i,
						.conf = &confs[i],
						.order = {kind, number}},
		     now);
	step_kind(router, 0, VRRP_ROUTER_APPLY, now);
	return step_kind(router, 1, VRRP_ROUTER_APPLY, now);
}

static enum vrrp_order_result result_of(const struct vrrp_router *router, unsigned id)
{
	return vrrp_router_report(router, id).order_result;
}

START_TEST(a_group_is_released_and_taken_as_one)
{
	const struct conf_vrrp confs[] = {conf_of(1, 100, "VG"), conf_of(2, 100, "VG")};
	struct vrrp_router *router = master_pair(confs);

	ck_assert_str_eq(order(router, confs, VRRP_ORDER_RELEASE, 1, NOW), "1:s0");
	ck_assert_str_eq(hear(router, 1, &confs[1], 50, after_ms(800)), "1:MASTER>BACKUP");
	ck_assert_str_eq(hear(router, 0, &confs[0], 50, after_ms(801)),
			 "0:MASTER>BACKUP G:MASTER>BACKUP");
	/* It leaves a lower priority alone now. */
	for (int i = 1; i < 20; i++) {
		hear(router, 0, &confs[0], 50, after_ms(800 + i * 1000));
		hear(router, 1, &confs[1], 50, after_ms(800 + i * 1000));
		ck_assert_str_eq(run_until(router, 2, after_ms(801 + i * 1000)), "");
	}
	ck_assert_str_eq(order(router, confs, VRRP_ORDER_TAKE, 2, after_ms(20000)),
			 "0:s100 0:BACKUP>MASTER 1:s100 1:BACKUP>MASTER G:BACKUP>MASTER");
	ck_assert_int_eq(result_of(router, 0), VRRP_ORDER_DONE);
	ck_assert_int_eq(result_of(router, 1), VRRP_ORDER_DONE);
	vrrp_router_free(router);
}
END_TEST

START_TEST(a_group_is_taken_only_if_all_of_it_can_be)
{
	const struct conf_vrrp confs[] = {conf_of(1, 100, "VG"), conf_of(2, 100, "VG")};
	struct vrrp_router *router = started(confs, 2, NOW);

	hear(router, 0, &confs[0], 50, after_ms(500));
	hear(router, 1, &confs[1], 150, after_ms(500));
	ck_assert_str_eq(order(router, confs, VRRP_ORDER_TAKE, 1, after_ms(600)), "");
	ck_assert_int_eq(result_of(router, 0), VRRP_ORDER_GROUP);
	ck_assert_int_eq(result_of(router, 1), VRRP_ORDER_BETTER);
	vrrp_router_free(router);
}
END_TEST

/* The master of the first one fell silent, so it is no reason against the order. Neither of the two
 * preempts, and each hears the other director. */
START_TEST(a_member_that_waits_for_its_group_names_no_silent_master)
{
	struct conf_vrrp confs[] = {conf_of(1, 100, "VG"), conf_of(2, 100, "VG")};
	struct vrrp_router *router;

	confs[0].is_preempting = confs[1].is_preempting = false;
	router = started(confs, 2, NOW);
	for (int i = 1; i < 60; i++) {
		struct mono now = after_ms(i * 1000);

		ck_assert_str_eq(run_until(router, 2, now), "");
		hear(router, 1, &confs[1], 50, now);
		if (i <= 20)
			hear(router, 0, &confs[0], 150, now);
		/* its master-down time is over at 23.6 s */
		ck_assert_int_eq(told_masters[0].family, i < 24 ? AF_INET : AF_UNSPEC);
		ck_assert_uint_eq(vrrp_router_report(router, 0).master_priority, i < 24 ? 150 : 0);
		ck_assert(addr_cmp(&told_masters[1], &other) == 0);
		if (i == 22)
			ck_assert_str_eq(order(router, confs, VRRP_ORDER_TAKE, 1, now), "");
	}
	ck_assert_int_eq(result_of(router, 0), VRRP_ORDER_BETTER);
	ck_assert_str_eq(order(router, confs, VRRP_ORDER_TAKE, 2, after_ms(59100)),
			 "0:s100 0:BACKUP>MASTER 1:s100 1:BACKUP>MASTER G:BACKUP>MASTER");
	ck_assert_int_eq(result_of(router, 0), VRRP_ORDER_DONE);
	vrrp_router_free(router);
}
END_TEST

/* A master of lower priority does not restart the timer, but it is heard. It is named until it is
 * silent, and again when it comes back. */
START_TEST(a_member_that_waits_for_its_group_names_a_lower_master_that_is_heard)
{
	const struct conf_vrrp confs[] = {conf_of(1, 100, "VG"), conf_of(2, 100, "VG")};
	struct vrrp_router *router = started(confs, 2, NOW);

	for (int i = 1; i < 60; i++) {
		struct mono now = after_ms(i * 1000);
		bool is_silent = i > 33 && i < 50;

		ck_assert_str_eq(run_until(router, 2, now), "");
		hear(router, 1, &confs[1], 150, now);
		if (i <= 30 || i >= 50)
			hear(router, 0, &confs[0], 50, now);
		ck_assert_int_eq(told_masters[0].family, is_silent ? AF_UNSPEC : AF_INET);
	}
	/* A router that did not run takes nobody for silent when it wakes. */
	step_kind(router, 0, VRRP_ROUTER_TIME, after_ms(100000));
	ck_assert_int_eq(told_masters[0].family, AF_INET);
	vrrp_router_free(router);
}
END_TEST

/* The other director serves one of two: then it must serve both. */
START_TEST(a_member_without_a_successor_follows_its_group)
{
	const struct conf_vrrp confs[] = {conf_of(1, 100, "VG"), conf_of(2, 100, "VG")};
	struct vrrp_router *router = master_pair(confs);

	order(router, confs, VRRP_ORDER_RELEASE, 1, NOW);
	hear(router, 1, &confs[1], 50, after_ms(800));
	for (int i = 1; i < 4; i++) {
		run_until(router, 2, after_ms(i * 1000));
		hear(router, 1, &confs[1], 50, after_ms(i * 1000));
	}
	ck_assert_int_eq(state_of(router, 0), VRRP_BACKUP);
	ck_assert_int_eq(result_of(router, 0), VRRP_ORDER_DONE);
	ck_assert_uint_eq(vrrp_router_report(router, 0).effective_priority, 1);
	vrrp_router_free(router);
}
END_TEST

START_TEST(a_group_that_nobody_takes_stays_master)
{
	const struct conf_vrrp confs[] = {conf_of(1, 100, "VG"), conf_of(2, 100, "VG")};
	struct vrrp_router *router = master_pair(confs);

	order(router, confs, VRRP_ORDER_RELEASE, 1, NOW);
	run_until(router, 2, after_ms(2500));
	ck_assert_int_eq(state_of(router, 0), VRRP_MASTER);
	ck_assert_int_eq(state_of(router, 1), VRRP_MASTER);
	ck_assert_str_eq(run_until(router, 2, after_ms(3500)), "1:s100");
	vrrp_router_free(router);
}
END_TEST

/* What each member has heard before the order to take: the priority of its successor, 0: nothing. */
static const uint8_t successors[] = {0, 50, 150};
static const int64_t taken_after_ms[] = {100, 1000, 1900};

/* A released group is taken back, all of it, as long as each of its members may be MASTER: those that
 * still hand over go on, those that were relieved take over again. Else the order moves no member. */
START_TEST(a_take_during_a_release_moves_all_of_the_group_or_nobody)
{
	const struct conf_vrrp confs[] = {conf_of(1, 100, "VG"), conf_of(2, 100, "VG")};
	const uint8_t heard[] = {successors[_i % 3], successors[_i / 3 % 3]};
	const bool is_possible = heard[0] != 150 && heard[1] != 150;
	const struct mono at = after_ms(taken_after_ms[_i / 9]);
	struct vrrp_router *router = master_pair(confs);
	enum vrrp_state_name before[2];

	order(router, confs, VRRP_ORDER_RELEASE, 1, NOW);
	for (unsigned i = 0; i < 2; i++)
		if (heard[i])
			hear(router, i, &confs[i], heard[i], after_ms(50));
	run_until(router, 2, mono_add_ms(at, -1));
	for (unsigned i = 0; i < 2; i++) {
		before[i] = state_of(router, i);
		ck_assert_int_eq(before[i], heard[i] ? VRRP_BACKUP : VRRP_MASTER);
	}
	order(router, confs, VRRP_ORDER_TAKE, 2, at);
	for (unsigned i = 0; i < 2; i++) {
		ck_assert_int_eq(state_of(router, i), is_possible ? VRRP_MASTER : before[i]);
		ck_assert_int_eq(result_of(router, i), is_possible       ? VRRP_ORDER_DONE
						       : heard[i] == 150 ? VRRP_ORDER_BETTER
									 : VRRP_ORDER_GROUP);
		ck_assert_uint_eq(vrrp_router_report(router, i).order_number, 2);
		/* if it is refused, the release is in force */
		ck_assert_uint_eq(vrrp_router_report(router, i).effective_priority,
				  is_possible ? 100 : 1);
	}
	/* The release is over for good: nothing of it acts later. */
	if (is_possible)
		run_until(router, 2, mono_add_ms(at, 10000));
	for (unsigned i = 0; i < 2 && is_possible; i++) {
		ck_assert_int_eq(state_of(router, i), VRRP_MASTER);
		ck_assert_int_eq(result_of(router, i), VRRP_ORDER_DONE);
	}
	vrrp_router_free(router);
}
END_TEST

/* --- the wire --- */

int main(void)
{
	Suite *suite = suite_create("vrrp group");
	TCase *tcase = tcase_create("group");
	SRunner *runner;
	int n_failed;

	tcase_add_test(tcase, the_last_silence_makes_all_of_them_master_in_one_step);
	tcase_add_test(tcase, a_member_that_hears_a_master_keeps_all_of_them_backup);
	tcase_add_test(tcase, a_better_router_on_one_link_takes_all_of_them);
	tcase_add_test(tcase, a_member_that_yields_reports_whom_it_hears_then);
	tcase_add_test(tcase, a_fault_of_one_is_a_fault_of_all);
	tcase_add_test(tcase, a_tracker_of_one_puts_all_of_them_into_fault);
	tcase_add_test(tcase, members_start_together);
	tcase_add_test(tcase, a_replaced_process_goes_on_with_the_whole_group_or_none_of_it);
	tcase_add_test(tcase, owners_begin_as_master_when_all_of_them_are);
	tcase_add_test(tcase, a_member_that_is_added_moves_nobody);
	tcase_add_test(tcase, a_master_that_is_added_to_a_backup_group_yields);
	tcase_add_test(tcase, a_group_around_two_masters_moves_nobody);
	tcase_add_test(tcase, a_group_around_a_master_and_a_backup_is_backup);
	tcase_add_test(tcase, a_faulty_instance_does_not_pull_a_new_group_down);
	tcase_add_test(tcase, a_member_that_leaves_moves_nobody_but_takes_its_fault_along);
	tcase_add_test(tcase, a_group_that_slept_listens_first);
	tcase_add_test(tcase, a_whole_group_stops);
	tcase_add_test(tcase, a_whole_group_hands_over);
	tcase_add_test(tcase, a_group_is_released_and_taken_as_one);
	tcase_add_test(tcase, a_group_is_taken_only_if_all_of_it_can_be);
	tcase_add_test(tcase, a_member_that_waits_for_its_group_names_no_silent_master);
	tcase_add_test(tcase, a_member_that_waits_for_its_group_names_a_lower_master_that_is_heard);
	tcase_add_test(tcase, a_member_without_a_successor_follows_its_group);
	tcase_add_test(tcase, a_group_that_nobody_takes_stays_master);
	tcase_add_loop_test(tcase, a_take_during_a_release_moves_all_of_the_group_or_nobody, 0, 27);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	n_failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return n_failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
