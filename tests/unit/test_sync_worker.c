/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The sync process, with a director and sockets of the test's own. */
#include <check.h>

#include "sync/packet.h"
#include "sync/routes.h"
#include "sync/wire.h"
#include "sync/worker_parts.h"
#include "tests/unit/sync_entries.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#define TIMEOUT_MS 20000
#define SYNCID	   51

static struct {
	struct loop *loop;
	struct loop_timer *late;
	struct sync_worker *worker;
	struct greeted *director;
	int kernel;  /* what is written here is what the kernel says */
	int network; /* what the process sends is read here */
	bool is_met;
	bool is_deaf; /* the socket that sends cannot */
	struct sync_mirror_state state;
	unsigned n_reports;
	struct sync_flushed flushed; /* the last one */
	char list[64]; /* the kernel's list of connections; it is not there */
	bool (*is_awaited)(void); /* the loop ends when this is true */
} rig;

static void on_late(void *arg)
{
	(void)arg;
	ck_abort_msg("not within %d ms", TIMEOUT_MS);
}

static void stop_if_awaited(void)
{
	if (rig.is_awaited && rig.is_awaited())
		loop_stop(rig.loop);
}

static void await(bool (*is_awaited)(void))
{
	rig.is_awaited = is_awaited;
	if (!is_awaited())
		loop_run(rig.loop);
}

static void on_frame(uint16_t type, const void *body, size_t len, void *arg)
{
	(void)arg;
	if (type == SYNC_FRAME_FLUSHED) {
		ck_assert_int_eq(sync_flushed_decode(body, len, &rig.flushed), 0);
		stop_if_awaited();
		return;
	}
	ck_assert_uint_eq(type, SYNC_FRAME_STATE);
	ck_assert_int_eq(sync_mirror_state_decode(body, len, &rig.state), 0);
	rig.n_reports++;
	stop_if_awaited();
}

static void on_met(void *arg)
{
	(void)arg;
	rig.is_met = true;
	stop_if_awaited();
}

static void on_lost(void *arg)
{
	(void)arg;
}

static bool is_met(void)
{
	return rig.is_met;
}

static bool is_reported(void)
{
	return rig.n_reports > 0;
}

static void give_sockets(uint8_t syncid)
{
	struct sockaddr_in sa = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	struct endpoint group = {.addr = {AF_INET, {127, 0, 0, 1}}};
	socklen_t len = sizeof(sa);
	uint8_t body[SYNC_GROUP_SIZE];
	int said[2], heard[2];

	said[1] = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
	ck_assert_int_eq(bind(said[1], (struct sockaddr *)&sa, sizeof(sa)), 0);
	ck_assert_int_eq(getsockname(said[1], (struct sockaddr *)&sa, &len), 0);
	group.port = ntohs(sa.sin_port);
	said[0] = socket(rig.is_deaf ? AF_UNIX : AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0, heard), 0);
	sync_group_encode(&group, body);
	greeted_send_fd(rig.director, SYNC_FRAME_SAID, body, sizeof(body), said[0]);
	greeted_send_fd(rig.director, SYNC_FRAME_HEARD, &syncid, 1, heard[0]);
	close(said[0]);
	close(heard[0]);
	if (rig.kernel >= 0)
		close(rig.kernel);
	if (rig.network >= 0)
		close(rig.network);
	rig.network = said[1];
	rig.kernel = heard[1];
	rig.n_reports = 0;
}

static void setup(void)
{
	const struct greeted_ops ops = {.on_lost = on_lost, .on_met = on_met, .on_frame = on_frame};
	int ends[2];

	memset(&rig, 0, sizeof(rig));
	/* Another program of this test may run beside this one. */
	snprintf(rig.list, sizeof(rig.list), "test_sync_worker.list.%d", (int)getpid());
	rig.kernel = rig.network = -1;
	ck_assert_int_eq(chan_pair(ends), 0);
	rig.loop = loop_new();
	rig.late = loop_timer_new(rig.loop, on_late, NULL);
	loop_timer_set(rig.late, mono_add_ms(loop_now(rig.loop), TIMEOUT_MS));
	rig.director = greeted_new_director(rig.loop, ends[0], false, &ops);
	rig.worker = sync_worker_new(rig.loop, ends[1], rig.list);
	await(is_met);
	give_sockets(SYNCID);
	await(is_reported);
}

