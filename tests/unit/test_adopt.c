/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a start, a restart and a reload take over from the kernel's table. */
#include "daemon/director/table/adopt.h"
#include "base/vec.h"
#include "tests/unit/test_health_conf.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

/* Two servers, a table that has their service, and a model that knows nothing of either yet. */
struct bench {
	struct conf *conf;
	struct conf_virtual_server *vs;
	struct health *health;
	struct ipvs_state have;
	struct ipvs_drain drain;
};

static struct bench bench_new(void)
{
	struct bench bench = {.conf = test_conf_new(1, 2, 1), .health = health_new()};

	bench.vs = bench.conf->virtual_servers;
	bench.vs->scheduler = "rr";
	ipvs_state_add(&bench.have, &bench.vs->key);
	return bench;
}

static void bench_free(struct bench *bench)
{
	health_free(bench->health);
	ipvs_state_clear(&bench->have);
	ipvs_drain_free(&bench->drain);
	test_conf_free(bench->conf);
}

/* The kernel has server rs with this weight. */
static void show(struct bench *bench, size_t rs, uint32_t weight)
{
	ipvs_service_add(bench->have.services, &bench->vs->real_servers[rs].ep)->weight = weight;
	ipvs_state_sort(&bench->have);
}

static void drain(struct bench *bench, size_t rs, enum ipvs_drain_reason reason, uint32_t weight)
{
	*vec_push(&bench->drain.entries) =
	    (struct ipvs_drain_entry){.service = bench->vs->key,
				      .server = bench->vs->real_servers[rs].ep,
				      .reason = reason,
				      .weight = weight};
	ipvs_drain_sort(&bench->drain);
}

/* A director comes, or has a new configuration, and reads the table. */
static void adopt(struct bench *bench)
{
	struct check_ids added = {0}, dropped = {0};

	health_configure(bench->health, bench->conf, (struct mono){NS_PER_S}, 1, &added, &dropped);
	adopt_report(&bench->have, &bench->drain, bench->health);
	vec_free(&added);
	vec_free(&dropped);
}

/* The weight that server rs is to have in the table; -1: it is not to be in it. */
static int64_t wanted(const struct bench *bench, size_t rs)
{
	size_t n;
	const struct health_vs *vs = health_services(bench->health, &n);
	bool is_present;
	uint32_t weight;

	health_rs_effective(vs, &vs->real_servers[rs], &is_present, &weight);
	return is_present ? (int64_t)weight : -1;
}

/* Probes every check once. */
static void probe(struct bench *bench, enum probe_outcome outcome)
{
	struct probe_result result = {.outcome = outcome};
	struct mono later = {100 * NS_PER_S};
	check_id id;

	for (size_t i = 0; i < 2; i++) {
		ck_assert_uint_eq(health_take_due(bench->health, later, &id, 1), 1);
		health_outcome(bench->health, id, &result, later, 1);
	}
}

START_TEST(what_is_there_stays)
{
	struct bench bench = bench_new();

	show(&bench, 0, 1);
	adopt(&bench);
	ck_assert(wanted(&bench, 0) == 1 && wanted(&bench, 1) == -1);
	ck_assert(adopt_has_all(&bench.have, bench.vs));
	bench_free(&bench);
}
END_TEST

/* The file did not have them for a while: the first served until then, the second did not. */
START_TEST(a_draining_server_comes_back_as_it_was)
{
	struct bench bench = bench_new();

	bench.vs->real_servers[0].weight = 7;
	for (size_t i = 0; i < 2; i++) {
		show(&bench, i, 0);
		drain(&bench, i, IPVS_DRAIN_REMOVED, i == 0 ? 5 : 0);
	}
	adopt(&bench);
	ck_assert(wanted(&bench, 0) == 7 && wanted(&bench, 1) == -1);
	probe(&bench, PROBE_FAIL);
	ck_assert(wanted(&bench, 0) == -1 && wanted(&bench, 1) == -1);
	bench_free(&bench);
}
END_TEST

