/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The mirror of the kernel's connections, and the bulk that is made of it. */
#include <check.h>

#include "base/mem.h"
#include "sync/bulk.h"
#include "tests/unit/sync_entries.h"

#include <stdlib.h>

static struct mono at_s(int64_t s)
{
	return (struct mono){(1000 + s) * NS_PER_S};
}

static bool take(struct sync_mirror *mirror, const struct made_entry *made, int64_t now_s)
{
	uint8_t raw[ENTRY_MAX];
	struct sync_entry entry = entry_read(raw, entry_make(made, raw));

	return sync_mirror_take(mirror, &entry, at_s(now_s));
}

/* Connections with the ports 0, 1, ... n - 1. */
static void take_many(struct sync_mirror *mirror, unsigned n, uint32_t timeout_s, int64_t now_s)
{
	for (unsigned i = 0; i < n; i++) {
		struct made_entry made = {.client = (uint16_t)i, .timeout_s = timeout_s, .is_ip6 = i >> 16};

		ck_assert(take(mirror, &made, now_s));
	}
}

static unsigned port_of(const struct sync_entry *entry)
{
	return (unsigned)entry->raw[10] << 8 | entry->raw[11];
}

static size_t walk(const struct sync_mirror *mirror, int64_t now_s, uint32_t *ret_timeout_s)
{
	struct sync_place place = {0};
	struct sync_entry entry;
	size_t n = 0;

	while (sync_mirror_next(mirror, &place, at_s(now_s), &entry, ret_timeout_s))
		n++;
	return n;
}

START_TEST(the_last_entry_stays)
{
	struct sync_mirror *mirror = sync_mirror_new(10, 1);
	struct made_entry made = {.client = 4000, .server = 1, .timeout_s = 900};
	struct sync_place place = {0};
	struct sync_entry entry;
	uint32_t timeout_s;

	ck_assert(take(mirror, &made, 0));
	made.server = 2, made.timeout_s = 120; /* FIN_WAIT */
	ck_assert(take(mirror, &made, 10));
	made.options = "\x01\x02zz", made.n_options = 4; /* a longer one */
	ck_assert(take(mirror, &made, 20));
	ck_assert_uint_eq(sync_mirror_n(mirror), 1);
	ck_assert(sync_mirror_next(mirror, &place, at_s(50), &entry, &timeout_s));
	ck_assert_uint_eq(entry.raw[35], 2);
	ck_assert_uint_eq(entry.len, 40);
	ck_assert_uint_eq(timeout_s, 90);
	ck_assert(!sync_mirror_next(mirror, &place, at_s(50), &entry, &timeout_s));
	sync_mirror_free(mirror);
}
END_TEST

START_TEST(what_the_kernel_forgot_is_gone)
{
	struct sync_mirror *mirror = sync_mirror_new(10, 1);
	struct made_entry made = {.client = 1, .timeout_s = 100};
	uint32_t timeout_s;

	take(mirror, &made, 0);
	ck_assert_uint_eq(walk(mirror, 99, &timeout_s), 1);
	ck_assert_uint_eq(timeout_s, 1);
	/* The kernel's last word may be older than the last packet. */
	ck_assert_uint_eq(walk(mirror, 100 + SYNC_MIRROR_LATE_S - 1, &timeout_s), 1);
	ck_assert_uint_eq(timeout_s, 1);
	ck_assert_uint_eq(walk(mirror, 100 + SYNC_MIRROR_LATE_S, &timeout_s), 0);
	for (int i = 0; i < 64; i++)
		sync_mirror_expire(mirror, at_s(100 + SYNC_MIRROR_LATE_S - 1));
	ck_assert_uint_eq(sync_mirror_n(mirror), 1);
	for (int i = 0; i < 64; i++)
		sync_mirror_expire(mirror, at_s(100 + SYNC_MIRROR_LATE_S));
	ck_assert_uint_eq(sync_mirror_n(mirror), 0);
	/* A template is renewed with the whole time. */
	made.is_template = true;
	take(mirror, &made, 200);
	ck_assert_uint_eq(walk(mirror, 260, &timeout_s), 1);
	ck_assert_uint_eq(timeout_s, 100);
	/* A timeout that nobody has set (a forged one) does not overflow. */
	made.timeout_s = 0, made.client = 2;
	take(mirror, &made, 300);
	ck_assert_uint_eq(walk(mirror, 301, &timeout_s), 2);
	sync_mirror_free(mirror);
}
END_TEST

