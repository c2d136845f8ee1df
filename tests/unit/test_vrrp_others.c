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

static struct conf_vrrp file = {.name = "web", .version = 3, .advert_int_us = 1000000, .n_vips = 3};

/* Where a line of the log arrives. */
static int fds[2];

static void log_begin(void)
{
	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, fds), 0);
	log_to_socket(fds[0]);
}

/* What was logged since, "" for nothing. */
static const char *log_end(bool has_said)
{
	static char line[LOG_RECORD_MAX + 1];
	ssize_t n;

	log_to_socket(-1);
	n = recv(fds[1], line, sizeof(line) - 1, MSG_DONTWAIT);
	close(fds[0]);
	close(fds[1]);
	line[n > 0 ? n : 0] = '\0';
	ck_assert(has_said == (n > 0));
	return n > 0 ? line + LOG_RECORD_HEAD : "";
}

static struct mono at(int64_t seconds)
{
	return mono_add_ns(NOW, seconds * NS_PER_S);
}

/* An advertisement is heard seconds after NOW. Returns what is logged, "" for nothing. */
static const char *said(struct vrrp_others *others, const struct vrrp_fsm *fsm, uint8_t priority,
			int64_t interval_ns, int64_t seconds)
{
	const struct vrrp_fsm_conf conf = {.version = 3, .priority = 150, .interval_ns = NS_PER_S};
	const struct vrrp_router_action action = {.is_same_list = true,
						  .advert = {.kind = VRRP_EVENT_ADVERT,
							     .priority = priority,
							     .interval_ns = interval_ns,
							     .source = {AF_INET, {10, 0, 0, 9}}}};

	log_begin();
	return log_end(vrrp_others_heard(others, &file, &conf, fsm, &action, at(seconds)));
}

static const char *said_of_list(struct vrrp_others *others, const struct vrrp_odd_list *list)
{
	const struct vrrp_fsm_conf conf = {.version = 3, .priority = 150, .interval_ns = NS_PER_S};
	const struct vrrp_fsm backup = {.state = VRRP_BACKUP};
	const struct vrrp_router_action action = {
	    .odd_list = *list,
	    .advert = {.interval_ns = NS_PER_S, .source = {AF_INET, {10, 0, 0, 9}}}};

	log_begin();
	return log_end(vrrp_others_heard(others, &file, &conf, &backup, &action, NOW));
}

static const char *said_of_ignored(struct vrrp_others *others, enum vrrp_reason reason,
				   int64_t seconds)
{
	const struct vrrp_router_action action = {
	    .reason = reason,
	    .version = 2,
	    .advert = {.interval_ns = 3 * NS_PER_S, .source = {AF_INET, {10, 0, 0, 9}}}};

	log_begin();
	return log_end(vrrp_others_rejected(others, &file, &action, at(seconds)));
}

static const char *said_of_lapse(struct vrrp_others *others, int64_t seconds)
{
	log_begin();
	return log_end(vrrp_others_settle(others, "web", at(seconds)));
}

/* Whoever reads the line need not look into two files. */
START_TEST(an_ignored_advertisement_is_compared)
{
	struct vrrp_others others = {0};
	char peer[ADDR_TEXT_MAX];

	ck_assert_str_eq(said_of_ignored(&others, VRRP_REJECT_VERSION, 0),
			 "vrrp=web advertisement from 10.0.0.9 is ignored: its VRRP version is not "
			 "this instance's: version 2, here 3 (1 since the last line)");
	ck_assert_int_eq(others.mismatch.kind, VRRP_MISMATCH_VERSION);
	ck_assert_str_eq(others.mismatch.text, "version 2, here 3");
	ck_assert_str_eq(addr_format(&others.mismatch.peer, peer), "10.0.0.9");
	ck_assert_str_eq(said_of_ignored(&others, VRRP_REJECT_VERSION, 59), "");
	ck_assert_int_eq(mono_sub(others.mismatch.at, NOW), 0);
	ck_assert_ptr_nonnull(
	    strstr(said_of_ignored(&others, VRRP_REJECT_INTERVAL, 60), "advert_int 3.00 s, here 1.00 s"));
	ck_assert_str_eq(said_of_ignored(&others, VRRP_REJECT_CHECKSUM, 61),
			 "vrrp=web advertisement from 10.0.0.9 is ignored: its checksum is wrong (1 "
			 "since the last line)");
	/* There are no two values to compare. */
	ck_assert_int_eq(others.mismatch.kind, VRRP_MISMATCH_INTERVAL);
	said_of_ignored(&others, VRRP_REJECT_AUTH_DATA, 62);
	ck_assert_int_eq(others.mismatch.kind, VRRP_MISMATCH_AUTH);
	vrrp_others_reset(&others);
	ck_assert_int_eq(others.mismatch.kind, VRRP_MISMATCH_NONE);
	vrrp_others_fini(&others);
}
END_TEST

