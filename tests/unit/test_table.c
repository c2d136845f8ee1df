/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the director decides for the IPVS table, and the dry run that decides the same. */
#include "base/plural.h"
#include "conf/empty.h"
#include "daemon/director/plan_json.h"
#include "daemon/director/table/decide.h"
#include "daemon/director/table/plan_ops.h"
#include "daemon/shared/plan_show.h"
#include "tests/unit/test_health_conf.h"
#include "tests/unit/test_ipvs_random.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NOW ((struct mono){100 * NS_PER_S})

/* A director: what it knows, and a kernel's table that takes each plan as it is. */
struct bench {
	struct conf *conf;
	struct conf_virtual_server *vs;
	struct health *health;
	struct ipvs_state table, applied;
	bool is_applied_known;
	struct ipvs_owned owned;
	struct ipvs_drain drain;
	struct ipvs_drain_policies policies;
	unsigned ready;
	struct table_decision decision; /* the last one */
};

static void settings(struct conf *conf)
{
	for (size_t i = 0; i < conf->n_virtual_servers; i++) {
		struct conf_virtual_server *vs = &conf->virtual_servers[i];

		vs->scheduler = "wlc";
		vs->persistence_engine = "";
		vs->granularity_ipv4 = 0xffffffff;
		vs->method = CONF_METHOD_DR;
		vs->drain_timeout = 30;
		for (size_t j = 0; j < vs->n_real_servers; j++)
			vs->real_servers[j].method = CONF_METHOD_DR;
	}
}

static void configure(struct health *health, const struct conf *conf)
{
	struct check_ids added = {0}, dropped = {0};

	health_configure(health, conf, NOW, 1, &added, &dropped);
	free(added.items);
	free(dropped.items);
}

static struct bench bench_new(size_t n_vs, size_t n_rs, size_t n_checks)
{
	struct bench bench = {.conf = test_conf_new(n_vs, n_rs, n_checks),
			      .health = health_new(),
			      .ready = TABLE_ALL_READY};

	settings(bench.conf);
	bench.vs = bench.conf->virtual_servers;
	configure(bench.health, bench.conf);
	ipvs_drain_policies_take(&bench.policies, bench.conf);
	return bench;
}

static void bench_free(struct bench *bench)
{
	table_decision_fini(&bench->decision);
	ipvs_state_clear(&bench->table);
	ipvs_state_clear(&bench->applied);
	ipvs_owned_free(&bench->owned);
	ipvs_drain_free(&bench->drain);
	ipvs_drain_policies_free(&bench->policies);
	health_free(bench->health);
	test_conf_free(bench->conf);
}

static void decide(struct bench *bench)
{
	const struct table_facts facts = {.conf = bench->conf,
					  .health = bench->health,
					  .have = &bench->table,
					  .applied = bench->is_applied_known ? &bench->applied
									     : NULL,
					  .owned = &bench->owned,
					  .policies = &bench->policies,
					  .ready = bench->ready,
					  .now = NOW};

	table_decision_fini(&bench->decision);
	table_decide(&facts, &bench->drain, &bench->decision);
}

/* Decides, and the kernel takes all of it. Returns the number of operations. */
static size_t run(struct bench *bench)
{
	decide(bench);
	for (size_t i = 0; i < bench->decision.plan.ops.n; i++)
		ck_assert_int_eq(
		    ipvs_op_apply(&bench->decision.plan.ops.items[i], &bench->table), 0);
	ipvs_owned_claim(&bench->owned, &bench->decision.want);
	ipvs_owned_trim(&bench->owned, &bench->decision.want, &bench->table);
	ipvs_state_clear(&bench->applied);
	state_copy(&bench->decision.want, &bench->applied);
	bench->is_applied_known = true;
	return bench->decision.plan.ops.n;
}

/* Somebody else makes a service in the kernel. */
static void foreign_service(struct bench *bench, const char *text)
{
	struct ipvs_service *service;
	struct svckey key;

	ck_assert_int_eq(svckey_parse(text, &key), 0);
	service = ipvs_state_add(&bench->table, &key);
	strcpy(service->scheduler, "rr");
	ipvs_state_sort(&bench->table);
}