START_TEST(a_full_mirror_keeps_what_it_knows)
{
	struct sync_mirror *mirror = sync_mirror_new(100, 1);
	struct made_entry made = {.client = 5000, .timeout_s = 900};
	uint32_t timeout_s;

	take_many(mirror, 100, 900, 0);
	ck_assert(!take(mirror, &made, 0));
	made.client = 99;
	ck_assert(take(mirror, &made, 300));
	ck_assert_uint_eq(sync_mirror_n(mirror), 100);
	ck_assert_uint_eq(walk(mirror, 1000, &timeout_s), 1);
	for (int i = 0; i < 64; i++)
		sync_mirror_expire(mirror, at_s(1000));
	made.client = 5000;
	ck_assert(take(mirror, &made, 1000));
	sync_mirror_free(mirror);
}
END_TEST

/* Of those that are there all the time, a walk misses none and meets none twice, though the table grows
 * and shrinks meanwhile. */
START_TEST(a_walk_meets_each_once)
{
	enum { N = 5000 };
	struct sync_mirror *mirror = sync_mirror_new(1000000, (uint64_t)_i * 77);
	struct sync_place place = {0};
	struct sync_entry entry;
	uint32_t timeout_s;
	uint8_t *met = mem_calloc(N, 1);
	unsigned n_new = 0;

	take_many(mirror, N, 900, 0);
	while (sync_mirror_next(mirror, &place, at_s(1), &entry, &timeout_s)) {
		struct made_entry made = {.client = (uint16_t)n_new++, .is_ip6 = true, .timeout_s = 1};

		if (entry.raw[0] == 0)
			met[port_of(&entry)]++;
		take(mirror, &made, n_new % 3 ? 1 : -100);
		if (n_new % 16 == 0)
			sync_mirror_expire(mirror, at_s(1));
	}
	for (unsigned i = 0; i < N; i++)
		ck_assert_msg(met[i] == 1, "port %u: %u times", i, met[i]);
	free(met);
	sync_mirror_free(mirror);
}
END_TEST

/* The aim is less than 200 bytes. */
START_TEST(an_entry_costs_less_than_100_bytes)
{
	struct sync_mirror *mirror = sync_mirror_new(100000, 3);

	take_many(mirror, 65536, 900, 0);
	ck_assert_uint_eq(sync_mirror_n(mirror), 65536);
	ck_assert_uint_lt(sync_mirror_bytes(mirror) / 65536, 100);
	sync_mirror_free(mirror);
}
END_TEST

static uint8_t data[SYNC_BULK_BURST][SYNC_BULK_SIZE];

/* The services of all entries here. */
static const struct sync_routes *routes(void)
{
	static struct sync_route items[2] = {
	    {.service = {AF_INET, IPPROTO_TCP, .ep = {{AF_INET, {0, 0, 0, 2}}, 80}}, .dest = {{AF_INET, {0}}, 80}},
	    {.service = {AF_INET6, IPPROTO_TCP, .ep = {{AF_INET6, {[15] = 2}}, 80}}, .dest = {{AF_INET6, {0}}, 80}},
	};
	static const struct sync_routes both = {items, 2, 2};

	return &both;
}

