/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a vrrp process does without a supervisor: the decision. */
#include "vrrp/orphan/orphan.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static const struct vrrp_orphan_facts at_work = {.is_at_work = true, .is_reachable = true, .nonce = 7};
static const struct vrrp_orphan_facts of_another = {.is_at_work = true, .is_reachable = true, .nonce = 8};

START_TEST(a_process_with_a_supervisor_hears_no_successor)
{
	for (int event = VRRP_ORPHAN_CALLED; event < VRRP_ORPHAN_EVENTS; event++) {
		struct vrrp_orphan orphan = {0};

		ck_assert_int_eq(vrrp_orphan_step(&orphan, (enum vrrp_orphan_event)event, &at_work),
				 VRRP_ORPHAN_NOTHING);
		ck_assert(!orphan.is_over);
	}
}
END_TEST

START_TEST(who_goes_on_when_the_supervisor_dies)
{
	static const struct {
		struct vrrp_orphan_facts facts;
		enum vrrp_orphan_act act;
	} cases[] = {
	    {{.is_at_work = true, .is_reachable = true}, VRRP_ORPHAN_SERVE},
	    {{.is_at_work = true}, VRRP_ORPHAN_HAND_OVER}, /* a successor would not find it */
	    {{.is_reachable = true}, VRRP_ORPHAN_HAND_OVER},
	    {{.is_at_work = true, .is_reachable = true, .is_leaving = true}, VRRP_ORPHAN_NOTHING},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct vrrp_orphan orphan = {0};

		ck_assert_int_eq(vrrp_orphan_step(&orphan, VRRP_ORPHAN_ALONE, &cases[i].facts),
				 cases[i].act);
		ck_assert_int_eq(orphan.is_over, cases[i].act != VRRP_ORPHAN_SERVE);
	}
}
END_TEST

static struct vrrp_orphan orphan_new(void)
{
	struct vrrp_orphan orphan = {0};

	ck_assert_int_eq(vrrp_orphan_step(&orphan, VRRP_ORPHAN_ALONE, &at_work), VRRP_ORPHAN_SERVE);
	return orphan;
}

START_TEST(only_the_successor_that_was_told_relieves)
{
	struct vrrp_orphan orphan = orphan_new();

	ck_assert_int_eq(vrrp_orphan_step(&orphan, VRRP_ORPHAN_RELIEVED, &at_work), VRRP_ORPHAN_NOTHING);
	ck_assert_int_eq(vrrp_orphan_step(&orphan, VRRP_ORPHAN_ASKED, &at_work), VRRP_ORPHAN_TELL);
	ck_assert_int_eq(vrrp_orphan_step(&orphan, VRRP_ORPHAN_RELIEVED, &of_another), VRRP_ORPHAN_NOTHING);
	ck_assert_int_eq(vrrp_orphan_step(&orphan, VRRP_ORPHAN_LOST, &at_work), VRRP_ORPHAN_NOTHING);
	ck_assert_int_eq(vrrp_orphan_step(&orphan, VRRP_ORPHAN_RELIEVED, &at_work), VRRP_ORPHAN_NOTHING);
	ck_assert_int_eq(vrrp_orphan_step(&orphan, VRRP_ORPHAN_ASKED, &of_another), VRRP_ORPHAN_TELL);
	ck_assert_int_eq(vrrp_orphan_step(&orphan, VRRP_ORPHAN_RELIEVED, &of_another), VRRP_ORPHAN_END);
	ck_assert_int_eq(vrrp_orphan_step(&orphan, VRRP_ORPHAN_TIME_OVER, &of_another), VRRP_ORPHAN_NOTHING);
}
END_TEST

START_TEST(what_ends_an_orphan_by_a_handover)
{
	static const enum vrrp_orphan_event events[] = {VRRP_ORPHAN_ASKED_BY_OTHER, VRRP_ORPHAN_REFUSED,
							VRRP_ORPHAN_TIME_OVER};

	for (size_t i = 0; i < sizeof(events) / sizeof(events[0]); i++) {
		struct vrrp_orphan orphan = orphan_new();

		ck_assert_int_eq(vrrp_orphan_step(&orphan, events[i], &at_work), VRRP_ORPHAN_HAND_OVER);
		for (int event = 0; event < VRRP_ORPHAN_EVENTS; event++)
			ck_assert_int_eq(vrrp_orphan_step(&orphan, (enum vrrp_orphan_event)event, &at_work),
					 VRRP_ORPHAN_NOTHING);
	}
}
END_TEST

/* A successor that was told the states may act by them already, when the time is over. */
START_TEST(who_was_told_in_time_takes_over)
{
	struct vrrp_orphan orphan = orphan_new();

	ck_assert_int_eq(vrrp_orphan_step(&orphan, VRRP_ORPHAN_ASKED, &at_work), VRRP_ORPHAN_TELL);
	ck_assert_int_eq(vrrp_orphan_step(&orphan, VRRP_ORPHAN_TIME_OVER, &at_work), VRRP_ORPHAN_NOTHING);
	ck_assert_int_eq(vrrp_orphan_step(&orphan, VRRP_ORPHAN_RELIEVED, &at_work), VRRP_ORPHAN_END);
	orphan = orphan_new();
	ck_assert_int_eq(vrrp_orphan_step(&orphan, VRRP_ORPHAN_ASKED, &at_work), VRRP_ORPHAN_TELL);
	ck_assert_int_eq(vrrp_orphan_step(&orphan, VRRP_ORPHAN_TIME_OVER, &at_work), VRRP_ORPHAN_NOTHING);
	ck_assert_int_eq(vrrp_orphan_step(&orphan, VRRP_ORPHAN_LOST, &at_work), VRRP_ORPHAN_HAND_OVER);
}
END_TEST

