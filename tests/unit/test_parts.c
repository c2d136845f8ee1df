/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Small decisions of the director's parts: when instances are handed out, which processes are needed. */
#include "daemon/director/need.h"
#include "daemon/director/role/role_groups.h"
#include "daemon/director/role/roles_gate.h"
#include "daemon/shared/process_name.h"
#include "tests/unit/test_health_conf.h"
#include "tests/unit/vrrp_router_rig.h"

#include <check.h>
#include <stdlib.h>

/* With services, a start, and nothing known yet. */
static struct roles_gate_facts nothing_known(void)
{
	return (struct roles_gate_facts){
	    .has_services = true, .are_trackers_known = true, .now = {1 * NS_PER_S}, .due = {5 * NS_PER_S}};
}

/* vrrp_startup_delay counts from the start, vrrp_delay_after_boot from the boot. */
START_TEST(two_delays_hold_the_instances_back)
{
	struct mono now = {100 * NS_PER_S};
	struct roles_gate_facts facts = nothing_known();

	ck_assert_int_eq(roles_gate_delay(0, 0, now).ns, 0);
	ck_assert_int_eq(roles_gate_delay(5500000, 0, now).ns, 105500 * NS_PER_MS);
	ck_assert_int_eq(roles_gate_delay(0, 90000000, now).ns, 90 * NS_PER_S);
	ck_assert_int_eq(roles_gate_delay(5000000, 120000000, now).ns, 120 * NS_PER_S);
	ck_assert_int_eq(roles_gate_delay(30000000, 120000000, now).ns, 130 * NS_PER_S);
	facts.has_services = false;
	facts.not_before = (struct mono){20 * NS_PER_S};
	ck_assert(!roles_gate_is_due(&facts));
	facts.now = facts.due;
	ck_assert(!roles_gate_is_due(&facts));
	facts.is_restart = true;
	ck_assert(roles_gate_is_due(&facts));
	facts.is_restart = false;
	facts.now = facts.not_before;
	ck_assert(roles_gate_is_due(&facts));
}
END_TEST

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
	facts.is_health_known = true;
	ck_assert(roles_gate_is_due(&facts));
	facts = nothing_known();
	facts.is_adopted = true;
	ck_assert(roles_gate_is_due(&facts));
	/* A script may still say that this director is not fit. */
	facts.are_trackers_known = false;
	ck_assert(!roles_gate_is_due(&facts));
	facts.now = facts.due;
	ck_assert(roles_gate_is_due(&facts));
	facts = nothing_known();
	facts.are_trackers_known = false;
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
	struct conf_vrrp_script tracked = {.script = &script};
	struct conf *conf = test_conf_new(1, 2, 1);
	struct conf_virtual_server *vs = conf->virtual_servers;

	ck_assert(needs(conf, PROCESS_CHECK));
	ck_assert(!need_of(conf).uses_libcurl);
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
	conf->vrrp_scripts = &tracked;
	conf->n_vrrp_scripts = 1;
	ck_assert(needs(conf, PROCESS_SCRIPT));
	conf->n_vrrp_scripts = 0;
	conf->vrrp_scripts = NULL;
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
	ck_assert_uint_eq(need.leave_us, 2000000);
	ck_assert_uint_eq(need.advert_int_us, 10000);
	ck_assert_uint_eq(need.down_us, down_us); /* an owner never loses its addresses */
	vrrps[1].notify_stop = &script;
	ck_assert(needs(conf, PROCESS_SCRIPT));
	test_conf_free(conf);
}
END_TEST

/* When a BACKUP that hears nobody becomes MASTER. */
static struct mono master_at(struct vrrp_router *router)
{
	struct mono at = NOW;

	while (state_of(router) != VRRP_MASTER) {
		at = vrrp_router_wake(router, 0);
		ck_assert(!mono_is_never(at));
		step_kind(router, VRRP_ROUTER_TIME, at);
	}
	return at;
}

/* Without a vrrp process the addresses must be gone when another router takes over, and not before:
 * whatever makes a router wait longer or shorter counts. */