START_TEST(another_list_is_compared)
{
	struct vrrp_odd_list list = {.n = 2, .odd = {AF_INET, {10, 0, 0, 101}}};
	struct vrrp_others others = {0};

	ck_assert_str_eq(said_of_list(&others, &list),
			 "vrrp=web 10.0.0.9 advertises another list of addresses than this router "
			 "has: 2 addresses, here 3; 10.0.0.101 is only in this router's list");
	ck_assert_int_eq(others.mismatch.kind, VRRP_MISMATCH_ADDRESSES);
	ck_assert_str_eq(said_of_list(&others, &list), "");
	vrrp_others_reset(&others);
	list.is_theirs = true;
	list.n = 1;
	ck_assert_ptr_nonnull(strstr(said_of_list(&others, &list),
				     ": 1 address, here 3; 10.0.0.101 is only in its list"));
	vrrp_others_fini(&others);
}
END_TEST

/* Version 2: the advertisements are ignored, so none that is accepted can end it. */
START_TEST(a_mismatch_of_ignored_advertisements_ends_when_they_stay_away)
{
	struct vrrp_others others = {0};

	ck_assert_str_ne(said_of_ignored(&others, VRRP_REJECT_INTERVAL, 0), "");
	ck_assert_str_ne(said_of_ignored(&others, VRRP_REJECT_INTERVAL, 60), "");
	ck_assert_int_eq(mono_sub(vrrp_others_wake(&others), at(72)), 0);
	/* Each of them counts, also one that no line is about. */
	ck_assert_str_eq(said_of_ignored(&others, VRRP_REJECT_INTERVAL, 61), "");
	ck_assert(!vrrp_others_settle(&others, "web", at(72)));
	ck_assert_str_eq(said_of_lapse(&others, 73),
			 "vrrp=web 10.0.0.9 was not heard again for 12 s, so this is over: advert_int 3.00 s, "
			 "here 1.00 s");
	ck_assert_int_eq(mono_sub(vrrp_others_wake(&others), at(120)), 0); /* the one that no line has counted */
	ck_assert(vrrp_others_settle(&others, "web", at(120)));
	ck_assert_int_eq(others.mismatch.kind, VRRP_MISMATCH_NONE);
	ck_assert(mono_is_never(vrrp_others_wake(&others)));
	vrrp_others_fini(&others);
}
END_TEST

