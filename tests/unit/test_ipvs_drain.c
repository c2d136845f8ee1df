/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Destinations that leave: who drains, until when, and the properties of tables with drains. */
#include "ipvs/drain.h"
#include "tests/unit/test_ipvs_random.h"

#include <check.h>
#include <linux/ip_vs.h>
#include <stdlib.h>

#define N_RANDOM 5000

static const struct mono start = {1000 * NS_PER_S};

static struct svckey key_of(const char *text)
{
	struct svckey key;

	ck_assert_int_eq(svckey_parse(text, &key), 0);
	return key;
}

static struct endpoint endpoint_of(const char *text)
{
	struct endpoint ep;

	ck_assert_int_eq(endpoint_parse(text, &ep), 0);
	return ep;
}

/* A service with two servers of weight 1, 10.9.0.21:80 and 10.9.0.22:80. */
static struct ipvs_service *add_service(struct ipvs_state *state, const char *text)
{
	struct svckey key = key_of(text);
	struct ipvs_service *service = ipvs_state_add(state, &key);
	struct endpoint ep = endpoint_of("10.9.0.21:80");

	for (unsigned i = 0; i < 2; i++, ep.addr.bytes[3]++) {
		struct ipvs_dest *dest = ipvs_service_add(service, &ep);

		dest->weight = 1;
		dest->method = IPVS_METHOD_DR;
	}
	return service;
}

static size_t begin(struct ipvs_drain *drain, const struct ipvs_drain_policies *policies,
		    const struct ipvs_state *want, const struct ipvs_state *have,
		    const struct ipvs_owned *owned, size_t *ret_n_refused)
{
	const struct ipvs_drain_tables tables = {.want = want,
						 .have = have,
						 .owned = owned ? owned->keys.items : NULL,
						 .n_owned = owned ? owned->keys.n : 0};

	return ipvs_drain_begin(drain, policies, &tables, start, ret_n_refused);
}

/* What begins to drain of a table whose services are wanted without destinations, or not at all. */
static size_t begun(struct ipvs_drain *drain, const struct ipvs_drain_policies *policies,
		    struct ipvs_state *have, bool is_service_wanted, const struct ipvs_owned *owned)
{
	struct ipvs_state want = {0};
	size_t n, n_refused;

	ipvs_state_sort(have);
	for (size_t i = 0; i < have->n_services && is_service_wanted; i++)
		ipvs_state_add(&want, &have->services[i].key);
	n = begin(drain, policies, &want, have, owned, &n_refused);
	ck_assert_uint_eq(n_refused, 0);
	ipvs_state_clear(&want);
	return n;
}

/* How many services are to be read at now. */
static size_t picked(struct ipvs_drain *drain, struct mono now)
{
	struct ipvs_slice slice = {0};
	size_t n;

	ipvs_drain_pick(drain, now, &slice);
	n = slice.at.n;
	ipvs_slice_free(&slice);
	return n;
}

START_TEST(what_cannot_wait_leaves_at_once)
{
	struct ipvs_drain drain = {0};
	struct ipvs_drain_policies policies = {.timeout_s = 300};
	struct ipvs_owned owned = {0};
	struct ipvs_state have = {0};

	add_service(&have, "udp:10.9.0.100:53");
	add_service(&have, "fwm4:7")->flags = IP_VS_SVC_F_ONEPACKET;
	ck_assert_uint_eq(begun(&drain, &policies, &have, true, NULL), 0);
	add_service(&have, "tcp:10.9.0.100:80");
	/* A service that nobody wants and that is not ours. */
	ck_assert_uint_eq(begun(&drain, &policies, &have, false, &owned), 0);
	policies.timeout_s = 0;
	ck_assert_uint_eq(begun(&drain, &policies, &have, true, NULL), 0);
	policies.timeout_s = 300;
	*vec_push(&owned.keys) = key_of("tcp:10.9.0.100:80");
	ck_assert_uint_eq(begun(&drain, &policies, &have, false, &owned), 2);
	ck_assert_uint_eq(begun(&drain, &policies, &have, false, &owned), 0);
	ck_assert_int_eq(mono_sub(drain.entries.items[1].deadline, start), 300 * NS_PER_S);
	ipvs_owned_free(&owned);
	ipvs_state_clear(&have);
	ipvs_drain_free(&drain);
}
END_TEST

