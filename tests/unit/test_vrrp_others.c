/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the log says of the other routers of an instance, and what the guard does without any. */
#include "base/log.h"
#include "vrrp/guard.h"
#include "vrrp/others.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define NOW ((struct mono){1000 * NS_PER_S})

/* An advertisement is heard seconds after NOW. Returns what is logged, "" for nothing. */
static const char *said(struct vrrp_others *others, const struct vrrp_fsm *fsm, uint8_t priority,
			int64_t interval_ns, int64_t seconds)
{
	static char line[LOG_RECORD_MAX + 1];
	const struct vrrp_fsm_conf conf = {.version = 3, .priority = 150, .interval_ns = NS_PER_S};
	const struct vrrp_event advert = {.kind = VRRP_EVENT_ADVERT,
					  .priority = priority,
					  .interval_ns = interval_ns,
					  .source = {AF_INET, {10, 0, 0, 9}}};
	int fds[2];
	ssize_t n;

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, fds), 0);
	log_to_socket(fds[0]);
	vrrp_others_heard(others, "web", &conf, fsm, &advert, true,
			  mono_add_ns(NOW, seconds * NS_PER_S));
	log_to_socket(-1);
	n = recv(fds[1], line, sizeof(line) - 1, MSG_DONTWAIT);
	close(fds[0]);
	close(fds[1]);
	line[n > 0 ? n : 0] = '\0';
	return n > 0 ? line + LOG_RECORD_HEAD : "";
}

/* Another master goes on, though with a minute between its advertisements at most. */
START_TEST(a_rival_advertises_twice_in_a_minute)
{
	const struct vrrp_fsm master = {.state = VRRP_MASTER};
	struct vrrp_others others = {0};

	ck_assert_str_eq(said(&others, &master, 100, NS_PER_S, 0), "");
	ck_assert_str_eq(said(&others, &master, 100, NS_PER_S, 60), "");
	ck_assert_str_eq(said(&others, &master, 100, NS_PER_S, 119),
			 "vrrp=web 10.0.0.9 is master too, with priority 100 (2 advertisements)");
	ck_assert_str_eq(said(&others, &master, 100, NS_PER_S, 120), "");
	ck_assert_str_eq(said(&others, &master, 100, NS_PER_S, 179),
			 "vrrp=web 10.0.0.9 is master too, with priority 100 (2 advertisements)");
	/* A router that resigns is none. */
	ck_assert_str_eq(said(&others, &master, VRRP_PRIORITY_STOP, NS_PER_S, 300), "");
	ck_assert_str_eq(said(&others, &master, VRRP_PRIORITY_STOP, NS_PER_S, 301), "");
}
END_TEST

/* This router preempts: the old master sends an advertisement before it has heard the new one, and
 * its last one after that. */
START_TEST(a_master_that_yields_is_no_rival)
{
	const struct vrrp_fsm master = {.state = VRRP_MASTER};
	struct vrrp_others others = {0};

	ck_assert_str_eq(said(&others, &master, 100, NS_PER_S, 0), "");
	ck_assert_str_eq(said(&others, &master, 100, NS_PER_S, 1), "");
	ck_assert_str_eq(said(&others, &master, 100, NS_PER_S, 2),
			 "vrrp=web 10.0.0.9 is master too, with priority 100 (3 advertisements)");
}
END_TEST

/* The end of it is said too, though it comes within the minute. */
START_TEST(a_long_interval_and_its_end_are_said)
{
	struct vrrp_fsm backup = {.state = VRRP_BACKUP, .master_interval_ns = 40 * NS_PER_S};
	struct vrrp_others others = {0};

	ck_assert_ptr_nonnull(strstr(said(&others, &backup, 200, 40 * NS_PER_S, 0),
				     "10.0.0.9 advertises every 40.00 s"));
	backup.master_interval_ns = NS_PER_S;
	ck_assert_ptr_nonnull(strstr(said(&others, &backup, 200, NS_PER_S, 1),
				     "10.0.0.9 advertises every 1.00 s (advert_int here: 1.00 s)"));
	ck_assert_str_eq(said(&others, &backup, 200, NS_PER_S, 2), "");
}
END_TEST

/* --- the guard of a router that knows no other --- */

static enum vrrp_guard_verdict lose_alone(struct vrrp_guard *guard, int64_t ms)
{
	vrrp_guard_miss(guard, VRRP_GUARD_REMOVED, 100 * NS_PER_MS, mono_add_ms(NOW, ms));
	return vrrp_guard_attempt(guard, true, vrrp_guard_wake(guard));
}

/* Five losses are said, and then there is one alarm in a minute, for as long as it goes on. */
START_TEST(a_lone_guard_never_gives_up)
{
	struct vrrp_guard guard = {0};
	unsigned n_alarms = 0;

	vrrp_guard_begin(&guard, NOW);
	for (int i = 0; i < VRRP_GUARD_LOSSES_MAX; i++)
		ck_assert_int_eq(lose_alone(&guard, i * 2000), VRRP_GUARD_SAY);
	ck_assert_int_eq(lose_alone(&guard, 10000), VRRP_GUARD_ALARM);
	for (int i = 6; i < 6 + 300; i++) {
		enum vrrp_guard_verdict verdict = lose_alone(&guard, i * 2000);

		ck_assert_int_ne(verdict, VRRP_GUARD_GIVE_UP);
		n_alarms += verdict == VRRP_GUARD_ALARM;
	}
	ck_assert_uint_ge(n_alarms, 8);
	ck_assert_uint_le(n_alarms, 10);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("vrrp_others");
	TCase *others = tcase_create("others");
	SRunner *runner = srunner_create(suite);
	int failed;

	suite_add_tcase(suite, others);
	tcase_add_test(others, a_long_interval_and_its_end_are_said);
	tcase_add_test(others, a_rival_advertises_twice_in_a_minute);
	tcase_add_test(others, a_master_that_yields_is_no_rival);
	tcase_add_test(others, a_lone_guard_never_gives_up);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