/* Everything arrives, once, at the pace. */
START_TEST(a_bulk_sends_all_at_its_pace)
{
	static const struct { unsigned n; int64_t least_ms, most_ms; } rows[] = {
	    {0, 0, 0}, {1, 0, 1}, {20000, 900, 1020}, {100000, 4900, 5020}};
	struct sync_mirror *mirror = sync_mirror_new(200000, 9);
	struct sync_bulk bulk = {0};
	struct mono now = at_s(10), begin = now;
	size_t lens[SYNC_BULK_BURST], n_entries = 0;

	take_many(mirror, rows[_i].n, 900, 0);
	ck_assert_uint_eq(sync_bulk_step(&bulk, mirror, routes(), 51, now, data, lens), 0);
	sync_bulk_begin(&bulk, mirror, now);
	while (bulk.is_on) {
		size_t n;

		now = bulk.due;
		n = sync_bulk_step(&bulk, mirror, routes(), 51, now, data, lens);
		ck_assert_uint_le(n, SYNC_BULK_BURST);
		for (size_t i = 0; i < n; i++) {
			struct sync_datagram datagram;
			struct sync_entry entry;

			ck_assert_uint_le(lens[i], SYNC_BULK_SIZE);
			ck_assert(sync_datagram_open(&datagram, data[i], lens[i], 51));
			while (sync_datagram_next(&datagram, &entry) == 1) {
				ck_assert_uint_le(entry.timeout_s, 890);
				n_entries++;
			}
		}
	}
	ck_assert_uint_eq(n_entries, rows[_i].n);
	ck_assert_uint_eq(bulk.n_entries, rows[_i].n);
	ck_assert_int_ge(mono_sub(now, begin), rows[_i].least_ms * NS_PER_MS);
	ck_assert_int_le(mono_sub(now, begin), rows[_i].most_ms * NS_PER_MS);
	sync_mirror_free(mirror);
}
END_TEST

/* A director that returns waits 13 s for its connections: a large mirror leaves within 8 s. */
START_TEST(a_large_bulk_is_faster)
{
	enum { N = 192000 };
	struct sync_mirror *mirror = sync_mirror_new(N, 9);
	struct sync_bulk bulk = {0};
	struct mono now = at_s(10), begin = now;
	size_t lens[SYNC_BULK_BURST];

	for (unsigned i = 0; i < N; i++) {
		struct made_entry made = {
		    .client = (uint16_t)i, .timeout_s = 900, .is_ip6 = i >> 16 == 1, .is_template = i >> 16 == 2};

		ck_assert(take(mirror, &made, 0));
	}
	ck_assert_uint_eq(sync_mirror_n(mirror), N);
	sync_bulk_begin(&bulk, mirror, now);
	while (bulk.is_on) {
		now = bulk.due;
		sync_bulk_step(&bulk, mirror, routes(), 51, now, data, lens);
	}
	ck_assert_uint_eq(bulk.n_entries, N);
	ck_assert_int_ge(mono_sub(now, begin), 7950 * NS_PER_MS);
	ck_assert_int_le(mono_sub(now, begin), 8020 * NS_PER_MS);
	sync_mirror_free(mirror);
}
END_TEST

/* Without a route a connection is another director's, and what is known of it here is old. */
START_TEST(connections_of_other_services_are_left_out)
{
	struct sync_mirror *mirror = sync_mirror_new(10, 9);
	struct made_entry made = {.client = 9, .server = 7, .timeout_s = 900};
	struct sync_routes none = {0};
	struct sync_bulk bulk;
	size_t lens[SYNC_BULK_BURST];

	take_many(mirror, 3, 900, 0);
	ck_assert(take(mirror, &made, 0)); /* to another server */
	sync_bulk_begin(&bulk, mirror, at_s(1));
	ck_assert_uint_eq(sync_bulk_step(&bulk, mirror, routes(), 51, at_s(1), data, lens), 1);
	ck_assert_uint_eq(bulk.n_entries, 3);
	sync_bulk_begin(&bulk, mirror, at_s(1));
	ck_assert_uint_eq(sync_bulk_step(&bulk, mirror, &none, 51, at_s(1), data, lens), 0);
	ck_assert(!bulk.is_on);
	sync_mirror_free(mirror);
}
END_TEST

/* A routing rule marks packets, too: a connection with a mark that no service has was found by its address. And one
 * of another director's address is not this one's because the server also serves a mark here. */
