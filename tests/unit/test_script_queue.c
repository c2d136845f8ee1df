/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which script may start, in what order, and which one is obsolete. */
#include "base/mem.h"
#include "daemon/script/queue.h"

#include <check.h>
#include <stdlib.h>

static uint64_t last_id;

static uint64_t id_of(struct script_run *run)
{
	uint64_t id = run ? run->id : 0;

	free(run);
	return id;
}

/* Returns its id, or 0 when the queue is full. */
static uint64_t push_event(struct script_queue *queue, uint64_t object, uint64_t event,
			   bool is_supersedable)
{
	struct script_run *run = mem_calloc(1, sizeof(*run));

	*run = (struct script_run){.id = ++last_id,
				   .object = object,
				   .event = event,
				   .is_supersedable = is_supersedable};
	if (script_queue_push(queue, run) == 0)
		return last_id;
	free(run);
	return 0;
}

static uint64_t ousted(struct script_queue *queue)
{
	return id_of(script_queue_next_ousted(queue));
}

/* *ret_older is the id of the run that it superseded, or 0. */
static uint64_t push(struct script_queue *queue, uint64_t object, bool is_supersedable,
		     uint64_t *ret_older)
{
	uint64_t id = push_event(queue, object, 0, is_supersedable), older = ousted(queue);

	ck_assert_uint_eq(ousted(queue), 0);
	if (ret_older)
		*ret_older = older;
	return id;
}

static uint64_t take(struct script_queue *queue)
{
	return id_of(script_queue_take(queue));
}

START_TEST(runs_of_one_object_wait_for_each_other)
{
	struct script_queue *queue = script_queue_new(64, 100);
	uint64_t first = push(queue, 1, false, NULL), second = push(queue, 1, false, NULL);
	uint64_t other = push(queue, 2, false, NULL);

	ck_assert_uint_eq(take(queue), first);
	ck_assert_uint_eq(take(queue), other);
	ck_assert_uint_eq(take(queue), 0);
	script_queue_finished(queue, 2);
	ck_assert_uint_eq(take(queue), 0);
	script_queue_finished(queue, 1);
	ck_assert_uint_eq(take(queue), second);
	script_queue_finished(queue, 1);
	ck_assert_uint_eq(script_queue_n_queued(queue) + script_queue_n_running(queue), 0);
	script_queue_free(queue);
}
END_TEST

START_TEST(newer_run_takes_the_place_of_an_older)
{
	struct script_queue *queue = script_queue_new(1, 100);
	uint64_t older, running = push(queue, 1, true, &older), must, newest, last;

	ck_assert_uint_eq(take(queue), running);
	must = push(queue, 1, false, &older);
	ck_assert_uint_eq(older, 0);
	last = push(queue, 1, true, &older);
	ck_assert_uint_eq(older, 0); /* what runs is not superseded, nor what is not supersedable */
	newest = push(queue, 1, true, &older);
	ck_assert_uint_eq(older, last);
	push(queue, 2, true, &older);
	ck_assert_uint_eq(older, 0); /* another object */
	script_queue_finished(queue, 1);
	take(queue);
	script_queue_finished(queue, 2);
	ck_assert_uint_eq(take(queue), must);
	script_queue_finished(queue, 1);
	ck_assert_uint_eq(take(queue), newest);
	script_queue_free(queue);
}
END_TEST

/* notify_backup hangs, and notify_master waits: the rest of the older state is left out. */
START_TEST(a_run_is_obsolete_when_a_newer_event_waits)
{
	struct script_queue *queue = script_queue_new(64, 100);
	uint64_t first = push_event(queue, 1, 7, true), second = push_event(queue, 1, 7, true);
	uint64_t newer;

	ck_assert(!script_queue_is_obsolete(queue, 1)); /* nothing runs */
	ck_assert_uint_eq(take(queue), first);
	ck_assert(!script_queue_is_obsolete(queue, 1)); /* the other script of the same state waits */
	script_queue_oust_obsolete(queue, 1);
	ck_assert_uint_eq(ousted(queue), 0);
	newer = push_event(queue, 1, 8, true);
	ck_assert(script_queue_is_obsolete(queue, 1));
	ck_assert(!script_queue_is_obsolete(queue, 2));
	script_queue_oust_obsolete(queue, 1);
	ck_assert_uint_eq(ousted(queue), second);
	ck_assert_uint_eq(ousted(queue), 0);
	script_queue_finished(queue, 1);
	ck_assert_uint_eq(take(queue), newer);
	script_queue_finished(queue, 1);
	script_queue_free(queue);
}
END_TEST