/*
 * Of the first service one server was applied, somebody else has added the other; nothing was
 * applied of the second one, which the file has newly taken over.
 */
START_TEST(what_somebody_else_added_does_not_drain)
{
	const struct ipvs_drain_policies policies = {.timeout_s = 300};
	struct ipvs_drain drain = {0};
	struct ipvs_state want = {0}, have = {0}, applied = {0};
	struct ipvs_drain_tables tables = {.want = &want, .have = &have, .applied = &applied};
	struct svckey key = key_of("tcp:10.9.0.100:80"), other = key_of("tcp:10.9.0.101:80");
	struct endpoint ours = endpoint_of("10.9.0.22:80"), theirs = endpoint_of("10.9.0.21:80");
	size_t n_refused;

	add_service(&have, "tcp:10.9.0.100:80");
	add_service(&have, "tcp:10.9.0.101:80");
	ipvs_state_add(&want, &key);
	ipvs_state_add(&want, &other);
	ipvs_service_add(ipvs_state_add(&applied, &key), &ours)->weight = 1;
	ck_assert_uint_eq(ipvs_drain_begin(&drain, &policies, &tables, start, &n_refused), 3);
	ck_assert_ptr_null(ipvs_drain_find(&drain, &key, &theirs));
	ck_assert_ptr_nonnull(ipvs_drain_find(&drain, &key, &ours));
	ck_assert_ptr_nonnull(ipvs_drain_find(&drain, &other, &theirs));
	ipvs_drain_free(&drain);
	/* The same when the whole service goes. */
	want.n_services = 0;
	tables.owned = &key;
	tables.n_owned = 1;
	ck_assert_uint_eq(ipvs_drain_begin(&drain, &policies, &tables, start, &n_refused), 1);
	ck_assert_ptr_nonnull(ipvs_drain_find(&drain, &key, &ours));
	ipvs_drain_free(&drain);
	ipvs_state_clear(&want);
	ipvs_state_clear(&have);
	ipvs_state_clear(&applied);
}
END_TEST

/* Of the file's three servers the first and the sorry server fail; the table has one more. */
START_TEST(a_failed_server_drains_as_its_pool_says)
{
	struct conf_real_server servers[2] = {{.ep = endpoint_of("10.9.0.21:80")},
					      {.ep = endpoint_of("10.9.0.23:80")}};
	struct conf_virtual_server vs = {.key = key_of("tcp:10.9.0.100:80"),
					 .drain_timeout = 7,
					 .has_sorry_server = true,
					 .sorry_server = {.ep = endpoint_of("10.9.0.99:80")},
					 .real_servers = servers,
					 .n_real_servers = 2};
	struct conf conf = {.virtual_servers = &vs, .n_virtual_servers = 1};
	struct conf nothing = {.global.drain_timeout = 300};
	struct ipvs_drain_policies policies = {0};
	struct ipvs_drain drain = {0};
	struct ipvs_state have = {0};

	ipvs_service_add(add_service(&have, "tcp:10.9.0.100:80"), &vs.sorry_server.ep)->weight = 1;
	ipvs_drain_policies_take(&policies, &conf);
	ck_assert_uint_eq(begun(&drain, &policies, &have, true, NULL), 1);
	ck_assert_str_eq(ipvs_drain_reason_name(drain.entries.items[0].reason), "removed");
	ck_assert_int_eq(drain.entries.items[0].server.addr.bytes[3], 22);
	/* One that is out by hand drains in any case, and waits for a person. */
	ipvs_drain_policies_maintain(&policies, &vs, &servers[0]);
	ipvs_drain_policies_sort(&policies);
	ck_assert(ipvs_drain_policies_has(&policies, &vs.key, &servers[0].ep));
	ck_assert(!ipvs_drain_policies_has(&policies, &vs.key, &servers[1].ep));
	ck_assert_uint_eq(begun(&drain, &policies, &have, true, NULL), 1);
	ck_assert_str_eq(ipvs_drain_reason_name(drain.entries.items[0].reason), "manual");
	ck_assert_uint_eq(ipvs_drain_weight_before(&drain, &vs.key, &servers[0].ep), 0);
	drain.entries.items[0] = drain.entries.items[1];
	drain.entries.n = 1;
	vs.is_drained_on_failure = true;
	ipvs_drain_policies_take(&policies, &conf);
	ck_assert_uint_eq(begun(&drain, &policies, &have, true, NULL), 1);
	ck_assert_str_eq(ipvs_drain_reason_name(drain.entries.items[0].reason), "failed");
	/* What the file had no more comes back with its weight at once, what failed does not. */
	ck_assert_uint_eq(ipvs_drain_weight_before(&drain, &vs.key, &servers[0].ep), 0);
	ck_assert_uint_eq(ipvs_drain_weight_before(&drain, &vs.key, &servers[1].ep), 0);
	ck_assert_uint_eq(
	    ipvs_drain_weight_before(&drain, &vs.key, &drain.entries.items[1].server), 1);
	/* The next file has not got the service; what it said of it still counts, once. */
	ipvs_drain_policies_take(&policies, &nothing);
	ck_assert_uint_eq(begun(&drain, &policies, &have, true, NULL), 1);
	ck_assert_int_eq(mono_sub(drain.entries.items[2].deadline, start), 7 * NS_PER_S);
	ipvs_drain_policies_take(&policies, &nothing);
	ck_assert_uint_eq(policies.items.n, 0);
	ck_assert_uint_eq(policies.timeout_s, 300);
	ipvs_drain_policies_free(&policies);
	ipvs_state_clear(&have);
	ipvs_drain_free(&drain);
}
END_TEST