START_TEST(the_mark_of_a_connection_may_be_no_services)
{
	struct sync_route items[] = {
	    {.service = {AF_INET, IPPROTO_TCP, .ep = {{AF_INET, {0, 0, 0, 2}}, 80}}, .dest = {{AF_INET, {0}}, 80}},
	    {.service = {AF_INET, .fwmark = 7}, .dest = {{AF_INET, {0, 0, 0, 9}}, 0}},
	};
	const struct sync_routes both = {items, 2, 2};
	struct made_entry made = {.client = 9, .timeout_s = 900};
	uint8_t raw[ENTRY_MAX];
	struct sync_entry entry;
	size_t len = entry_make(&made, raw);

	raw[19] = 55; /* the mark */
	entry = entry_read(raw, len);
	ck_assert_uint_eq(entry.fwmark, 55);
	ck_assert(sync_routes_have(&both, &entry));
	raw[19] = 0;
	raw[31] = 3; /* another virtual address */
	raw[35] = 9; /* the server of the mark */
	entry = entry_read(raw, len);
	ck_assert(!sync_routes_have(&both, &entry));
	raw[19] = 7;
	entry = entry_read(raw, len);
	ck_assert(sync_routes_have(&both, &entry));
}
END_TEST

START_TEST(before_its_time_nothing_leaves)
{
	struct sync_mirror *mirror = sync_mirror_new(200000, 9);
	struct sync_bulk bulk;
	size_t lens[SYNC_BULK_BURST];

	take_many(mirror, 1000, 900, 0);
	sync_bulk_begin(&bulk, mirror, at_s(1));
	ck_assert_uint_eq(sync_bulk_step(&bulk, mirror, routes(), 51, at_s(1), data, lens), SYNC_BULK_BURST);
	ck_assert_uint_eq(sync_bulk_step(&bulk, mirror, routes(), 51, at_s(1), data, lens), 0);
	ck_assert(bulk.is_on);
	sync_mirror_free(mirror);
}
END_TEST

/* An entry that is longer than a datagram of the bulk holds back none. */
START_TEST(an_entry_that_is_too_long_is_left_out)
{
	static uint8_t raw[SYNC_ENTRY_SIZE_MAX];
	struct sync_mirror *mirror = sync_mirror_new(10, 9);
	struct made_entry made = {.is_template = true, .timeout_s = 300};
	struct sync_bulk bulk;
	struct sync_entry entry;
	size_t lens[SYNC_BULK_BURST], len = entry_make(&made, raw);

	for (int i = 0; i < 4; i++, len += 257)
		raw[len] = 2, raw[len + 1] = 255;
	raw[2] = (uint8_t)(len >> 8), raw[3] = (uint8_t)len;
	entry = entry_read(raw, len);
	ck_assert(sync_mirror_take(mirror, &entry, at_s(0)));
	take_many(mirror, 3, 900, 0);
	sync_bulk_begin(&bulk, mirror, at_s(1));
	ck_assert_uint_eq(sync_bulk_step(&bulk, mirror, routes(), 51, at_s(1), data, lens), 1);
	ck_assert_uint_eq(bulk.n_entries, 3);
	ck_assert(!bulk.is_on);
	sync_mirror_free(mirror);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("sync_mirror");
	TCase *tests = tcase_create("all");
	SRunner *runner;
	int failed;

	tcase_add_test(tests, the_last_entry_stays);
	tcase_add_test(tests, what_the_kernel_forgot_is_gone);
	tcase_add_test(tests, a_full_mirror_keeps_what_it_knows);
	tcase_add_loop_test(tests, a_walk_meets_each_once, 0, 4);
	tcase_add_test(tests, an_entry_costs_less_than_100_bytes);
	tcase_add_test(tests, a_large_bulk_is_faster);
	tcase_add_loop_test(tests, a_bulk_sends_all_at_its_pace, 0, 4);
	tcase_add_test(tests, connections_of_other_services_are_left_out);
	tcase_add_test(tests, the_mark_of_a_connection_may_be_no_services);
	tcase_add_test(tests, before_its_time_nothing_leaves);
	tcase_add_test(tests, an_entry_that_is_too_long_is_left_out);
	suite_add_tcase(suite, tests);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