static const struct ipvs_dest *dest_of(const struct ipvs_state *state, const struct bench *bench,
				       size_t rs)
{
	const struct ipvs_service *service = ipvs_state_find(state, &bench->vs->key);

	return service ? ipvs_service_find(service, &bench->vs->real_servers[rs].ep) : NULL;
}

START_TEST(a_table_that_is_as_wanted_needs_nothing)
{
	struct bench bench = bench_new(3, 2, 1);

	foreign_service(&bench, "tcp:10.0.9.9:80");
	ck_assert_uint_eq(run(&bench), 9);
	ck_assert_uint_eq(run(&bench), 0);
	ck_assert_uint_eq(bench.table.n_services, 4); /* somebody else's stays */
	bench_free(&bench);
}
END_TEST

START_TEST(exclusive_removes_the_services_of_others_without_draining_them)
{
	struct bench bench = bench_new(1, 1, 1);

	run(&bench);
	foreign_service(&bench, "tcp:10.0.9.9:80");
	bench.conf->global.is_exclusive = true;
	decide(&bench);
	ck_assert_uint_eq(bench.decision.plan.ops.n, 1);
	ck_assert_int_eq(bench.decision.plan.ops.items[0].kind, IPVS_OP_DEL_SERVICE);
	ck_assert_int_eq(bench.decision.plan.ops.items[0].cause, IPVS_CAUSE_FOREIGN);
	ck_assert_uint_eq(bench.decision.n_begun, 0);
	bench_free(&bench);
}
END_TEST

START_TEST(a_change_by_somebody_else_is_a_repair_a_new_want_is_none)
{
	struct bench bench = bench_new(1, 2, 0);

	run(&bench);
	bench.table.services[0].dests[0].weight = 7;
	bench.vs->real_servers[1].weight = 5;
	configure(bench.health, bench.conf);
	decide(&bench);
	ck_assert_uint_eq(bench.decision.plan.ops.n, 2);
	for (size_t i = 0; i < 2; i++) {
		const struct ipvs_op *op = &bench.decision.plan.ops.items[i];
		bool is_first = !endpoint_cmp(&op->dest.ep, &bench.vs->real_servers[0].ep);

		ck_assert_int_eq(op->cause, is_first ? IPVS_CAUSE_DRIFT : IPVS_CAUSE_WANTED);
	}
	bench_free(&bench);
}
END_TEST

START_TEST(a_server_that_the_file_has_no_more_drains_and_then_goes)
{
	struct bench bench = bench_new(1, 2, 1);
	struct endpoint gone = bench.vs->real_servers[1].ep;
	const struct ipvs_dest *dest;

	run(&bench);
	bench.vs->n_real_servers = 1;
	configure(bench.health, bench.conf);
	ipvs_drain_policies_take(&bench.policies, bench.conf);
	ck_assert_uint_eq(run(&bench), 1);
	ck_assert_uint_eq(bench.decision.n_begun, 1);
	dest = ipvs_service_find(bench.table.services, &gone);
	ck_assert_ptr_nonnull(dest);
	ck_assert_uint_eq(dest->weight, 0);

	/* Nothing changes until its connections are counted and gone. */
	ck_assert_uint_eq(run(&bench), 0);
	ck_assert_uint_eq(bench.decision.n_begun + bench.decision.n_ended, 0);
	bench.drain.entries.items[0].is_over = true;
	ck_assert_uint_eq(run(&bench), 1);
	ck_assert_ptr_null(ipvs_service_find(bench.table.services, &gone));
	ck_assert_uint_eq(bench.drain.entries.n, 1);
	ck_assert_uint_eq(ipvs_drain_forget(&bench.drain, &bench.table), 1);
	ck_assert_uint_eq(bench.drain.entries.n, 0);
	ck_assert_uint_eq(run(&bench), 0);
	bench_free(&bench);
}
END_TEST

