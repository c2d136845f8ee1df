/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The datagrams of the kernel's sync daemons: read, refused, and written again. */
#include <check.h>

#include "tests/unit/sync_entries.h"

#include <errno.h>
#include <stdlib.h>

/* Two entries as a kernel 6.1 sent them: a connection through NAT, and a template with the data of SIP. */
static const uint8_t captured[] = {
    0, 51, 0, 0x6a, 2, 1, 0, 0,
    /* TCP 10.9.0.1:40000 -> 10.9.0.100:80 -> 10.9.1.1:80, ESTABLISHED, 900 s */
    0, 6, 0, 36, 0, 0, 0, 0, 0, 1, 0x9c, 0x40, 0, 80, 0, 80, 0, 0, 0, 0, 0, 0, 3, 0x84,
    10, 9, 0, 1, 10, 9, 0, 100, 10, 9, 1, 1,
    /* UDP 10.9.0.1 -> 10.9.0.100:5060 -> 10.9.1.2:5060, template, 300 s, "1@h", "sip", and its padding */
    0, 17, 0, 46, 0, 0, 0x19, 0x83, 0, 0, 0, 0, 0x13, 0xc4, 0x13, 0xc4, 0, 0, 0, 0, 0, 0, 1, 0x2c,
    10, 9, 0, 1, 10, 9, 0, 100, 10, 9, 1, 2, 2, 3, '1', '@', 'h', 3, 3, 's', 'i', 'p'};

static void fix_size(uint8_t *data, size_t len)
{
	data[2] = (uint8_t)(len >> 8);
	data[3] = (uint8_t)len;
}

START_TEST(a_kernels_datagram_is_read)
{
	uint8_t data[sizeof(captured)];
	struct sync_datagram datagram;
	struct sync_entry entry;

	memcpy(data, captured, sizeof(data));
	fix_size(data, sizeof(data));
	ck_assert(sync_datagram_open(&datagram, data, sizeof(data), 51));
	ck_assert(sync_datagram_open(&datagram, data, sizeof(data), 0));
	ck_assert_int_eq(sync_datagram_next(&datagram, &entry), 1);
	ck_assert_uint_eq(entry.len, 36);
	ck_assert_uint_eq(entry.timeout_s, 900);
	ck_assert(!entry.is_template);
	ck_assert_int_eq(sync_datagram_next(&datagram, &entry), 1);
	ck_assert_uint_eq(entry.len, 46);
	ck_assert_uint_eq(entry.timeout_s, 300);
	ck_assert(entry.is_template);
	ck_assert_int_eq(sync_datagram_next(&datagram, &entry), 0);
	ck_assert(!sync_datagram_open(&datagram, data, sizeof(data), 52));
	ck_assert(!sync_datagram_open(&datagram, data, sizeof(data) - 1, 51));
	ck_assert(!sync_datagram_open(&datagram, data, 7, 51));
}
END_TEST

/* A byte at this place with this value makes the first or second entry unreadable. */
static const struct spoilt {
	size_t at;
	uint8_t value;
	int n_read;
} spoilt[] = {
    {10, 0x10, 0}, /* another version of the entry */
    {11, 35, 0},   /* shorter than an entry */
    {11, 200, 0},  /* longer than the datagram */
    {8, 1, 0},	   /* of IPv6, and too short for it */
    {47, 47, 1},   /* an option behind the end */
    {47, 45, 1},   /* an option cut short */
    {81, 0, 1},	   /* an option of no bytes */
    {81, 9, 1},	   /* and one that is too long */
};

START_TEST(what_a_kernel_would_not_read_is_refused)
{
	uint8_t data[sizeof(captured)];
	struct sync_datagram datagram;
	struct sync_entry entry;

	memcpy(data, captured, sizeof(data));
	fix_size(data, sizeof(data));
	data[spoilt[_i].at] = spoilt[_i].value;
	ck_assert(sync_datagram_open(&datagram, data, sizeof(data), 51));
	for (int i = 0; i < spoilt[_i].n_read; i++)
		ck_assert_int_eq(sync_datagram_next(&datagram, &entry), 1);
	ck_assert_int_eq(sync_datagram_next(&datagram, &entry), -EBADMSG);
}
END_TEST

START_TEST(no_header_of_version_1_is_refused)
{
	static const size_t places[] = {0, 2, 3, 5, 6, 7};
	struct sync_datagram datagram;

	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		uint8_t data[sizeof(captured)];

		memcpy(data, captured, sizeof(data));
		fix_size(data, sizeof(data));
		data[places[i]] ^= 0x40;
		ck_assert(!sync_datagram_open(&datagram, data, sizeof(data), 51));
	}
}
END_TEST