static void teardown(void)
{
	sync_worker_free(rig.worker);
	greeted_free(rig.director);
	loop_timer_free(rig.late);
	loop_free(rig.loop);
	close(rig.kernel);
	close(rig.network);
}

/* A packet with a datagram of the kernel, with n connections from port first. */
static void kernel_says(uint8_t syncid, unsigned first, unsigned n)
{
	uint8_t packet[28 + 1500] = {0x45, [9] = 17}, raw[ENTRY_MAX];
	struct sync_datagram_writer writer = {.data = packet + 28, .size = 1500};
	size_t len;

	for (unsigned i = 0; i < n; i++) {
		struct made_entry made = {.client = (uint16_t)(first + i), .server = 3, .timeout_s = 900};
		struct sync_entry entry = entry_read(raw, entry_make(&made, raw));

		ck_assert(sync_datagram_put(&writer, &entry, 900));
	}
	len = sync_datagram_end(&writer, syncid);
	packet[24] = (uint8_t)((len + 8) >> 8);
	packet[25] = (uint8_t)(len + 8);
	ck_assert_int_eq(send(rig.kernel, packet, 28 + len, 0), (ssize_t)(28 + len));
}

/* The ports that the network was told, once each. */
static unsigned n_told(void)
{
	static uint8_t is_told[65536];
	uint8_t data[2048];
	unsigned n = 0;
	ssize_t len;

	memset(is_told, 0, sizeof(is_told));
	while ((len = recv(rig.network, data, sizeof(data), 0)) > 0) {
		struct sync_datagram datagram;
		struct sync_entry entry;

		ck_assert(sync_datagram_open(&datagram, data, (size_t)len, SYNCID));
		while (sync_datagram_next(&datagram, &entry) == 1) {
			unsigned port = (unsigned)entry.raw[10] << 8 | entry.raw[11];

			ck_assert(!is_told[port]);
			is_told[port] = 1;
			n++;
		}
	}
	return n;
}

static bool is_bulk_over(void)
{
	return rig.state.n_bulks == 1;
}

static bool are_two_over(void)
{
	return rig.state.n_bulks == 2;
}

static void routes_give(void)
{
	struct sync_route route = {.service = {AF_INET, IPPROTO_TCP, .ep = {{AF_INET, {0, 0, 0, 2}}, 80}},
				   .dest = {{AF_INET, {0}}, 80},
				   .method = 3};
	uint8_t body[2 * SYNC_ROUTE_SIZE];

	sync_route_encode(&route, body);
	route.dest.addr.bytes[3] = 3;
	sync_route_encode(&route, body + SYNC_ROUTE_SIZE);
	greeted_send(rig.director, SYNC_FRAME_ROUTES, body, sizeof(body) - 1); /* malformed: no effect */
	greeted_send(rig.director, SYNC_FRAME_ROUTES, body, sizeof(body));
}

static void bulk(void)
{
	routes_give();
	greeted_send(rig.director, SYNC_FRAME_BULK, NULL, 0);
}

/* What the kernel has said is read before the order: that comes over another socket. */
static void on_turn(void *arg)
{
	(void)arg;
	loop_stop(rig.loop);
}

static void turns(int n)
{
	struct loop_timer *timer = loop_timer_new(rig.loop, on_turn, NULL);

	rig.is_awaited = NULL;
	for (; n > 0; n--) {
		loop_timer_set(timer, loop_now(rig.loop));
		loop_run(rig.loop);
	}
	loop_timer_free(timer);
}

START_TEST(all_that_the_kernel_said_is_told)
{
	for (unsigned i = 0; i < 10; i++)
		kernel_says(SYNCID, 1000 + i * 30, 30);
	kernel_says(SYNCID, 1000, 30); /* again: no further connections */
	kernel_says(SYNCID + 1, 5000, 30); /* of other directors */
	turns(3);
	bulk();
	await(is_bulk_over);
	ck_assert_uint_eq(rig.state.n_sent, 300);
	ck_assert_uint_eq(rig.state.n_entries, 300);
	ck_assert_uint_eq(rig.state.n_unsent, 0);
	ck_assert(!rig.state.is_sending);
	ck_assert_uint_eq(n_told(), 300);
}
END_TEST