START_TEST(a_new_service_waits_for_its_rules_one_that_serves_does_not)
{
	struct bench bench = bench_new(2, 1, 1);

	for (size_t i = 0; i < 2; i++)
		bench.vs[i].n_matches = 1; /* needs the mangle table */
	bench.ready = 0;
	ck_assert_uint_eq(run(&bench), 0);
	ck_assert_uint_eq(bench.decision.want.n_services, 0);
	ck_assert_uint_eq(bench.owned.keys.n, 0);

	bench.ready = TABLE_ALL_READY;
	ck_assert_uint_eq(run(&bench), 4);
	bench.ready = 0; /* a reload: the rules are looked at anew */
	ck_assert_uint_eq(run(&bench), 0);
	ck_assert_uint_eq(bench.table.n_services, 2);
	bench_free(&bench);
}
END_TEST

START_TEST(a_server_out_by_hand_drains_and_comes_back)
{
	struct bench bench = bench_new(1, 2, 0);

	run(&bench);
	health_maintain(bench.health, 0, 1, true, NOW);
	table_take_maintained(bench.health, &bench.policies);
	run(&bench);
	ck_assert_uint_eq(bench.drain.entries.n, 1);
	ck_assert_int_eq(bench.drain.entries.items[0].reason, IPVS_DRAIN_MANUAL);
	ck_assert_uint_eq(dest_of(&bench.table, &bench, 1)->weight, 0);

	health_maintain(bench.health, 0, 1, false, NOW);
	table_take_maintained(bench.health, &bench.policies);
	run(&bench);
	ck_assert_uint_eq(bench.drain.entries.n, 0);
	ck_assert_uint_eq(dest_of(&bench.table, &bench, 1)->weight, 1);
	bench_free(&bench);
}
END_TEST

/* Whatever the kernel has at first, one run brings what is wanted, and the next has nothing to do. */
START_TEST(one_run_brings_any_table_to_what_is_wanted)
{
	for (unsigned seed = 1; seed <= 300; seed++) {
		struct bench bench = bench_new(1 + seed % 4, 1 + seed % 3, seed % 2);
		struct rng rng = {seed};

		random_state(&rng, 6, &bench.table);
		random_owned(&rng, &bench.table, &bench.owned);
		bench.conf->global.is_exclusive = seed % 5 == 0;
		run(&bench);
		ck_assert_uint_eq(run(&bench), 0);
		for (size_t i = 0; i < bench.decision.want.n_services; i++)
			ck_assert_ptr_nonnull(ipvs_state_find(
			    &bench.table, &bench.decision.want.services[i].key));
		bench_free(&bench);
	}
}
END_TEST

/* --- the dry run --- */

/* A dry run of conf by who has the bench's table and knowledge. */
static struct plan_input input_of(struct bench *bench, const struct conf *before)
{
	struct plan_input input = {.conf = bench->conf,
				   .before = before,
				   .health = bench->health,
				   .applied = bench->is_applied_known ? &bench->applied : NULL,
				   .now = NOW};

	state_copy(&bench->table, &input.have);
	ipvs_owned_claim(&input.owned, &bench->applied);
	return input;
}

/* The JSON of a plan has each operation, then each line of roles: the text as it is printed, and
 * whether it waits. And lvsctl prints these texts. */
static void expect_json(const struct plan_ops *ops)
{
	static char address[] = "ip address add 10.9.0.100/24 dev eth0 # vrrp=web";
	char *lines[] = {address};
	struct role_plan roles = {.lines = {.items = lines, .n = 1}};
	struct conf *empty = conf_empty();
	json_t *plan = plan_json(empty, NULL, empty, ops, &roles, "");
	char *wanted = NULL, *shown = NULL, *operations;
	size_t size;
	FILE *out = open_memstream(&wanted, &size);

	fprintf(out, "# kernel: %zu operation%s\n", ops->items.n + 1, plural(ops->items.n + 1));
	for (size_t i = 0; i < ops->items.n; i++) {
		plan_op_print(&ops->items.items[i], out);
		fprintf(out, "%s\n",
			ops->items.items[i].is_waiting ? " # when its checks succeed" : "");
	}
	fprintf(out, "%s\n", address);
	fclose(out);
	out = open_memstream(&shown, &size);
	plan_show(plan, out);
	fclose(out);
	operations = strstr(shown, "# kernel");
	ck_assert_ptr_nonnull(operations);
	ck_assert_str_eq(operations, wanted);
	free(wanted);
	free(shown);
	json_decref(plan);
	conf_free(empty);
}

