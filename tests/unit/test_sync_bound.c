/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Roles that are bound to another interface than the one of that name, and what /proc shows. */
#include "sync/bound.h"

#include <check.h>
#include <string.h>

static struct mono at_s(int64_t s)
{
	return (struct mono){(1000 + s) * NS_PER_S};
}

static struct addr address(const char *text)
{
	struct addr addr;

	ck_assert_int_eq(addr_parse(text, &addr), 0);
	return addr;
}

/* An interface with nothing wrong. */
static const struct sync_seen healthy = {.index = 7,
					 .is_up = true,
					 .has_carrier = true,
					 .has_address = true,
					 .are_members_known = true,
					 .n_members = 1};

static enum sync_stale judge(enum sync_role role, unsigned index, const struct sync_seen *seen)
{
	struct sync_bound bound = {.index = index};

	return sync_bound_judge(role, &bound, seen, at_s(0));
}

START_TEST(another_index_makes_both_roles_stale)
{
	struct sync_seen none = {.are_members_known = true};

	ck_assert_int_eq(judge(SYNC_ROLE_MASTER, 4, &healthy), SYNC_STALE_INDEX);
	ck_assert_int_eq(judge(SYNC_ROLE_BACKUP, 4, &healthy), SYNC_STALE_INDEX);
	ck_assert_int_eq(judge(SYNC_ROLE_MASTER, 7, &healthy), SYNC_NOT_STALE);
	ck_assert_int_eq(judge(SYNC_ROLE_BACKUP, 7, &healthy), SYNC_NOT_STALE);
	/* Without the interface no role can be started. */
	ck_assert_int_eq(judge(SYNC_ROLE_MASTER, 4, &none), SYNC_NOT_STALE);
	ck_assert_int_eq(judge(SYNC_ROLE_BACKUP, 4, &none), SYNC_NOT_STALE);
}
END_TEST

START_TEST(an_unknown_index_is_judged_by_the_group)
{
	struct sync_seen seen = healthy;

	ck_assert_int_eq(judge(SYNC_ROLE_MASTER, 0, &seen), SYNC_NOT_STALE);
	ck_assert_int_eq(judge(SYNC_ROLE_BACKUP, 0, &seen), SYNC_NOT_STALE);
	seen.n_members = 0;
	ck_assert_int_eq(judge(SYNC_ROLE_MASTER, 0, &seen), SYNC_STALE_GROUP);
	ck_assert_int_eq(judge(SYNC_ROLE_BACKUP, 0, &seen), SYNC_STALE_GROUP);
	seen.are_members_known = false;
	ck_assert_int_eq(judge(SYNC_ROLE_MASTER, 0, &seen), SYNC_NOT_STALE);
	ck_assert_int_eq(judge(SYNC_ROLE_BACKUP, 0, &seen), SYNC_NOT_STALE);
}
END_TEST

START_TEST(the_same_index_is_not_enough)
{
	struct sync_seen seen = healthy;

	/* Moved to another namespace and back, an interface keeps its index, and no group. */
	seen.n_members = 0;
	ck_assert_int_eq(judge(SYNC_ROLE_BACKUP, 7, &seen), SYNC_STALE_GROUP);
	ck_assert_int_eq(judge(SYNC_ROLE_MASTER, 7, &seen), SYNC_NOT_STALE);
	seen = healthy;
	seen.is_source_gone = true;
	ck_assert_int_eq(judge(SYNC_ROLE_BACKUP, 7, &seen), SYNC_NOT_STALE);
	ck_assert_int_eq(judge(SYNC_ROLE_MASTER, 7, &seen), SYNC_STALE_SOURCE);
}
END_TEST

START_TEST(sockets_are_mended_once_a_minute)
{
	struct sync_bound bound = {.index = 7, .is_mended = true, .mended = at_s(0)};
	struct sync_seen seen = healthy;

	seen.n_members = 0;
	ck_assert_int_eq(sync_bound_judge(SYNC_ROLE_BACKUP, &bound, &seen, at_s(59)),
			 SYNC_NOT_STALE);
	ck_assert_int_eq(sync_bound_judge(SYNC_ROLE_BACKUP, &bound, &seen, at_s(60)),
			 SYNC_STALE_GROUP);
	bound.index = 4;
	ck_assert_int_eq(sync_bound_judge(SYNC_ROLE_BACKUP, &bound, &seen, at_s(1)),
			 SYNC_STALE_INDEX);
}
END_TEST

START_TEST(the_fault_of_an_interface_is_named)
{
	struct sync_seen seen = healthy;

	ck_assert_str_eq(sync_seen_fault(&seen, AF_INET), "");
	seen.has_address = false;
	ck_assert_str_eq(sync_seen_fault(&seen, AF_INET), "has no IPv4 address");
	ck_assert_str_eq(sync_seen_fault(&seen, AF_INET6), "has no IPv6 address");
	ck_assert_ptr_nonnull(strstr(sync_seen_cost(&seen), "give it an address"));
	seen.has_carrier = false;
	ck_assert_ptr_nonnull(strstr(sync_seen_cost(&seen), "no connections of either director reach the other"));
	ck_assert_str_eq(sync_seen_fault(&seen, AF_INET), "has no carrier");
	seen.is_up = false;
	ck_assert_str_eq(sync_seen_fault(&seen, AF_INET), "is down");
	seen.index = 0;
	ck_assert_str_eq(sync_seen_fault(&seen, AF_INET), "does not exist");
	strcpy(seen.renamed, "eth9");
	ck_assert_str_eq(sync_seen_fault(&seen, AF_INET), "has another name now");
	ck_assert_ptr_nonnull(strstr(sync_seen_cost(&seen), "give the interface its name again"));
}
END_TEST

