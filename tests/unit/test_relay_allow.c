/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which entries of a peer the own kernel gets. */
#include <check.h>

#include "sync/mirror.h"
#include "sync/relay/allow.h"
#include "tests/unit/sync_entries.h"

#include <stdlib.h>

/*
 * Services of this director, each with its destination: tcp 0.0.0.2:80 to 0.0.0.9 (that of entry_make() with server 9),
 * and marks 7 and 8. The own ones are tcp 0.0.0.3:80 and mark 8.
 */
static struct sync_route all_items[] = {
    {.service = {.family = AF_INET, .protocol = 6, .ep = {{AF_INET, {0, 0, 0, 2}}, 80}},
     .dest = {{AF_INET, {0, 0, 0, 9}}, 80}},
    {.service = {.family = AF_INET, .protocol = 6, .ep = {{AF_INET, {0, 0, 0, 3}}, 80}},
     .dest = {{AF_INET, {0, 0, 0, 9}}, 80}},
    {.service = {.family = AF_INET, .protocol = 17, .ep = {{AF_INET, {0, 0, 0, 2}}, 80}},
     .dest = {{AF_INET, {0, 0, 0, 9}}, 80}},
    {.service = {.family = AF_INET, .protocol = 132, .ep = {{AF_INET, {0, 0, 0, 2}}, 80}},
     .dest = {{AF_INET, {0, 0, 0, 9}}, 80}},
    {.service = {.family = AF_INET, .fwmark = 7}, .dest = {{AF_INET, {0, 0, 0, 9}}, 0}},
    {.service = {.family = AF_INET, .fwmark = 8}, .dest = {{AF_INET, {0, 0, 0, 9}}, 0}},
};
static struct sync_route own_items[] = {
    {.service = {.family = AF_INET, .protocol = 6, .ep = {{AF_INET, {0, 0, 0, 3}}, 80}},
     .dest = {{AF_INET, {0, 0, 0, 9}}, 80}},
    {.service = {.family = AF_INET, .fwmark = 8}, .dest = {{AF_INET, {0, 0, 0, 9}}, 0}},
};

static struct {
	struct sync_routes routes, own;
	struct relay_rules rules;
	struct relay_place place;
	struct relay_allowed allowed;
	uint8_t out[RELAY_PAYLOAD_MAX];
} t;

static void set_up(void)
{
	memset(&t, 0, sizeof(t));
	t.routes = (struct sync_routes){.items = all_items, .n = 6};
	t.own = (struct sync_routes){.items = own_items, .n = 2};
	sync_routes_sort(&t.routes);
	sync_routes_sort(&t.own);
	t.rules = (struct relay_rules){&t.routes, &t.own, 5};
	t.place = (struct relay_place){.newest = relay_newest_new(1), .seq = 10, .floor = 10};
}

static void tear_down(void)
{
	relay_newest_free(t.place.newest);
}

static size_t datagram_make(const uint8_t *const *raws, const size_t *lens, unsigned n, uint8_t *data)
{
	size_t len = 8;

	for (unsigned i = 0; i < n; i++) {
		memcpy(data + len, raws[i], lens[i]);
		len += (lens[i] + 3) & ~(size_t)3;
	}
	memcpy(data, (const uint8_t[]){0, 5, (uint8_t)(len >> 8), (uint8_t)len, (uint8_t)n, 1, 0, 0}, 8);
	return len;
}

static size_t allow_one(const uint8_t *raw, size_t len)
{
	uint8_t data[RELAY_PAYLOAD_MAX + 8] = {0};

	return relay_allow(&t.rules, &t.place, data, datagram_make(&raw, &len, 1, data), &t.allowed, t.out);
}

