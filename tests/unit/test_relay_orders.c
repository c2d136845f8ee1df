/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the director and the sync process tell each other about the relay: there and back, and cut at each byte. */
#include "sync/relay/counts.h"
#include "sync/relay/orders.h"
#include "sync/routes.h"
#include "sync/serves.h"

#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static struct endpoint endpoint_of(const char *addr, uint16_t port)
{
	struct endpoint ep = {.port = port};

	ck_assert_int_eq(addr_parse(addr, &ep.addr), 0);
	return ep;
}

/* --- RELAY --- */

/* The largest setup there is. */
static struct relay_setup setup_full(void)
{
	struct relay_setup setup = {.syncid = 255,
				    .coverage_min = RELAY_COVERAGE_ALL,
				    .rate = 1000000,
				    .scope = 7,
				    .n_peers = RELAY_PEERS_MAX,
				    .n_keys = RELAY_KEYS_MAX};

	for (unsigned i = 0; i < RELAY_PEERS_MAX; i++) {
		setup.peers[i] = endpoint_of(i % 2 ? "fd09::2" : "10.9.0.2", (uint16_t)(1000 + i));
		setup.peers[i].addr.bytes[3] = (uint8_t)i;
	}
	for (unsigned i = 0; i < RELAY_KEYS_MAX; i++) {
		setup.keys[i].id = (uint8_t)(200 + i);
		setup.keys[i].len = RELAY_KEY_FILE_MAX;
		memset(setup.keys[i].bytes, (int)(1 + i), RELAY_KEY_FILE_MAX);
	}
	return setup;
}

static struct relay_setup setup_small(void)
{
	struct relay_setup setup = {.rate = 1, .n_peers = 1, .n_keys = 1};

	setup.peers[0] = endpoint_of("10.9.0.2", 8849);
	setup.keys[0].id = 1;
	setup.keys[0].len = RELAY_KEY_FILE_MIN;
	memset(setup.keys[0].bytes, 9, RELAY_KEY_FILE_MIN);
	return setup;
}

static void expect_setup(const struct relay_setup *got, const struct relay_setup *want)
{
	ck_assert_uint_eq(got->syncid, want->syncid);
	ck_assert_uint_eq(got->coverage_min, want->coverage_min);
	ck_assert_uint_eq(got->rate, want->rate);
	ck_assert_uint_eq(got->scope, want->scope);
	ck_assert_uint_eq(got->n_peers, want->n_peers);
	for (size_t i = 0; i < want->n_peers; i++)
		ck_assert_int_eq(endpoint_cmp(&got->peers[i], &want->peers[i]), 0);
	ck_assert_uint_eq(got->n_keys, want->n_keys);
	for (size_t i = 0; i < want->n_keys; i++) {
		ck_assert_uint_eq(got->keys[i].id, want->keys[i].id);
		ck_assert_uint_eq(got->keys[i].len, want->keys[i].len);
		ck_assert_mem_eq(got->keys[i].bytes, want->keys[i].bytes, want->keys[i].len);
	}
}

START_TEST(a_setup_crosses_whole_or_not_at_all)
{
	struct relay_setup setup = _i ? setup_full() : setup_small(), got = {0};
	uint8_t body[CHAN_BODY_MAX];
	size_t len = relay_setup_encode(&setup, body);

	ck_assert_int_eq(relay_setup_decode(body, len, &got), 0);
	expect_setup(&got, &setup);
	for (size_t cut = 0; cut < len; cut++)
		ck_assert_msg(relay_setup_decode(body, cut, &got) == -EBADMSG, "%zu of %zu bytes", cut, len);
	body[len] = 0;
	ck_assert_int_eq(relay_setup_decode(body, len + 1, &got), -EBADMSG);
}
END_TEST

static bool is_refused(const struct relay_setup *setup)
{
	uint8_t body[CHAN_BODY_MAX];
	struct relay_setup got;
	size_t len = relay_setup_encode(setup, body);

	return relay_setup_decode(body, len, &got) == -EBADMSG;
}

