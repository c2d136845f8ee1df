/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lines of /proc/net/ip_vs_conn become the entries that the kernel would send. */
#include <check.h>

#include "base/vec.h"
#include "sync/listed.h"
#include "tests/unit/sync_entries.h"

#include <stdio.h>
#include <stdlib.h>

#define DR   3
#define TUN  2
#define NAT  0
#define MARK 7

static struct sync_routes routes;
static struct sync_marks marks;

static struct endpoint ep(const char *addr, uint16_t port)
{
	struct endpoint ep = {.port = port};

	ck_assert_int_eq(addr_parse(addr, &ep.addr), 0);
	return ep;
}

static void add(uint16_t protocol, uint32_t fwmark, const char *vip, uint16_t vport, const char *dest, uint16_t dport,
		uint8_t method, uint32_t persistence_s)
{
	struct sync_route route = {.service = {.family = AF_INET, .protocol = protocol, .fwmark = fwmark},
				   .dest = ep(dest, dport),
				   .method = method,
				   .persistence_s = persistence_s,
				   .has_deltas = vport == 21};
	uint8_t body[SYNC_ROUTE_SIZE];

	if (!fwmark)
		route.service.ep = ep(vip, vport);
	route.service.family = route.dest.addr.family;
	sync_route_encode(&route, body);
	ck_assert_int_eq(sync_routes_decode(&routes, body, sizeof(body)), 0);
}

static void setup(void)
{
	routes = (struct sync_routes){0};
	add(IPPROTO_UDP, 0, "10.9.0.100", 5060, "10.9.0.22", 5060, NAT, 300);
	add(0, MARK, NULL, 0, "10.9.0.23", 0, TUN, 600);
	add(0, MARK + 1, NULL, 0, "10.9.0.24", 0, TUN, 600);
	add(0, MARK + 1, NULL, 0, "10.9.0.25", 80, NAT, 600);
	add(0, MARK, NULL, 0, "10.9.0.24", 0, DR, 600);
	add(IPPROTO_TCP, 0, "10.9.0.100", 80, "10.9.0.21", 8080, NAT, 0);
	add(IPPROTO_TCP, 0, "10.9.0.100", 21, "10.9.0.21", 21, NAT, 0);
	add(IPPROTO_TCP, 0, "10.9.0.101", 0, "10.9.0.21", 0, DR, 50);
	add(IPPROTO_TCP, 0, "fd09::100", 80, "fd09::21", 80, DR, 0);
	add(IPPROTO_SCTP, 0, "10.9.0.100", 80, "10.9.0.21", 80, DR, 0);
	sync_routes_sort(&routes);
}

static void teardown(void)
{
	sync_routes_free(&routes);
	sync_marks_free(&marks);
}

