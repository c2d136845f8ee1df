/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Two sessions on a bad network, 10,000 times: frames are lost, doubled, delayed and brought again from earlier, and
 * both processes are replaced at any moment. The rig checks each delivery and each number that is sealed. When the
 * network is well again, there is a session within a bound of time.
 */
#include "tests/unit/relay_rig.h"

#include <stdlib.h>

#define N_RUNS	10000
#define N_PARTS 4 /* processes of the test, each with as many runs */
/* Of a well network: the silence of 2 s, HELLOs at most a second apart, and round trips. */
#define JOIN_MAX_NS (3200 * NS_PER_MS)

/* One that was sent, to whom it was for or to any end. */
static void bring_again(struct rig *rig, bool to_any)
{
	size_t n = rig->n_record < RIG_RECORD ? rig->n_record : RIG_RECORD;
	const struct rig_datagram *old;

	if (!n)
		return;
	old = &rig->record[rig_random(rig, n)];
	rig_carry(rig, to_any ? (int)rig_random(rig, 2) : old->to, old->bytes, old->len);
}

static void act(struct rig *rig)
{
	switch (rig_random(rig, 12)) {
	case 0:
		rig_restart(rig, (int)rig_random(rig, 2));
		break;
	case 1:
	case 2:
		for (uint64_t n = rig_random(rig, 20); n > 0; n--)
			bring_again(rig, n % 4 == 0);
		break;
	default:
		for (uint64_t n = rig_random(rig, 8); n > 0; n--)
			rig_send(rig, (int)rig_random(rig, 2), 8 + rig_random(rig, 40));
	}
}

static int64_t run_once(struct rig *rig)
{
	/* A time of trouble. Half of the runs begin with a session. */
	if (rig_random(rig, 2))
		rig_join(rig, NS_PER_S);
	rig->loss = (unsigned)rig_random(rig, 3) * 25;
	rig->twice = (unsigned)rig_random(rig, 40);
	rig->delay_ns = (int64_t)rig_random(rig, 4) * 60 * NS_PER_MS;
	for (uint64_t n = rig_random(rig, 40); n > 0; n--) {
		act(rig);
		rig_run(rig, (int64_t)rig_random(rig, 60) * NS_PER_MS);
	}
	rig->loss = rig->twice = 0;
	rig->delay_ns = (int64_t)rig_random(rig, 2) * 10 * NS_PER_MS;
	return rig_join(rig, JOIN_MAX_NS);
}

START_TEST(a_session_comes_again_and_nothing_comes_twice)
{
	unsigned n_sessions = 0, n_frames = 0;
	int64_t longest = 0;

	for (int i = 0; i < N_RUNS / N_PARTS; i++) {
		struct rig *rig = rig_new((uint64_t)_i * N_RUNS + (uint64_t)i + 1);
		int64_t took = run_once(rig);
		unsigned n_new;

		/* And it stays, without any further handshake. */
		rig_run(rig, NS_PER_S);
		n_new = rig->ends[0].n_new + rig->ends[1].n_new;
		rig_run(rig, 3 * NS_PER_S);
		ck_assert(rig_is_joined(rig));
		ck_assert_uint_eq(rig->ends[0].n_new + rig->ends[1].n_new, n_new);
		n_sessions += n_new;
		n_frames += rig->ends[0].n_frames + rig->ends[1].n_frames;
		longest = took > longest ? took : longest;
		rig_free(rig);
	}
	/* Not too tame. */
	ck_assert_uint_gt(n_sessions, 4 * N_RUNS / N_PARTS);
	ck_assert_uint_gt(n_frames, 50 * N_RUNS / N_PARTS);
	if (getenv("RELAY_FIGURES"))
		fprintf(stderr, "part %d: %u sessions, %u frames, longest %ld ms\n", _i, n_sessions, n_frames,
			(long)(longest / NS_PER_MS));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("relay_property");
	TCase *tcase = tcase_create("property");
	SRunner *runner;
	int failed;

	tcase_set_timeout(tcase, 120);
	tcase_add_loop_test(tcase, a_session_comes_again_and_nothing_comes_twice, 0, N_PARTS);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
