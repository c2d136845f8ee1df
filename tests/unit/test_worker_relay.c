/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The sync process in mode relay: its director and its kernel are the test's own, and its peer is a relay. */
#include <check.h>

#include "base/vec.h"
#include "sync/private/sockets.h"
#include "sync/relay/relay.h"
#include "sync/serves.h"
#include "sync/wire.h"
#include "sync/worker.h"
#include "tests/unit/sync_entries.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#define TIMEOUT_MS 20000
#define SYNCID	   51
#define PORTS_MAX  65536

static struct {
	struct loop *loop;
	struct loop_timer *late;
	struct sync_worker *worker;
	struct greeted *director;
	int spare;	 /* of the director's end of the channel: for its successor */
	int kernel;	 /* what is written here is what the kernel says */
	int network;	 /* what the process gives to the kernel is read here */
	struct endpoint here, there; /* the process; its peer */
	struct relay *peer;
	struct sync_routes table, nothing;
	bool is_met;
	uint8_t got[PORTS_MAX]; /* what the peer was told: by the client's port */
	uint8_t states[PORTS_MAX]; /* of these, as they were told last */
	unsigned n_got, n_got_at_flushed;
	struct sync_flushed flushed; /* the last one */
	char list[64];
	bool (*is_awaited)(void);
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
	rig.is_awaited = NULL;
}

/* --- the director --- */

static void on_frame(uint16_t type, const void *body, size_t len, void *arg)
{
	(void)arg;
	if (type == SYNC_FRAME_FLUSHED) {
		ck_assert_int_eq(sync_flushed_decode(body, len, &rig.flushed), 0);
		rig.n_got_at_flushed = rig.n_got;
	}
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

static const struct greeted_ops director_ops = {.on_lost = on_lost, .on_met = on_met, .on_frame = on_frame};

/* Returns a socket on the loopback interface, and its address. */
static int udp_open(struct endpoint *ret_at)
{
	struct sockaddr_storage sa;
	socklen_t len;
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);

	ck_assert_int_eq(addr_parse("127.0.0.1", &ret_at->addr), 0);
	len = endpoint_to_sockaddr(ret_at, 0, &sa);
	ck_assert_int_eq(bind(fd, (struct sockaddr *)&sa, len), 0);
	ck_assert_int_eq(getsockname(fd, (struct sockaddr *)&sa, &len), 0);
	ck_assert_int_eq(endpoint_from_sockaddr((struct sockaddr *)&sa, ret_at), 0);
	return fd;
}

static void give_sockets(uint8_t syncid)
{
	struct endpoint group = {0};
	uint8_t body[SYNC_GROUP_SIZE];
	int said = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0), network = udp_open(&group), heard[2];

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0, heard), 0);
	sync_group_encode(&group, body);
	greeted_send_fd(rig.director, SYNC_FRAME_SAID, body, sizeof(body), said);
	greeted_send_fd(rig.director, SYNC_FRAME_HEARD, &syncid, 1, heard[0]);
	close(said);
	close(heard[0]);
	if (rig.kernel >= 0)
		close(rig.kernel);
	if (rig.network >= 0)
		close(rig.network);
	rig.network = network;
	rig.kernel = heard[1];
}

static struct relay_setup setup_of(const struct endpoint *peer, uint8_t syncid)
{
	struct relay_setup setup = {.syncid = syncid, .rate = 20000, .coverage_min = 1, .n_peers = 1, .n_keys = 1};

	setup.peers[0] = *peer;
	setup.keys[0].id = 1;
	setup.keys[0].len = RELAY_KEY_FILE_MIN;
	memset(setup.keys[0].bytes, 'k', RELAY_KEY_FILE_MIN);
	return setup;
}

/* fd: of the wire, which is closed; -1: it stays. */
static void give_setup(uint8_t syncid, int fd)
{
	const struct relay_setup setup = setup_of(&rig.there, syncid);
	uint8_t body[CHAN_BODY_MAX];
	size_t len = relay_setup_encode(&setup, body);

	if (fd < 0) {
		greeted_send(rig.director, SYNC_FRAME_RELAY, body, len);
		return;
	}
	greeted_send_fd(rig.director, SYNC_FRAME_RELAY, body, len, fd);
	close(fd);
}