START_TEST(a_server_that_failed_waits_for_success)
{
	struct bench bench = bench_new();

	show(&bench, 0, 0);
	drain(&bench, 0, IPVS_DRAIN_FAILED, 1);
	adopt(&bench);
	ck_assert_int_eq(wanted(&bench, 0), -1);
	probe(&bench, PROBE_OK);
	ck_assert_int_eq(wanted(&bench, 0), 1);
	bench_free(&bench);
}
END_TEST

/* The script's weight of before counts until it has spoken again. */
START_TEST(a_dynamic_weight_comes_back_too)
{
	struct bench bench = bench_new();

	bench.vs->real_servers[0].checks->is_dynamic = true;
	show(&bench, 0, 0);
	drain(&bench, 0, IPVS_DRAIN_REMOVED, 40);
	adopt(&bench);
	ck_assert_int_eq(wanted(&bench, 0), 40);
	probe(&bench, PROBE_OK);
	ck_assert_int_eq(wanted(&bench, 0), 1);
	bench_free(&bench);
}
END_TEST

/* Weight 0 was the script's word too, unless the server leaves. */
START_TEST(a_script_may_have_said_nothing)
{
	struct bench bench = bench_new();
	struct probe_result result = {.outcome = PROBE_OK, .has_weight = true, .weight = 3};
	struct mono later = {100 * NS_PER_S};
	check_id id;

	for (size_t i = 0; i < 2; i++) {
		bench.vs->real_servers[i].checks->is_dynamic = true;
		show(&bench, i, 0);
	}
	drain(&bench, 1, IPVS_DRAIN_FAILED, 1);
	adopt(&bench);
	ck_assert(wanted(&bench, 0) == 0 && wanted(&bench, 1) == -1);
	for (size_t i = 0; i < 2; i++) {
		ck_assert_uint_eq(health_take_due(bench.health, later, &id, 1), 1);
		health_outcome(bench.health, id, &result, later, 1);
	}
	ck_assert(wanted(&bench, 0) == 3 && wanted(&bench, 1) == 3);
	bench_free(&bench);
}
END_TEST

/* Beside a sorry server nobody knows what they weighed: the quorum stays down until they say it. */
START_TEST(a_sorry_server_waits_for_scripts)
{
	struct bench bench = bench_new();
	struct endpoint sorry = {{AF_INET, {10, 9, 9, 9}}, 80};

	bench.vs->quorum = 1;
	bench.vs->has_sorry_server = true;
	bench.vs->sorry_server = (struct conf_real_server){.ep = sorry, .weight = 1};
	ipvs_service_add(bench.have.services, &sorry)->weight = 1;
	for (size_t i = 0; i < 2; i++) {
		bench.vs->real_servers[i].checks->is_dynamic = true;
		show(&bench, i, 0);
	}
	adopt(&bench);
	ck_assert(wanted(&bench, 0) == 0 && wanted(&bench, 1) == 0);
	probe(&bench, PROBE_OK);
	ck_assert(wanted(&bench, 0) == 1 && wanted(&bench, 1) == 1);
	bench_free(&bench);
}
END_TEST

START_TEST(a_slow_start_goes_on)
{
	struct bench bench = bench_new();
	struct mono now = {500 * NS_PER_S};

	bench.vs->slow_start = 3;
	bench.vs->real_servers[0].weight = bench.vs->real_servers[1].weight = 100;
	show(&bench, 0, 50);
	show(&bench, 1, 100);
	adopt(&bench);
	adopt_ramps(&bench.have, bench.health, now);
	ck_assert(wanted(&bench, 0) == 50 && wanted(&bench, 1) == 100);
	ck_assert(health_ramp(bench.health, mono_add_ns(now, 2 * NS_PER_S)));
	ck_assert(wanted(&bench, 0) == 100 && wanted(&bench, 1) == 100);
	bench_free(&bench);
}
END_TEST

/* The first real server is the sorry server too. */
static void make_double(struct bench *bench, uint32_t weight)
{
	bench->vs->has_sorry_server = true;
	bench->vs->sorry_server = bench->vs->real_servers[0];
	bench->vs->sorry_server.weight = 1;
	bench->vs->real_servers[0].weight = weight;
}