/* notify_all_states: each state is told, and no script is ended for a newer one. Neither is a check. */
START_TEST(a_run_that_must_be_told_is_never_obsolete)
{
	struct script_queue *queue = script_queue_new(64, 100);

	for (uint64_t event = 1; event <= 2; event++) {
		push_event(queue, 1, event, false);
		push_event(queue, 2, event, event == 1);
		push_event(queue, 3, event, event == 2);
		push_event(queue, 4, 0, true);
		while (take(queue))
			;
	}
	for (uint64_t object = 1; object <= 4; object++)
		ck_assert(!script_queue_is_obsolete(queue, object));
	while (ousted(queue))
		;
	script_queue_free(queue);
}
END_TEST

/* A state has two scripts: both are told or none, and the newest state always is. */
START_TEST(an_event_is_told_whole_or_not)
{
	struct script_queue *queue = script_queue_new(1, 100);
	uint64_t ids[4][2];

	for (uint64_t event = 1; event <= 3; event++) {
		for (size_t i = 0; i < 2; i++)
			ids[event][i] = push_event(queue, 1, event, true);
		if (event == 1)
			ck_assert_uint_eq(take(queue), ids[1][0]);
		if (event == 3) {
			ck_assert_uint_eq(ousted(queue), ids[2][0]);
			ck_assert_uint_eq(ousted(queue), ids[2][1]);
		}
		ck_assert_uint_eq(ousted(queue), 0);
	}
	script_queue_finished(queue, 1);
	ck_assert_uint_eq(take(queue), ids[1][1]);
	script_queue_finished(queue, 1);
	ck_assert_uint_eq(take(queue), ids[3][0]);
	/* It has begun: a newer state waits until it is told. */
	ids[2][0] = push_event(queue, 1, 4, true);
	ck_assert_uint_eq(ousted(queue), 0);
	script_queue_finished(queue, 1);
	ck_assert_uint_eq(take(queue), ids[3][1]);
	script_queue_finished(queue, 1);
	ck_assert_uint_eq(take(queue), ids[2][0]);
	script_queue_finished(queue, 1);
	script_queue_free(queue);
}
END_TEST

START_TEST(every_event_is_told_if_asked_but_for_too_many)
{
	struct script_queue *queue = script_queue_new(1, 10000);
	uint64_t first = push_event(queue, 1, 1, false), second = push_event(queue, 1, 1, false), id;

	ck_assert_uint_eq(take(queue), first);
	for (uint64_t i = 1; i < SCRIPT_OBJECT_QUEUED_MAX; i++)
		push_event(queue, 1, 1 + (i + 1) / 2, false);
	ck_assert_uint_eq(script_queue_n_queued(queue), SCRIPT_OBJECT_QUEUED_MAX);
	ck_assert_uint_eq(ousted(queue), 0);
	/* The event that has begun stays, the oldest behind it goes whole. */
	id = push_event(queue, 1, 1000, false);
	ck_assert_uint_eq(ousted(queue), second + 1);
	ck_assert_uint_eq(ousted(queue), second + 2);
	ck_assert_uint_eq(ousted(queue), 0);
	ck_assert_uint_eq(script_queue_n_queued(queue), SCRIPT_OBJECT_QUEUED_MAX - 1);
	script_queue_finished(queue, 1);
	ck_assert_uint_eq(take(queue), second);
	script_queue_finished(queue, 1);
	ck_assert_uint_eq(take(queue), second + 3);
	while (script_queue_n_running(queue)) {
		script_queue_finished(queue, 1);
		first = take(queue);
		second = first ? first : second;
	}
	ck_assert_uint_eq(second, id);
	script_queue_free(queue);
}
END_TEST