static void route_add(const char *service, const char *dest)
{
	struct sync_route route = {.method = 3};

	ck_assert_int_eq(svckey_parse(service, &route.service), 0);
	ck_assert_int_eq(endpoint_parse(dest, &route.dest), 0);
	*vec_push(&rig.table) = route;
	sync_routes_sort(&rig.table);
}

static void give_table(void)
{
	for (size_t i = 0; i < rig.table.n; i++) {
		uint8_t body[SYNC_ROUTE_SIZE];

		sync_route_encode(&rig.table.items[i], body);
		greeted_send(rig.director, SYNC_FRAME_ROUTES, body, sizeof(body));
	}
	greeted_send(rig.director, SYNC_FRAME_TABLE, NULL, 0);
}

static void give_serves(struct serves *serves)
{
	uint8_t body[256];
	size_t at = 0, len;

	serves_sort(serves);
	len = serves_encode(serves, &at, body, sizeof(body));
	greeted_send(rig.director, SYNC_FRAME_SERVES, body, len);
	serves_free(serves);
}

/* --- the kernel --- */

static size_t datagram_make(uint8_t syncid, unsigned first, unsigned n, uint8_t data[static RELAY_PAYLOAD_MAX])
{
	struct sync_datagram_writer writer = {.data = data, .size = RELAY_PAYLOAD_MAX};
	uint8_t raw[ENTRY_MAX];

	for (unsigned i = 0; i < n; i++) {
		struct made_entry made = {.client = (uint16_t)(first + i), .server = 3, .timeout_s = 900};
		struct sync_entry entry = entry_read(raw, entry_make(&made, raw));

		ck_assert(sync_datagram_put(&writer, &entry, 900));
	}
	return sync_datagram_end(&writer, syncid);
}

static void kernel_says(uint8_t syncid, unsigned first, unsigned n)
{
	uint8_t packet[28 + RELAY_PAYLOAD_MAX] = {0x45, [9] = 17};
	size_t len = datagram_make(syncid, first, n, packet + 28);

	packet[24] = (uint8_t)((len + 8) >> 8);
	packet[25] = (uint8_t)(len + 8);
	ck_assert_int_eq(send(rig.kernel, packet, 28 + len, 0), (ssize_t)(28 + len));
}

/* The connections that the kernel was given. */
static unsigned n_given(uint8_t syncid)
{
	uint8_t data[2048];
	unsigned n = 0;
	ssize_t len;

	while ((len = recv(rig.network, data, sizeof(data), 0)) > 0) {
		struct sync_datagram datagram;

		ck_assert(sync_datagram_open(&datagram, data, (size_t)len, syncid));
		n += datagram.n_left;
	}
	return n;
}

/* --- the peer --- */

static void on_deliver(const void *data, size_t len, void *arg)
{
	struct sync_datagram datagram;
	struct sync_entry entry;

	(void)arg;
	ck_assert(sync_datagram_open(&datagram, data, len, 0));
	while (sync_datagram_next(&datagram, &entry) == 1) {
		unsigned port = (unsigned)entry.raw[10] << 8 | entry.raw[11];

		rig.n_got += !rig.got[port];
		rig.got[port] = 1;
		rig.states[port] = entry.raw[9];
	}
	stop_if_awaited();
}

static size_t on_bulk_next(struct sync_bulk *bulk, uint8_t data[static SYNC_BULK_SIZE], void *arg)
{
	(void)bulk, (void)data, (void)arg;
	return 0;
}

static void on_want_count(void *arg)
{
	(void)arg;
}

static void on_message(const struct endpoint *peer, const void *message, size_t len, void *arg)
{
	(void)peer, (void)message, (void)len, (void)arg;
}

static void on_state(void *arg)
{
	(void)arg;
	stop_if_awaited();
}

static void peer_set(uint8_t syncid, int fd)
{
	const struct relay_self self = {.rules = {&rig.table, &rig.nothing, syncid}};
	const struct relay_setup setup = setup_of(&rig.here, syncid);

	relay_rule(rig.peer, &self);
	relay_set(rig.peer, &setup, fd);
}