START_TEST(addresses_go_when_a_router_of_the_same_file_would_take_over)
{
	struct conf *conf = test_conf_new(0, 0, 0);

	srandom(1);
	for (unsigned i = 0; i < 1000; i++) {
		struct conf_vrrp vrrp = conf_of(51, (uint8_t)(1 + random() % 254));
		struct vrrp_router *router;

		vrrp.version = (uint8_t)(2 + random() % 2);
		vrrp.advert_int_us = (uint32_t)(1 + random() % 40) * (vrrp.version == 2 ? 1000000 : 10000);
		vrrp.down_timer_adverts = (uint8_t)(1 + random() % 100);
		vrrp.is_preempting = random() % 2;
		vrrp.preempt_delay_us = (uint32_t)(random() % 2 * 1000000);
		conf->vrrps = &vrrp;
		conf->n_vrrps = 1;
		router = started(&vrrp, 0, NOW);
		ck_assert_int_eq((int64_t)need_of(conf).down_us,
				 mono_sub(master_at(router), NOW) / NS_PER_US);
		vrrp_router_free(router);
	}
	test_conf_free(conf);
}
END_TEST

START_TEST(static_items_need_the_vrrp_process_without_an_instance)
{
	struct conf_vrrp vrrp = {.version = 3, .priority = 100, .advert_int_us = 1000000, .n_vips = 2};
	const struct conf_statics each[] = {{.n_addresses = 3}, {.n_routes = 1}, {.n_rules = 1}};
	struct conf *conf = test_conf_new(0, 0, 0);

	for (size_t i = 0; i < sizeof(each) / sizeof(each[0]); i++) {
		conf->statics = each[i];
		ck_assert_msg(needs(conf, PROCESS_VRRP), "list %zu", i);
		ck_assert_uint_eq(need_of(conf).n_addresses, each[i].n_addresses);
	}
	conf->statics = each[0];
	conf->vrrps = &vrrp;
	conf->n_vrrps = 1;
	ck_assert_uint_eq(need_of(conf).n_addresses, 5);
	test_conf_free(conf);
}
END_TEST

/* --- sync groups --- */

static struct vrrp_report reports[3];

static const struct vrrp_report *find_report(const struct conf_vrrp *conf, void *arg)
{
	(void)arg;
	return reports[conf->vrid].vrid ? &reports[conf->vrid] : NULL;
}

static void set_report(const struct conf_vrrp *vrrp, enum vrrp_state_name state, bool is_joining)
{
	reports[vrrp->vrid] =
	    (struct vrrp_report){.vrid = vrrp->vrid, .state = state, .is_joining = is_joining};
}

START_TEST(a_group_announces_a_state_when_all_of_it_are_in_it)
{
	struct conf_vrrp vrrps[] = {{.name = "A", .vrid = 1, .sync_group = "VG"},
				    {.name = "B", .vrid = 2, .sync_group = "VG"}};
	struct conf_sync_group sync_group = {.name = "VG"};
	struct conf conf = {
	    .sync_groups = &sync_group, .n_sync_groups = 1, .vrrps = vrrps, .n_vrrps = 2};
	struct role_groups groups = {0};
	enum vrrp_state_name state = VRRP_INIT;

	memset(reports, 0, sizeof(reports));
	role_groups_update(&groups, &conf, find_report, NULL);
	set_report(&vrrps[0], VRRP_MASTER, false);
	ck_assert_ptr_null(
	    role_groups_take(&groups, &conf, &vrrps[0], find_report, NULL, &state));
	set_report(&vrrps[1], VRRP_MASTER, false);
	ck_assert_ptr_eq(role_groups_take(&groups, &conf, &vrrps[1], find_report, NULL, &state),
			 &sync_group);
	ck_assert_int_eq(state, VRRP_MASTER);
	ck_assert(role_groups_has_announced(&groups, &vrrps[0], VRRP_MASTER));
	ck_assert_ptr_null(
	    role_groups_take(&groups, &conf, &vrrps[1], find_report, NULL, &state));
	/* One that only follows is not waited for. */
	set_report(&vrrps[1], VRRP_FAULT, true);
	set_report(&vrrps[0], VRRP_BACKUP, false);
	ck_assert_ptr_nonnull(
	    role_groups_take(&groups, &conf, &vrrps[0], find_report, NULL, &state));
	ck_assert_int_eq(role_group_state(&conf, "VG", find_report, NULL), VRRP_BACKUP);
	/* Its cause is that of the member that did not follow another one. */
	reports[1].cause = "another instance of its sync group is BACKUP";
	reports[1].follows_group = true;
	ck_assert_str_eq(role_group_cause(&conf, "VG", find_report, NULL, "otherwise"), "otherwise");
	reports[2].is_joining = false;
	reports[2].cause = "10.0.0.2 has priority 200";
	ck_assert_str_eq(role_group_cause(&conf, "VG", find_report, NULL, "otherwise"),
			 "10.0.0.2 has priority 200");
	reports[2].is_joining = true;
	/* A reload announces nothing. */
	role_groups_update(&groups, &conf, find_report, NULL);
	ck_assert(role_groups_has_announced(&groups, &vrrps[1], VRRP_BACKUP));
	role_groups_fini(&groups);
}
END_TEST