/* SIGTERM came to the orphan. */
START_TEST(an_orphan_that_leaves_is_not_taken_over)
{
	const struct vrrp_orphan_facts leaving = {
	    .is_at_work = true, .is_reachable = true, .is_leaving = true, .nonce = 7};
	struct vrrp_orphan orphan = orphan_new();

	ck_assert_int_eq(vrrp_orphan_step(&orphan, VRRP_ORPHAN_ASKED, &leaving), VRRP_ORPHAN_SAY);
	ck_assert(orphan.is_over);
	ck_assert_int_eq(vrrp_orphan_step(&orphan, VRRP_ORPHAN_RELIEVED, &leaving), VRRP_ORPHAN_NOTHING);
	ck_assert_int_eq(vrrp_orphan_step(&orphan, VRRP_ORPHAN_CALLED, &leaving), VRRP_ORPHAN_SAY);
	/* Its supervisor died while it handed over. */
	orphan = (struct vrrp_orphan){0};
	ck_assert_int_eq(vrrp_orphan_step(&orphan, VRRP_ORPHAN_CALLED, &leaving), VRRP_ORPHAN_NOTHING);
	ck_assert_int_eq(vrrp_orphan_step(&orphan, VRRP_ORPHAN_ALONE, &leaving), VRRP_ORPHAN_NOTHING);
	ck_assert_int_eq(vrrp_orphan_step(&orphan, VRRP_ORPHAN_CALLED, &leaving), VRRP_ORPHAN_SAY);
}
END_TEST

/* Whoever has relieved it has died, and nobody serves. */
START_TEST(an_orphan_that_is_forsaken_goes_on)
{
	struct vrrp_orphan orphan = orphan_new();

	ck_assert_int_eq(vrrp_orphan_step(&orphan, VRRP_ORPHAN_FORSAKEN, &at_work), VRRP_ORPHAN_NOTHING);
	vrrp_orphan_step(&orphan, VRRP_ORPHAN_ASKED, &at_work);
	ck_assert_int_eq(vrrp_orphan_step(&orphan, VRRP_ORPHAN_RELIEVED, &at_work), VRRP_ORPHAN_END);
	ck_assert_int_eq(vrrp_orphan_step(&orphan, VRRP_ORPHAN_FORSAKEN, &at_work), VRRP_ORPHAN_GO_ON);
	ck_assert_int_eq(vrrp_orphan_step(&orphan, VRRP_ORPHAN_RELIEVED, &at_work), VRRP_ORPHAN_NOTHING);
	ck_assert_int_eq(vrrp_orphan_step(&orphan, VRRP_ORPHAN_ASKED, &of_another), VRRP_ORPHAN_TELL);
	ck_assert_int_eq(vrrp_orphan_step(&orphan, VRRP_ORPHAN_RELIEVED, &of_another), VRRP_ORPHAN_END);
	/* Its time goes on. */
	ck_assert_int_eq(vrrp_orphan_step(&orphan, VRRP_ORPHAN_FORSAKEN, &at_work), VRRP_ORPHAN_GO_ON);
	ck_assert_int_eq(vrrp_orphan_step(&orphan, VRRP_ORPHAN_TIME_OVER, &at_work), VRRP_ORPHAN_HAND_OVER);
	ck_assert_int_eq(vrrp_orphan_step(&orphan, VRRP_ORPHAN_FORSAKEN, &at_work), VRRP_ORPHAN_NOTHING);
}
END_TEST

START_TEST(succeed_names_nonce_and_version)
{
	char body[sizeof(uint64_t) + VRRP_ORPHAN_VERSION_MAX];
	size_t len = vrrp_orphan_succeed_encode(7, body);
	uint64_t nonce = 0;
	bool is_same = false;

	ck_assert_int_eq(vrrp_orphan_succeed_decode(body, len, &nonce, &is_same), 0);
	ck_assert(nonce == 7 && is_same);
	ck_assert_int_eq(vrrp_orphan_succeed_decode(body, len - 1, &nonce, &is_same), 0);
	ck_assert(!is_same);
	body[len]++;
	ck_assert_int_eq(vrrp_orphan_succeed_decode(body, len + 1, &nonce, &is_same), 0);
	ck_assert(!is_same);
	body[len - 1]++;
	ck_assert_int_eq(vrrp_orphan_succeed_decode(body, len, &nonce, &is_same), 0);
	ck_assert(!is_same);
	ck_assert_int_lt(vrrp_orphan_succeed_decode(body, 7, &nonce, &is_same), 0);
	memset(body, 0, sizeof(nonce));
	ck_assert_int_lt(vrrp_orphan_succeed_decode(body, len, &nonce, &is_same), 0);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("vrrp_orphan_step");
	TCase *tcase = tcase_create("decision");
	SRunner *runner = srunner_create(suite);
	int n_failed;

	suite_add_tcase(suite, tcase);
	tcase_add_test(tcase, a_process_with_a_supervisor_hears_no_successor);
	tcase_add_test(tcase, who_goes_on_when_the_supervisor_dies);
	tcase_add_test(tcase, only_the_successor_that_was_told_relieves);
	tcase_add_test(tcase, what_ends_an_orphan_by_a_handover);
	tcase_add_test(tcase, who_was_told_in_time_takes_over);
	tcase_add_test(tcase, an_orphan_that_leaves_is_not_taken_over);
	tcase_add_test(tcase, an_orphan_that_is_forsaken_goes_on);
	tcase_add_test(tcase, succeed_names_nonce_and_version);
	srunner_run_all(runner, CK_ENV);
	n_failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return n_failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
