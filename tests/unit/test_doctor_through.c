/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What doctor knows of checks with through_vip. */
#include "base/mem.h"
#include "tests/unit/doctor_rig.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static void setup(void)
{
	facts = (struct doctor_facts){.has_ipvs = true, .seconds_listened = 3};
	*vec_push(&facts.interfaces) = (struct doctor_interface){
	    .index = 2, .name = "eth0", .mtu = 1500, .is_up = true, .has_carrier = true, .has_arp = true};
}

/* The answers to a check with through_vip are not known to connection tracking. nft prints numbers. */
START_TEST(nft_and_answers_through_the_virtual_address)
{
	static const char base[] =
	    "{\"nftables\": [{\"chain\": {\"family\": \"inet\", \"table\": \"own\", \"name\": \"in\", \"hook\": "
	    "\"input\", \"policy\": \"drop\"}}, {\"rule\": {\"family\": \"inet\", \"table\": \"own\", \"chain\": "
	    "\"in\", \"handle\": 3, \"expr\": [{\"match\": {\"op\": \"%s\", \"left\": %s, \"right\": %s}}, "
	    "{\"accept\": null}]}}]}";
	static const char port[] = "{\"payload\": {\"protocol\": \"tcp\", \"field\": \"dport\"}}";
	static const struct {
		const char *op, *left, *right;
		int severity; /* -1: it is let through */
	} cases[] = {
	    {"in", "{\"ct\": {\"key\": \"state\"}}", "[2, 4, 8]", FINDING_PROBLEM},
	    {"==", port, "{\"range\": [61000, 65535]}", -1},
	    {"==", port, "{\"range\": [61000, 61999]}", FINDING_WARNING},
	    {"==", port, "61000", FINDING_WARNING},
	    {"==", port, "80", FINDING_PROBLEM},
	    {">=", port, "61000", -1},
	    {">", port, "61000", FINDING_WARNING},
	    {"<", port, "61000", FINDING_PROBLEM},
	    {"<=", port, "61000", FINDING_WARNING},
	};

	reload("virtual_server 192.0.2.100 80 {\n lb_kind DR\n protocol TCP\n through_vip\n"
	       " real_server 10.9.0.21 80 { TCP_CHECK { } }\n}\n");
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct finding *found;

		free(facts.nft);
		facts.nft = mem_printf(base, cases[i].op, cases[i].left, cases[i].right);
		findings_fini(&findings);
		examine(conf, &facts, &findings);
		found = find("firewall", "answers to health checks through the virtual address");
		ck_assert_msg((found ? (int)found->severity : -1) == cases[i].severity, "%zu", i);
		if (found)
			ck_assert_str_eq(found->remedy,
					 "nft insert rule inet own in ip saddr 192.0.2.100 meta l4proto 6 th "
					 "sport 80 th dport 61000-65535 accept");
	}
}
END_TEST

/* What a check with through_vip has found is no longer unknown. */
START_TEST(acceptance_by_through_vip)
{
	static const char *const servers[] = {"10.9.0.21", "10.9.0.22", "10.9.0.23", "10.9.0.24"};

	reload("virtual_server 192.0.2.100 80 {\n lb_kind DR\n protocol TCP\n through_vip\n"
	       " real_server 10.9.0.21 80 { TCP_CHECK { } }\n real_server 10.9.0.22 80 { TCP_CHECK { } }\n"
	       " real_server 10.9.0.23 80 { TCP_CHECK { } }\n real_server 10.9.0.24 80 { TCP_CHECK { } }\n}\n"
	       /* here nothing asks the server at the virtual address */
	       "virtual_server 192.0.2.101 80 {\n lb_kind DR\n protocol TCP\n"
	       " real_server 10.9.0.24 80 { TCP_CHECK { } }\n}\n");
	for (size_t i = 0; i < 4; i++) {
		*vec_push(&facts.routes) =
		    (struct doctor_route){.addr = address(servers[i]), .is_there = true, .interface = 2};
		if (i != 2) /* it has no verdict */
			*vec_push(&facts.passages) = (struct doctor_passage){
			    address(servers[i]), address("192.0.2.100"), i != 1};
	}
	examine(conf, &facts, &findings);
	expect(FINDING_OK, "reach", "DR: 1 real server accepts packets for the virtual address");
	expect(FINDING_WARNING, "reach", "DR: 1 real server does not serve at the virtual address");
	expect(FINDING_UNKNOWN, "reach", "DR: packets go out to 2 real servers; it cannot be seen");
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("doctor and through_vip");
	TCase *through = tcase_create("through_vip");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_checked_fixture(through, setup, teardown);
	tcase_add_test(through, nft_and_answers_through_the_virtual_address);
	tcase_add_test(through, acceptance_by_through_vip);
	suite_add_tcase(suite, through);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