/* Bytes of an allowed entry that are changed, and what is said of it then. */
START_TEST(each_field_is_judged)
{
	enum { PROTOCOL = 1, FLAGS = 4, STATE = 8, VPORT = 12, DPORT = 14, MARK = 16, VADDR = 28, DEST = 32 };
	static const struct {
		struct { uint8_t at, value; } changes[5];
		enum relay_refused why; /* RELAY_REFUSED_N: none */
	} rows[] = {
	    {{{0, 0}}, RELAY_REFUSED_N},
	    {{{PROTOCOL, 17}, {STATE + 1, 0}}, RELAY_REFUSED_N},
	    {{{PROTOCOL, 17}, {STATE + 1, 1}}, RELAY_REFUSED_STATE},
	    {{{PROTOCOL, 132}, {STATE + 1, 13}}, RELAY_REFUSED_N},
	    {{{PROTOCOL, 132}, {STATE + 1, 14}}, RELAY_REFUSED_STATE},
	    {{{PROTOCOL, 1}}, RELAY_REFUSED_PROTOCOL},
	    {{{PROTOCOL, 0}}, RELAY_REFUSED_PROTOCOL},
	    {{{STATE + 1, 10}}, RELAY_REFUSED_N},
	    {{{STATE + 1, 11}}, RELAY_REFUSED_STATE},
	    {{{STATE, 1}}, RELAY_REFUSED_STATE},
	    {{{FLAGS + 2, 0x10}, {STATE + 1, 1}}, RELAY_REFUSED_N}, /* a template */
	    {{{FLAGS + 2, 0x10}, {STATE + 1, 2}}, RELAY_REFUSED_STATE},
	    {{{FLAGS + 1, 0x01}, {FLAGS + 2, 0x0f}, {FLAGS + 3, 0xa3}}, RELAY_REFUSED_N},
	    {{{FLAGS + 3, 0x04}}, RELAY_REFUSED_FLAGS}, /* IP_VS_CONN_F_BYPASS */
	    {{{FLAGS + 3, 0x08}}, RELAY_REFUSED_FLAGS},
	    {{{FLAGS + 3, 0x10}}, RELAY_REFUSED_FLAGS},
	    {{{FLAGS + 3, 0x40}}, RELAY_REFUSED_FLAGS}, /* _HASHED */
	    {{{FLAGS + 2, 0x20}}, RELAY_REFUSED_FLAGS}, /* _ONE_PACKET */
	    {{{FLAGS + 2, 0x40}}, RELAY_REFUSED_FLAGS},
	    {{{FLAGS + 2, 0x80}}, RELAY_REFUSED_FLAGS},
	    {{{FLAGS + 1, 0x02}}, RELAY_REFUSED_FLAGS},
	    {{{FLAGS, 0x01}}, RELAY_REFUSED_FLAGS},
	    {{{DEST + 3, 10}}, RELAY_REFUSED_ROUTE},
	    {{{DPORT + 1, 81}}, RELAY_REFUSED_ROUTE},
	    {{{VPORT + 1, 81}}, RELAY_REFUSED_ROUTE},
	    {{{VADDR + 3, 4}}, RELAY_REFUSED_ROUTE},
	    {{{VADDR + 3, 3}}, RELAY_REFUSED_OWN},
	    {{{VADDR + 3, 3}, {DEST + 3, 10}}, RELAY_REFUSED_OWN},
	    {{{VADDR + 3, 4}, {MARK + 3, 7}}, RELAY_REFUSED_N},
	    {{{VADDR + 3, 4}, {MARK + 3, 8}}, RELAY_REFUSED_OWN},
	    {{{VADDR + 3, 3}, {MARK + 3, 7}}, RELAY_REFUSED_OWN}, /* the mark of another service opens no own one */
	    {{{VADDR + 3, 4}, {MARK + 3, 9}}, RELAY_REFUSED_ROUTE},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint8_t raw[ENTRY_MAX];
		size_t len = entry_make(&(struct made_entry){.client = 4000, .server = 9, .timeout_s = 900}, raw);

		for (size_t k = 0; k < 5; k++)
			if (rows[i].changes[k].at)
				raw[rows[i].changes[k].at] = rows[i].changes[k].value;
		memset(&t.allowed, 0, sizeof(t.allowed));
		ck_assert_msg(allow_one(raw, len) == (rows[i].why == RELAY_REFUSED_N ? 44 : 0), "row %zu", i);
		ck_assert_uint_eq(t.allowed.n_entries, rows[i].why == RELAY_REFUSED_N);
		for (unsigned why = 0; why < RELAY_REFUSED_N; why++)
			ck_assert_msg(t.allowed.n_refused[why] == (why == rows[i].why), "row %zu, %s", i,
				      relay_refused_name(why));
	}
}
END_TEST

/* The virtual address of a template of a mark is the mark: not that of another service's. */
START_TEST(the_template_of_a_mark_is_its_own)
{
	static const struct {
		uint8_t address, mark;
		enum relay_refused why;
	} rows[] = {{7, 7, RELAY_REFUSED_N},	 {8, 7, RELAY_REFUSED_ROUTE}, {8, 8, RELAY_REFUSED_OWN},
		    {7, 8, RELAY_REFUSED_OWN}, {8, 0, RELAY_REFUSED_ROUTE}};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint8_t raw[ENTRY_MAX];
		size_t len = entry_make(&(struct made_entry){.is_template = true, .server = 9, .timeout_s = 300}, raw);

		raw[1] = raw[13] = raw[15] = 0;
		raw[31] = rows[i].address;
		raw[19] = rows[i].mark;
		memset(&t.allowed, 0, sizeof(t.allowed));
		ck_assert_uint_eq(allow_one(raw, len), rows[i].why == RELAY_REFUSED_N ? 44 : 0);
		if (rows[i].why < RELAY_REFUSED_N)
			ck_assert_uint_eq(t.allowed.n_refused[rows[i].why], 1);
	}
}
END_TEST