static void peer_says(uint8_t syncid, unsigned first, unsigned n)
{
	uint8_t data[RELAY_PAYLOAD_MAX];
	struct relay_event event = {.type = RELAY_EVENT_LOCAL};

	event.bytes.len = datagram_make(syncid, first, n, data);
	event.bytes.data = data;
	relay_tell(rig.peer, &event);
}

static struct relay_report report_now(void)
{
	struct relay_report report;

	relay_report(rig.peer, 0, &report);
	return report;
}

static bool is_joined(void)
{
	return report_now().state != RELAY_DOWN;
}

/* --- time --- */

static void on_turn(void *arg)
{
	(void)arg;
	stop_if_awaited();
	loop_stop(rig.loop);
}

/* Lets the process run for so long, or until is_done. */
static bool passes(int64_t ms, bool (*is_done)(void))
{
	struct loop_timer *timer = loop_timer_new(rig.loop, on_turn, NULL);
	bool is_so = false;

	for (int64_t at = 0; at < ms && !is_so; at += 10) {
		loop_timer_set(timer, mono_add_ms(loop_now(rig.loop), 10));
		loop_run(rig.loop);
		is_so = is_done && is_done();
	}
	loop_timer_free(timer);
	return is_so;
}

static void setup(void)
{
	const struct relay_ops ops = {.deliver = on_deliver,
				      .bulk_next = on_bulk_next,
				      .want_count = on_want_count,
				      .on_message = on_message,
				      .on_state = on_state};
	struct serves serves = {0};
	struct err err = {""};
	int ends[2], wire;

	memset(&rig, 0, sizeof(rig));
	snprintf(rig.list, sizeof(rig.list), "test_worker_relay.list.%d", (int)getpid());
	rig.kernel = rig.network = -1;
	ck_assert_int_eq(chan_pair(ends), 0);
	rig.loop = loop_new();
	rig.late = loop_timer_new(rig.loop, on_late, NULL);
	loop_timer_set(rig.late, mono_add_ms(loop_now(rig.loop), TIMEOUT_MS));
	rig.spare = dup(ends[0]);
	rig.director = greeted_new_director(rig.loop, ends[0], false, &director_ops);
	rig.worker = sync_worker_new(rig.loop, ends[1], rig.list);
	await(is_met);
	close(udp_open(&rig.here)); /* for a free port */
	wire = sync_wire_open(&rig.here, 0, &err);
	ck_assert_msg(wire >= 0, "%s", err.text);
	ck_assert_msg(relay_open(rig.loop, &ops, &rig.peer, &err) == 0, "%s", err.text);
	route_add("tcp:0.0.0.2:80", "0.0.0.3:80");
	peer_set(SYNCID, udp_open(&rig.there));
	serves_add(&serves, NULL, false); /* an instance that is BACKUP */
	give_sockets(SYNCID);
	give_serves(&serves);
	give_table();
	give_setup(SYNCID, wire);
	await(is_joined);
}

static void teardown(void)
{
	relay_close(rig.peer);
	sync_worker_free(rig.worker);
	greeted_free(rig.director);
	if (rig.spare >= 0)
		close(rig.spare);
	sync_routes_free(&rig.table);
	loop_timer_free(rig.late);
	loop_free(rig.loop);
	close(rig.kernel);
	close(rig.network);
	unlink(rig.list);
}

static bool has_got_40(void)
{
	return rig.n_got == 40;
}

START_TEST(connections_go_both_ways)
{
	kernel_says(SYNCID, 1000, 30);
	kernel_says(SYNCID, 2000, 10);
	await(has_got_40);
	peer_says(SYNCID, 3000, 20);
	passes(200, NULL);
	ck_assert_uint_eq(n_given(SYNCID), 20);
}
END_TEST

