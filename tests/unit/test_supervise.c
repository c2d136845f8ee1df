/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the supervisor decides: the order of the end. */
#include "daemon/stop_order.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The unit's TimeoutStopSec=, less a second for systemd's own work. */
#define UNIT_STOP_MS 14000

/* How a process takes SIGTERM. */
enum temper {
	ABSENT,
	ENDS,  /* at once */
	HANGS, /* until it is killed */
	STAYS, /* even then */
};

struct world {
	enum temper temper[N_PROCESSES];
	struct stop_order order;
	struct stop_view view;
	struct mono now;
	char story[512];
};

static void tell(struct world *world, const char *what, enum process_name name)
{
	size_t len = strlen(world->story);

	snprintf(world->story + len, sizeof(world->story) - len, "%s%s %s", len ? ", " : "", what,
		 process_short_name(name));
}

static void dies(struct world *world, enum process_name name, bool is_clean)
{
	world->view.runs[name] = false;
	if (name == PROCESS_VRRP && !is_clean)
		world->view.owes_release = true;
}

static bool act(struct world *world)
{
	enum process_name name;

	switch (stop_order_step(&world->order, &world->view, world->now, &name)) {
	case STOP_ASK:
		tell(world, "ask", name);
		if (world->temper[name] == ENDS)
			dies(world, name, true);
		return true;
	case STOP_START:
		tell(world, "start", name);
		world->view.runs[name] = world->temper[name] != ENDS;
		return true;
	case STOP_KILL:
		tell(world, "kill", name);
		world->view.owes_release |= name == PROCESS_VRRP;
		if (world->temper[name] != STAYS)
			dies(world, name, false);
		return true;
	case STOP_WAIT:
		ck_assert(mono_before(world->now, world->order.deadline));
		world->now = world->order.deadline;
		return true;
	default:
		return false;
	}
}

/* Returns how long the end took, in milliseconds. */
static int64_t play(struct world *world)
{
	world->now = (struct mono){NS_PER_S};
	for (int i = 0; i < N_PROCESSES; i++)
		world->view.runs[i] = world->temper[i] != ABSENT && i != PROCESS_RELEASE;
	for (int i = 0; act(world); i++)
		ck_assert_int_lt(i, 100);
	return (world->now.ns - NS_PER_S) / NS_PER_MS;
}

START_TEST(each_stage_follows_the_one_before)
{
	struct world world = {.temper = {ENDS, ENDS, ENDS, ENDS, ENDS, ENDS}};

	ck_assert_int_eq(play(&world), 0);
	ck_assert_str_eq(world.story, "ask vrrp, ask director, ask check, ask script, ask log");
	world = (struct world){.temper = {[PROCESS_DIRECTOR] = ENDS}};
	play(&world);
	ck_assert_str_eq(world.story, "ask director");
}
END_TEST

START_TEST(who_hangs_is_killed_and_the_next_still_runs)
{
	struct world world = {.temper = {ENDS, HANGS, ENDS, ENDS, ENDS}};

	ck_assert_int_eq(play(&world), process_kinds[PROCESS_VRRP].stop_ms);
	ck_assert_str_eq(world.story,
			 "ask vrrp, kill vrrp, start release, ask director, ask check, "
			 "ask script");
	world = (struct world){.temper = {HANGS, ENDS, HANGS, HANGS, ENDS}};
	play(&world);
	ck_assert_str_eq(world.story,
			 "ask vrrp, ask director, kill director, ask check, kill check, "
			 "ask script, kill script");
}
END_TEST

START_TEST(vrrp_that_has_just_died_left_its_addresses)
{
	struct world world = {.temper = {[PROCESS_DIRECTOR] = ENDS, [PROCESS_RELEASE] = ENDS},
			      .view = {.owes_release = true}};

	play(&world);
	ck_assert_str_eq(world.story, "start release, ask director");
}
END_TEST

START_TEST(the_worst_end_is_within_the_units_time)
{
	struct world world = {.temper = {STAYS, STAYS, STAYS, STAYS, STAYS, STAYS}};

	ck_assert_int_lt(play(&world), UNIT_STOP_MS);
	ck_assert_str_eq(world.story, "ask vrrp, kill vrrp, start release, kill release, "
				      "ask director, kill director, ask check, kill check, "
				      "ask script, kill script, ask log, kill log");
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("supervise");
	TCase *tcase = tcase_create("supervise");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_test(tcase, each_stage_follows_the_one_before);
	tcase_add_test(tcase, who_hangs_is_killed_and_the_next_still_runs);
	tcase_add_test(tcase, vrrp_that_has_just_died_left_its_addresses);
	tcase_add_test(tcase, the_worst_end_is_within_the_units_time);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