/* Makes the plan of input, which is used up; a line each, what waits with "(waits)". */
static void expect_plan(struct plan_input *input, const char *wanted)
{
	struct plan_ops ops = {0};
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	plan_ops_make(input, &ops);
	for (size_t i = 0; i < ops.items.n; i++) {
		plan_op_print(&ops.items.items[i], out);
		fprintf(out, "%s\n", ops.items.items[i].is_waiting ? " (waits)" : "");
	}
	fclose(out);
	ck_assert_str_eq(text, wanted);
	expect_json(&ops);
	free(text);
	plan_ops_fini(&ops);
	plan_input_fini(input);
}

START_TEST(a_plan_for_what_is_there_is_empty)
{
	struct bench bench = bench_new(2, 2, 1);
	struct plan_input input;

	run(&bench);
	foreign_service(&bench, "tcp:10.0.9.9:80");
	input = input_of(&bench, bench.conf);
	expect_plan(&input, "");
	bench_free(&bench);
}
END_TEST

START_TEST(what_waits_for_a_check_comes_last_and_says_so)
{
	struct bench bench = bench_new(1, 2, 1);
	struct plan_input input;

	bench.vs->n_real_servers = 1;
	configure(bench.health, bench.conf);
	run(&bench);
	bench.vs->n_real_servers = 2; /* new in a service that exists: out until a probe succeeds */
	bench.vs->real_servers[0].weight = 5;
	configure(bench.health, bench.conf);
	health_adopt(bench.health, 0, 0, true, true);
	health_adopt(bench.health, 0, 1, true, false);
	input = input_of(&bench, bench.conf);
	expect_plan(&input, "edit dest vs=tcp:10.0.0.0:80 rs=10.1.0.0:80 weight=1->5\n"
			    "add dest vs=tcp:10.0.0.0:80 rs=10.1.0.1:80 weight=1 method=DR"
			    " (waits)\n");
	bench_free(&bench);
}
END_TEST

/* Who wants to know what a plan does need not read its texts. */
START_TEST(an_operation_is_a_value)
{
	struct bench bench = bench_new(1, 2, 0);
	struct plan_ops ops = {0};
	struct plan_input input;
	const struct plan_op *op;

	run(&bench);
	bench.vs->n_real_servers = 1;
	configure(bench.health, bench.conf);
	input = input_of(&bench, bench.conf);
	input.timeouts_now.udp = 300;
	input.timeouts_change.udp = 10;
	plan_ops_make(&input, &ops);
	ck_assert_uint_eq(ops.items.n, 2);
	op = &ops.items.items[0];
	ck_assert_int_eq(op->kind, PLAN_OP_IPVS);
	ck_assert_int_eq(op->ipvs.op.kind, IPVS_OP_EDIT_DEST);
	ck_assert_uint_eq(op->ipvs.op.before.weight, 1);
	ck_assert_uint_eq(op->ipvs.op.dest.weight, 0);
	ck_assert(op->ipvs.is_draining);
	ck_assert_int_eq(op->ipvs.drain_s, 30);
	op = &ops.items.items[1];
	ck_assert_int_eq(op->kind, PLAN_OP_TIMEOUT);
	ck_assert_str_eq(op->timeout.name, "udp");
	ck_assert_uint_eq(op->timeout.before, 300);
	ck_assert_uint_eq(op->timeout.after, 10);
	plan_ops_fini(&ops);
	plan_input_fini(&input);
	bench_free(&bench);
}
END_TEST