START_TEST(objects_take_turns)
{
	struct script_queue *queue = script_queue_new(1, 100);
	uint64_t busy[3], patient;

	for (int i = 0; i < 3; i++)
		busy[i] = push(queue, 1, false, NULL);
	patient = push(queue, 2, false, NULL);
	ck_assert_uint_eq(take(queue), busy[0]);
	script_queue_finished(queue, 1);
	ck_assert_uint_eq(take(queue), patient);
	script_queue_finished(queue, 2);
	ck_assert_uint_eq(take(queue), busy[1]);
	script_queue_free(queue);
}
END_TEST

START_TEST(superseding_keeps_the_turn)
{
	struct script_queue *queue = script_queue_new(1, 100);
	uint64_t newer;

	push(queue, 1, true, NULL);
	push(queue, 2, true, NULL);
	newer = push(queue, 1, true, NULL);
	ck_assert_uint_eq(take(queue), newer);
	script_queue_free(queue);
}
END_TEST

START_TEST(only_so_many_run_and_wait)
{
	struct script_queue *queue = script_queue_new(2, 3);
	uint64_t older, id[3];

	for (uint64_t i = 0; i < 3; i++)
		id[i] = push(queue, i, true, NULL);
	ck_assert_uint_eq(push(queue, 4, false, NULL), 0);
	id[0] = push(queue, 0, true, &older); /* full, but this one adds nothing */
	ck_assert_uint_ne(id[0], 0);
	ck_assert_uint_ne(older, 0);
	ck_assert_uint_eq(take(queue), id[0]);
	ck_assert_uint_eq(take(queue), id[1]);
	ck_assert_uint_eq(take(queue), 0);
	script_queue_finished(queue, 1);
	ck_assert_uint_eq(take(queue), id[2]);
	script_queue_free(queue);
}
END_TEST

START_TEST(dropped_runs_do_not_start)
{
	struct script_queue *queue = script_queue_new(2, 100);
	uint64_t running = push(queue, 1, false, NULL), a, b;

	ck_assert_uint_eq(take(queue), running);
	a = push(queue, 1, false, NULL);
	b = push(queue, 1, true, NULL);
	ck_assert_uint_eq(id_of(script_queue_drop(queue, 1)), a);
	ck_assert_uint_eq(id_of(script_queue_drop(queue, 1)), b);
	ck_assert_ptr_null(script_queue_drop(queue, 1));
	ck_assert_ptr_null(script_queue_drop(queue, 2));
	push(queue, 3, false, NULL);
	free(script_queue_drop(queue, 3));
	script_queue_finished(queue, 1);
	ck_assert_uint_eq(take(queue), 0);
	script_queue_free(queue);
}
END_TEST

START_TEST(many_objects_are_quick)
{
	struct script_queue *queue = script_queue_new(64, 100000);
	size_t n = 0;

	for (uint64_t i = 0; i < 100000; i++)
		push(queue, i * 2654435761u % 50000, i % 3 == 0, NULL);
	for (struct script_run *run; (run = script_queue_take(queue)); n++) {
		script_queue_finished(queue, run->object);
		free(run);
	}
	ck_assert_uint_gt(n, 50000);
	ck_assert_uint_eq(script_queue_n_queued(queue), 0);
	script_queue_free(queue);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("script queue");
	TCase *tc = tcase_create("queue");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_test(tc, runs_of_one_object_wait_for_each_other);
	tcase_add_test(tc, newer_run_takes_the_place_of_an_older);
	tcase_add_test(tc, objects_take_turns);
	tcase_add_test(tc, superseding_keeps_the_turn);
	tcase_add_test(tc, an_event_is_told_whole_or_not);
	tcase_add_test(tc, a_run_is_obsolete_when_a_newer_event_waits);
	tcase_add_test(tc, a_run_that_must_be_told_is_never_obsolete);
	tcase_add_test(tc, every_event_is_told_if_asked_but_for_too_many);
	tcase_add_test(tc, only_so_many_run_and_wait);
	tcase_add_test(tc, dropped_runs_do_not_start);
	tcase_add_test(tc, many_objects_are_quick);
	suite_add_tcase(suite, tc);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
