/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The sync process in mode relay, with a director and a kernel of the test's own; the peer is a relay in the same loop,
 * over loopback.
 */
#include <check.h>

#include "sync/relay/relay.h"
#include "sync/routes.h"
#include "sync/serves.h"
#include "sync/wire.h"
#include "sync/worker.h"
#include "tests/unit/sync_entries.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#define TIMEOUT_MS 40000
#define SYNCID	   51

static struct {
	struct loop *loop;
	struct loop_timer *late;
	struct sync_worker *worker;
	struct greeted *director;
	int channel; /* a copy of the director's end */
	int kernel;  /* what is written here is what the kernel says */
	int network; /* what the process gives to the kernel is read here */
	bool is_met;
	struct relay_report report; /* the last one of peer 0 */
	unsigned n_reports, n_counts_wanted;
	char list[64];
	/* The other director. */
	struct relay *peer;
	struct loop_timer *count; /* its counters are wanted */
	struct endpoint at[2]; /* of the process, of the peer */
	struct sync_routes table, none; /* of the peer: what it takes; it serves nothing */
	unsigned n_got, n_bulks;	/* entries that it got; bulks that it began */
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
}

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

/* --- the director --- */

static void on_frame(uint16_t type, const void *body, size_t len, void *arg)
{
	static const struct relay_counts counts[2];

	(void)arg;
	if (type == SYNC_FRAME_PEER) {
		struct relay_report report;

		ck_assert_int_eq(relay_report_decode(body, len, &report), 0);
		if (report.index == 0)
			rig.report = report;
		rig.n_reports++;
	} else if (type == SYNC_FRAME_WANT_COUNT) {
		rig.n_counts_wanted++;
		greeted_send(rig.director, SYNC_FRAME_COUNTS, counts, sizeof(counts));
	} else {
		ck_assert_uint_eq(type, SYNC_FRAME_STATE);
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

static void director_open(int channel, bool is_restart)
{
	const struct greeted_ops ops = {.on_lost = on_lost, .on_met = on_met, .on_frame = on_frame};

	rig.is_met = false;
	rig.channel = dup(channel);
	rig.director = greeted_new_director(rig.loop, channel, is_restart, &ops);
}

/* A socket of loopback with a port of the kernel's choice. */
static int wire_open(struct endpoint *ret_at)
{
	struct sockaddr_in sa = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof(sa);
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	ck_assert_int_eq(bind(fd, (struct sockaddr *)&sa, sizeof(sa)), 0);
	ck_assert_int_eq(getsockname(fd, (struct sockaddr *)&sa, &len), 0);
	ck_assert_int_eq(endpoint_from_sockaddr((struct sockaddr *)&sa, ret_at), 0);
	return fd;
}

static void sockets_give(void)
{
	const uint8_t syncid = SYNCID;
	struct endpoint group;
	uint8_t body[SYNC_GROUP_SIZE];
	int said, heard[2];

	if (rig.network >= 0)
		close(rig.network);
	if (rig.kernel >= 0)
		close(rig.kernel);
	rig.network = wire_open(&group);
	said = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0, heard), 0);
	sync_group_encode(&group, body);
	greeted_send_fd(rig.director, SYNC_FRAME_SAID, body, sizeof(body), said);
	greeted_send_fd(rig.director, SYNC_FRAME_HEARD, &syncid, 1, heard[0]);
	close(said);
	close(heard[0]);
	rig.kernel = heard[1];
}

static void route_add(struct sync_routes *routes, uint8_t server)
{
	struct sync_route route = {.service = {.family = AF_INET, .protocol = IPPROTO_TCP, .ep = {.port = 80}},
				   .dest = {.port = 80},
				   .method = 3};
	uint8_t body[SYNC_ROUTE_SIZE];

	ck_assert_int_eq(addr_parse("0.0.0.2", &route.service.ep.addr), 0);
	ck_assert_int_eq(addr_parse("0.0.0.0", &route.dest.addr), 0);
	route.dest.addr.bytes[3] = server;
	sync_route_encode(&route, body);
	ck_assert_int_eq(sync_routes_decode(routes, body, sizeof(body)), 0);
	sync_routes_sort(routes);
}