START_TEST(what_leaves_drains_and_the_plan_says_how_long)
{
	struct bench bench = bench_new(1, 2, 0);
	struct plan_input input;

	run(&bench);
	bench.vs->n_real_servers = 1;
	configure(bench.health, bench.conf);
	input = input_of(&bench, bench.conf);
	expect_plan(&input, "edit dest vs=tcp:10.0.0.0:80 rs=10.1.0.1:80 weight=1->0 # it is deleted "
			    "when its connections are gone, after 30 s at most\n");
	bench_free(&bench);
}
END_TEST

START_TEST(services_of_ones_own_go_those_of_others_stay)
{
	struct bench bench = bench_new(2, 1, 0);
	struct plan_input input;

	run(&bench);
	foreign_service(&bench, "tcp:10.0.9.9:80");
	bench.conf->n_virtual_servers = 1;
	bench.conf->virtual_servers[0].drain_timeout = 0;
	configure(bench.health, bench.conf);
	input = input_of(&bench, NULL);
	expect_plan(&input, "delete service vs=tcp:10.0.0.1:80 # its connections end\n");
	bench_free(&bench);
}
END_TEST

START_TEST(what_is_outside_of_ipvs_comes_first_and_sync_behind_the_services)
{
	struct bench bench = bench_new(1, 1, 0);
	struct plan_input input;

	bench.conf->global.sync_daemon =
	    (struct conf_sync_daemon){.is_on = true, .interface = "eth0", .syncid = 7};
	input = input_of(&bench, NULL);
	host_state_add_sysctl(&input.host_want, "sync_retries", "1");
	host_state_add_sysctl(&input.host_want, "sync_threshold", "0 0");
	host_state_add_sysctl(&input.host_have, "sync_retries", "1");
	host_state_add_sysctl(&input.host_have, "sync_threshold", "3 50");
	input.timeouts_now = (struct ipvs_timeouts){900, 120, 300};
	input.timeouts_change = (struct ipvs_timeouts){7200, 0, 0};
	expect_plan(&input, "set sysctl=net.ipv4.vs.sync_threshold value=\"3 50\"->\"0 0\"\n"
			    "add service vs=tcp:10.0.0.0:80 scheduler=wlc\n"
			    "add dest vs=tcp:10.0.0.0:80 rs=10.1.0.0:80 weight=1 method=DR\n"
			    "set timeout=tcp value=900->7200\n"
			    "start sync role=backup interface=eth0 syncid=7\n"
			    "start sync role=master interface=eth0 syncid=7\n");
	bench_free(&bench);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("table");
	TCase *tcase = tcase_create("decide");
	SRunner *runner = srunner_create(suite);
	int n_failed;

	tcase_add_test(tcase, a_table_that_is_as_wanted_needs_nothing);
	tcase_add_test(tcase, exclusive_removes_the_services_of_others_without_draining_them);
	tcase_add_test(tcase, a_change_by_somebody_else_is_a_repair_a_new_want_is_none);
	tcase_add_test(tcase, a_server_that_the_file_has_no_more_drains_and_then_goes);
	tcase_add_test(tcase, a_new_service_waits_for_its_rules_one_that_serves_does_not);
	tcase_add_test(tcase, a_server_out_by_hand_drains_and_comes_back);
	tcase_add_test(tcase, one_run_brings_any_table_to_what_is_wanted);
	suite_add_tcase(suite, tcase);
	tcase = tcase_create("plan");
	tcase_add_test(tcase, a_plan_for_what_is_there_is_empty);
	tcase_add_test(tcase, what_waits_for_a_check_comes_last_and_says_so);
	tcase_add_test(tcase, an_operation_is_a_value);
	tcase_add_test(tcase, what_leaves_drains_and_the_plan_says_how_long);
	tcase_add_test(tcase, services_of_ones_own_go_those_of_others_stay);
	tcase_add_test(tcase, what_is_outside_of_ipvs_comes_first_and_sync_behind_the_services);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	n_failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return n_failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
