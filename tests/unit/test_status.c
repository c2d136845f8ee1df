/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The status as a value: what it says of servers, from the parts and a reading of the kernel's table. */
#include "daemon/director/host/host.h"
#include "daemon/director/paths.h"
#include "daemon/director/roles.h"
#include "daemon/director/track/tracking.h"
#include "daemon/director/status_json.h"
#include "daemon/director/table/decide.h"
#include "daemon/director/table/kernel.h"
#include "tests/unit/test_health_conf.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define NOW ((struct mono){1000 * NS_PER_S})

/* The parts of a director with one service of two servers without checks. */
static struct {
	struct director_args args;
	struct conf *conf;
	struct conf_virtual_server *vs;
	struct health *health;
	struct kernel kernel;
	struct host_side host;
	struct roles roles;
	struct tracking tracking;
	struct paths paths;
	struct config config;
	struct ipvs_state table;
	uint32_t processes;
	struct rights_lacks lacks;
	struct status status;
} bench;

static void setup(void)
{
	struct check_ids added = {0}, dropped = {0};

	memset(&bench, 0, sizeof(bench));
	bench.conf = test_conf_new(1, 2, 0);
	bench.vs = bench.conf->virtual_servers;
	bench.vs->scheduler = "wlc";
	strcpy(bench.conf->digest, "abc");
	bench.conf->global.router_id = "dir1";
	bench.args.config = "/etc/lvsd.conf";
	bench.args.lacks = &bench.lacks;
	bench.health = health_new();
	health_configure(bench.health, bench.conf, NOW, 1, &added, &dropped);
	bench.kernel.conf = bench.conf;
	bench.kernel.health = bench.health;
	bench.config = (struct config){
	    .args = &bench.args, .conf = bench.conf, .rollback = {.confirm_by = MONO_NEVER}};
}

static void teardown(void)
{
	status_fini(&bench.status);
	ipvs_state_clear(&bench.table);
	ipvs_drain_free(&bench.kernel.drains.set);
	ipvs_drain_policies_free(&bench.kernel.drains.policies);
	maintained_free(&bench.kernel.drains.maintained);
	health_free(bench.health);
	test_conf_free(bench.conf);
}

/* The kernel has server rs. */
static void show(size_t rs, uint32_t weight, uint32_t active)
{
	struct ipvs_service *service = ipvs_state_find(&bench.table, &bench.vs->key);
	struct ipvs_dest *dest;

	if (!service)
		service = ipvs_state_add(&bench.table, &bench.vs->key);
	dest = ipvs_service_add(service, &bench.vs->real_servers[rs].ep);
	dest->weight = weight;
	dest->counters.active = active;
	ipvs_state_sort(&bench.table);
}

static const struct status_service *take(const struct ipvs_state *table)
{
	const struct status_sources sources = {.config = &bench.config,
					       .health = bench.health,
					       .kernel = &bench.kernel,
					       .host = &bench.host,
					       .roles = &bench.roles,
					       .tracking = &bench.tracking,
					       .paths = &bench.paths,
					       .processes = bench.processes,
					       .table = table,
					       .now = NOW,
					       .wall_us = 5 * US_PER_S};

	status_fini(&bench.status);
	status_make(&sources, &bench.status);
	ck_assert_uint_eq(bench.status.services.n, 1);
	return &bench.status.services.items[0];
}

START_TEST(a_server_shows_what_the_kernel_has_of_it)
{
	const struct status_service *service;

	show(0, 3, 17);
	service = take(&bench.table);
	ck_assert(service->servers[0].kernel.is_everywhere);
	ck_assert_uint_eq(service->servers[0].kernel.weight, 3);
	ck_assert_uint_eq(service->servers[0].kernel.active, 17);
	ck_assert_uint_eq(service->servers[0].effective_weight, 1);
	ck_assert(service->servers[1].kernel.is_known);
	ck_assert(!service->servers[1].kernel.is_everywhere);
	ck_assert_str_eq(service->servers[1].state, "up");
}
END_TEST

/* For each set of services of a group: which of them have the server, whose connections add up. */
START_TEST(a_server_of_a_group_shows_all_its_services_together)
{
	struct conf_member members[3] = {0};
	struct conf_real_server *rs = &bench.vs->real_servers[0];
	uint32_t active = 0, inactive = 0, n = 0;
	struct status_presence presence;

	for (unsigned i = 0; i < 3; i++) {
		members[i].key = bench.vs->key;
		members[i].key.ep.port = (uint16_t)(8000 + i);
	}
	strcpy(bench.vs->key.group, "web");
	bench.vs->members = members;
	bench.vs->n_members = 3;
	rs->has_port_of_member = true;
	for (unsigned i = 0; i < 3; i++) {
		struct endpoint ep = {rs->ep.addr, members[i].key.ep.port};
		struct ipvs_service *service = ipvs_state_add(&bench.table, &members[i].key);
		struct ipvs_dest *dest = _i >> i & 1 ? ipvs_service_add(service, &ep) : NULL;

		if (!dest)
			continue;
		dest->weight = 5;
		active += dest->counters.active = 1 + i;
		inactive += dest->counters.inactive = 10 << i;
		n++;
	}
	ipvs_state_sort(&bench.table);
	presence = take(&bench.table)->servers[0].kernel;
	ck_assert_uint_eq(presence.n, n);
	ck_assert_uint_eq(presence.active, active);
	ck_assert_uint_eq(presence.inactive, inactive);
	ck_assert_uint_eq(presence.weight, n ? 5 : 0);
	ck_assert(presence.is_everywhere == (n == 3));
	bench.vs->members = NULL;
	bench.vs->n_members = 0;
}
END_TEST

