/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Interfaces on which nobody is answered: arp_ignore, NOARP. */
#include "base/mem.h"
#include "tests/unit/doctor_rig.h"

#include <check.h>
#include <string.h>

static void setup(void)
{
	reload("vrrp_instance VI_1 {\n interface eth0\n virtual_router_id 51\n priority 100\n"
	       " virtual_ipaddress {\n  10.9.0.100/32\n  10.9.0.101/32\n  10.9.1.100/32 dev dummy0\n }\n}\n");
	facts = (struct doctor_facts){.seconds_listened = 3, .is_root = true};
	*vec_push(&facts.interfaces) = (struct doctor_interface){
	    .index = 2, .name = "eth0", .is_up = true, .has_carrier = true, .has_arp = true, .mac = {2}};
	*vec_push(&facts.interfaces) = (struct doctor_interface){
	    .index = 3, .name = "dummy0", .is_up = true, .has_carrier = true, .has_arp = true, .mac = {2}};
	*vec_push(&facts.addresses) = (struct doctor_address){2, address("10.9.0.100"), 32};
	*vec_push(&facts.answers) = (struct doctor_answer){
	    .addr = address("10.9.0.100"), .interface = "eth0", .is_asked = true, .is_vip = true};
	*vec_push(&facts.sysctls) =
	    (struct doctor_sysctl){.name = mem_strdup("net.ipv4.conf.all.arp_ignore"), .is_there = true};
}

START_TEST(an_address_that_is_answered_for_is_well)
{
	facts.sysctls.items[0].value = 2;
	examine(conf, &facts, &findings);
	expect(FINDING_OK, "addresses", "10.9.0.100: only this director answers for it");
	ck_assert_ptr_null(find("addresses", "arp_ignore"));
}
END_TEST

START_TEST(arp_ignore_8_of_all)
{
	facts.sysctls.items[0].value = 8;
	examine(conf, &facts, &findings);
	expect(FINDING_PROBLEM, "addresses",
	       "net.ipv4.conf.all.arp_ignore is 8, so this director answers no ARP request on eth0: no neighbour "
	       "reaches 10.9.0.100 and 1 more while it is master");
	ck_assert_str_eq(find("addresses", "arp_ignore")->remedy,
			 "sysctl -w net.ipv4.conf.all.arp_ignore=0, and change the file that sets it "
			 "(/etc/sysctl.d)");
	expect(FINDING_PROBLEM, "addresses", "no ARP request on dummy0: no neighbour reaches 10.9.1.100 while");
	ck_assert_ptr_null(find("addresses", "only this director"));
	/* The kernel knows no greater value, and the greater one counts. */
	findings_fini(&findings);
	facts.sysctls.items[0].value = 9;
	examine(conf, &facts, &findings);
	expect(FINDING_OK, "addresses", "only this director");
}
END_TEST

/* On a backup too: it could not serve. */
START_TEST(arp_ignore_8_of_the_interface)
{
	facts.interfaces.items[0].arp_ignore = 8;
	facts.sysctls.items[0].value = 1;
	facts.addresses.n = 0;
	examine(conf, &facts, &findings);
	expect(FINDING_PROBLEM, "addresses", "net.ipv4.conf.eth0.arp_ignore is 8");
	ck_assert_ptr_null(find("addresses", "dummy0: "));
	ck_assert_str_eq(find("addresses", "arp_ignore")->remedy,
			 "sysctl -w net.ipv4.conf.eth0.arp_ignore=0, and change the file that sets it "
			 "(/etc/sysctl.d)");
	findings_fini(&findings);
	facts.sysctls.items[0].value = 8;
	examine(conf, &facts, &findings);
	ck_assert_str_eq(find("addresses", "on eth0")->remedy,
			 "sysctl -w net.ipv4.conf.all.arp_ignore=0 net.ipv4.conf.eth0.arp_ignore=0, and change "
			 "the file that sets it (/etc/sysctl.d)");
}
END_TEST

START_TEST(no_arp_at_all)
{
	facts.interfaces.items[0].has_arp = facts.interfaces.items[1].has_arp = false;
	facts.answers.items[0].is_asked = false;
	examine(conf, &facts, &findings);
	expect(FINDING_PROBLEM, "addresses",
	       "eth0 has ARP switched off (NOARP), so no neighbour finds 10.9.0.100 and 1 more there");
	ck_assert_str_eq(find("addresses", "eth0 has ARP")->remedy, "ip link set eth0 arp on");
	ck_assert_ptr_null(find("addresses", "cannot be asked who answers for 10.9.0.100"));
	/* It may be meant so. */
	expect(FINDING_UNKNOWN, "addresses",
	       "dummy0 is without ARP (NOARP), so it cannot be asked who answers for 10.9.1.100");
	ck_assert_ptr_nonnull(strstr(find("addresses", "dummy0")->remedy, "ip link set dummy0 arp on, unless"));
	/* A tunnel. */
	findings_fini(&findings);
	memset(facts.interfaces.items[0].mac, 0, DOCTOR_MAC_LEN);
	examine(conf, &facts, &findings);
	expect(FINDING_UNKNOWN, "addresses", "eth0 is without ARP (NOARP)");
	ck_assert_ptr_null(strstr(find("addresses", "eth0")->remedy, "ip link"));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("doctor arp");
	TCase *tcase = tcase_create("doctor arp");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, an_address_that_is_answered_for_is_well);
	tcase_add_test(tcase, arp_ignore_8_of_all);
	tcase_add_test(tcase, arp_ignore_8_of_the_interface);
	tcase_add_test(tcase, no_arp_at_all);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