/* The status must not show what is no more. */
START_TEST(a_mismatch_ends_with_its_cause)
{
	const struct vrrp_fsm backup = {.state = VRRP_BACKUP, .master_interval_ns = NS_PER_S};
	struct vrrp_odd_list list = {.n = 2, .odd = {AF_INET, {10, 0, 0, 101}}};
	struct vrrp_others others = {0};

	said_of_ignored(&others, VRRP_REJECT_VERSION, 0);
	ck_assert_str_eq(said(&others, &backup, 100, NS_PER_S, 1),
			 "vrrp=web 10.0.0.9 fits again; before: version 2, here 3");
	ck_assert_int_eq(others.mismatch.kind, VRRP_MISMATCH_NONE);
	said_of_list(&others, &list);
	ck_assert_int_eq(others.mismatch.kind, VRRP_MISMATCH_ADDRESSES);
	ck_assert_str_ne(said(&others, &backup, 100, NS_PER_S, 1), "");
	ck_assert_int_eq(others.mismatch.kind, VRRP_MISMATCH_NONE);
	/* It is said again if it comes again, once a minute at most. */
	ck_assert_str_eq(said_of_list(&others, &list), "");
	others.quiet_until = mono_add_ns(others.quiet_until, -60 * NS_PER_S);
	ck_assert_str_ne(said_of_list(&others, &list), "");
	vrrp_others_reset(&others);
	/* The other one is silent: no advertisement shows that it fits. */
	vrrp_others_fini(&others);
	others = (struct vrrp_others){0};
	said_of_ignored(&others, VRRP_REJECT_AUTH_DATA, 0);
	ck_assert_int_eq(mono_sub(vrrp_others_wake(&others), at(12)), 0);
	ck_assert(!vrrp_others_settle(&others, "web", at(11)));
	ck_assert(vrrp_others_settle(&others, "web", at(12)));
	ck_assert_int_eq(others.mismatch.kind, VRRP_MISMATCH_NONE);
	ck_assert(mono_is_never(vrrp_others_wake(&others)));
	vrrp_others_fini(&others);
}
END_TEST

/* A healthy master hears nobody: a peer that was wrong and is a good backup now sends nothing. */
START_TEST(a_mismatch_of_a_silent_router_lapses)
{
	const struct vrrp_fsm backup = {.state = VRRP_BACKUP, .master_interval_ns = NS_PER_S},
			      master = {.state = VRRP_MASTER};
	struct vrrp_others others = {0};

	ck_assert_str_ne(said(&others, &backup, 150, NS_PER_S, 0), "");
	ck_assert_str_eq(said(&others, &backup, 150, NS_PER_S, 1), "");
	ck_assert_int_eq(mono_sub(vrrp_others_wake(&others), at(11)), 0);
	ck_assert_str_eq(said_of_lapse(&others, 10), "");
	ck_assert_str_eq(said_of_lapse(&others, 11),
			 "vrrp=web 10.0.0.9 was not heard again for 10 s, so this is over: priority 150, here "
			 "too");
	ck_assert_int_eq(others.mismatch.kind, VRRP_MISMATCH_NONE);
	/* It is said again when it comes again, once a minute at most. */
	ck_assert_str_eq(said(&others, &backup, 150, NS_PER_S, 20), "");
	ck_assert_str_ne(said(&others, &backup, 150, NS_PER_S, 60), "");
	ck_assert_int_eq(others.mismatch.kind, VRRP_MISMATCH_PRIORITY);
	vrrp_others_fini(&others);
	/* A split brain that has healed */
	others = (struct vrrp_others){0};
	for (int i = 0; i < 4; i++)
		said(&others, &master, 100, 5 * NS_PER_S, 5 * i);
	ck_assert_int_eq(others.mismatch.kind, VRRP_MISMATCH_MASTER);
	ck_assert_str_ne(said_of_lapse(&others, 35), "");
	ck_assert_int_eq(others.mismatch.kind, VRRP_MISMATCH_NONE);
	/* and has not: the status shows it at once, though the line must wait */
	ck_assert_str_eq(said(&others, &master, 100, 5 * NS_PER_S, 37), "");
	ck_assert_int_eq(others.mismatch.kind, VRRP_MISMATCH_MASTER);
	vrrp_others_fini(&others);
}
END_TEST

/* Different priorities in the files would be no way out. */
START_TEST(two_released_routers_are_named_as_such)
{
	const struct vrrp_fsm_conf conf = {
	    .version = 3, .priority = 1, .interval_ns = NS_PER_S, .is_released = true};
	const struct vrrp_router_action action = {.is_same_list = true,
						  .advert = {.priority = 1,
							     .interval_ns = NS_PER_S,
							     .source = {AF_INET, {10, 0, 0, 9}}}};
	const struct vrrp_fsm master = {.state = VRRP_MASTER};
	struct vrrp_others others = {0};

	log_begin();
	ck_assert_str_eq(
	    log_end(vrrp_others_heard(&others, &file, &conf, &master, &action, NOW)),
	    "vrrp=web 10.0.0.9 has the priority 1 of a released router, and this router is released too, so "
	    "neither stands back for the other: run `lvsctl vrrp resume web` on the one that is to serve");
	ck_assert_str_eq(others.mismatch.text,
			 "priority 1, here too: an operator has released both; `lvsctl vrrp resume` on the one "
			 "that is to serve ends that");
	vrrp_others_fini(&others);
}
END_TEST