/* The service 0.0.0.2:80 with servers 3 to last. */
static void table_give(uint8_t last)
{
	struct sync_routes routes = {0};

	for (uint8_t server = 3; server <= last; server++)
		route_add(&routes, server);
	for (size_t i = 0; i < routes.n; i++) {
		uint8_t body[SYNC_ROUTE_SIZE];

		sync_route_encode(&routes.items[i], body);
		greeted_send(rig.director, SYNC_FRAME_ROUTES, body, sizeof(body));
	}
	sync_routes_free(&routes);
	greeted_send(rig.director, SYNC_FRAME_TABLE, NULL, 0);
}

/* The instance with the address 0.0.0.2 is MASTER here, or not. */
static void serves_give(bool is_master)
{
	struct serves serves = {0};
	struct addr addr;
	uint8_t body[64];
	size_t at = 0, len;

	ck_assert_int_eq(addr_parse("0.0.0.2", &addr), 0);
	serves_add(&serves, &addr, is_master);
	serves_sort(&serves);
	len = serves_encode(&serves, &at, body, sizeof(body));
	greeted_send(rig.director, SYNC_FRAME_SERVES, body, len);
	serves_free(&serves);
}

static struct relay_setup setup_of(const struct endpoint *peer, const char *keys)
{
	struct relay_setup setup = {
	    .syncid = SYNCID, .coverage_min = 900000, .rate = 50000, .n_peers = 1, .peers = {*peer}};

	for (; *keys; keys++) {
		struct relay_key_file *key = &setup.keys[setup.n_keys++];

		key->id = (uint8_t)*keys;
		key->len = RELAY_KEY_FILE_MIN;
		memset(key->bytes, *keys, key->len);
	}
	return setup;
}

static void setup_give(const struct endpoint *peer, const char *keys, int fd)
{
	struct relay_setup setup = setup_of(peer, keys);
	uint8_t body[CHAN_BODY_MAX];
	size_t len = relay_setup_encode(&setup, body);

	if (fd >= 0)
		greeted_send_fd(rig.director, SYNC_FRAME_RELAY, body, len, fd);
	else
		greeted_send(rig.director, SYNC_FRAME_RELAY, body, len);
	if (fd >= 0)
		close(fd);
}

/* --- the peer --- */

static void peer_deliver(const void *datagram, size_t len, void *arg)
{
	struct sync_datagram entries;
	struct sync_entry entry;

	(void)arg;
	ck_assert(sync_datagram_open(&entries, datagram, len, SYNCID));
	while (sync_datagram_next(&entries, &entry) == 1)
		rig.n_got++;
	stop_if_awaited();
}

static size_t peer_bulk_next(struct sync_bulk *bulk, uint8_t data[static SYNC_BULK_SIZE], void *arg)
{
	(void)bulk;
	(void)data;
	(void)arg;
	rig.n_bulks++;
	stop_if_awaited();
	return 0;
}

/* Its kernel has no connection: all of them are here. */
static void on_count(void *arg)
{
	static const struct relay_counts none;
	struct relay_event event = {.type = RELAY_EVENT_COUNTS};

	(void)arg;
	event.counts.served = event.counts.here = &none;
	relay_tell(rig.peer, &event);
}

static void peer_want_count(void *arg)
{
	(void)arg;
	loop_timer_set(rig.count, loop_now(rig.loop));
}

static void peer_message(const struct endpoint *peer, const void *piece, size_t len, void *arg)
{
	(void)peer;
	(void)piece;
	(void)len;
	(void)arg;
}

static void peer_state(void *arg)
{
	(void)arg;
	stop_if_awaited();
}

static void peer_open(const char *keys, int fd)
{
	const struct relay_ops ops = {peer_deliver, peer_bulk_next, peer_want_count, peer_message,
				      peer_state,   NULL,	    NULL};
	const struct relay_self self = {
	    .rules = {.routes = &rig.table, .own = &rig.none, .syncid = SYNCID}};
	const struct relay_setup setup = setup_of(&rig.at[0], keys);
	struct err err;

	ck_assert_int_eq(relay_open(rig.loop, &ops, &rig.peer, &err), 0);
	relay_rule(rig.peer, &self);
	relay_set(rig.peer, &setup, fd);
}

/* --- begin and end --- */

static int wires[2];