START_TEST(nothing_is_told_unasked_and_nothing_is_no_fault)
{
	kernel_says(SYNCID, 1000, 30);
	turns(3);
	ck_assert_uint_eq(n_told(), 0);
	greeted_send(rig.director, SYNC_FRAME_OFF, NULL, 0);
	bulk(); /* has no effect */
	turns(3);
	ck_assert_uint_eq(n_told(), 0);
	give_sockets(SYNCID);
	bulk();
	await(is_bulk_over);
	ck_assert_uint_eq(rig.state.n_sent, 0);
}
END_TEST

/* Another director gives other sockets; what is known of the connections stays, unless they are others'. */
START_TEST(the_mirror_outlives_its_director)
{
	kernel_says(SYNCID, 1000, 30);
	turns(3);
	give_sockets(SYNCID);
	await(is_reported);
	kernel_says(SYNCID, 2000, 10);
	turns(3);
	bulk();
	await(is_bulk_over);
	ck_assert_uint_eq(n_told(), 40);
	give_sockets(SYNCID + 1);
	bulk();
	await(are_two_over);
	ck_assert_uint_eq(rig.state.n_sent, 0);
}
END_TEST

/* Rubbish in the place of packets, and orders without their sockets. */
START_TEST(rubbish_changes_nothing)
{
	uint8_t bytes[64], syncid = SYNCID;

	for (unsigned i = 0; i < 200; i++) {
		for (size_t j = 0; j < sizeof(bytes); j++)
			bytes[j] = (uint8_t)(i * 7 + j * 13);
		ck_assert_int_gt(send(rig.kernel, bytes, 1 + i % sizeof(bytes), 0), 0);
		turns(1);
	}
	greeted_send(rig.director, SYNC_FRAME_HEARD, &syncid, 1);
	greeted_send(rig.director, 77, bytes, sizeof(bytes));
	kernel_says(SYNCID, 1000, 30);
	turns(3);
	bulk();
	await(is_bulk_over);
	ck_assert_uint_eq(n_told(), 30);
}
END_TEST

/* What only the kernel's list has is told, too; of what the kernel has said itself, the list says nothing new. */
START_TEST(the_list_of_the_kernel_is_told)
{
	FILE *list = fopen(rig.list, "w");

	ck_assert_ptr_nonnull(list);
	fprintf(list, "Pro FromIP   FPrt ToIP     TPrt DestIP   DPrt State       Expires PEName PEData\n");
	for (unsigned i = 0; i < 500; i++)
		fprintf(list, "TCP 00000001 %04X 00000002 0050 00000003 0050 ESTABLISHED     %3u\n", 1000 + i, 800);
	fclose(list);
	kernel_says(SYNCID, 1000, 30);
	turns(3);
	bulk();
	await(is_bulk_over);
	ck_assert_uint_eq(rig.state.n_listed, 470);
	ck_assert_uint_eq(rig.state.n_sent, 500);
	ck_assert_uint_eq(n_told(), 500);
	unlink(rig.list);
}
END_TEST

static void flush(uint32_t number)
{
	greeted_send(rig.director, SYNC_FRAME_FLUSH, "too long a body", 15); /* malformed: no effect */
	greeted_send(rig.director, SYNC_FRAME_FLUSH, &number, sizeof(number));
}

static bool is_flushed_1(void)
{
	return rig.flushed.number == 1;
}

static bool is_flushed_2(void)
{
	return rig.flushed.number == 2;
}

static bool is_flushed_3(void)
{
	return rig.flushed.number == 3;
}

/* Before a handover: what the kernel lists and has not said leaves at once, and only once. */
START_TEST(a_flush_tells_what_the_kernel_keeps_back)
{
	FILE *list = fopen(rig.list, "w");

	ck_assert_ptr_nonnull(list);
	for (unsigned i = 0; i < 500; i++)
		fprintf(list, "TCP 00000001 %04X 00000002 0050 00000003 0050 ESTABLISHED     %3u\n", 1000 + i, 800);
	fclose(list);
	kernel_says(SYNCID, 1000, 30);
	turns(3);
	flush(1); /* without a route none of them is this director's */
	await(is_flushed_1);
	ck_assert_uint_eq(rig.flushed.n_sent, 0);
	routes_give();
	flush(2);
	await(is_flushed_2);
	ck_assert_uint_eq(rig.flushed.n_sent, 470);
	ck_assert_uint_eq(n_told(), 470);
	routes_give();
	flush(3);
	await(is_flushed_3);
	ck_assert_uint_eq(rig.flushed.n_sent, 0);
	ck_assert_uint_eq(n_told(), 0);
	unlink(rig.list);
}
END_TEST