START_TEST(a_setup_that_cannot_be_is_refused)
{
	struct relay_setup setup = setup_small();
	uint8_t body[CHAN_BODY_MAX];
	size_t len;

	ck_assert(!is_refused(&setup));
	setup.rate = 0;
	ck_assert(is_refused(&setup));
	setup = setup_small();
	setup.peers[0].port = 0;
	ck_assert(is_refused(&setup));
	setup = setup_small();
	setup.n_keys = 0;
	ck_assert(is_refused(&setup));
	setup = setup_small();
	setup.keys[0].len--;
	ck_assert(is_refused(&setup));
	/* more peers than there is room for */
	setup = setup_full();
	len = relay_setup_encode(&setup, body);
	body[13]++;
	ck_assert_int_eq(relay_setup_decode(body, len, &setup), -EBADMSG);
}
END_TEST

/* --- PEER --- */

static struct relay_report report_full(void)
{
	struct relay_report report = {.index = RELAY_PEERS_MAX - 1,
				      .state = RELAY_DEGRADED,
				      .their_state = RELAY_READY,
				      .has_left = true,
				      .is_master = false,
				      .has_coverage = true,
				      .coverage = 987654,
				      .key_id = -1,
				      .lag_ns = -1,
				      .rtt_ns = INT64_MAX,
				      .n_theirs = UINT32_MAX,
				      .n_injected = 1,
				      .n_entries = 2,
				      .n_lost = 3,
				      .n_recovered = 4,
				      .n_again = 5,
				      .n_bulks = 6,
				      .n_dropped = 7,
				      .n_unsent = 8,
				      .n_flooded = UINT64_MAX};

	for (unsigned i = 0; i < RELAY_REFUSED_N; i++)
		report.n_refused[i] = 100 + i;
	for (unsigned i = 0; i < RELAY_REJECTED_N; i++)
		report.n_rejected[i] = 200 + i;
	return report;
}

static void expect_report(const struct relay_report *got, const struct relay_report *want)
{
	ck_assert_uint_eq(got->index, want->index);
	ck_assert_uint_eq(got->state, want->state);
	ck_assert_uint_eq(got->their_state, want->their_state);
	ck_assert_int_eq(got->has_left, want->has_left);
	ck_assert_int_eq(got->is_master, want->is_master);
	ck_assert_int_eq(got->has_coverage, want->has_coverage);
	ck_assert_uint_eq(got->coverage, want->coverage);
	ck_assert_int_eq(got->key_id, want->key_id);
	ck_assert_int_eq(got->lag_ns, want->lag_ns);
	ck_assert_int_eq(got->rtt_ns, want->rtt_ns);
	ck_assert_uint_eq(got->n_theirs, want->n_theirs);
	ck_assert_uint_eq(got->n_injected, want->n_injected);
	ck_assert_uint_eq(got->n_entries, want->n_entries);
	ck_assert_uint_eq(got->n_lost, want->n_lost);
	ck_assert_uint_eq(got->n_recovered, want->n_recovered);
	ck_assert_uint_eq(got->n_again, want->n_again);
	ck_assert_uint_eq(got->n_bulks, want->n_bulks);
	ck_assert_uint_eq(got->n_dropped, want->n_dropped);
	ck_assert_uint_eq(got->n_unsent, want->n_unsent);
	ck_assert_uint_eq(got->n_flooded, want->n_flooded);
	ck_assert_mem_eq(got->n_refused, want->n_refused, sizeof(want->n_refused));
	ck_assert_mem_eq(got->n_rejected, want->n_rejected, sizeof(want->n_rejected));
}