static void setup(void)
{
	int ends[2];

	memset(&rig, 0, sizeof(rig));
	snprintf(rig.list, sizeof(rig.list), "test_sync_worker_relay.list.%d", (int)getpid());
	rig.kernel = rig.network = -1;
	ck_assert_int_eq(chan_pair(ends), 0);
	rig.loop = loop_new();
	rig.late = loop_timer_new(rig.loop, on_late, NULL);
	loop_timer_set(rig.late, mono_add_ms(loop_now(rig.loop), TIMEOUT_MS));
	rig.count = loop_timer_new(rig.loop, on_count, NULL);
	for (unsigned i = 0; i < 2; i++)
		wires[i] = wire_open(&rig.at[i]);
	for (uint8_t server = 3; server < 10; server++)
		route_add(&rig.table, server);
	director_open(ends[0], false);
	rig.worker = sync_worker_new(rig.loop, ends[1], rig.list);
	await(is_met);
}

static void teardown(void)
{
	sync_worker_free(rig.worker);
	relay_close(rig.peer);
	greeted_free(rig.director);
	sync_routes_free(&rig.table);
	loop_timer_free(rig.late);
	loop_timer_free(rig.count);
	loop_free(rig.loop);
	close(rig.channel);
	if (rig.kernel >= 0)
		close(rig.kernel);
	if (rig.network >= 0)
		close(rig.network);
	unlink(rig.list);
}

/* n connections of the kernel's list, from port 1000. */
static void list_write(unsigned n)
{
	FILE *list = fopen(rig.list, "w");

	ck_assert_ptr_nonnull(list);
	fprintf(list, "Pro FromIP   FPrt ToIP     TPrt DestIP   DPrt State       Expires PEName PEData\n");
	for (unsigned i = 0; i < n; i++)
		fprintf(list, "TCP 00000001 %04X 00000002 0050 00000003 0050 ESTABLISHED     800\n", 1000 + i);
	fclose(list);
}

static size_t datagram_make(uint8_t *data, size_t size, unsigned first, unsigned n, uint8_t server)
{
	struct sync_datagram_writer writer = {.data = data, .size = size};
	uint8_t raw[ENTRY_MAX];

	for (unsigned i = 0; i < n; i++) {
		struct made_entry made = {.client = (uint16_t)(first + i), .server = server, .timeout_s = 900};
		struct sync_entry entry = entry_read(raw, entry_make(&made, raw));

		ck_assert(sync_datagram_put(&writer, &entry, 900));
	}
	return sync_datagram_end(&writer, SYNCID);
}

static void kernel_says(unsigned first, unsigned n)
{
	uint8_t packet[28 + 1400] = {0x45, [9] = 17};
	size_t len = datagram_make(packet + 28, 1400, first, n, 3);

	packet[24] = (uint8_t)((len + 8) >> 8);
	packet[25] = (uint8_t)(len + 8);
	ck_assert_int_eq(send(rig.kernel, packet, 28 + len, 0), (ssize_t)(28 + len));
}

static void peer_says(unsigned first, unsigned n, uint8_t server)
{
	uint8_t data[1400];
	struct relay_event event = {.type = RELAY_EVENT_LOCAL};

	event.bytes.data = data;
	event.bytes.len = datagram_make(data, sizeof(data), first, n, server);
	relay_tell(rig.peer, &event);
}

/* The entries that the process gave to its kernel since the last call. */
static unsigned n_injected(void)
{
	uint8_t data[2048];
	unsigned n = 0;
	ssize_t len;

	while ((len = recv(rig.network, data, sizeof(data), 0)) > 0) {
		struct sync_datagram datagram;
		struct sync_entry entry;

		ck_assert(sync_datagram_open(&datagram, data, (size_t)len, SYNCID));
		while (sync_datagram_next(&datagram, &entry) == 1)
			n++;
	}
	return n;
}

static bool is_up(void)
{
	return rig.report.state != RELAY_DOWN;
}

static bool is_down(void)
{
	return rig.report.state == RELAY_DOWN;
}

static bool is_reported(void)
{
	return rig.n_reports > 0;
}

static bool is_peer_up(void)
{
	struct relay_report report;

	relay_report(rig.peer, 0, &report);
	return report.state != RELAY_DOWN;
}

static bool has_process_left(void)
{
	struct relay_report report;

	relay_report(rig.peer, 0, &report);
	return report.has_left;
}