/* The director was killed. Its successor opens the wire's socket again, on the same port. */
START_TEST(the_next_director_can_open_the_wire)
{
	struct greeted *before = rig.director;
	struct err err = {""};
	int wire;

	rig.is_met = false;
	rig.director = greeted_new_director(rig.loop, rig.spare, true, &director_ops);
	rig.spare = -1;
	greeted_free(before);
	await(is_met);
	wire = sync_wire_open(&rig.here, 0, &err);
	ck_assert_msg(wire >= 0, "%s", err.text);
	give_sockets(SYNCID);
	give_table();
	give_setup(SYNCID, wire);
	kernel_says(SYNCID, 1000, 30);
	kernel_says(SYNCID, 2000, 10);
	await(has_got_40);
	peer_says(SYNCID, 3000, 20);
	passes(200, NULL);
	ck_assert_uint_eq(n_given(SYNCID), 20);
}
END_TEST

/* Both directors have been reloaded with another syncid; services and states are the same. */
START_TEST(another_syncid_is_in_force_at_once)
{
	give_sockets(SYNCID + 1);
	give_setup(SYNCID + 1, -1);
	peer_set(SYNCID + 1, -1);
	await(is_joined);
	kernel_says(SYNCID + 1, 1000, 30);
	kernel_says(SYNCID + 1, 2000, 10);
	await(has_got_40);
	peer_says(SYNCID + 1, 3000, 20);
	passes(200, NULL);
	ck_assert_uint_eq(n_given(SYNCID + 1), 20);
}
END_TEST

/* Two directors of which each is MASTER of an address, and a service that belongs to none of their instances. */
START_TEST(what_both_may_serve_is_taken_of_the_peer)
{
	struct serves both = {0}, none = {0}, alone = {0};
	struct addr addr;

	ck_assert_int_eq(addr_parse("0.0.0.9", &addr), 0);
	serves_add(&both, &addr, true);
	serves_add(&both, NULL, false);
	give_serves(&both);
	passes(50, NULL);
	peer_says(SYNCID, 3000, 20);
	passes(200, NULL);
	ck_assert_uint_eq(n_given(SYNCID), 20);
	give_serves(&none); /* there is no VRRP */
	passes(50, NULL);
	peer_says(SYNCID, 3000, 20);
	passes(200, NULL);
	ck_assert_uint_eq(n_given(SYNCID), 20);
	serves_add(&alone, &addr, true);
	give_serves(&alone);
	passes(50, NULL);
	peer_says(SYNCID, 3000, 20);
	passes(200, NULL);
	ck_assert_uint_eq(n_given(SYNCID), 0);
}
END_TEST

static bool knows_40(void)
{
	return report_now().n_theirs == 40;
}

START_TEST(the_peer_learns_how_many_connections_are_here)
{
	kernel_says(SYNCID, 1000, 30);
	kernel_says(SYNCID, 2000, 10);
	await(has_got_40);
	ck_assert(passes(3000, knows_40));
}
END_TEST

/* The private interface was made again. What the kernel said meanwhile nobody heard, but its list has it. */
START_TEST(what_nobody_heard_is_read_from_the_list)
{
	FILE *list = fopen(rig.list, "w");
	struct serves serves = {0};

	ck_assert_ptr_nonnull(list);
	for (unsigned i = 0; i < 10; i++)
		fprintf(list, "TCP 00000001 %04X 00000002 0050 00000003 0050 ESTABLISHED     800\n", 2000 + i);
	fclose(list);
	serves_add(&serves, NULL, true);
	give_serves(&serves);
	kernel_says(SYNCID, 1000, 30);
	passes(50, NULL);
	give_sockets(SYNCID);
	ck_assert(passes(5000, knows_40));
	/* The peer gets it, too: behind its first bulk there are 10 s. */
	await(has_got_40);
}
END_TEST

static bool is_flushed(void)
{
	return rig.flushed.number == 7;
}

static void list_write(const char *state, unsigned first, unsigned n)
{
	FILE *list = fopen(rig.list, "w");

	ck_assert_ptr_nonnull(list);
	for (unsigned i = 0; i < n; i++)
		fprintf(list, "TCP 00000001 %04X 00000002 0050 00000003 0050 %-11s 800\n", first + i, state);
	fclose(list);
}