START_TEST(options_that_stop_a_kernel_are_refused)
{
	static const struct {
		const char *options;
		size_t n;
		bool is_allowed;
	} rows[] = {
	    {"\x01\x18" "abcdefghijklmnopqrstuvwx", 26, true}, {"\x01\x17" "abcdefghijklmnopqrstuvw", 25, false},
	    {"\x02\x03" "abc\x03\x03" "sip", 10, true},	       {"\x02\x03" "abc\x02\x03" "abc", 10, false},
	    {"\x03\x10" "abcdefghijklmnop", 18, true},	       {"\x03\x11" "abcdefghijklmnopq", 19, false},
	    {"\x04\x01" "a", 3, false},			       {"\x80\x01" "a", 3, false},
	    {"\x00\x01" "a", 3, false},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint8_t raw[ENTRY_MAX];
		size_t len = entry_make(&(struct made_entry){.server = 9,
							     .timeout_s = 9,
							     .options = rows[i].options,
							     .n_options = rows[i].n},
					raw);

		memset(&t.allowed, 0, sizeof(t.allowed));
		ck_assert_msg((allow_one(raw, len) > 0) == rows[i].is_allowed, "row %zu", i);
		ck_assert_uint_eq(t.allowed.n_refused[RELAY_REFUSED_OPTION], !rows[i].is_allowed);
	}
}
END_TEST

static uint32_t timeout_out(void)
{
	return (uint32_t)t.out[28] << 24 | (uint32_t)t.out[29] << 16 | (uint32_t)t.out[30] << 8 | t.out[31];
}

START_TEST(a_timeout_has_a_cap)
{
	uint8_t raw[ENTRY_MAX];
	size_t len = entry_make(&(struct made_entry){.server = 9, .timeout_s = 900}, raw);

	allow_one(raw, len);
	ck_assert_uint_eq(timeout_out(), 900);
	memcpy(raw + 20, "\x00\x28\xde\x80", 4); /* 31 days */
	allow_one(raw, len);
	ck_assert_uint_eq(timeout_out(), 2678400);
	memcpy(raw + 20, "\x00\x28\xde\x81", 4);
	allow_one(raw, len);
	ck_assert_uint_eq(timeout_out(), 2678400);
	memcpy(raw + 20, "\x7f\xff\xff\xff", 4);
	allow_one(raw, len);
	ck_assert_uint_eq(timeout_out(), 2678400);
}
END_TEST

/* Of four entries the second one is refused; the others stay, in order, in a datagram that a kernel reads. */
START_TEST(the_allowed_ones_stay)
{
	uint8_t raws[4][ENTRY_MAX], data[RELAY_PAYLOAD_MAX];
	const uint8_t *at[4];
	size_t lens[4], len;
	struct sync_datagram reader;
	struct sync_entry entry;

	for (unsigned i = 0; i < 4; i++) {
		lens[i] = entry_make(&(struct made_entry){.client = (uint16_t)i, .server = i == 1 ? 10 : 9}, raws[i]);
		at[i] = raws[i];
	}
	len = datagram_make(at, lens, 4, data);
	ck_assert_uint_eq(relay_datagram_n(data, len), 4);
	len = relay_allow(&t.rules, &t.place, data, len, &t.allowed, t.out);
	ck_assert_uint_eq(len, 8 + 3 * 36);
	ck_assert(sync_datagram_open(&reader, t.out, len, 5));
	for (unsigned i = 0; i < 4; i++) {
		if (i == 1)
			continue;
		ck_assert_int_eq(sync_datagram_next(&reader, &entry), 1);
		ck_assert_uint_eq(entry.raw[11], i);
	}
	ck_assert_int_eq(sync_datagram_next(&reader, &entry), 0);
	ck_assert_uint_eq(t.allowed.n_entries, 3);
	ck_assert_uint_eq(t.allowed.n_refused[RELAY_REFUSED_ROUTE], 1);
}
END_TEST