/* What an entry says, as a text: "6 flags state cport vport dport mark timeout client service dest". */
static const struct row {
	const char *line, *entry;
} rows[] = {
    {"TCP 0A090001 9C40 0A090064 0050 0A090015 1F90 ESTABLISHED     899",
     "4 6 0 1 40000 80 8080 0 899 10.9.0.1 10.9.0.100 10.9.0.21"},
    {"TCP 0A090001 9C40 0A090064 0050 0A090015 1F90 FIN_WAIT        110\n",
     "4 6 100 4 40000 80 8080 0 110 10.9.0.1 10.9.0.100 10.9.0.21"},
    {"TCP 0A090001 9C40 0A090064 0050 0A090015 1F90 CLOSE_WAIT        0",
     "4 6 100 7 40000 80 8080 0 1 10.9.0.1 10.9.0.100 10.9.0.21"},
    /* a service for all ports, its connection and its template */
    {"TCP 0A090001 9C40 0A090065 01BB 0A090015 01BB ESTABLISHED     899",
     "4 6 3 1 40000 443 443 0 899 10.9.0.1 10.9.0.101 10.9.0.21"},
    {"TCP 0A090001 0000 0A090065 0000 0A090015 0000 NONE             17",
     "4 6 1103 0 0 0 0 0 50 10.9.0.1 10.9.0.101 10.9.0.21"},
    /* a mark: its template names it, its connection does not */
    {"IP  0A090001 0000 00000007 0000 0A090017 0000 NONE             17",
     "4 0 1102 0 0 0 0 7 600 10.9.0.1 0.0.0.7 10.9.0.23"},
    {"TCP 0A090001 9C40 0A090066 0050 0A090017 0050 ESTABLISHED     899",
     "4 6 2 1 40000 80 80 7 899 10.9.0.1 10.9.0.102 10.9.0.23"},
    {"IP  0A090001 0000 00000007 0000 0A090018 0000 NONE             17",
     "4 0 1103 0 0 0 0 7 600 10.9.0.1 0.0.0.7 10.9.0.24"},
    {"IP  0A090001 0000 00000008 0000 0A090019 0000 NONE             17",
     "4 0 1100 0 0 0 0 8 600 10.9.0.1 0.0.0.8 10.9.0.25"},
    {"TCP 0A090001 9C40 0A090066 01BB 0A090019 01BB ESTABLISHED     899",
     "4 6 0 1 40000 443 443 8 899 10.9.0.1 10.9.0.102 10.9.0.25"},
    /* IPv6, as kernels have written it */
    {"TCP fd09:0000:0000:0000:0000:0000:0000:0001 9C40 fd09:0000:0000:0000:0000:0000:0000:0100 0050 "
     "fd09:0000:0000:0000:0000:0000:0000:0021 0050 ESTABLISHED     899",
     "6 6 3 1 40000 80 80 0 899 fd09::1 fd09::100 fd09::21"},
    {"UDP 0A090001 1388 0A090064 13C4 0A090016 13C4 UDP             299",
     "4 17 100 0 5000 5060 5060 0 299 10.9.0.1 10.9.0.100 10.9.0.22"},
    {"SCTP 0A090001 1388 0A090064 0050 0A090015 0050 ESTABLISHED    299",
     "4 132 3 8 5000 80 80 0 299 10.9.0.1 10.9.0.100 10.9.0.21"},
    /* a persistence engine */
    {"UDP 0A090001 0000 0A090064 13C4 0A090016 13C4 UDP             299 sip 8438@998",
     "4 17 1100 0 0 5060 5060 0 300 10.9.0.1 10.9.0.100 10.9.0.22 2:8438@998 3:sip"},
    /* of which kernels say nothing, or nothing is known */
    {"TCP 0A090001 9C40 0A090064 0050 0A090015 1F90 SYN_RECV         59", NULL},
    {"TCP 0A090001 9C40 0A090064 0050 0A090015 1F91 ESTABLISHED     899", NULL},
    {"TCP 0A090001 9C40 0A090064 0015 0A090015 0015 ESTABLISHED     899", NULL},
    {"TCP 0A090001 9C40 0A090066 0050 0A090018 0050 ESTABLISHED     899", NULL},
    {"TCP 0A090001 0000 0A090064 0050 0A090015 1F90 NONE             17", NULL},
    {"TCP 0A090001 9C40 0A090064 0050 0A090015 1F90 ESTABLISHED 4294967295", NULL},
    {"Pro FromIP   FPrt ToIP     TPrt DestIP   DPrt State       Expires PEName PEData", NULL},
    {"TCP 0A090001 9C40 0A090064 0050", NULL},
    {"TCP 0A09001 9C40 0A090064 0050 0A090015 1F90 ESTABLISHED 1", NULL},
    {"TCP 0A090001 9C4 0A090064 0050 0A090015 1F90 ESTABLISHED 1", NULL},
    {"TCP 0A090001 9C40 0A090064 0050 0A090015 1F90 ESTABLISHED -1", NULL},
    {"TCP 0A090001 9C40 fd09:0000:0000:0000:0000:0000:0000:0100 0050 0A090015 0050 ESTABLISHED 1", NULL},
    {"", NULL},
};

static unsigned number(const uint8_t *at, size_t size)
{
	unsigned value = 0;

	while (size--)
		value = value << 8 | *at++;
	return value;
}

static void say(const uint8_t *raw, size_t len, char *text, size_t size)
{
	size_t address = raw[0] ? 16 : 4, used;
	char addrs[3][ADDR_TEXT_MAX];

	for (size_t i = 0; i < 3; i++) {
		struct addr addr = {.family = raw[0] ? AF_INET6 : AF_INET};

		memcpy(addr.bytes, raw + 24 + i * address, address);
		addr_format(&addr, addrs[i]);
	}
	used = (size_t)snprintf(text, size, "%d %u %x %u %u %u %u %u %u %s %s %s", raw[0] ? 6 : 4, raw[1],
				number(raw + 4, 4), number(raw + 8, 2), number(raw + 10, 2), number(raw + 12, 2),
				number(raw + 14, 2), number(raw + 16, 4), number(raw + 20, 4), addrs[0], addrs[1],
				addrs[2]);
	for (const uint8_t *at = raw + 24 + 3 * address; at < raw + len; at += 2 + at[1])
		used += (size_t)snprintf(text + used, size - used, " %d:%.*s", at[0], at[1], (const char *)at + 2);
}

START_TEST(a_line_is_an_entry)
{
	uint8_t raw[SYNC_LISTED_MAX];
	size_t len = sync_listed_entry(rows[_i].line, &routes, &marks, raw);
	char text[512] = "";

	ck_assert_msg(!len == !rows[_i].entry, "%s", rows[_i].line);
	if (!len)
		return;
	ck_assert_uint_eq(entry_read(raw, len).len, len);
	say(raw, len, text, sizeof(text));
	ck_assert_str_eq(text, rows[_i].entry);
}
END_TEST

/* The longest that the kernel's structures allow fits. */
START_TEST(the_longest_fits)
{
	uint8_t raw[SYNC_LISTED_MAX];
	char line[1024], data[256];
	size_t len;

	memset(data, 'a', 255);
	data[255] = '\0';
	snprintf(line, sizeof(line), "UDP 0A090001 0000 0A090064 13C4 0A090016 13C4 UDP 299 sip %s", data);
	len = sync_listed_entry(line, &routes, &marks, raw);
	ck_assert_uint_eq(len, 36 + 2 + 255 + 2 + 3);
	ck_assert_uint_eq(entry_read(raw, len).len, len);
}
END_TEST