/* It is answered also where nothing can be sent: the handover waits for it. */
START_TEST(a_flush_of_nothing_is_answered)
{
	greeted_send(rig.director, SYNC_FRAME_OFF, NULL, 0);
	routes_give();
	flush(1);
	await(is_flushed_1);
	ck_assert_uint_eq(rig.flushed.n_sent, 0);
}
END_TEST

/* The routes are those of one bulk: without new ones the next bulk has no connection. */
START_TEST(a_bulk_forgets_its_routes)
{
	kernel_says(SYNCID, 1000, 30);
	turns(3);
	bulk();
	await(is_bulk_over);
	ck_assert_uint_eq(rig.state.n_sent, 30);
	ck_assert_uint_eq(rig.worker->routes.n, 0);
	ck_assert_uint_eq(rig.worker->coming.n, 0);
	greeted_send(rig.director, SYNC_FRAME_BULK, NULL, 0);
	await(are_two_over);
	ck_assert_uint_eq(rig.state.n_sent, 0);
}
END_TEST

/* The connection has ended while the other director had it, and is still listed. */
START_TEST(the_list_says_that_a_connection_has_ended)
{
	FILE *list = fopen(rig.list, "w");
	uint8_t data[2048];
	unsigned n_ended = 0;
	ssize_t len;

	ck_assert_ptr_nonnull(list);
	for (unsigned i = 0; i < 10; i++)
		fprintf(list, "TCP 00000001 %04X 00000002 0050 00000003 0050 TIME_WAIT       100\n", 1000 + i);
	fclose(list);
	kernel_says(SYNCID, 1000, 30);
	turns(3);
	bulk();
	await(is_bulk_over);
	ck_assert_uint_eq(rig.state.n_listed, 10);
	while ((len = recv(rig.network, data, sizeof(data), 0)) > 0) {
		struct sync_datagram datagram;
		struct sync_entry entry;

		ck_assert(sync_datagram_open(&datagram, data, (size_t)len, SYNCID));
		while (sync_datagram_next(&datagram, &entry) == 1)
			n_ended += entry.raw[9] == 5 && entry.timeout_s <= 100; /* IP_VS_TCP_S_TIME_WAIT */
	}
	ck_assert_uint_eq(n_ended, 10);
	unlink(rig.list);
}
END_TEST

/* How many connections the network was told to go to the server with this last byte. */
static unsigned n_told_of(uint8_t server)
{
	uint8_t data[2048];
	unsigned n = 0;
	ssize_t len;

	while ((len = recv(rig.network, data, sizeof(data), 0)) > 0) {
		struct sync_datagram datagram;
		struct sync_entry entry;

		ck_assert(sync_datagram_open(&datagram, data, (size_t)len, SYNCID));
		while (sync_datagram_next(&datagram, &entry) == 1)
			n += entry.raw[35] == server;
	}
	return n;
}

/* A client's port was used again while the other director had the addresses: this kernel has said nothing of
 * the new connection, but its list has it. */
START_TEST(the_list_is_right_where_the_mirror_is_old)
{
	struct sync_route route = {.service = {.family = AF_INET, .protocol = IPPROTO_TCP, .ep = {.port = 80}},
				   .method = 3};
	uint8_t body[SYNC_ROUTE_SIZE];
	FILE *list = fopen(rig.list, "w");

	ck_assert_ptr_nonnull(list);
	for (unsigned i = 0; i < 10; i++)
		fprintf(list, "TCP 00000001 %04X 00000002 0050 00000004 0050 ESTABLISHED     800\n", 1000 + i);
	fclose(list);
	addr_parse("0.0.0.2", &route.service.ep.addr);
	addr_parse("0.0.0.4", &route.dest.addr);
	sync_route_encode(&route, body);
	kernel_says(SYNCID, 1000, 30);
	turns(3);
	greeted_send(rig.director, SYNC_FRAME_ROUTES, body, sizeof(body));
	bulk();
	await(is_bulk_over);
	ck_assert_uint_eq(rig.state.n_sent, 30);
	ck_assert_uint_eq(rig.state.n_listed, 10);
	ck_assert_uint_eq(n_told_of(4), 10);
	unlink(rig.list);
}
END_TEST