START_TEST(a_bad_datagram_is_refused)
{
	uint8_t raws[2][ENTRY_MAX], data[RELAY_PAYLOAD_MAX + 1] = {0};
	const uint8_t *at[2] = {raws[0], raws[1]};
	size_t lens[2], len;

	for (unsigned i = 0; i < 2; i++)
		lens[i] = entry_make(&(struct made_entry){.client = (uint16_t)i, .server = 9}, raws[i]);
	len = datagram_make(at, lens, 2, data);
	data[1] = 6; /* another syncid */
	ck_assert_uint_eq(relay_allow(&t.rules, &t.place, data, len, &t.allowed, t.out), 0);
	data[1] = 5;
	ck_assert_uint_eq(relay_allow(&t.rules, &t.place, data, len - 1, &t.allowed, t.out), 0);
	data[2] = (RELAY_PAYLOAD_MAX + 1) >> 8, data[3] = (RELAY_PAYLOAD_MAX + 1) & 0xff;
	ck_assert_uint_eq(relay_allow(&t.rules, &t.place, data, RELAY_PAYLOAD_MAX + 1, &t.allowed, t.out), 0);
	ck_assert_uint_eq(t.allowed.n_refused[RELAY_REFUSED_DATAGRAM], 3);
	ck_assert_uint_eq(relay_datagram_n(data, len), 0);
	/* A second entry that is longer than the datagram: the first one is good. */
	data[2] = 0, data[3] = 8 + 72;
	data[8 + 36 + 3] = 37;
	ck_assert_uint_eq(relay_allow(&t.rules, &t.place, data, len, &t.allowed, t.out), 44);
	ck_assert_uint_eq(t.allowed.n_refused[RELAY_REFUSED_ENTRY], 1);
	ck_assert_uint_eq(t.allowed.n_entries, 1);
}
END_TEST

START_TEST(a_late_entry_sets_nothing_back)
{
	uint8_t raw[ENTRY_MAX], other[ENTRY_MAX];
	size_t len = entry_make(&(struct made_entry){.client = 1, .server = 9}, raw);

	entry_make(&(struct made_entry){.client = 2, .server = 9}, other);
	t.place.floor = 7; /* 8 and 9 are missing */
	ck_assert_uint_eq(allow_one(raw, len), 44);
	t.place = (struct relay_place){.newest = t.place.newest, .seq = 8, .floor = 7, .is_late = true};
	ck_assert_uint_eq(allow_one(raw, len), 0);
	ck_assert_uint_eq(t.allowed.n_refused[RELAY_REFUSED_OLDER], 1);
	ck_assert_uint_eq(allow_one(other, len), 44);
	/* Without a gap nothing is noted. */
	t.place = (struct relay_place){.newest = t.place.newest, .seq = 30, .floor = 30};
	entry_make(&(struct made_entry){.client = 3, .server = 9}, other);
	ck_assert_uint_eq(allow_one(other, len), 44);
	t.place = (struct relay_place){.newest = t.place.newest, .seq = 29, .floor = 28, .is_late = true};
	ck_assert_uint_eq(allow_one(other, len), 44);
}
END_TEST

/* A service that waits for its rules, or a server that a check has taken out. */
START_TEST(an_absent_route_is_allowed_and_no_growth_until_it_is_there)
{
	struct sync_route absent = all_items[0];
	struct sync_routes none = {0}, taken = {0}, before = {.items = &absent, .n = 1},
			   now = {.items = all_items, .n = 1};
	uint8_t raw[SYNC_ENTRY_SIZE_MAX], body[SYNC_ROUTE_SIZE];
	size_t len = entry_make(&(struct made_entry){.client = 3, .server = 9}, raw);

	absent.is_absent = true;
	t.rules.routes = &before;
	ck_assert_uint_eq(allow_one(raw, len), 44);
	ck_assert(!sync_routes_grow(&none, &before));
	ck_assert(sync_routes_grow(&before, &now));
	ck_assert(!sync_routes_grow(&now, &before));
	absent.method = 3;
	absent.has_deltas = true;
	sync_route_encode(&absent, body);
	ck_assert_int_eq(sync_routes_decode(&taken, body, sizeof(body)), 0);
	ck_assert(taken.items[0].is_absent && taken.items[0].has_deltas && taken.items[0].method == 3);
	sync_routes_free(&taken);
}
END_TEST

START_TEST(each_reason_has_a_word)
{
	for (unsigned i = 0; i < RELAY_REFUSED_N; i++)
		for (unsigned k = 0; k < i; k++)
			ck_assert_str_ne(relay_refused_name(i), relay_refused_name(k));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("relay_allow");
	TCase *tcase = tcase_create("all");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_checked_fixture(tcase, set_up, tear_down);
	tcase_add_test(tcase, each_field_is_judged);
	tcase_add_test(tcase, the_template_of_a_mark_is_its_own);
	tcase_add_test(tcase, options_that_stop_a_kernel_are_refused);
	tcase_add_test(tcase, a_timeout_has_a_cap);
	tcase_add_test(tcase, the_allowed_ones_stay);
	tcase_add_test(tcase, a_bad_datagram_is_refused);
	tcase_add_test(tcase, a_late_entry_sets_nothing_back);
	tcase_add_test(tcase, an_absent_route_is_allowed_and_no_growth_until_it_is_there);
	tcase_add_test(tcase, each_reason_has_a_word);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