START_TEST(an_equal_priority_is_said_once)
{
	const struct vrrp_fsm backup = {.state = VRRP_BACKUP, .master_interval_ns = NS_PER_S};
	struct vrrp_others others = {0};

	ck_assert_ptr_nonnull(strstr(said(&others, &backup, 150, NS_PER_S, 0), "same priority 150"));
	ck_assert_int_eq(others.mismatch.kind, VRRP_MISMATCH_PRIORITY);
	ck_assert_str_eq(others.mismatch.text, "priority 150, here too");
	ck_assert_str_eq(said(&others, &backup, 150, NS_PER_S, 1), "");
	vrrp_others_fini(&others);
}
END_TEST

#define RIVAL                                                                                      \
	"vrrp=web 10.0.0.9 is master too, with priority 100, here 150 (2 advertisements): it does " \
	"not hear this router, or does not step down"

/* Another master goes on, though with a minute between its advertisements at most. */
START_TEST(a_rival_advertises_twice_in_a_minute)
{
	const struct vrrp_fsm master = {.state = VRRP_MASTER};
	struct vrrp_others others = {0};

	ck_assert_str_eq(said(&others, &master, 100, NS_PER_S, 0), "");
	ck_assert_str_eq(said(&others, &master, 100, NS_PER_S, 60), "");
	ck_assert_str_eq(said(&others, &master, 100, NS_PER_S, 119),
			 RIVAL);
	ck_assert_str_eq(said(&others, &master, 100, NS_PER_S, 120), "");
	ck_assert_str_eq(said(&others, &master, 100, NS_PER_S, 179),
			 RIVAL);
	ck_assert_int_eq(others.mismatch.kind, VRRP_MISMATCH_MASTER);
	ck_assert_str_eq(others.mismatch.text, "master too, with priority 100, here 150");
	/* A router that resigns is none. */
	ck_assert_str_eq(said(&others, &master, VRRP_PRIORITY_STOP, NS_PER_S, 300), "");
	ck_assert_str_eq(said(&others, &master, VRRP_PRIORITY_STOP, NS_PER_S, 301), "");
	vrrp_others_fini(&others);
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
			 "vrrp=web 10.0.0.9 is master too, with priority 100, here 150 (3 advertisements): "
			 "it does not hear this router, or does not step down");
	vrrp_others_fini(&others);
}
END_TEST

/* A healthy pair: this router fails and returns twice within a minute. Each time the old master sends
 * its last advertisement. */
START_TEST(each_term_counts_its_own_rivals)
{
	const struct vrrp_fsm master = {.state = VRRP_MASTER};
	struct vrrp_others others = {0};

	vrrp_others_begin_term(&others);
	ck_assert_str_eq(said(&others, &master, 100, NS_PER_S, 0), "");
	vrrp_others_begin_term(&others); /* FAULT, BACKUP and MASTER */
	ck_assert_str_eq(said(&others, &master, 100, NS_PER_S, 20), "");
	vrrp_others_begin_term(&others);
	ck_assert_str_eq(said(&others, &master, 100, NS_PER_S, 40), "");
	/* A master that does not step down is one in a later term too. */
	ck_assert_str_eq(said(&others, &master, 100, NS_PER_S, 42), RIVAL);
	vrrp_others_fini(&others);
}
END_TEST

