/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Small decisions of the director's parts: when instances are handed out, which processes are needed. */
#include "daemon/director/need.h"
#include "daemon/director/roles_gate.h"
#include "daemon/shared/process_name.h"
#include "tests/unit/test_health_conf.h"

#include <check.h>
#include <stdlib.h>

/* With services, a start, and nothing known yet. */
static struct roles_gate_facts nothing_known(void)
{
	return (struct roles_gate_facts){
	    .has_services = true, .are_trackers_settled = true, .now = {1 * NS_PER_S}, .due = {5 * NS_PER_S}};
}

START_TEST(the_gate_opens_for_each_reason_and_else_when_its_time_is_over)
{
	struct roles_gate_facts facts = nothing_known();

	ck_assert(!roles_gate_is_due(&facts));
	facts.now = facts.due;
	ck_assert(roles_gate_is_due(&facts));
	facts = nothing_known();
	facts.due = MONO_NEVER; /* before the first configuration */
	ck_assert(!roles_gate_is_due(&facts));

	facts = nothing_known();
	facts.is_restart = true;
	ck_assert(roles_gate_is_due(&facts));
	facts = nothing_known();
	facts.has_services = false;
	ck_assert(roles_gate_is_due(&facts));
	facts = nothing_known();
	facts.is_health_settled = true;
	ck_assert(roles_gate_is_due(&facts));
	facts = nothing_known();
	facts.is_adopted = true;
	ck_assert(roles_gate_is_due(&facts));
	/* A script may still say that this director is not fit. */
	facts.are_trackers_settled = false;
	ck_assert(!roles_gate_is_due(&facts));
	facts.now = facts.due;
	ck_assert(roles_gate_is_due(&facts));
	facts = nothing_known();
	facts.are_trackers_settled = false;
	facts.is_restart = true;
	ck_assert(roles_gate_is_due(&facts));
}
END_TEST

static bool needs(const struct conf *conf, enum process_name name)
{
	return need_of(conf).processes & PROCESS_BIT(name);
}

START_TEST(what_a_configuration_has_says_which_processes_it_needs)
{
	static struct conf_script script;
	struct conf *conf = test_conf_new(1, 2, 1);
	struct conf_virtual_server *vs = conf->virtual_servers;

	ck_assert(needs(conf, PROCESS_CHECK));
	ck_assert(!needs(conf, PROCESS_SCRIPT) && !needs(conf, PROCESS_VRRP));
	vs->real_servers[1].checks[0].type = CONF_CHECK_MISC;
	ck_assert(needs(conf, PROCESS_CHECK) && needs(conf, PROCESS_SCRIPT));
	vs->real_servers[0].checks[0].type = CONF_CHECK_MISC;
	ck_assert(!needs(conf, PROCESS_CHECK) && needs(conf, PROCESS_SCRIPT));

	vs->real_servers[0].n_checks = vs->real_servers[1].n_checks = 0;
	ck_assert(!needs(conf, PROCESS_SCRIPT));
	vs->quorum_down = &script;
	ck_assert(needs(conf, PROCESS_SCRIPT));
	vs->quorum_down = NULL;
	vs->real_servers[1].notify_up = &script;
	ck_assert(needs(conf, PROCESS_SCRIPT));
	vs->real_servers[1].notify_up = NULL;
	ck_assert(!needs(conf, PROCESS_SCRIPT));
	conf->n_vrrp_scripts = 1;
	ck_assert(needs(conf, PROCESS_SCRIPT));
	conf->n_vrrp_scripts = 0;
	test_conf_free(conf);
}
END_TEST

START_TEST(the_shortest_interval_and_all_addresses_count)
{
	static struct conf_script script;
	struct conf_vrrp vrrps[] = {
	    {.version = 3, .priority = 100, .advert_int_us = 1000000, .n_vips = 2},
	    {.version = 3, .priority = CONF_PRIORITY_OWNER, .advert_int_us = 10000, .n_vips = 3},
	};
	struct conf *conf = test_conf_new(0, 0, 0);
	struct daemon_need need;
	uint64_t down_us;

	conf->vrrps = vrrps;
	conf->n_vrrps = 1;
	down_us = need_of(conf).down_us;
	ck_assert_uint_gt(down_us, 3 * 1000000);
	conf->n_vrrps = 2;
	need = need_of(conf);
	ck_assert(needs(conf, PROCESS_VRRP));
	ck_assert(!needs(conf, PROCESS_SCRIPT) && !needs(conf, PROCESS_CHECK));
	ck_assert_uint_eq(need.n_addresses, 5);
	ck_assert_uint_eq(need.advert_int_us, 10000);
	ck_assert_uint_eq(need.down_us, down_us); /* an owner never loses its addresses */
	vrrps[1].notify_stop = &script;
	ck_assert(needs(conf, PROCESS_SCRIPT));
	test_conf_free(conf);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("parts");
	TCase *tcase = tcase_create("parts");
	SRunner *runner = srunner_create(suite);
	int n_failed;

	tcase_add_test(tcase, the_gate_opens_for_each_reason_and_else_when_its_time_is_over);
	tcase_add_test(tcase, what_a_configuration_has_says_which_processes_it_needs);
	tcase_add_test(tcase, the_shortest_interval_and_all_addresses_count);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	n_failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return n_failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