static void flush(void)
{
	uint32_t number = 7;

	greeted_send(rig.director, SYNC_FRAME_FLUSH, &number, sizeof(number));
	await(is_flushed);
}

/* Before a handover: the process answers when the peer has what the kernel keeps back. Connections that the director
 * does not serve are not sent. */
START_TEST(a_flush_is_answered_when_the_peer_has_all)
{
	struct serves serves = {0}, backup = {0};

	serves_add(&serves, NULL, true);
	give_serves(&serves);
	passes(50, NULL);
	list_write("ESTABLISHED", 2000, 300);
	kernel_says(SYNCID, 2000, 30);
	passes(50, NULL);
	flush();
	ck_assert_uint_eq(rig.flushed.n_sent, 270);
	ck_assert_uint_eq(rig.n_got_at_flushed, 300);
	serves_add(&backup, NULL, false);
	give_serves(&backup);
	list_write("ESTABLISHED", 5000, 10);
	passes(50, NULL);
	rig.flushed = (struct sync_flushed){0};
	flush();
	ck_assert_uint_eq(rig.flushed.n_sent, 0);
}
END_TEST

/* A peer of which nothing comes any more is not waited for: its session lasts longer. */
START_TEST(a_flush_does_not_wait_for_a_dead_peer)
{
	struct mono begin = loop_now(rig.loop);
	struct serves serves = {0};
	struct endpoint other = {0};

	serves_add(&serves, NULL, true);
	give_serves(&serves);
	list_write("ESTABLISHED", 2000, 10);
	passes(50, NULL);
	peer_set(SYNCID, udp_open(&other)); /* what it sends comes from a stranger now */
	flush();
	ck_assert_uint_eq(rig.flushed.n_sent, 10);
	ck_assert_uint_eq(rig.n_got, 0);
	ck_assert_int_lt(mono_sub(loop_now(rig.loop), begin), 1500 * NS_PER_MS);
}
END_TEST

static bool has_got_20(void)
{
	return rig.n_got == 20;
}

/* The connections ended while the peer had the addresses. When this director has them again, its mirror knows that. */
START_TEST(a_connection_that_ends_at_the_peer_has_ended_here)
{
	struct serves serves = {0};
	uint8_t data[RELAY_PAYLOAD_MAX];
	struct relay_event event = {.type = RELAY_EVENT_LOCAL};
	size_t at = SYNC_HEADER_SIZE;

	kernel_says(SYNCID, 3000, 20); /* as master, once */
	await(has_got_20);
	event.bytes.len = datagram_make(SYNCID, 3000, 20, data);
	event.bytes.data = data;
	for (; at < event.bytes.len; at += data[at + 3])
		data[at + 9] = 6; /* IP_VS_TCP_S_CLOSE */
	relay_tell(rig.peer, &event);
	passes(200, NULL);
	ck_assert_uint_eq(n_given(SYNCID), 20);
	memset(rig.got, 0, sizeof(rig.got));
	rig.n_got = 0;
	serves_add(&serves, NULL, true);
	give_serves(&serves);
	await(has_got_20); /* the bulk of a new master */
	for (unsigned i = 0; i < 20; i++)
		ck_assert_uint_eq(rig.states[3000 + i], 6);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("worker_relay");
	TCase *tests = tcase_create("worker");
	SRunner *runner;
	int failed;

	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_set_timeout(tests, 60);
	tcase_add_test(tests, connections_go_both_ways);
	tcase_add_test(tests, the_next_director_can_open_the_wire);
	tcase_add_test(tests, another_syncid_is_in_force_at_once);
	tcase_add_test(tests, what_both_may_serve_is_taken_of_the_peer);
	tcase_add_test(tests, the_peer_learns_how_many_connections_are_here);
	tcase_add_test(tests, what_nobody_heard_is_read_from_the_list);
	tcase_add_test(tests, a_flush_is_answered_when_the_peer_has_all);
	tcase_add_test(tests, a_flush_does_not_wait_for_a_dead_peer);
	tcase_add_test(tests, a_connection_that_ends_at_the_peer_has_ended_here);
	suite_add_tcase(suite, tests);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