static bool is_quorum_up(const struct bench *bench)
{
	size_t n;

	return health_services(bench->health, &n)->is_quorum_up;
}

/* What the sorry server's part of a real server shows is no state of that server. */
START_TEST(a_real_server_that_is_the_sorry_server)
{
	static const struct {
		uint32_t own_weight, shown, other_shown;
		bool has_other, is_other_draining, is_quorum_up;
	} cases[] = {
	    {1, 1, 0, false, false, true},  /* it alone is up */
	    {1, 1, 1, true, false, true},   /* both are */
	    {1, 1, 0, true, false, false},  /* the other one is kept at 0 */
	    {1, 1, 0, true, true, true},    /* the other one drains */
	    {3, 1, 0, false, false, false}, /* up it would have 3 */
	    {3, 3, 0, false, false, true},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct bench bench = bench_new();

		bench.vs->quorum = cases[i].own_weight == 1 && cases[i].has_other &&
					   !cases[i].is_other_draining
				       ? 2
				       : 1;
		make_double(&bench, cases[i].own_weight);
		show(&bench, 0, cases[i].shown);
		if (cases[i].has_other)
			show(&bench, 1, cases[i].other_shown);
		if (cases[i].is_other_draining)
			drain(&bench, 1, IPVS_DRAIN_FAILED, 1);
		adopt(&bench);
		ck_assert_msg(is_quorum_up(&bench) == cases[i].is_quorum_up, "case %zu", i);
		bench_free(&bench);
	}
}
END_TEST

/* Its weight alone would be no quorum, so it serves as the sorry server, whatever the others show.
 * Of it as a real server nothing is known: it does not add to the quorum. */
START_TEST(a_real_server_without_a_quorum_is_the_sorry_server)
{
	struct bench bench = bench_new();
	struct probe_result result = {.outcome = PROBE_OK};
	struct mono later = {100 * NS_PER_S};
	check_id ids[2];
	size_t n;

	bench.vs->quorum = 2;
	make_double(&bench, 1);
	bench.vs->real_servers[1].is_inhibiting = true;
	show(&bench, 0, 1);
	show(&bench, 1, 0);
	adopt(&bench);
	ck_assert(!is_quorum_up(&bench));
	ck_assert_uint_eq(health_take_due(bench.health, later, ids, 2), 2);
	health_outcome(bench.health, health_services(bench.health, &n)->real_servers[1].checks->id,
		       &result, later, 1);
	ck_assert(!is_quorum_up(&bench));
	ck_assert(wanted(&bench, 1) == 0);
	bench_free(&bench);
}
END_TEST

/* A check of it failed, and a script had given it a weight: it waits until all its checks succeed.
 */
START_TEST(weight_0_with_inhibit_on_failure_may_be_a_failure)
{
	struct bench bench = bench_new();

	for (size_t i = 0; i < 2; i++) {
		bench.vs->real_servers[i].is_inhibiting = true;
		bench.vs->real_servers[i].weight = i ? 0 : 3;
		bench.vs->real_servers[i].checks->is_dynamic = true;
		show(&bench, i, 0);
	}
	adopt(&bench);
	ck_assert(wanted(&bench, 0) == 0 && wanted(&bench, 1) == 0);
	probe(&bench, PROBE_OK);
	ck_assert(wanted(&bench, 0) == 3 && wanted(&bench, 1) == 0);
	bench_free(&bench);
}
END_TEST

/* It failed, and the sorry server serves: it does not come back before its check succeeds. */
START_TEST(a_draining_server_beside_a_sorry_server_has_failed)
{
	struct bench bench = bench_new();
	struct endpoint sorry = {{AF_INET, {10, 9, 9, 9}}, 80};

	bench.vs->has_sorry_server = true;
	bench.vs->sorry_server = (struct conf_real_server){.ep = sorry, .weight = 1};
	ipvs_service_add(bench.have.services, &sorry)->weight = 1;
	show(&bench, 0, 0);
	drain(&bench, 0, IPVS_DRAIN_FAILED, 1);
	adopt(&bench);
	ck_assert_int_eq(wanted(&bench, 0), -1);
	ck_assert(!is_quorum_up(&bench));
	probe(&bench, PROBE_OK);
	ck_assert_int_eq(wanted(&bench, 0), 1);
	bench_free(&bench);
}
END_TEST