/* It leaves as the real server that it is, with its connections. */
START_TEST(a_sorry_server_that_is_a_real_server_drains)
{
	struct conf_real_server server = {.ep = endpoint_of("10.9.0.21:80")};
	struct conf_virtual_server vs = {.key = key_of("tcp:10.9.0.100:80"),
					 .drain_timeout = 7,
					 .is_drained_on_failure = true,
					 .has_sorry_server = true,
					 .sorry_server = server,
					 .real_servers = &server,
					 .n_real_servers = 1};
	struct conf conf = {.virtual_servers = &vs, .n_virtual_servers = 1};
	struct ipvs_drain_policies policies = {0};
	struct ipvs_drain drain = {0};
	struct ipvs_state want = {0}, have = {0};
	const struct ipvs_drain_tables tables = {.want = &want, .have = &have};
	size_t n_refused;

	ipvs_state_add(&want, &vs.key);
	ipvs_service_add(ipvs_state_add(&have, &vs.key), &server.ep)->weight = 1;
	ipvs_drain_policies_take(&policies, &conf);
	ck_assert_uint_eq(ipvs_drain_begin(&drain, &policies, &tables, start, &n_refused), 1);
	ck_assert_str_eq(ipvs_drain_reason_name(drain.entries.items[0].reason), "failed");
	ipvs_drain_policies_free(&policies);
	ipvs_drain_free(&drain);
	ipvs_state_clear(&want);
	ipvs_state_clear(&have);
}
END_TEST