START_TEST(who_cannot_send_says_so)
{
	kernel_says(SYNCID, 1000, 30);
	turns(3);
	rig.is_deaf = true;
	give_sockets(SYNCID);
	bulk();
	await(is_bulk_over);
	ck_assert_uint_gt(rig.state.n_unsent, 0);
}
END_TEST

/* --- packets --- */

static const struct packet_row {
	const char *name;
	uint8_t bytes[60];
	size_t len, at, n; /* n: SIZE_MAX if it is refused */
} packets[] = {
    {"IPv4", {0x45, [9] = 17, [24] = 0, [25] = 12}, 32, 28, 4},
    {"options of IPv4", {0x46, [9] = 17, [28] = 0, [29] = 12}, 36, 32, 4},
    {"padded", {0x45, [9] = 17, [25] = 12}, 46, 28, 4},
    {"IPv6", {0x60, [6] = 17, [45] = 10}, 50, 48, 2},
    {"TCP", {0x45, [9] = 6, [25] = 12}, 32, 0, SIZE_MAX},
    {"first fragment", {0x45, [6] = 0x20, [9] = 17, [25] = 12}, 32, 0, SIZE_MAX},
    {"last fragment", {0x45, [7] = 1, [9] = 17, [25] = 12}, 32, 0, SIZE_MAX},
    {"must not be fragmented", {0x45, [6] = 0x40, [9] = 17, [25] = 12}, 32, 28, 4},
    {"short header", {0x44, [9] = 17, [25] = 12}, 32, 0, SIZE_MAX},
    {"no UDP header", {0x45, [9] = 17, [25] = 12}, 27, 0, SIZE_MAX},
    {"longer than it is", {0x45, [9] = 17, [25] = 13}, 32, 0, SIZE_MAX},
    {"shorter than UDP", {0x45, [9] = 17, [25] = 7}, 32, 0, SIZE_MAX},
    {"no IP", {0x15, [9] = 17, [25] = 12}, 32, 0, SIZE_MAX},
    {"nothing", {0}, 0, 0, SIZE_MAX},
};

START_TEST(datagrams_in_packets)
{
	const struct packet_row *row = &packets[_i];
	size_t len = SIZE_MAX;
	const uint8_t *data = sync_packet_datagram(row->bytes, row->len, &len);

	ck_assert_msg(len == row->n, "%s: %zu", row->name, len);
	ck_assert_ptr_eq(data, row->n == SIZE_MAX ? NULL : row->bytes + row->at);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("sync_worker");
	TCase *tests = tcase_create("worker"), *pure = tcase_create("packets");
	SRunner *runner;
	int failed;

	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_set_timeout(tests, 60);
	tcase_add_test(tests, all_that_the_kernel_said_is_told);
	tcase_add_test(tests, nothing_is_told_unasked_and_nothing_is_no_fault);
	tcase_add_test(tests, the_mirror_outlives_its_director);
	tcase_add_test(tests, rubbish_changes_nothing);
	tcase_add_test(tests, the_list_of_the_kernel_is_told);
	tcase_add_test(tests, the_list_is_right_where_the_mirror_is_old);
	tcase_add_test(tests, a_flush_tells_what_the_kernel_keeps_back);
	tcase_add_test(tests, a_flush_of_nothing_is_answered);
	tcase_add_test(tests, a_bulk_forgets_its_routes);
	tcase_add_test(tests, the_list_says_that_a_connection_has_ended);
	tcase_add_test(tests, who_cannot_send_says_so);
	suite_add_tcase(suite, tests);
	tcase_add_loop_test(pure, datagrams_in_packets, 0, (int)(sizeof(packets) / sizeof(packets[0])));
	suite_add_tcase(suite, pure);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