START_TEST(without_a_table_nothing_is_said_of_the_kernel)
{
	const struct status_service *service = take(NULL);
	json_t *json = status_json(&bench.status), *server;

	ck_assert(!service->servers[0].kernel.is_known);
	server = json_array_get(
	    json_object_get(json_array_get(json_object_get(json, "virtual_servers"), 0),
			    "real_servers"),
	    0);
	ck_assert(json_is_null(json_object_get(server, "in_kernel")));
	ck_assert(json_is_null(json_object_get(server, "kernel_weight")));
	ck_assert_int_eq(json_integer_value(json_object_get(server, "effective_weight")), 1);
	json_decref(json);
}
END_TEST

START_TEST(a_server_that_is_held_drains_and_then_rests)
{
	struct drains *drains = &bench.kernel.drains;
	const struct drain_row *row;

	*vec_push(&drains->maintained) = (struct maintained){bench.vs->key, bench.vs->real_servers[1].id};
	health_maintain(bench.health, 0, 1, true, NOW);
	ipvs_drain_policies_take(&drains->policies, bench.conf);
	table_take_maintained(bench.health, &drains->policies);
	*vec_push(&drains->set.entries) =
	    (struct ipvs_drain_entry){.service = bench.vs->key,
				      .server = bench.vs->real_servers[1].ep,
				      .reason = IPVS_DRAIN_MANUAL,
				      .since = mono_add_ns(NOW, -2 * NS_PER_S),
				      .deadline = mono_add_ns(NOW, 30 * NS_PER_S)};
	show(1, 0, 2);
	ck_assert_str_eq(take(&bench.table)->servers[1].state, "draining");
	ck_assert_uint_eq(bench.status.draining.n, 1); /* one row, though it stands in both lists */
	row = &bench.status.draining.items[0];
	ck_assert(row->is_draining);
	ck_assert_uint_eq(row->connections, 2);
	ck_assert_int_eq(row->left_s, 30);
	ck_assert_int_eq(row->since_wall_us, 3 * US_PER_S);

	drains->set.entries.n = 0;
	ck_assert_str_eq(take(&bench.table)->servers[1].state, "maint");
	ck_assert(!bench.status.draining.items[0].is_draining);
	ck_assert_int_eq(bench.status.draining.items[0].left_s, 0);
	ck_assert_int_eq(bench.status.draining.items[0].since_wall_us, 0);
}
END_TEST

START_TEST(a_deadline_is_told_as_wall_time)
{
	bench.config.rollback.confirm_by = mono_add_ns(NOW, 60 * NS_PER_S);
	take(NULL);
	ck_assert_int_eq(bench.status.config.confirm_by_us, 65 * US_PER_S);
	bench.config.rollback.confirm_by = MONO_NEVER;
	take(NULL);
	ck_assert_int_eq(bench.status.config.confirm_by_us, 0);
}
END_TEST

/* "vrrp CAP_SYS_NICE, script CAP_KILL", as the JSON says when lvsd was started without a capability. */
static void ck_lacks(const char *expected)
{
	char text[512] = "";
	json_t *json, *lack;
	size_t i;

	take(NULL);
	json = status_json(&bench.status);
	json_array_foreach(json_object_get(json, "lacks"), i, lack)
	{
		size_t len = strlen(text);

		snprintf(text + len, sizeof(text) - len, "%s%s %s", i ? ", " : "",
			 json_string_value(json_object_get(lack, "process")),
			 json_string_value(json_object_get(lack, "capability")));
	}
	ck_assert_str_eq(text, expected);
	json_decref(json);
}

START_TEST(each_process_that_is_needed_shows_what_it_lacks)
{
	static const struct right nice = {"CAP_SYS_NICE", "late", 23}, kill = {"CAP_KILL", "on", 5};

	ck_lacks("");
	bench.lacks = (struct rights_lacks){3,
					    {{PROCESS_DIRECTOR, "director", false, &nice},
					     {PROCESS_VRRP, "vrrp", true, &nice},
					     {PROCESS_SCRIPT, "script", true, &kill}}};
	ck_lacks("director CAP_SYS_NICE");
	bench.processes = PROCESS_BIT(PROCESS_VRRP);
	ck_lacks("director CAP_SYS_NICE, vrrp CAP_SYS_NICE");
	bench.processes |= PROCESS_BIT(PROCESS_SCRIPT);
	ck_lacks("director CAP_SYS_NICE, vrrp CAP_SYS_NICE, script CAP_KILL");
}
END_TEST

/* Whatever is asked: the parts are the same afterwards, byte for byte. */
START_TEST(asking_changes_nothing)
{
	struct kernel kernel;
	struct host_side host;

	show(0, 9, 1); /* somebody else has changed it */
	kernel = bench.kernel;
	host = bench.host;
	for (int i = 0; i < 3; i++) {
		take(&bench.table);
		json_decref(status_json(&bench.status));
	}
	ck_assert_mem_eq(&kernel, &bench.kernel, sizeof(kernel));
	ck_assert_mem_eq(&host, &bench.host, sizeof(host));
	ck_assert_uint_eq(bench.table.services[0].dests[0].weight, 9);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("status");
	TCase *tcase = tcase_create("status");
	SRunner *runner = srunner_create(suite);
	int n_failed;

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, a_server_shows_what_the_kernel_has_of_it);
	tcase_add_loop_test(tcase, a_server_of_a_group_shows_all_its_services_together, 0, 8);
	tcase_add_test(tcase, without_a_table_nothing_is_said_of_the_kernel);
	tcase_add_test(tcase, a_server_that_is_held_drains_and_then_rests);
	tcase_add_test(tcase, a_deadline_is_told_as_wall_time);
	tcase_add_test(tcase, each_process_that_is_needed_shows_what_it_lacks);
	tcase_add_test(tcase, asking_changes_nothing);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	n_failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return n_failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