/* Whoever came before left them alone: their connections go on until the first verdict. */
START_TEST(a_server_with_weight_0_stays_until_its_verdict)
{
	struct bench bench = bench_new();

	show(&bench, 0, 0);
	show(&bench, 1, 0);
	adopt(&bench);
	ck_assert(wanted(&bench, 0) == 0 && wanted(&bench, 1) == 0);
	probe(&bench, PROBE_FAIL);
	ck_assert(wanted(&bench, 0) == -1 && wanted(&bench, 1) == -1);
	bench_free(&bench);
}
END_TEST

/* Servers of a new service are in at once, as keepalived has them. */
START_TEST(a_new_service_has_its_servers_at_once)
{
	struct bench bench = bench_new();

	ipvs_state_clear(&bench.have);
	adopt(&bench);
	ck_assert(wanted(&bench, 0) == 1 && wanted(&bench, 1) == 1);
	ck_assert(!adopt_has_all(&bench.have, bench.vs));
	bench_free(&bench);
}
END_TEST

/* It is in the table as the sorry server: with the quorum back it waits for its own success. */
START_TEST(a_sorry_server_that_leaves_is_no_idle_real_server)
{
	struct bench bench = bench_new();
	struct probe_result result = {.outcome = PROBE_OK};
	struct mono later = {100 * NS_PER_S};
	check_id ids[2];
	size_t n;

	make_double(&bench, 3);
	show(&bench, 0, 1);
	adopt(&bench);
	ck_assert(!is_quorum_up(&bench));
	ck_assert_uint_eq(health_take_due(bench.health, later, ids, 2), 2);
	health_outcome(bench.health,
		       health_services(bench.health, &n)->real_servers[1].checks->id, &result,
		       later, 1);
	ck_assert(is_quorum_up(&bench));
	ck_assert(wanted(&bench, 0) == -1 && wanted(&bench, 1) == 1);
	bench_free(&bench);
}
END_TEST

/* A start with a new first member: the weight of a script is that of the member that is there. */
START_TEST(a_new_member_hides_no_weight)
{
	struct bench bench = bench_new();
	struct conf_member members[2] = {{.key = bench.vs->key}, {.key = bench.vs->key}};

	members[0].key.ep.addr.bytes[3] ^= 0xff;
	bench.vs->members = members;
	bench.vs->n_members = 2;
	strcpy(bench.vs->key.group, "web");
	bench.vs->real_servers[0].checks->is_dynamic = true;
	show(&bench, 0, 44);
	adopt(&bench);
	ck_assert(wanted(&bench, 0) == 44);
	bench_free(&bench);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("adopt");
	TCase *tcase = tcase_create("adopt");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_test(tcase, what_is_there_stays);
	tcase_add_test(tcase, a_draining_server_comes_back_as_it_was);
	tcase_add_test(tcase, a_server_that_failed_waits_for_success);
	tcase_add_test(tcase, a_dynamic_weight_comes_back_too);
	tcase_add_test(tcase, a_script_may_have_said_nothing);
	tcase_add_test(tcase, a_sorry_server_waits_for_scripts);
	tcase_add_test(tcase, a_real_server_that_is_the_sorry_server);
	tcase_add_test(tcase, a_sorry_server_that_leaves_is_no_idle_real_server);
	tcase_add_test(tcase, a_real_server_without_a_quorum_is_the_sorry_server);
	tcase_add_test(tcase, weight_0_with_inhibit_on_failure_may_be_a_failure);
	tcase_add_test(tcase, a_draining_server_beside_a_sorry_server_has_failed);
	tcase_add_test(tcase, a_server_with_weight_0_stays_until_its_verdict);
	tcase_add_test(tcase, a_new_service_has_its_servers_at_once);
	tcase_add_test(tcase, a_new_member_hides_no_weight);
	tcase_add_test(tcase, a_slow_start_goes_on);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