/* Counted before it had weight 0 is not counted. */
START_TEST(an_end_is_counted_or_late)
{
	struct ipvs_drain drain = {0};
	struct ipvs_drain_policies policies = {.timeout_s = 10};
	struct ipvs_state have = {0};
	struct ipvs_service *service = add_service(&have, "tcp:10.9.0.100:80");
	struct mono now = start;

	ck_assert(mono_is_never(ipvs_drain_wake(&drain)));
	ck_assert_uint_eq(begun(&drain, &policies, &have, true, NULL), 2);
	ck_assert(mono_reached(start, ipvs_drain_wake(&drain)));
	ck_assert_uint_eq(picked(&drain, now), 1);
	ipvs_drain_count(&drain, 0, service);
	ck_assert_uint_eq(ipvs_drain_reap(&drain, now), 0);
	ck_assert_int_eq(mono_sub(ipvs_drain_wake(&drain), now), IPVS_DRAIN_READ_NS);
	service->dests[0].weight = service->dests[1].weight = 0;
	service->dests[0].counters.persistent = 1;
	ipvs_drain_count(&drain, 0, service);
	ck_assert_uint_eq(ipvs_drain_reap(&drain, now), 1);
	ck_assert(!drain.entries.items[0].is_over && drain.entries.items[1].is_over);
	ck_assert_uint_eq(ipvs_drain_reap(&drain, mono_add_ns(start, 10 * NS_PER_S - 1)), 0);
	ck_assert_uint_eq(picked(&drain, mono_add_ns(start, 9 * NS_PER_S + 1)), 1);
	ck_assert_int_eq(ipvs_drain_wake(&drain).ns, start.ns + 10 * NS_PER_S);
	ck_assert_uint_eq(ipvs_drain_reap(&drain, mono_add_ns(start, 10 * NS_PER_S)), 1);
	ck_assert(mono_is_never(ipvs_drain_wake(&drain)));
	/* A service that is gone has no connection left. */
	drain.entries.items[0].is_over = false;
	service->n_dests = 0;
	ipvs_drain_count(&drain, 0, service);
	ck_assert_uint_eq(ipvs_drain_reap(&drain, start), 1);
	ipvs_state_clear(&have);
	ipvs_drain_free(&drain);
}
END_TEST

/* While the kernel has a weight a drain has not begun: a drain of 10 s ends 10 s after the last such look. */
START_TEST(a_destination_with_a_weight_begins_to_drain_anew)
{
	struct ipvs_drain drain = {0};
	struct ipvs_drain_policies policies = {.timeout_s = 10};
	struct ipvs_state have = {0};
	struct ipvs_service *service = add_service(&have, "tcp:10.9.0.100:80");
	struct mono at = mono_add_ns(start, 8 * NS_PER_S), late = mono_add_ns(start, 60 * NS_PER_S);

	ck_assert_uint_eq(begun(&drain, &policies, &have, true, NULL), 2);
	ck_assert_uint_eq(ipvs_drain_begin_anew(&drain, &have, start), 0); /* it begins */
	service->dests[1].weight = 0;
	service->dests[1].counters.active = 1;
	ck_assert_uint_eq(picked(&drain, at), 1);
	ck_assert_uint_eq(ipvs_drain_count(&drain, 0, service), 1);
	ck_assert_int_eq(mono_sub(drain.entries.items[0].deadline, at), 10 * NS_PER_S);
	ck_assert_int_eq(mono_sub(drain.entries.items[1].deadline, start), 10 * NS_PER_S);
	ck_assert_uint_eq(ipvs_drain_begin_anew(&drain, &have, late), 1);
	ck_assert_uint_eq(ipvs_drain_begin_anew(&drain, &have, late), 0);
	ck_assert_int_eq(mono_sub(drain.entries.items[0].deadline, late), 10 * NS_PER_S);
	ck_assert_uint_eq(ipvs_drain_reap(&drain, late), 1);
	ck_assert(drain.entries.items[1].is_over);
	/* One that is over is deleted, whatever somebody else does. */
	service->dests[1].weight = 3;
	service->dests[0].weight = 0;
	ck_assert_uint_eq(ipvs_drain_begin_anew(&drain, &have, mono_add_ns(late, 1)), 0);
	ipvs_state_clear(&have);
	ck_assert_uint_eq(ipvs_drain_begin_anew(&drain, &have, mono_add_ns(late, 1)), 0);
	ipvs_drain_free(&drain);
}
END_TEST

/* As if the kernel counted a connection for each entry of the services that are due at now. */
static void count_due(struct ipvs_drain *drain, struct mono now, size_t n_most)
{
	struct ipvs_slice slice = {0};

	ipvs_drain_pick(drain, now, &slice);
	ck_assert_uint_le(slice.at.n, n_most);
	for (size_t i = 0; i < slice.at.n; i++) {
		struct ipvs_drain_entry *entry = &drain->entries.items[slice.at.items[i]];

		ck_assert(i == 0 || slice.at.items[i - 1] < slice.at.items[i]);
		ck_assert(!entry->is_over);
		entry->is_counted = true;
		entry->connections++;
	}
	ipvs_slice_free(&slice);
}