static bool has_got_all(void)
{
	return rig.n_got >= 300;
}

static bool has_got_some(void)
{
	return rig.n_got >= 20;
}

static bool is_ready(void)
{
	return rig.report.state == RELAY_READY;
}

static bool is_own_refused(void)
{
	return rig.report.n_refused[RELAY_REFUSED_OWN] == 10;
}

static bool is_route_refused(void)
{
	return rig.report.n_refused[RELAY_REFUSED_ROUTE] == 10;
}

static bool has_key_b(void)
{
	return rig.report.key_id == 'b';
}

static bool is_bulk_asked(void)
{
	return rig.n_bulks > 0;
}

/* Everything in the usual order: this director serves, the other one does not. */
static void begin(void)
{
	sockets_give();
	serves_give(true);
	table_give(3);
	setup_give(&rig.at[1], "a", wires[0]);
	peer_open("a", wires[1]);
	await(is_up);
	await(is_peer_up);
}

/* --- the tests --- */

/* The peers hear nothing of a director that cannot judge yet what they would send. */
START_TEST(a_setup_waits_for_the_table)
{
	uint8_t bytes[16];

	sockets_give();
	setup_give(&rig.at[1], "a", wires[0]);
	serves_give(true);
	turns(20);
	ck_assert_int_eq(recv(wires[1], bytes, sizeof(bytes), 0), -1);
	table_give(3);
	peer_open("a", wires[1]);
	await(is_up);
	ck_assert_int_eq(rig.report.key_id, 'a');
}
END_TEST

START_TEST(a_setup_may_come_last)
{
	begin();
	ck_assert_uint_eq(rig.report.index, 0);
	/* it is READY with the peer's first bulk, which has nothing, and the counters */
	await(is_bulk_asked);
	ck_assert(!relay_is_sending(rig.peer));
}
END_TEST

/* What the kernel listed before is in the bulk for the peer, and what it says after that comes at once. */
START_TEST(a_peer_that_joins_gets_what_the_kernel_lists)
{
	list_write(300);
	begin();
	await(has_got_all);
	ck_assert_uint_eq(rig.n_got, 300);
	rig.n_got = 0;
	kernel_says(5000, 20);
	await(has_got_some);
	ck_assert_uint_eq(rig.n_got, 20);
}
END_TEST

/* Entries for a service that is served here are refused; once another director serves it, they are taken. */
START_TEST(what_is_served_here_is_not_taken_of_others)
{
	begin();
	peer_says(1000, 10, 3);
	await(is_own_refused);
	ck_assert_uint_eq(n_injected(), 0);
	serves_give(false);
	turns(5);
	peer_says(2000, 10, 3);
	for (unsigned n = 0; n < 10; n += n_injected())
		turns(1);
	/* no server of the table has this address */
	peer_says(3000, 10, 9);
	await(is_route_refused);
	ck_assert_uint_eq(n_injected(), 0);
}
END_TEST

/* Entries for the new server were refused: the process asks for all. */
START_TEST(a_table_that_grows_asks_for_a_bulk)
{
	begin();
	serves_give(false);
	await(is_bulk_asked);
	turns(20);
	rig.n_bulks = 0;
	table_give(3); /* the same */
	turns(20);
	ck_assert_uint_eq(rig.n_bulks, 0);
	peer_says(1000, 10, 4);
	await(is_route_refused);
	table_give(4);
	await(is_bulk_asked);
	peer_says(1000, 10, 4);
	for (unsigned n = 0; n < 10; n += n_injected())
		turns(1);
}
END_TEST

static void director_replace(void)
{
	int channel = dup(rig.channel);

	close(rig.channel);
	greeted_free(rig.director);
	rig.n_reports = 0;
	rig.report = (struct relay_report){0};
	director_open(channel, true);
	await(is_met);
}

/* The session goes on. */
START_TEST(a_director_may_be_replaced)
{
	begin();
	director_replace();
	await(is_reported);
	ck_assert(is_up());
	sockets_give();
	serves_give(true);
	table_give(3);
	turns(20);
	ck_assert(is_peer_up());
	rig.n_got = 0;
	kernel_says(5000, 20);
	await(has_got_some);
}
END_TEST

