/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The keeper of the IPVS table on a kernel in memory: readings, repairs, refusals, drains, its
 * files. */
#include "base/clock.h"
#include "daemon/director/table/kernel.h"
#include "daemon/director/table/timeouts.h"
#include "daemon/shared/rundir_names.h"
#include "tests/unit/fake_ipvs.h"
#include "tests/unit/fake_rundir.h"
#include "tests/unit/test_health_conf.h"
#include "tests/unit/test_ipvs_random.h"

#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static struct {
	struct loop *loop;
	struct conf *conf;
	struct conf_virtual_server *vs;
	struct health *health;
	struct kernel kernel;
} bench;

static void fill(struct conf *conf)
{
	conf->global.reconcile_interval = 5;
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

/* The configuration of the bench, as it is now, comes into force. */
static void adopt(void)
{
	struct check_ids added = {0}, dropped = {0};

	health_configure(bench.health, bench.conf, clock_mono(), 1, &added, &dropped);
	free(added.items);
	free(dropped.items);
	kernel_adopt(&bench.kernel, bench.conf);
}

/* As far as what a predecessor left demands it, IPVS is open. */
static void keeper_load(bool is_restart)
{
	bench.loop = loop_new();
	bench.health = health_new();
	bench.kernel = (struct kernel){.loop = bench.loop,
				       .run_dir = "/nowhere",
				       .health = bench.health,
				       .is_restart = is_restart,
				       .ready = ~0u};
	kernel_load(&bench.kernel);
}

static void keeper_open(bool is_restart)
{
	struct err err;

	keeper_load(is_restart);
	ck_assert_int_eq(kernel_open(&bench.kernel, &err), 0);
	adopt();
}

static void keeper_close(void)
{
	kernel_close(&bench.kernel);
	health_free(bench.health);
	loop_free(bench.loop);
}

/* n_vs services of two servers; the kernel has nothing yet. */
static void start(size_t n_vs, size_t n_checks)
{
	fake_ipvs_clear();
	fake_rundir_clear();
	bench.conf = test_conf_new(n_vs, 2, n_checks);
	bench.vs = bench.conf->virtual_servers;
	fill(bench.conf);
	keeper_open(false);
}

static void finish(void)
{
	keeper_close();
	test_conf_free(bench.conf);
	fake_ipvs_clear();
	fake_rundir_clear();
}

/* Another director takes the place of this one. */
static void replace(void)
{
	keeper_close();
	keeper_open(true);
}

/* A turn of the loop. Returns how many operations were sent. */
static size_t turn(void)
{
	size_t before = fake_ipvs.n_requests;

	kernel_settle(&bench.kernel);
	return fake_ipvs.n_requests - before;
}

/* The time for the next reading has come. */
static void let_read(void)
{
	bench.kernel.read_due = clock_mono();
	bench.kernel.recon.due = clock_mono();
}

static struct ipvs_dest *dest(size_t rs)
{
	struct ipvs_service *service = ipvs_state_find(&fake_ipvs.table, &bench.vs->key);

	return service ? ipvs_service_find(service, &bench.vs->real_servers[rs].ep) : NULL;
}

static bool was_owned_first;

static void note_owned(const char *name)
{
	if (!strcmp(name, RUNDIR_OWNED) && !fake_ipvs.n_requests)
		was_owned_first = true;
}

START_TEST(a_service_is_noted_as_owned_before_it_is_made)
{
	start(2, 0);
	was_owned_first = false;
	fake_rundir.on_store = note_owned;
	ck_assert_uint_eq(turn(), 6);
	ck_assert(was_owned_first);
	ck_assert_ptr_nonnull(strstr(fake_rundir_text(RUNDIR_OWNED), "tcp:10.0.0.1:80"));
	ck_assert_uint_eq(turn(), 0);
	finish();
}
END_TEST

START_TEST(a_restart_sends_nothing)
{
	start(2, 1);
	turn();
	replace();
	ck_assert(bench.kernel.is_adopted);
	ck_assert_uint_eq(turn(), 0);
	let_read();
	ck_assert_uint_eq(turn(), 0);
	finish();
}
END_TEST

START_TEST(what_somebody_changed_is_mended_at_the_next_reading_and_counted)
{
	struct kernel_mended mended;
	struct err err;

	start(1, 0);
	turn();
	dest(0)->weight = 77;
	ck_assert_uint_eq(turn(), 0); /* nobody has looked */
	let_read();
	ck_assert_uint_eq(turn(), 1);
	ck_assert_uint_eq(dest(0)->weight, 1);
	ck_assert_uint_eq(ipvs_drift_repairs(&bench.kernel.drift), 1);

	dest(1)->weight = 77;
	ck_assert_int_eq(kernel_reconcile(&bench.kernel, &mended, &err), 0);
	ck_assert_uint_eq(mended.n_repairs, 1);
	ck_assert_uint_eq(mended.n_services, 1);
	ck_assert_uint_eq(mended.n_dests, 2);
	finish();
}
END_TEST

/* The next director finds a file without a service. */
static void replace_by_empty(void)
{
	keeper_close();
	bench.conf->n_virtual_servers = 0;
	keeper_load(false);
	adopt();
}

START_TEST(a_start_without_services_removes_those_that_a_predecessor_made)
{
	start(2, 0);
	turn();
	ipvs_state_add(&fake_ipvs.table, &(struct svckey){.fwmark = 7, .family = AF_INET});
	replace_by_empty();
	ck_assert_uint_eq(turn(), 2);
	ck_assert_uint_eq(fake_ipvs.table.n_services, 1); /* somebody else's */
	ck_assert_ptr_null(strstr(fake_rundir_text(RUNDIR_OWNED), "10.0.0.1"));

	replace_by_empty(); /* nothing is left to do, so IPVS is not touched */
	ck_assert_ptr_null(bench.kernel.genl);
	ck_assert_uint_eq(turn(), 0);
	finish();
}
END_TEST

START_TEST(sync_roles_and_timeouts_of_a_predecessor_are_reason_to_open_ipvs)
{
	start(0, 0);
	bench.kernel.is_sync_ours = true;
	owned_store(&bench.kernel);
	replace_by_empty();
	ck_assert_ptr_nonnull(bench.kernel.genl);
	turn();
	ck_assert(kernel_take_sync_due(&bench.kernel));
	finish();

	start(0, 0);
	bench.kernel.former_timeouts.tcp = 900;
	timeouts_keep(&bench.kernel);
	replace_by_empty();
	ck_assert_ptr_nonnull(bench.kernel.genl);
	finish();
}
END_TEST

START_TEST(in_a_kernel_without_ipvs_nothing_of_a_predecessor_is_left)
{
	start(2, 0);
	turn();
	bench.kernel.is_sync_ours = true;
	bench.kernel.former_timeouts.tcp = 900;
	timeouts_keep(&bench.kernel);
	owned_store(&bench.kernel);
	fake_ipvs.open_code = -ENOENT;
	replace_by_empty();
	ck_assert_uint_eq(turn(), 0);
	ck_assert(!bench.kernel.is_sync_ours);
	ck_assert_uint_eq(bench.kernel.owned.keys.n, 0);
	ck_assert_ptr_null(strstr(fake_rundir_text(RUNDIR_OWNED), "10.0.0.1"));
	ck_assert_ptr_null(fake_rundir_text(RUNDIR_TIMEOUTS));
	finish();

	start(2, 0);
	turn();
	fake_ipvs.open_code = -EPERM; /* who knows what the table has */
	replace_by_empty();
	ck_assert_uint_eq(bench.kernel.owned.keys.n, 2);
	finish();
}
END_TEST

static int refuse_second(const struct ipvs_op *op)
{
	return op->kind == IPVS_OP_ADD_DEST &&
		       !endpoint_cmp(&op->dest.ep, &bench.vs->real_servers[1].ep)
		   ? -ENOMEM
		   : 0;
}

START_TEST(a_refusal_keeps_back_nothing_else_and_is_tried_again)
{
	struct kernel_mended mended;
	struct err err;

	start(2, 0);
	fake_ipvs.refuse = refuse_second;
	turn();
	ck_assert_ptr_nonnull(dest(0));
	ck_assert_ptr_null(dest(1));
	ck_assert_uint_eq(fake_ipvs.table.n_services, 2);
	ck_assert_int_eq(bench.kernel.recon.state, IPVS_RECON_BACKOFF);
	ck_assert_uint_eq(turn(), 0); /* not before its time */
	ck_assert_int_lt(kernel_reconcile(&bench.kernel, &mended, &err), 0);

	fake_ipvs.refuse = NULL;
	let_read();
	ck_assert_uint_eq(turn(), 1);
	ck_assert_ptr_nonnull(dest(1));
	ck_assert_int_eq(bench.kernel.recon.state, IPVS_RECON_QUIET);
	ck_assert_uint_eq(ipvs_drift_repairs(&bench.kernel.drift), 0);
	finish();
}
END_TEST

START_TEST(a_table_that_cannot_be_read_is_read_whole_afterwards)
{
	size_t n_dumps;

	start(1, 0);
	turn();
	fake_ipvs.dump_code = -ENOBUFS;
	let_read();
	ck_assert_uint_eq(turn(), 0);
	ck_assert(!bench.kernel.is_have_valid);
	ck_assert_int_eq(bench.kernel.recon.state, IPVS_RECON_BACKOFF);

	fake_ipvs.dump_code = 0;
	ipvs_state_clear(&fake_ipvs.table);
	n_dumps = fake_ipvs.n_dumps;
	let_read();
	ck_assert_uint_eq(turn(), 3);
	ck_assert_uint_eq(fake_ipvs.n_dumps, n_dumps + 1);
	ck_assert(bench.kernel.is_have_valid);
	finish();
}
END_TEST

START_TEST(a_server_that_left_the_file_goes_with_its_last_connection)
{
	struct ipvs_dest *leaving;

	start(1, 0);
	turn();
	dest(1)->counters.active = 2;
	leaving = dest(1);
	bench.vs->n_real_servers = 1;
	adopt();
	ck_assert_uint_eq(turn(), 1);
	ck_assert_uint_eq(leaving->weight, 0);
	ck_assert_ptr_nonnull(strstr(fake_rundir_text(RUNDIR_DRAIN), "10.1.0.1:80"));

	replace(); /* it drains on, and nothing is sent */
	ck_assert_uint_eq(bench.kernel.drains.set.entries.n, 1);
	ck_assert_uint_eq(turn(), 0);
	dest(1)->counters.active = 0;
	bench.kernel.drains.wake = clock_mono();
	bench.kernel.drains.set.entries.items[0].read_at = (struct mono){0};
	bench.kernel.drains.set.n_read = 0;
	ck_assert_uint_eq(turn(), 1);
	ck_assert_ptr_null(dest(1));
	ck_assert_uint_eq(bench.kernel.drains.set.entries.n, 0);
	ck_assert_ptr_null(strstr(fake_rundir_text(RUNDIR_DRAIN), "10.1.0.1:80"));
	finish();
}
END_TEST

START_TEST(a_deadline_needs_no_counters)
{
	start(1, 0);
	turn();
	dest(1)->counters.active = 2;
	bench.vs->n_real_servers = 1;
	adopt();
	turn();
	bench.kernel.drains.set.entries.items[0].deadline = clock_mono();
	bench.kernel.drains.wake = clock_mono();
	fake_ipvs.dump_code = -ENOBUFS; /* counting fails */
	ck_assert_uint_eq(turn(), 1);
	ck_assert_ptr_null(dest(1));
	finish();
}
END_TEST

/* It died between drain.json and the kernel, and was away for longer than the drain. */
START_TEST(a_drain_that_the_kernel_never_had_has_its_whole_time)
{
	struct ipvs_drain_entry *entry;

	start(1, 0);
	turn();
	dest(1)->counters.active = 2;
	bench.vs->n_real_servers = 1;
	adopt();
	turn();
	entry = &bench.kernel.drains.set.entries.items[0];
	entry->since = mono_add_ms(clock_mono(), -60000);
	entry->deadline = mono_add_ms(entry->since, 30000);
	drains_store(&bench.kernel);
	dest(1)->weight = 1;
	replace();
	ck_assert_uint_eq(turn(), 1);
	ck_assert_ptr_nonnull(dest(1));
	ck_assert_uint_eq(dest(1)->weight, 0);
	replace(); /* the time goes on */
	ck_assert_uint_eq(turn(), 0);
	entry = &bench.kernel.drains.set.entries.items[0];
	ck_assert_int_eq(mono_sub(entry->deadline, entry->since), 30 * NS_PER_S);
	ck_assert_int_lt(mono_sub(clock_mono(), entry->since), 30 * NS_PER_S);
	finish();
}
END_TEST

START_TEST(who_is_held_leaves_and_stays_out_until_undrain)
{
	struct maintained one;
	struct err err;

	start(1, 0);
	turn();
	one = (struct maintained){bench.vs->key, bench.vs->real_servers[1].id};
	ck_assert_int_lt(drains_maintain(&bench.kernel, &one, false, &err), 0);
	ck_assert_int_eq(drains_maintain(&bench.kernel, &one, true, &err), 0);
	ck_assert_int_lt(drains_maintain(&bench.kernel, &one, true, &err), 0);
	kernel_want_changed(&bench.kernel);
	turn();
	ck_assert_uint_eq(dest(1)->weight, 0);
	dest(1)->counters.active = 1;

	replace();
	turn();
	ck_assert_uint_eq(dest(1)->weight, 0);
	ck_assert_uint_eq(bench.kernel.drains.maintained.n, 1);
	ck_assert_int_eq(drains_maintain(&bench.kernel, &one, false, &err), 0);
	kernel_want_changed(&bench.kernel);
	turn();
	ck_assert_uint_eq(dest(1)->weight, 1);
	one.rs.port++;
	ck_assert_int_eq(drains_maintain(&bench.kernel, &one, true, &err), -ENOENT);
	finish();
}
END_TEST

START_TEST(services_wait_for_the_rules_that_they_need)
{
	start(1, 0);
	bench.vs->n_matches = 1;
	adopt();
	kernel_host_ready(&bench.kernel, 0);
	ck_assert_uint_eq(turn(), 0);
	kernel_host_ready(&bench.kernel, ~0u);
	ck_assert_uint_eq(turn(), 3);
	kernel_host_ready(&bench.kernel, ~0u);
	ck_assert(!bench.kernel.is_want_changed);
	finish();
}
END_TEST

START_TEST(timeouts_come_back_at_the_end)
{
	start(1, 0);
	bench.conf->global.timeouts.tcp = 7200;
	adopt();
	turn();
	ck_assert(kernel_take_sync_due(&bench.kernel));
	ck_assert(!kernel_take_sync_due(&bench.kernel));
	ck_assert_int_eq(timeouts_settle(&bench.kernel), 0);
	ck_assert_uint_eq(fake_ipvs.timeouts.tcp, 7200);
	ck_assert_ptr_nonnull(fake_rundir_text(RUNDIR_TIMEOUTS));

	replace(); /* it knows what was there before */
	kernel_stop(&bench.kernel);
	ck_assert_uint_eq(fake_ipvs.timeouts.tcp, 900);
	ck_assert_ptr_null(fake_rundir_text(RUNDIR_TIMEOUTS));
	ck_assert_uint_eq(fake_ipvs.table.n_services, 1); /* the table stays */
	finish();
}
END_TEST

START_TEST(what_is_flushed_at_the_end_is_what_the_file_says)
{
	struct svckey key;

	for (int is_all = 0; is_all < 2; is_all++) {
		start(1, 0);
		turn();
		ck_assert_int_eq(svckey_parse("tcp:10.0.9.9:80", &key), 0);
		strcpy(ipvs_state_add(&fake_ipvs.table, &key)->scheduler, "rr");
		bench.conf->global.flush_on_stop = is_all ? CONF_FLUSH_ALL : CONF_FLUSH_OWN;
		kernel_stop(&bench.kernel);
		ck_assert_uint_eq(fake_ipvs.table.n_services, is_all ? 0 : 1);
		ck_assert_ptr_null(strstr(fake_rundir_text(RUNDIR_OWNED), "10.0.0.0"));
		finish();
	}
}
END_TEST

static struct rng chaos_rng;

static int refuse_some(const struct ipvs_op *op)
{
	(void)op;
	return rng_below(&chaos_rng, 4) ? 0 : -ENOMEM;
}

/* Somebody else changes the kernel, or the kernel is sick, or a person drains a server. */
static void trouble(void)
{
	struct maintained one = {bench.vs->key, bench.vs->real_servers[rng_below(&chaos_rng, 2)].id};
	struct err err;

	switch (rng_below(&chaos_rng, 6)) {
	case 0:
		if (dest(0))
			dest(0)->weight = rng_below(&chaos_rng, 9);
		break;
	case 1:
		ipvs_state_clear(&fake_ipvs.table);
		break;
	case 2:
		fake_ipvs.refuse = fake_ipvs.refuse ? NULL : refuse_some;
		break;
	case 3:
		fake_ipvs.dump_code = fake_ipvs.dump_code ? 0 : -ENOBUFS;
		break;
	case 4:
		if (drains_maintain(&bench.kernel, &one, rng_below(&chaos_rng, 2), &err) == 0)
			kernel_want_changed(&bench.kernel);
		break;
	default:
		replace();
	}
}

/* After the last fault one look makes the table what is wanted, whatever was before. */
START_TEST(after_any_trouble_one_reconcile_makes_it_right)
{
	for (unsigned seed = 1; seed <= 200; seed++) {
		struct kernel_mended mended;
		struct err err;

		chaos_rng = (struct rng){seed};
		start(1 + seed % 3, 0);
		for (int i = 0; i < 20; i++) {
			trouble();
			if (rng_below(&chaos_rng, 2))
				let_read();
			turn();
		}
		fake_ipvs.refuse = NULL;
		fake_ipvs.dump_code = 0;
		let_read();
		ck_assert_int_eq(kernel_reconcile(&bench.kernel, &mended, &err), 0);
		ck_assert(state_is_equal(&bench.kernel.have, &fake_ipvs.table));
		ck_assert(state_is_equal(&bench.kernel.applied, &fake_ipvs.table));
		ck_assert_int_eq(kernel_reconcile(&bench.kernel, &mended, &err), 0);
		ck_assert_uint_eq(mended.n_repairs, 0);
		finish();
	}
}
END_TEST

/* ---- runs for some services ---- */

/* A probe of the server has an outcome, which the keeper hears of as in the director. */
static void probe(size_t vs, size_t rs, enum probe_outcome outcome)
{
	const struct probe_result result = {.outcome = outcome, .started = clock_mono()};
	struct health_change change;
	size_t n;
	const struct health_vs *services = health_services(bench.health, &n);

	health_event(bench.health, services[vs].real_servers[rs].checks[0].id, &result, clock_mono(), 1);
	while (health_next_change(bench.health, &change))
		kernel_service_changed(&bench.kernel, change.vs);
}

START_TEST(a_failure_costs_its_own_service_however_large_the_table_is)
{
	start(200, 1);
	turn();
	for (size_t i = 0; i < 200; i += 10)
		probe(i, 0, PROBE_OK);
	turn();
	bench.kernel.runs.n_whole = bench.kernel.runs.n_services = 0;
	probe(70, 1, PROBE_FAIL);
	ck_assert_uint_eq(turn(), 1);
	ck_assert_uint_eq(bench.kernel.runs.n_services, 1);
	probe(30, 1, PROBE_FAIL);
	probe(120, 0, PROBE_FAIL);
	probe(120, 1, PROBE_FAIL);
	ck_assert_uint_eq(turn(), 3);
	ck_assert_uint_eq(bench.kernel.runs.n_services, 3);
	ck_assert_uint_eq(bench.kernel.runs.n_whole, 0);
	ck_assert_uint_eq(turn(), 0);

	/* The next reading is compared with the whole table. */
	let_read();
	ck_assert_uint_eq(turn(), 0);
	ck_assert_uint_eq(bench.kernel.runs.n_whole, 1);
	ck_assert(state_is_equal(&bench.kernel.have, &fake_ipvs.table));
	finish();
}
END_TEST

/* What the configuration of the bench has beside real servers, for each fourth service another thing. */
static void vary(bool is_draining)
{
	for (size_t i = 0; i < bench.conf->n_virtual_servers; i++) {
		struct conf_virtual_server *vs = &bench.vs[i];

		vs->is_drained_on_failure = is_draining && i % 4 == 1;
		vs->has_sorry_server = i % 4 == 2;
		vs->sorry_server = vs->real_servers[0];
		vs->sorry_server.ep.port++;
		vs->real_servers[0].is_inhibiting = i % 4 == 3;
	}
}

/* Each destination has a connection, so no drain ends of itself. */
static void connect_all(void)
{
	for (size_t i = 0; i < fake_ipvs.table.n_services; i++)
		for (size_t j = 0; j < fake_ipvs.table.services[i].n_dests; j++)
			fake_ipvs.table.services[i].dests[j].counters.active = 1;
}

/* After each turn a run for the whole table finds nothing more to do. */
START_TEST(a_run_for_some_services_does_all_that_is_to_be_done)
{
	uint64_t n_some = 0;

	for (unsigned seed = 1; seed <= 100; seed++) {
		struct rng rng = {seed};

		start(8, 1);
		vary(seed % 2);
		adopt();
		turn();
		for (int i = 0; i < 60; i++) {
			unsigned n = rng_below(&rng, 4);

			while (n--)
				probe(rng_below(&rng, 8), rng_below(&rng, 2),
				      rng_below(&rng, 2) ? PROBE_OK : PROBE_FAIL);
			if (rng_below(&rng, 10) == 0)
				fake_ipvs.refuse = fake_ipvs.refuse ? NULL : refuse_some;
			turn();
			connect_all();
			if (bench.kernel.recon.state != IPVS_RECON_QUIET)
				continue;
			ck_assert(state_is_equal(&bench.kernel.have, &fake_ipvs.table));
			ck_assert(state_is_equal(&bench.kernel.applied, &fake_ipvs.table));
			fake_ipvs.refuse = NULL;
			kernel_want_changed(&bench.kernel);
			ck_assert_uint_eq(turn(), 0);
		}
		n_some += bench.kernel.runs.n - bench.kernel.runs.n_whole;
		finish();
	}
	ck_assert_uint_gt(n_some, 1000);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("kernel");
	TCase *tcase = tcase_create("kernel");
	SRunner *runner = srunner_create(suite);
	int n_failed;

	tcase_add_test(tcase, a_service_is_noted_as_owned_before_it_is_made);
	tcase_add_test(tcase, a_restart_sends_nothing);
	tcase_add_test(tcase, a_start_without_services_removes_those_that_a_predecessor_made);
	tcase_add_test(tcase, sync_roles_and_timeouts_of_a_predecessor_are_reason_to_open_ipvs);
	tcase_add_test(tcase, in_a_kernel_without_ipvs_nothing_of_a_predecessor_is_left);
	tcase_add_test(tcase, what_somebody_changed_is_mended_at_the_next_reading_and_counted);
	tcase_add_test(tcase, a_refusal_keeps_back_nothing_else_and_is_tried_again);
	tcase_add_test(tcase, a_table_that_cannot_be_read_is_read_whole_afterwards);
	tcase_add_test(tcase, a_server_that_left_the_file_goes_with_its_last_connection);
	tcase_add_test(tcase, a_deadline_needs_no_counters);
	tcase_add_test(tcase, a_drain_that_the_kernel_never_had_has_its_whole_time);
	tcase_add_test(tcase, who_is_held_leaves_and_stays_out_until_undrain);
	tcase_add_test(tcase, services_wait_for_the_rules_that_they_need);
	tcase_add_test(tcase, timeouts_come_back_at_the_end);
	tcase_add_test(tcase, a_failure_costs_its_own_service_however_large_the_table_is);
	tcase_add_test(tcase, a_run_for_some_services_does_all_that_is_to_be_done);
	tcase_add_test(tcase, what_is_flushed_at_the_end_is_what_the_file_says);
	tcase_add_test(tcase, after_any_trouble_one_reconcile_makes_it_right);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	n_failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return n_failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