START_TEST(members_of_a_group_are_counted)
{
	static const char igmp[] =
	    "Idx\tDevice    : Count Querier\tGroup    Users Timer\tReporter\n"
	    "1\tlo        :     1      V3\n"
	    "\t\t\t\t010000E0     1 0:00000000\t\t0\n"
	    "12\teth1      :     2      V3\n"
	    "\t\t\t\t510000E0     3 0:00000000\t\t0\n"
	    "\t\t\t\t010000E0     1 0:00000000\t\t0\n"
	    "2\teth0      :     2      V3\n"
	    "\t\t\t\t120000E0     1 0:00000000\t\t0\n"
	    "\t\t\t\t510000E0     1 1:000000AB\t\t0\n";
	struct addr group = address("224.0.0.81"), other = address("224.0.0.82");

	if (*(const uint8_t *)&(uint16_t){1} == 0)
		return; /* the text is that of a little-endian machine */
	ck_assert_uint_eq(sync_members_read(igmp, 12, &group), 3);
	ck_assert_uint_eq(sync_members_read(igmp, 2, &group), 1);
	ck_assert_uint_eq(sync_members_read(igmp, 1, &group), 0);
	ck_assert_uint_eq(sync_members_read(igmp, 12, &other), 0);
	ck_assert_uint_eq(sync_members_read("", 12, &group), 0);
	ck_assert_uint_eq(sync_members_read("Idx\n12\teth1\n\t\t\t\t51000", 12, &group), 0);
}
END_TEST

START_TEST(members_of_a_group_of_ipv6_are_counted)
{
	static const char igmp6[] =
	    "1    lo              ff020000000000000000000000000001     1 0000000C 0\n"
	    "12   eth1            ff020000000000000000000000000081     2 00000004 0\n"
	    "12   eth1            ff0200000000000000000001ff00000b     1 00000004 0\n"
	    "2    eth0            ff020000000000000000000000000081     1 00000004 0\n";
	struct addr group = address("ff02::81"), other = address("ff02::82");

	ck_assert_uint_eq(sync_members_read(igmp6, 12, &group), 2);
	ck_assert_uint_eq(sync_members_read(igmp6, 2, &group), 1);
	ck_assert_uint_eq(sync_members_read(igmp6, 1, &group), 0);
	ck_assert_uint_eq(sync_members_read(igmp6, 12, &other), 0);
	ck_assert_uint_eq(sync_members_read("12 eth1 ff02", 12, &group), 0);
}
END_TEST

START_TEST(the_address_of_the_master_role_is_read)
{
	static const char udp[] =
	    "   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt\n"
	    "   35: 510000E0:2290 00000000:0000 07 00000000:00000000 00:00000000 00000000\n"
	    "  418: 0B00080A:8A3C 510000E0:2290 01 00000000:00000000 00:00000000 00000000\n";
	static const char udp6[] =
	    "  sl  local_address                         remote_address                        st\n"
	    "  418: 000080FE00000000FF00000201000000:8A3C "
	    "000002FF000000000000000081000000:2290 01 00000000:00000000\n";
	struct endpoint group = {address("224.0.0.81"), 8848}, group6 = {address("ff02::81"), 8848};
	struct addr source = {0}, wanted = address("10.8.0.11");

	if (*(const uint8_t *)&(uint16_t){1} == 0)
		return;
	ck_assert(sync_source_read(udp, &group, &source));
	ck_assert_int_eq(addr_cmp(&source, &wanted), 0);
	group.port = 8849;
	ck_assert(!sync_source_read(udp, &group, &source));
	ck_assert(!sync_source_read(udp, &group6, &source));
	ck_assert(sync_source_read(udp6, &group6, &source));
	ck_assert_int_eq(source.family, AF_INET6);
	ck_assert(!sync_source_read("", &group, &source));
	ck_assert(!sync_source_read("sl\n 418: 0B00080A:8A3C 51", &group, &source));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("sync bound");
	TCase *tcase = tcase_create("sync bound");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_test(tcase, another_index_makes_both_roles_stale);
	tcase_add_test(tcase, an_unknown_index_is_judged_by_the_group);
	tcase_add_test(tcase, the_same_index_is_not_enough);
	tcase_add_test(tcase, sockets_are_mended_once_a_minute);
	tcase_add_test(tcase, the_fault_of_an_interface_is_named);
	tcase_add_test(tcase, members_of_a_group_are_counted);
	tcase_add_test(tcase, members_of_a_group_of_ipv6_are_counted);
	tcase_add_test(tcase, the_address_of_the_master_role_is_read);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