START_TEST(a_report_crosses_whole_or_not_at_all)
{
	struct relay_report report = report_full(), got;
	uint8_t body[RELAY_REPORT_SIZE + 1] = {0};

	relay_report_encode(&report, body);
	ck_assert_int_eq(relay_report_decode(body, RELAY_REPORT_SIZE, &got), 0);
	expect_report(&got, &report);
	report.has_left = report.has_coverage = false;
	report.is_master = true;
	report.key_id = 255;
	relay_report_encode(&report, body);
	ck_assert_int_eq(relay_report_decode(body, RELAY_REPORT_SIZE, &got), 0);
	expect_report(&got, &report);
	for (size_t len = 0; len < sizeof(body); len++)
		if (len != RELAY_REPORT_SIZE)
			ck_assert_msg(relay_report_decode(body, len, &got) == -EBADMSG, "%zu bytes", len);
	ck_assert_int_eq(relay_report_decode(body, sizeof(body), &got), -EBADMSG);
	expect_report(&got, &report); /* untouched */
}
END_TEST

START_TEST(a_report_that_cannot_be_is_refused)
{
	static const struct {
		size_t at;
		uint8_t value;
	} rows[] = {{0, RELAY_PEERS_MAX}, {1, RELAY_DEGRADED + 1}, {2, RELAY_DEGRADED + 1}, {3, 8}};
	const struct relay_report report = report_full();
	struct relay_report got;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint8_t body[RELAY_REPORT_SIZE];

		relay_report_encode(&report, body);
		body[rows[i].at] = rows[i].value;
		ck_assert_msg(relay_report_decode(body, sizeof(body), &got) == -EBADMSG, "byte %zu", rows[i].at);
	}
}
END_TEST

/* --- SERVES --- */

/* Sends a list in frames of this size. Returns how many there were. */
static unsigned serves_cross(const struct serves *serves, size_t size, struct serves *ret_serves)
{
	uint8_t body[CHAN_BODY_MAX];
	size_t at = 0;
	bool is_whole;
	unsigned n = 0;

	do {
		size_t len = serves_encode(serves, &at, body, size);

		ck_assert_uint_le(len, size);
		ck_assert_int_eq(serves_decode(ret_serves, body, len, &is_whole), 0);
		ck_assert_int_eq(is_whole, at == serves->n);
		n++;
	} while (at < serves->n);
	return n;
}

static void expect_serves(const struct serves *got, const struct serves *want)
{
	ck_assert_int_eq(got->has_instances, want->has_instances);
	ck_assert_int_eq(got->has_master, want->has_master);
	ck_assert_int_eq(got->has_other, want->has_other);
	ck_assert_uint_eq(got->n, want->n);
	for (size_t i = 0; i < want->n; i++) {
		ck_assert_int_eq(addr_cmp(&got->items[i].addr, &want->items[i].addr), 0);
		ck_assert_int_eq(got->items[i].is_master, want->items[i].is_master);
	}
}

START_TEST(addresses_cross_in_as_many_frames_as_they_need)
{
	struct serves serves = {0}, got = {0};
	const size_t sizes[] = {1 + SERVES_ADDR_SIZE, 2 * SERVES_ADDR_SIZE, 1 + 3 * SERVES_ADDR_SIZE, CHAN_BODY_MAX};

	for (unsigned i = 0; i < 100; i++) {
		struct addr addr = endpoint_of(i % 3 ? "10.9.0.1" : "fd09::1", 0).addr;

		addr.bytes[2] = (uint8_t)(i * 37);
		serves_add(&serves, &addr, i % 5 == 0);
	}
	serves_sort(&serves);
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		size_t n_each = (sizes[i] - 1) / SERVES_ADDR_SIZE;

		ck_assert_uint_eq(serves_cross(&serves, sizes[i], &got), (100 + n_each - 1) / n_each);
		expect_serves(&got, &serves);
		serves_free(&got);
	}
	serves_free(&serves);
}
END_TEST

/* No instance; only instances without an address. */
START_TEST(a_list_without_addresses_is_one_frame)
{
	struct serves none = {0}, bare = {0}, got = {0};

	ck_assert_uint_eq(serves_cross(&none, CHAN_BODY_MAX, &got), 1);
	expect_serves(&got, &none);
	serves_add(&bare, NULL, true);
	ck_assert_uint_eq(serves_cross(&bare, CHAN_BODY_MAX, &got), 1);
	expect_serves(&got, &bare);
	ck_assert(got.has_master);
}
END_TEST