/* The header says three, and there are two. */
START_TEST(entries_that_are_missing_are_refused)
{
	uint8_t data[sizeof(captured)];
	struct sync_datagram datagram;
	struct sync_entry entry;

	memcpy(data, captured, sizeof(data));
	fix_size(data, sizeof(data));
	data[4] = 3;
	ck_assert(sync_datagram_open(&datagram, data, sizeof(data), 51));
	ck_assert_int_eq(sync_datagram_next(&datagram, &entry), 1);
	ck_assert_int_eq(sync_datagram_next(&datagram, &entry), 1);
	ck_assert_int_eq(sync_datagram_next(&datagram, &entry), -EBADMSG);
}
END_TEST

/* What was written is read again, with another timeout alone. */
START_TEST(written_is_read)
{
	uint8_t data[1024], raw[ENTRY_MAX];
	struct sync_datagram_writer writer = {.data = data, .size = sizeof(data)};
	struct sync_datagram datagram;
	struct sync_entry entry;
	unsigned n = 0;
	size_t len;

	ck_assert_uint_eq(sync_datagram_end(&writer, 51), 0);
	memset(data, 0xee, sizeof(data));
	for (;; n++) {
		struct made_entry made = {.is_ip6 = n % 3 == 0,
					  .is_template = n % 5 == 0,
					  .client = (uint16_t)(1000 + n),
					  .timeout_s = 900,
					  .options = "\x02\x03""abc",
					  .n_options = n % 2 ? 5 : 0};

		entry = entry_read(raw, entry_make(&made, raw));
		if (!sync_datagram_put(&writer, &entry, 70000 + n))
			break;
	}
	ck_assert_uint_gt(n, 10);
	len = sync_datagram_end(&writer, 51);
	ck_assert_uint_le(len, sizeof(data));
	ck_assert(sync_datagram_open(&datagram, data, len, 51));
	for (unsigned i = 0; i < n; i++) {
		ck_assert_int_eq(sync_datagram_next(&datagram, &entry), 1);
		ck_assert_uint_eq(entry.timeout_s, 70000 + i);
		ck_assert_uint_eq(entry.is_template, i % 5 == 0);
		ck_assert_uint_eq(entry.raw[11], (uint8_t)(1000 + i));
		/* padding is zero, not what was there */
		if (datagram.at < datagram.end)
			for (const uint8_t *at = entry.raw + entry.len; at < datagram.at; at++)
				ck_assert_uint_eq(*at, 0);
	}
	ck_assert_int_eq(sync_datagram_next(&datagram, &entry), 0);
}
END_TEST

START_TEST(no_more_than_255_fit)
{
	static uint8_t data[65536];
	uint8_t raw[ENTRY_MAX];
	struct made_entry made = {.client = 1};
	struct sync_entry entry = entry_read(raw, entry_make(&made, raw));
	struct sync_datagram_writer writer = {.data = data, .size = sizeof(data)};

	for (int i = 0; i < SYNC_ENTRIES_MAX; i++)
		ck_assert(sync_datagram_put(&writer, &entry, 1));
	ck_assert(!sync_datagram_put(&writer, &entry, 1));
}
END_TEST

static bool is_same_key(const struct made_entry *one, const struct made_entry *two)
{
	uint8_t raw[2][ENTRY_MAX], keys[2][SYNC_ENTRY_SIZE_MAX];
	struct sync_entry entries[2] = {entry_read(raw[0], entry_make(one, raw[0])),
					entry_read(raw[1], entry_make(two, raw[1]))};
	size_t lens[2] = {sync_entry_key(&entries[0], keys[0]), sync_entry_key(&entries[1], keys[1])};

	return lens[0] == lens[1] && !memcmp(keys[0], keys[1], lens[0]);
}

START_TEST(the_key_is_the_connection)
{
	const struct made_entry one = {.client = 4000, .server = 1, .timeout_s = 9};
	struct made_entry two = one;

	two.server = 2, two.timeout_s = 7; /* where it goes is not who it is */
	two.options = "\x01\x01z", two.n_options = 3;
	ck_assert(is_same_key(&one, &two));
	two = one, two.client = 4001;
	ck_assert(!is_same_key(&one, &two));
	two = one, two.is_ip6 = true;
	ck_assert(!is_same_key(&one, &two));
	two = one, two.is_template = true;
	ck_assert(!is_same_key(&one, &two));
	/* Two calls of SIP have two templates. */
	struct made_entry call = {.is_template = true, .options = "\x02\x01""a", .n_options = 3}, other = call;

	other.options = "\x02\x01""b";
	ck_assert(is_same_key(&call, &call));
	ck_assert(!is_same_key(&call, &other));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("sync_entry");
	TCase *tests = tcase_create("all");
	SRunner *runner;
	int failed;

	tcase_add_test(tests, a_kernels_datagram_is_read);
	tcase_add_loop_test(tests, what_a_kernel_would_not_read_is_refused, 0,
			    (int)(sizeof(spoilt) / sizeof(spoilt[0])));
	tcase_add_test(tests, no_header_of_version_1_is_refused);
	tcase_add_test(tests, entries_that_are_missing_are_refused);
	tcase_add_test(tests, written_is_read);
	tcase_add_test(tests, no_more_than_255_fit);
	tcase_add_test(tests, the_key_is_the_connection);
	suite_add_tcase(suite, tests);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