static enum role_news begins(struct role_groups *groups, const struct conf *conf, size_t i, enum vrrp_state_name state)
{
	set_report(&conf->vrrps[i], state, false);
	return role_groups_begin(groups, conf, &conf->vrrps[i], find_report, NULL);
}

/* keepalived tells of a group that begins as BACKUP before it tells of its instances. */
START_TEST(the_state_of_a_group_that_begins_as_backup_comes_first)
{
	struct conf_track script = {.kind = CONF_TRACKER_SCRIPT, .name = "chk"};
	struct conf_vrrp vrrps[] = {{.name = "A", .vrid = 1, .sync_group = "VG"},
				    {.name = "B", .vrid = 2, .sync_group = "VG"}};
	struct conf_sync_group sync_group = {.name = "VG"};
	struct conf conf = {
	    .sync_groups = &sync_group, .n_sync_groups = 1, .vrrps = vrrps, .n_vrrps = 2};
	struct role_groups groups = {0};

	memset(reports, 0, sizeof(reports));
	role_groups_update(&groups, &conf, find_report, NULL);
	ck_assert_int_eq(begins(&groups, &conf, 0, VRRP_BACKUP), ROLE_NEWS_NONE);
	ck_assert_int_eq(begins(&groups, &conf, 1, VRRP_BACKUP), ROLE_NEWS_GROUP_FIRST);
	ck_assert_int_eq(begins(&groups, &conf, 1, VRRP_MASTER), ROLE_NEWS_STATE);
	/* A reload keeps that, also of a group whose instances are known. */
	role_groups_update(&groups, &conf, find_report, NULL);
	ck_assert_int_eq(begins(&groups, &conf, 0, VRRP_MASTER), ROLE_NEWS_STATE);
	role_groups_fini(&groups);
	role_groups_update(&groups, &conf, find_report, NULL);
	ck_assert_int_eq(begins(&groups, &conf, 0, VRRP_BACKUP), ROLE_NEWS_STATE);
	/* With another state, the instances come first. */
	role_groups_fini(&groups);
	memset(reports, 0, sizeof(reports));
	role_groups_update(&groups, &conf, find_report, NULL);
	ck_assert_int_eq(begins(&groups, &conf, 0, VRRP_BACKUP), ROLE_NEWS_NONE);
	ck_assert_int_eq(begins(&groups, &conf, 1, VRRP_FAULT), ROLE_NEWS_STATES);
	/* With a script too. */
	role_groups_fini(&groups);
	memset(reports, 0, sizeof(reports));
	vrrps[1].tracks = &script;
	vrrps[1].n_tracks = 1;
	role_groups_update(&groups, &conf, find_report, NULL);
	ck_assert_int_eq(begins(&groups, &conf, 0, VRRP_BACKUP), ROLE_NEWS_STATE);
	role_groups_fini(&groups);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("parts");
	TCase *tcase = tcase_create("parts");
	SRunner *runner = srunner_create(suite);
	int n_failed;

	tcase_add_test(tcase, a_group_announces_a_state_when_all_of_it_are_in_it);
	tcase_add_test(tcase, the_state_of_a_group_that_begins_as_backup_comes_first);
	tcase_add_test(tcase, two_delays_hold_the_instances_back);
	tcase_add_test(tcase, the_gate_opens_for_each_reason_and_else_when_its_time_is_over);
	tcase_add_test(tcase, what_a_configuration_has_says_which_processes_it_needs);
	tcase_add_test(tcase, the_shortest_interval_and_all_addresses_count);
	tcase_add_test(tcase, addresses_go_when_a_router_of_the_same_file_would_take_over);
	tcase_add_test(tcase, static_items_need_the_vrrp_process_without_an_instance);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	n_failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return n_failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