/* The end of it is said too, though it comes within the minute. */
START_TEST(a_long_interval_and_its_end_are_said)
{
	struct vrrp_fsm backup = {.state = VRRP_BACKUP, .master_interval_ns = 40 * NS_PER_S};
	struct vrrp_others others = {0};

	ck_assert_ptr_nonnull(strstr(said(&others, &backup, 200, 40 * NS_PER_S, 0),
				     "10.0.0.9 advertises every 40.00 s"));
	ck_assert_int_eq(others.mismatch.kind, VRRP_MISMATCH_INTERVAL);
	backup.master_interval_ns = NS_PER_S;
	ck_assert_ptr_nonnull(strstr(said(&others, &backup, 200, NS_PER_S, 1),
				     "10.0.0.9 advertises every 1.00 s (advert_int here: 1.00 s)"));
	ck_assert_str_eq(said(&others, &backup, 200, NS_PER_S, 2), "");
	ck_assert_int_eq(others.mismatch.kind, VRRP_MISMATCH_NONE);
	vrrp_others_fini(&others);
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

/* A split has healed: the router that yields sends one or two advertisements, and the one that stays says so. */
START_TEST(a_split_that_heals_is_said_by_the_one_that_stays)
{
	struct vrrp_others others = {0};
	const struct vrrp_fsm_conf conf = {.version = 3, .priority = 150, .interval_ns = NS_PER_S};
	const struct vrrp_fsm master = {.state = VRRP_MASTER};
	const struct vrrp_router_action action = {.is_same_list = true,
						  .is_beside = true,
						  .advert = {.kind = VRRP_EVENT_ADVERT,
							     .priority = 100,
							     .interval_ns = NS_PER_S,
							     .source = {AF_INET, {10, 0, 0, 9}}}};

	log_begin();
	vrrp_others_heard(&others, &file, &conf, &master, &action, NOW);
	ck_assert_ptr_nonnull(strstr(log_end(true), "vrrp=web 10.0.0.9 has been MASTER beside this router, "
						    "with priority 100, here 150"));
	log_begin();
	vrrp_others_heard(&others, &file, &conf, &master, &action, at(1));
	log_end(false);
	vrrp_others_fini(&others);
}
END_TEST

/* Another director gives up an address that it had under another VRID, for example in the middle of a change
 * of the VRID. The list of its last advertisement tells. */
START_TEST(a_last_advertisement_of_another_vrid_gives_up_what_it_lists)
{
	static const uint8_t list[] = {10, 9, 0, 99, 10, 9, 0, 100};
	struct conf_vip vip = {.addr = {AF_INET, {10, 9, 0, 100}}};
	struct conf_vrrp conf = {.name = "a", .family = AF_INET, .vrid = 51, .vips = &vip, .n_vips = 1};
	struct vrrp_pkt pkt = {.version = 3, .vrid = 52, .n_addrs = 2, .addrs = list};

	ck_assert(vrrp_others_yield(&conf, &pkt));
	pkt.priority = 100;
	ck_assert(!vrrp_others_yield(&conf, &pkt));
	pkt.priority = 0;
	pkt.n_addrs = 1;
	ck_assert(!vrrp_others_yield(&conf, &pkt));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("vrrp_others");
	TCase *others = tcase_create("others");
	SRunner *runner = srunner_create(suite);
	int failed;

	suite_add_tcase(suite, others);
	tcase_add_test(others, an_ignored_advertisement_is_compared);
	tcase_add_test(others, another_list_is_compared);
	tcase_add_test(others, a_mismatch_ends_with_its_cause);
	tcase_add_test(others, a_mismatch_of_ignored_advertisements_ends_when_they_stay_away);
	tcase_add_test(others, a_mismatch_of_a_silent_router_lapses);
	tcase_add_test(others, two_released_routers_are_named_as_such);
	tcase_add_test(others, an_equal_priority_is_said_once);
	tcase_add_test(others, a_long_interval_and_its_end_are_said);
	tcase_add_test(others, a_rival_advertises_twice_in_a_minute);
	tcase_add_test(others, a_master_that_yields_is_no_rival);
	tcase_add_test(others, each_term_counts_its_own_rivals);
	tcase_add_test(others, a_lone_guard_never_gives_up);
	tcase_add_test(others, a_split_that_heals_is_said_by_the_one_that_stays);
	tcase_add_test(others, a_last_advertisement_of_another_vrid_gives_up_what_it_lists);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