/* Nothing comes from the peer, and nothing changes. */
START_TEST(a_new_director_hears_of_a_silent_peer)
{
	sockets_give();
	serves_give(true);
	table_give(3);
	setup_give(&rig.at[1], "a", wires[0]);
	await(is_reported);
	director_replace();
	await(is_reported);
	ck_assert(is_down());
	close(wires[1]);
}
END_TEST

START_TEST(off_is_a_farewell)
{
	begin();
	greeted_send(rig.director, SYNC_FRAME_OFF, NULL, 0);
	await(has_process_left);
	ck_assert(!is_peer_up());
	/* all anew */
	wires[0] = wire_open(&rig.at[0]);
	relay_close(rig.peer);
	rig.report = (struct relay_report){0};
	wires[1] = wire_open(&rig.at[1]);
	begin();
}
END_TEST

/* Key b takes the place of key a, while the session goes on; then another peer takes the place of this one. */
START_TEST(keys_and_peers_may_be_others)
{
	struct relay_setup setup;
	struct endpoint nobody;
	int fd = wire_open(&nobody);

	begin();
	setup_give(&rig.at[1], "ab", -1);
	setup = setup_of(&rig.at[0], "ba");
	relay_set(rig.peer, &setup, -1);
	setup_give(&rig.at[1], "ba", -1);
	turns(5);
	setup_give(&rig.at[1], "b", -1);
	await(has_key_b);
	ck_assert(is_up());
	rig.n_got = 0;
	kernel_says(5000, 20);
	await(has_got_some);
	setup_give(&nobody, "b", -1);
	await(is_down);
	rig.n_got = 0;
	kernel_says(6000, 20);
	turns(20);
	ck_assert_uint_eq(rig.n_got, 0);
	close(fd);
}
END_TEST

/* By command all is exchanged: both sides begin a bulk. */
START_TEST(resync_is_for_both)
{
	list_write(300);
	begin();
	await(has_got_all);
	await(is_bulk_asked);
	rig.n_bulks = rig.n_got = 0;
	greeted_send(rig.director, SYNC_FRAME_RESYNC, NULL, 0);
	await(has_got_all);
	await(is_bulk_asked);
}
END_TEST

/* READY when the bulk is here and nothing is counted that is missing. */
START_TEST(it_counts_and_is_ready)
{
	begin();
	await(is_ready);
	ck_assert_uint_gt(rig.n_counts_wanted, 0);
}
END_TEST

/* Orders without a setup, and setups that are none, have no effect. */
START_TEST(rubbish_changes_nothing)
{
	uint8_t bytes[2048] = {0};

	sockets_give();
	for (uint16_t type = SYNC_FRAME_RELAY; type <= SYNC_FRAME_PEER; type++)
		for (size_t len = 0; len < sizeof(bytes); len = len * 2 + 1)
			greeted_send(rig.director, type, bytes, len);
	turns(20);
	begin();
	for (uint16_t type = SYNC_FRAME_RELAY; type <= SYNC_FRAME_PEER; type++)
		if (type != SYNC_FRAME_TABLE && type != SYNC_FRAME_RESYNC && type != SYNC_FRAME_SERVES)
			for (size_t len = 0; len < sizeof(bytes); len = len * 2 + 1)
				greeted_send(rig.director, type, bytes, len);
	turns(20);
	ck_assert(is_peer_up());
	kernel_says(5000, 20);
	await(has_got_some);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("sync_worker_relay");
	TCase *tests = tcase_create("all");
	SRunner *runner;
	int failed;

	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_set_timeout(tests, 60);
	tcase_add_test(tests, a_setup_waits_for_the_table);
	tcase_add_test(tests, a_setup_may_come_last);
	tcase_add_test(tests, a_peer_that_joins_gets_what_the_kernel_lists);
	tcase_add_test(tests, what_is_served_here_is_not_taken_of_others);
	tcase_add_test(tests, a_table_that_grows_asks_for_a_bulk);
	tcase_add_test(tests, a_director_may_be_replaced);
	tcase_add_test(tests, a_new_director_hears_of_a_silent_peer);
	tcase_add_test(tests, off_is_a_farewell);
	tcase_add_test(tests, keys_and_peers_may_be_others);
	tcase_add_test(tests, resync_is_for_both);
	tcase_add_test(tests, it_counts_and_is_ready);
	tcase_add_test(tests, rubbish_changes_nothing);
	suite_add_tcase(suite, tests);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