START_TEST(a_malformed_frame_adds_none)
{
	uint8_t body[2 * SYNC_ROUTE_SIZE];
	size_t n = routes.n;

	sync_route_encode(&routes.items[0], body);
	sync_route_encode(&routes.items[1], body + SYNC_ROUTE_SIZE);
	for (size_t len = 1; len < SYNC_ROUTE_SIZE; len++)
		ck_assert_int_lt(sync_routes_decode(&routes, body, len), 0);
	body[SYNC_ROUTE_SIZE] = 5; /* no family */
	ck_assert_int_lt(sync_routes_decode(&routes, body, sizeof(body)), 0);
	ck_assert_uint_eq(routes.n, n);
	body[SYNC_ROUTE_SIZE] = 4;
	ck_assert_int_eq(sync_routes_decode(&routes, body, sizeof(body)), 0);
	ck_assert_uint_eq(routes.n, n + 2);
}
END_TEST

/* An entry of a connection to 10.9.0.102:80 with a mark. */
static void kernel_says_mark(uint32_t fwmark)
{
	uint8_t raw[ENTRY_MAX];
	struct made_entry made = {.client = 40000};
	size_t len = entry_make(&made, raw);
	struct sync_entry entry;

	memcpy(raw + 28, (uint8_t[]){10, 9, 0, 102}, 4);
	raw[19] = (uint8_t)fwmark;
	entry = entry_read(raw, len);
	sync_marks_take(&marks, &entry);
}

/* Two marks have the real server: which one a connection has is known from what the kernel said of another one. */
START_TEST(a_mark_is_learnt)
{
	const char *line = "TCP 0A090001 9C41 0A090066 0050 0A090018 0050 ESTABLISHED     899";
	uint8_t raw[SYNC_LISTED_MAX];

	kernel_says_mark(0);
	ck_assert_uint_eq(marks.n, 0);
	ck_assert_uint_eq(sync_listed_entry(line, &routes, &marks, raw), 0);
	for (uint32_t mark = MARK; mark <= MARK + 1; mark++) {
		kernel_says_mark(mark);
		ck_assert_uint_gt(sync_listed_entry(line, &routes, &marks, raw), 0);
		ck_assert_uint_eq(raw[19], mark);
		ck_assert_uint_eq(raw[7], mark == MARK ? DR : TUN);
	}
	kernel_says_mark(99); /* without a service */
	ck_assert_uint_eq(sync_listed_entry(line, &routes, &marks, raw), 0);
	ck_assert_uint_eq(marks.n, 1);
}
END_TEST

/* With one method for all of them the session lives, whatever its mark is. */
START_TEST(any_mark_will_do)
{
	uint8_t raw[SYNC_LISTED_MAX];

	add(0, MARK + 2, NULL, 0, "10.9.0.26", 0, DR, 0);
	add(0, MARK, NULL, 0, "10.9.0.26", 0, DR, 0);
	sync_routes_sort(&routes);
	ck_assert_uint_gt(sync_listed_entry("TCP 0A090001 9C41 0A090066 0050 0A09001A 0050 ESTABLISHED 899", &routes,
					    &marks, raw), 0);
	ck_assert_uint_eq(raw[19], MARK);
	ck_assert_uint_eq(raw[7], DR);
}
END_TEST

/* Bounded, in whichever order they come. */
START_TEST(marks_are_bounded)
{
	uint8_t raw[ENTRY_MAX];
	struct made_entry made = {.client = 40000};
	struct sync_entry entry = entry_read(raw, entry_make(&made, raw));
	struct svckey service = {.family = AF_INET, .protocol = IPPROTO_TCP};

	entry.fwmark = MARK;
	for (unsigned i = 0; i < 2 * SYNC_MARKS_MAX; i++) {
		entry.virtual_server.port = (uint16_t)(i * 7919 % 65536);
		sync_marks_take(&marks, &entry);
		service.ep = entry.virtual_server;
		ck_assert_uint_eq(sync_mark_of(&marks, &service), i < SYNC_MARKS_MAX ? MARK : 0);
	}
	ck_assert_uint_eq(marks.n, SYNC_MARKS_MAX);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("sync_listed");
	TCase *tests = tcase_create("all");
	SRunner *runner;
	int failed;

	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_add_loop_test(tests, a_line_is_an_entry, 0, (int)(sizeof(rows) / sizeof(rows[0])));
	tcase_add_test(tests, the_longest_fits);
	tcase_add_test(tests, a_mark_is_learnt);
	tcase_add_test(tests, any_mark_will_do);
	tcase_add_test(tests, marks_are_bounded);
	tcase_add_test(tests, a_malformed_frame_adds_none);
	suite_add_tcase(suite, tests);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