START_TEST(addresses_that_are_cut_or_wrong_are_refused)
{
	struct serves serves = {0}, got = {0};
	struct addr addr = endpoint_of("10.9.0.1", 0).addr;
	uint8_t body[1 + 2 * SERVES_ADDR_SIZE];
	size_t at = 0, len;
	bool is_whole = false;

	serves_add(&serves, &addr, true);
	addr.bytes[3] = 2;
	serves_add(&serves, &addr, false);
	len = serves_encode(&serves, &at, body, sizeof(body));
	ck_assert_uint_eq(len, sizeof(body));
	for (size_t cut = 0; cut < len; cut++) {
		bool is_frame = cut % SERVES_ADDR_SIZE == 1;

		ck_assert_msg(serves_decode(&got, body, cut, &is_whole) == (is_frame ? 0 : -EBADMSG), "%zu bytes", cut);
		serves_free(&got);
	}
	body[1] = 5; /* no family */
	ck_assert_int_eq(serves_decode(&got, body, len, &is_whole), -EBADMSG);
	serves_free(&got);
	body[1] = 4;
	body[0] |= 0x80;
	ck_assert_int_eq(serves_decode(&got, body, len, &is_whole), -EBADMSG);
	serves_free(&got);
	body[0] &= 0x7f;
	body[SERVES_ADDR_SIZE] = 2; /* neither held nor not held */
	ck_assert_int_eq(serves_decode(&got, body, len, &is_whole), -EBADMSG);
	serves_free(&got);
	serves_free(&serves);
}
END_TEST

/* --- TABLE --- */

static struct sync_routes routes_of(const char *dests)
{
	struct sync_routes routes = {0};

	for (; *dests; dests++) {
		struct sync_route route = {.service = {AF_INET, IPPROTO_TCP, .ep = endpoint_of("10.9.0.100", 80)},
					   .dest = endpoint_of("10.9.1.0", 80)};
		uint8_t body[SYNC_ROUTE_SIZE];

		route.dest.addr.bytes[3] = (uint8_t)*dests;
		sync_route_encode(&route, body);
		ck_assert_int_eq(sync_routes_decode(&routes, body, sizeof(body)), 0);
	}
	sync_routes_sort(&routes);
	return routes;
}

START_TEST(a_table_grows_by_what_it_did_not_have)
{
	static const struct {
		const char *before, *now;
		bool grows;
	} rows[] = {{"", "", false},      {"", "a", true},       {"a", "", false},	 {"a", "a", false},
		    {"ab", "ba", false},  {"ab", "abc", true},   {"bc", "abc", true},	 {"ac", "abc", true},
		    {"abc", "ac", false}, {"abc", "abd", true},  {"abc", "d", true},	 {"bcd", "a", true},
		    {"abc", "c", false},  {"aabb", "ab", false}, {"ab", "aabb", false}};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct sync_routes before = routes_of(rows[i].before), now = routes_of(rows[i].now);

		ck_assert_msg(sync_routes_grow(&before, &now) == rows[i].grows, "from \"%s\" to \"%s\"", rows[i].before,
			      rows[i].now);
		sync_routes_free(&before);
		sync_routes_free(&now);
	}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("relay_orders");
	TCase *tests = tcase_create("all");
	SRunner *runner;
	int failed;

	tcase_add_loop_test(tests, a_setup_crosses_whole_or_not_at_all, 0, 2);
	tcase_add_test(tests, a_setup_that_cannot_be_is_refused);
	tcase_add_test(tests, a_report_crosses_whole_or_not_at_all);
	tcase_add_test(tests, a_report_that_cannot_be_is_refused);
	tcase_add_test(tests, addresses_cross_in_as_many_frames_as_they_need);
	tcase_add_test(tests, a_list_without_addresses_is_one_frame);
	tcase_add_test(tests, addresses_that_are_cut_or_wrong_are_refused);
	tcase_add_test(tests, a_table_grows_by_what_it_did_not_have);
	suite_add_tcase(suite, tests);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
