/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/deadlines.h"

#include <check.h>

#define IDS_MAX 200

static uint64_t state;

static unsigned below(unsigned n)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (unsigned)(state % n);
}

/* A plain list that says what the set must say. */
struct list {
	struct mono of[IDS_MAX];
};

static struct mono list_next(const struct list *list)
{
	struct mono next = MONO_NEVER;

	for (size_t i = 0; i < IDS_MAX; i++)
		next = mono_min(next, list->of[i]);
	return next;
}

static void check_take(struct deadlines *deadlines, struct list *list, struct mono now)
{
	struct mono next = list_next(list);
	unsigned id = 0;

	ck_assert_int_eq(deadlines_take(deadlines, now, &id), mono_reached(now, next));
	if (!mono_reached(now, next))
		return;
	ck_assert_int_eq(list->of[id].ns, next.ns);
	list->of[id] = MONO_NEVER;
}

/* Few different times, so that many are equal. */
static void change(struct deadlines *deadlines, struct list *list)
{
	unsigned id = below(IDS_MAX);
	struct mono deadline = below(4) ? (struct mono){below(50)} : MONO_NEVER;

	deadlines_set(deadlines, id, deadline);
	list->of[id] = deadline;
}

START_TEST(deadlines_say_what_a_list_says)
{
	struct deadlines deadlines = {0};
	struct list list;

	state = 88172645463325252ULL + (uint64_t)_i;
	for (size_t i = 0; i < IDS_MAX; i++)
		list.of[i] = MONO_NEVER;
	ck_assert(mono_is_never(deadlines_next(&deadlines)));
	for (size_t i = 0; i < 5000; i++) {
		if (below(3))
			change(&deadlines, &list);
		else
			check_take(&deadlines, &list, (struct mono){below(60)});
		ck_assert_int_eq(deadlines_next(&deadlines).ns, list_next(&list).ns);
	}
	deadlines_free(&deadlines);
}
END_TEST

START_TEST(deadlines_are_taken_in_order)
{
	struct deadlines deadlines = {0};
	int64_t before = 0;
	unsigned id;

	for (unsigned i = 0; i < 1000; i++)
		deadlines_set(&deadlines, i, (struct mono){(i * 7919) % 1009});
	for (unsigned i = 0; i < 1000; i++) {
		ck_assert(deadlines_take(&deadlines, (struct mono){2000}, &id));
		ck_assert_int_ge((id * 7919) % 1009, before);
		before = (id * 7919) % 1009;
	}
	ck_assert(!deadlines_take(&deadlines, (struct mono){2000}, &id));
	deadlines_free(&deadlines);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("deadlines");
	TCase *tcase = tcase_create("deadlines");
	SRunner *runner;
	int failed;

	tcase_add_loop_test(tcase, deadlines_say_what_a_list_says, 0, 20);
	tcase_add_test(tcase, deadlines_are_taken_in_order);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