/* A mass removal: so many services a second, each in its turn, however often it is asked. */
START_TEST(counting_is_bounded)
{
	const size_t n = 4 * IPVS_DRAIN_READS_MAX;
	struct ipvs_drain drain = {0};
	struct mono now = start;

	/* Two servers of each of 2 * IPVS_DRAIN_READS_MAX services. */
	for (size_t i = 0; i < n; i++) {
		struct ipvs_drain_entry *entry = vec_push(&drain.entries);

		entry->service = key_of("tcp:10.9.0.100:80");
		entry->service.ep.port = (uint16_t)(1 + i / 2);
		entry->server.port = (uint16_t)(i % 2);
		entry->deadline = mono_add_ns(start, 7 * NS_PER_S + NS_PER_S / 2);
	}
	ipvs_drain_sort(&drain);
	ck_assert_uint_eq(drain.entries.n, n);
	for (unsigned second = 0; second < 6; second++) {
		count_due(&drain, now, IPVS_DRAIN_READS_MAX);
		ck_assert_int_eq(ipvs_drain_wake(&drain).ns, now.ns + NS_PER_S);
		for (unsigned i = 1; i < 4; i++)
			count_due(&drain, mono_add_ns(now, i * NS_PER_S / 4), 0);
		now = mono_add_ns(now, NS_PER_S);
	}
	for (size_t i = 0; i < n; i += 2)
		ck_assert_uint_eq(drain.entries.items[i].connections, 3);
	/* A deadline waits for nobody's turn. */
	count_due(&drain, now, IPVS_DRAIN_READS_MAX);
	now = mono_add_ns(now, NS_PER_S);
	count_due(&drain, now, IPVS_DRAIN_READS_MAX);
	ck_assert_int_eq(ipvs_drain_wake(&drain).ns, now.ns + NS_PER_S / 2);
	ck_assert_uint_eq(ipvs_drain_reap(&drain, ipvs_drain_wake(&drain)), n);
	ck_assert(mono_is_never(ipvs_drain_wake(&drain)));
	ipvs_drain_free(&drain);
}
END_TEST

START_TEST(a_set_is_sorted_and_bounded)
{
	struct ipvs_drain drain = {0};
	struct ipvs_drain_policies policies = {.timeout_s = 10};
	struct ipvs_state want = {0}, have = {0};
	struct svckey key = key_of("tcp:10.9.0.100:80");
	struct ipvs_service *service = ipvs_state_add(&have, &key);
	struct endpoint ep = endpoint_of("10.9.0.21:1");
	struct ipvs_drain_entry again;
	size_t n_refused;

	for (unsigned i = 0; i < IPVS_DRAIN_MAX + 3; i++, ep.port++)
		ipvs_service_add(service, &ep);
	ipvs_state_sort(&have);
	ipvs_state_add(&want, &key);
	ck_assert_uint_eq(begin(&drain, &policies, &want, &have, NULL, &n_refused), IPVS_DRAIN_MAX);
	ck_assert_uint_eq(n_refused, 3);
	ep.port = 77;
	ck_assert_ptr_eq(ipvs_drain_find(&drain, &key, &ep), &drain.entries.items[76]);
	ep.port = 0;
	ck_assert_ptr_null(ipvs_drain_find(&drain, &key, &ep));
	again = drain.entries.items[5];
	*vec_push(&drain.entries) = again;
	ipvs_drain_sort(&drain);
	ck_assert_uint_eq(drain.entries.n, IPVS_DRAIN_MAX);
	ipvs_state_clear(&want);
	ipvs_state_clear(&have);
	ipvs_drain_free(&drain);
}
END_TEST

/* Applies a plan to now, and no step empties a pool that has a server in before and in want. */
static void apply(const struct ipvs_plan *plan, struct ipvs_state *now,
		  const struct ipvs_state *before, const struct ipvs_state *want, uint64_t seed)
{
	for (size_t i = 0; i < plan->ops.n; i++) {
		ck_assert_msg(ipvs_op_apply(&plan->ops.items[i], now) == 0, "seed %lu",
			      (unsigned long)seed);
		ck_assert_msg(!state_find_emptied(before, want, now), "seed %lu",
			      (unsigned long)seed);
	}
}

/* One run: drains begin, are merged, planned and applied; what is there then is expected. */
static void run(struct ipvs_drain *drain, const struct ipvs_state *wanted, struct ipvs_state *now,
		const struct ipvs_owned *owned, uint64_t seed)
{
	static const struct ipvs_drain_policies policies = {.timeout_s = 300};
	struct ipvs_state want = {0}, before = {0}, end = {0};
	struct ipvs_plan plan = {0};
	size_t n_refused;

	state_copy(wanted, &want);
	state_copy(now, &before);
	begin(drain, &policies, &want, now, owned, &n_refused);
	ipvs_drain_merge(drain, now, &want);
	for (size_t i = 0; i < drain->entries.n; i++) {
		const struct ipvs_drain_entry *entry = &drain->entries.items[i];
		const struct ipvs_service *service = ipvs_state_find(&want, &entry->service);
		const struct ipvs_dest *dest =
		    service ? ipvs_service_find(service, &entry->server) : NULL;

		ck_assert_msg(entry->is_over ? !dest : dest && dest->weight == 0, "seed %lu",
			      (unsigned long)seed);
	}
	ipvs_plan(&want, now, owned->keys.items, owned->keys.n, &plan);
	expected_state(&want, now, owned, &end);
	apply(&plan, now, &before, &want, seed);
	ck_assert_msg(state_is_equal(now, &end), "seed %lu", (unsigned long)seed);
	ipvs_plan_free(&plan);
	ipvs_state_clear(&want);
	ipvs_state_clear(&before);
	ipvs_state_clear(&end);
}

static void assert_properties(uint64_t seed)
{
	struct rng rng = {seed};
	struct ipvs_state want = {0}, now = {0}, end = {0};
	struct ipvs_owned owned = {0};
	struct ipvs_drain drain = {0};
	size_t n;

	random_state(&rng, 8, &want);
	random_state(&rng, 8, &now);
	random_owned(&rng, &now, &owned);
	run(&drain, &want, &now, &owned, seed);
	n = drain.entries.n;
	run(&drain, &want, &now, &owned, seed);
	ck_assert_uint_eq(drain.entries.n, n);
	/* The half of them is done, then all are; what the table has in the end is what is wanted. */
	for (size_t i = 0; i < n; i += 2)
		drain.entries.items[i].is_over = true;
	run(&drain, &want, &now, &owned, seed);
	ipvs_drain_reap(&drain, MONO_NEVER);
	run(&drain, &want, &now, &owned, seed);
	run(&drain, &want, &now, &owned, seed);
	ck_assert_uint_eq(drain.entries.n, 0);
	expected_state(&want, &now, &owned, &end);
	ck_assert_msg(state_is_equal(&now, &end), "seed %lu", (unsigned long)seed);
	ipvs_drain_free(&drain);
	ipvs_owned_free(&owned);
	ipvs_state_clear(&want);
	ipvs_state_clear(&now);
	ipvs_state_clear(&end);
}

START_TEST(tables_with_drains_are_reached_and_left)
{
	for (uint64_t seed = 0; seed < N_RANDOM; seed++)
		assert_properties(seed);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("ipvs drain");
	TCase *tcase = tcase_create("drain");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_set_timeout(tcase, 120);
	tcase_add_test(tcase, what_cannot_wait_leaves_at_once);
	tcase_add_test(tcase, what_somebody_else_added_does_not_drain);
	tcase_add_test(tcase, a_failed_server_drains_as_its_pool_says);
	tcase_add_test(tcase, a_sorry_server_that_is_a_real_server_drains);
	tcase_add_test(tcase, an_end_is_counted_or_late);
	tcase_add_test(tcase, a_destination_with_a_weight_begins_to_drain_anew);
	tcase_add_test(tcase, counting_is_bounded);
	tcase_add_test(tcase, a_set_is_sorted_and_bounded);
	tcase_add_test(tcase, tables_with_drains_are_reached_and_left);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
