/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Mode relay as the director sees it: what it gives to the sync process, and how long preemption waits. */
#include "tests/unit/logged.h"

#include "base/virtual/world.h"
#include "daemon/director/sync/sync.h"
#include "sync/private/sockets.h"
#include "sync/relay/counts.h"
#include "sync/serves.h"

#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define HEX "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
#define N_FRAMES 32

static struct {
	struct loop *loop, *worker_loop;
	struct conf conf;
	struct conf_relay_peer peers[3];
	struct conf_relay_key key;
	struct ipvs_state table;
	bool is_table_known, is_held;
	struct sync_side side;
	struct greeted *worker;
	uint64_t digest; /* of the routes */
	bool is_master;
	int wire_code;
	const char *key_text;
	/* What happened. */
	unsigned n_frames[N_FRAMES], n_wires, n_taps, n_readings, n_removed;
	struct relay_setup setup;
	bool has_wire; /* with the last RELAY */
	uint32_t hold_ms;
	unsigned n_holds;
} it;

/* --- the parts around --- */

struct sync_keeper {
	char name[CONF_IFNAME_MAX];
};

struct sync_keeper *sync_keeper_new(struct loop *loop, const char *name, loop_fn *on_change, void *arg)
{
	struct sync_keeper *keeper = mem_calloc(1, sizeof(*keeper));

	(void)loop;
	(void)on_change;
	(void)arg;
	snprintf(keeper->name, sizeof(keeper->name), "%s", name);
	return keeper;
}

void sync_keeper_free(struct sync_keeper *keeper)
{
	free(keeper);
}

unsigned sync_keeper_index(const struct sync_keeper *keeper)
{
	return strcmp(keeper->name, "foreign") ? 9 : 0;
}

const char *sync_keeper_fault(const struct sync_keeper *keeper)
{
	return strcmp(keeper->name, "foreign") ? "" : "somebody else's";
}

int sync_keeper_remove(const char *name)
{
	ck_assert_str_ne(name, "");
	it.n_removed++;
	return 0;
}

int sync_private_sockets_open(const struct sync_roles *roles, unsigned index, struct sync_private_sockets *ret_sockets,
			      struct err *err)
{
	(void)roles;
	(void)err;
	ck_assert_uint_ne(index, 0);
	it.n_taps++;
	*ret_sockets = (struct sync_private_sockets){dup(0), dup(0)};
	return 0;
}

int sync_wire_open(const struct endpoint *listen, unsigned scope, struct err *err)
{
	(void)scope;
	if (it.wire_code)
		return err_set(err, it.wire_code, "port %u is another program's", listen->port);
	it.n_wires++;
	return dup(0);
}

uint64_t mirroring_routes_digest(const struct sync_side *side)
{
	(void)side;
	return it.digest;
}

void mirroring_routes_give(struct sync_side *side, const struct serves *serves)
{
	(void)side;
	ck_assert_ptr_null(serves);
}

void mirroring_serves(const struct sync_side *side, struct serves *ret_serves)
{
	(void)side;
	serves_add(ret_serves, NULL, it.is_master);
}

/* What comes of the directors of peers. */
static struct {
	unsigned n_states, n_messages;
	struct endpoint peer;
	bool is_up;
	char message[64];
} theirs;

static void on_hold(uint32_t ms, void *arg)
{
	(void)arg;
	it.hold_ms = ms;
	it.n_holds++;
}

static bool is_held(void *arg)
{
	(void)arg;
	return it.is_held;
}

static void on_change(void *arg)
{
	(void)arg;
}

static void read_table(void *arg)
{
	(void)arg;
	it.n_readings++;
}

static void on_their_state(const struct endpoint *peer, bool is_up, void *arg)
{
	(void)arg;
	theirs.n_states++;
	theirs.peer = *peer;
	theirs.is_up = is_up;
}

static void on_their_message(const struct endpoint *peer, const void *message, size_t len, void *arg)
{
	(void)arg;
	theirs.n_messages++;
	theirs.peer = *peer;
	snprintf(theirs.message, sizeof(theirs.message), "%.*s", (int)len, (const char *)message);
}

static void answer_key(void *arg, enum conf_query_kind kind, const char *key, struct conf_answer *ret_answer)
{
	(void)arg;
	(void)kind;
	(void)key;
	*ret_answer = (struct conf_answer){.text = mem_strdup(it.key_text), .len = strlen(it.key_text)};
}

static const struct conf_responder responder = {answer_key, NULL};

/* --- the sync process --- */

static void on_order(uint16_t type, const void *body, size_t len, void *arg)
{
	(void)arg;
	ck_assert_uint_lt(type, N_FRAMES);
	it.n_frames[type]++;
	if (type != SYNC_FRAME_RELAY)
		return;
	ck_assert_int_eq(relay_setup_decode(body, len, &it.setup), 0);
	it.has_wire = greeted_take_fd(it.worker) >= 0;
}

static void on_answer(uint16_t type, const void *body, size_t len, void *arg)
{
	ck_assert(relaying_take(arg, type, body, len));
}

static void nothing(void *arg)
{
	(void)arg;
}

static void run_for_ms(int64_t ms)
{
	world_run_until(mono_add_ms(world_now(), ms));
}

static void report(uint8_t index, enum relay_state state, bool has_left)
{
	const struct relay_report said = {
	    .index = index, .state = (uint8_t)state, .has_left = has_left, .key_id = -1, .lag_ns = -1, .rtt_ns = -1};
	uint8_t body[RELAY_REPORT_SIZE];

	relay_report_encode(&said, body);
	greeted_send(it.worker, SYNC_FRAME_PEER, body, sizeof(body));
	run_for_ms(1);
}

/* --- begin and end --- */

static struct addr addr_of(const char *text)
{
	struct addr addr;

	ck_assert_int_eq(addr_parse(text, &addr), 0);
	return addr;
}

static void settle(void)
{
	const char *fault;
	unsigned index = relaying_interface(&it.side, &fault);

	ck_assert_str_eq(fault, "");
	relaying_settle(&it.side, index);
	run_for_ms(1);
}

static void setup(void)
{
	const struct greeted_ops director = {.on_lost = nothing, .on_frame = on_answer, .arg = &it.side};
	const struct greeted_ops worker = {.on_lost = nothing, .on_frame = on_order, .on_closed = nothing};
	int ends[2];

	memset(&it, 0, sizeof(it));
	world_begin((struct mono){1000 * NS_PER_S});
	logged_begin();
	ck_assert_int_eq(chan_pair(ends), 0);
	it.loop = loop_new();
	it.worker_loop = loop_new();
	for (unsigned i = 0; i < 3; i++) {
		it.peers[i] = (struct conf_relay_peer){.addr = addr_of("10.9.0.2"), .port = 8849};
		it.peers[i].addr.bytes[3] = (uint8_t)(2 + i);
	}
	it.key = (struct conf_relay_key){.path = "/k", .id = 1};
	it.key_text = HEX;
	it.digest = 1;
	it.is_table_known = it.is_held = true;
	it.conf.global.relay = (struct conf_relay){.is_on = true,
						   .listen = addr_of("10.9.0.1"),
						   .listen_port = 8849,
						   .peers = it.peers,
						   .n_peers = 2,
						   .keys = &it.key,
						   .n_keys = 1,
						   .private_interface = "lvsd-sync",
						   .syncid = 51,
						   .sync_wait_us = 30 * 1000000,
						   .coverage_min = 98,
						   .resync_rate = 20000};
	it.side = (struct sync_side){.loop = it.loop,
				     .conf = &it.conf,
				     .table = &it.table,
				     .is_table_known = &it.is_table_known,
				     .sink = {.hold = on_hold,
					      .is_held = is_held,
					      .on_change = on_change,
					      .read_table = read_table,
					      .on_director = on_their_state,
					      .on_message = on_their_message}};
	it.side.mirroring.worker = greeted_new_director(it.loop, ends[0], false, &director);
	it.worker = greeted_new_worker(it.worker_loop, ends[1], &worker);
	run_for_ms(10);
	relaying_load(&it.side, &responder);
}

static void teardown(void)
{
	relaying_close(&it.side);
	greeted_free(it.side.mirroring.worker);
	greeted_free(it.worker);
	loop_free(it.loop);
	loop_free(it.worker_loop);
	logged_end();
}

/* --- messages of the directors --- */

START_TEST(the_directors_of_peers_are_heard_while_they_are_there)
{
	struct endpoint at = {.addr = it.peers[1].addr, .port = it.peers[1].port};
	uint8_t body[CHAN_BODY_MAX];
	size_t n = 0, len;

	memset(&theirs, 0, sizeof(theirs));
	ck_assert_int_eq(relaying_post(&it.side, &at, "x", 1), -ENOTCONN); /* the mode is not on yet */
	settle();
	report(1, RELAY_JOINING, false);
	ck_assert(theirs.n_states == 1 && theirs.is_up && !endpoint_cmp(&theirs.peer, &at));
	len = letter_next(&at, "hello", 5, &n, body);
	greeted_send(it.worker, SYNC_FRAME_MESSAGE, body, len);
	greeted_send(it.worker, SYNC_FRAME_MESSAGE, body, 3);
	run_for_ms(10);
	ck_assert_uint_eq(theirs.n_messages, 1);
	ck_assert_str_eq(theirs.message, "hello");
	ck_assert(logged_has("a message of another director is malformed"));
	ck_assert_int_eq(relaying_post(&it.side, &at, "answer", 6), 0);
	run_for_ms(10);
	ck_assert_uint_eq(it.n_frames[SYNC_FRAME_MESSAGE], 1);
	/* The sync process dies: nobody is there until the next one says so. */
	relaying_forget(&it.side);
	ck_assert(theirs.n_states == 2 && !theirs.is_up && !endpoint_cmp(&theirs.peer, &at));
	settle();
	report(1, RELAY_READY, false);
	ck_assert(theirs.n_states == 3 && theirs.is_up);
	report(1, RELAY_DOWN, false);
	ck_assert(theirs.n_states == 4 && !theirs.is_up);
}
END_TEST

/* --- the process is told what is new --- */

START_TEST(the_process_is_told_once)
{
	settle();
	ck_assert_uint_eq(it.n_taps, 1);
	ck_assert_uint_eq(it.n_wires, 1);
	ck_assert(it.has_wire);
	ck_assert_uint_eq(it.n_frames[SYNC_FRAME_SAID], 1);
	ck_assert_uint_eq(it.n_frames[SYNC_FRAME_HEARD], 1);
	ck_assert_uint_eq(it.n_frames[SYNC_FRAME_TABLE], 1);
	ck_assert_uint_eq(it.n_frames[SYNC_FRAME_SERVES], 1);
	ck_assert_uint_eq(it.n_frames[SYNC_FRAME_RELAY], 1);
	ck_assert_uint_eq(it.setup.n_peers, 2);
	ck_assert_uint_eq(it.setup.coverage_min, RELAY_COVERAGE_ALL / 100 * 98);
	ck_assert_uint_eq(it.setup.rate, 20000);
	ck_assert_uint_eq(it.setup.keys[0].len, 32);
	for (int i = 0; i < 5; i++)
		settle();
	ck_assert_uint_eq(it.n_frames[SYNC_FRAME_RELAY] + it.n_frames[SYNC_FRAME_TABLE] +
			      it.n_frames[SYNC_FRAME_SERVES] + it.n_frames[SYNC_FRAME_SAID],
			  4);
	it.is_master = true;
	relaying_serve(&it.side);
	it.digest = 2;
	settle();
	ck_assert_uint_eq(it.n_frames[SYNC_FRAME_SERVES], 2);
	ck_assert_uint_eq(it.n_frames[SYNC_FRAME_TABLE], 2);
	ck_assert_uint_eq(it.n_frames[SYNC_FRAME_RELAY], 1);
}
END_TEST

START_TEST(a_reload_is_told_with_the_same_socket)
{
	settle();
	it.conf.global.relay.n_peers = 3;
	settle();
	ck_assert_uint_eq(it.setup.n_peers, 3);
	ck_assert(!it.has_wire);
	it.key_text = "ff" HEX;
	relaying_load(&it.side, &responder);
	settle();
	ck_assert_uint_eq(it.setup.keys[0].len, 33);
	ck_assert(!it.has_wire);
	it.conf.global.relay.listen_port = 8850;
	settle();
	ck_assert(it.has_wire);
	ck_assert_uint_eq(it.n_frames[SYNC_FRAME_RELAY], 4);
	ck_assert_uint_eq(it.n_wires, 2);
	ck_assert_uint_eq(it.n_taps, 1);
	it.conf.global.relay.syncid = 52;
	settle();
	ck_assert_uint_eq(it.n_taps, 2);
}
END_TEST

/* The sync process died: the next one knows nothing. */
START_TEST(another_process_is_told_all)
{
	settle();
	relaying_forget(&it.side);
	settle();
	ck_assert_uint_eq(it.n_taps, 2);
	ck_assert_uint_eq(it.n_wires, 2);
	ck_assert_uint_eq(it.n_frames[SYNC_FRAME_TABLE], 2);
	ck_assert_uint_eq(it.n_frames[SYNC_FRAME_SERVES], 2);
	ck_assert_uint_eq(it.n_frames[SYNC_FRAME_RELAY], 2);
}
END_TEST

START_TEST(a_port_that_is_taken_is_said_once)
{
	it.wire_code = -EADDRINUSE;
	for (int i = 0; i < 3; i++)
		settle();
	ck_assert_uint_eq(
	    logged_count(logged_take(), "error: sync: port 8849 is another program's; lvsd tries again"), 1);
	ck_assert_uint_eq(it.n_frames[SYNC_FRAME_RELAY], 0);
	it.wire_code = 0;
	settle();
	ck_assert_uint_eq(it.n_frames[SYNC_FRAME_RELAY], 1);
}
END_TEST

START_TEST(the_counters_are_given_when_they_are_asked_for)
{
	settle();
	ck_assert_uint_eq(it.n_frames[SYNC_FRAME_COUNTS], 0);
	greeted_send(it.worker, SYNC_FRAME_WANT_COUNT, NULL, 0);
	run_for_ms(1);
	ck_assert_uint_eq(it.n_readings, 1);
	settle();
	settle();
	ck_assert_uint_eq(it.n_frames[SYNC_FRAME_COUNTS], 1);
}
END_TEST

START_TEST(the_end_takes_back_what_the_mode_needs)
{
	settle();
	ck_assert_int_eq(relaying_resync(&it.side), 0);
	relaying_end(&it.side);
	relaying_end(&it.side);
	run_for_ms(1);
	ck_assert_uint_eq(it.n_frames[SYNC_FRAME_RESYNC], 1);
	ck_assert_uint_eq(it.n_frames[SYNC_FRAME_OFF], 1);
	ck_assert_uint_eq(it.n_removed, 1);
	ck_assert_int_eq(relaying_resync(&it.side), -ENOTCONN);
	/* VRRP ends a hold itself when no mode is on; mode kernel ends it with its hello */
	ck_assert_uint_eq(it.n_holds, 1);
}
END_TEST

/* The former one goes when no role is on it any more (test_syncing). */
START_TEST(an_interface_with_another_name_takes_its_place)
{
	const char *fault;

	settle();
	it.conf.global.relay.private_interface = "foreign";
	ck_assert_uint_eq(relaying_interface(&it.side, &fault), 0);
	ck_assert_str_eq(fault, "somebody else's");
	ck_assert_uint_eq(it.n_removed, 0);
}
END_TEST

/* --- preemption --- */

START_TEST(preemption_goes_on_when_all_are_ready)
{
	settle();
	ck_assert_uint_eq(it.hold_ms, 30000);
	report(0, RELAY_READY, false);
	ck_assert_uint_eq(it.hold_ms, 30000);
	report(1, RELAY_JOINING, false);
	run_for_ms(10000);
	ck_assert_uint_eq(it.n_holds, 1);
	report(1, RELAY_READY, false);
	ck_assert_uint_eq(it.hold_ms, 0);
	ck_assert_uint_eq(it.n_holds, 2);
	ck_assert_uint_eq(logged_count(logged_take(), "warning"), 0);
}
END_TEST

/* One that has left is not waited for; one that says nothing for 3 s neither, if another one is READY. */
START_TEST(preemption_waits_for_nobody_who_is_not_there)
{
	settle();
	report(0, RELAY_READY, false);
	run_for_ms(2900);
	ck_assert_uint_eq(it.hold_ms, 30000);
	run_for_ms(200);
	ck_assert_uint_eq(it.hold_ms, 0);
}
END_TEST

START_TEST(preemption_does_not_wait_for_those_who_have_left)
{
	settle();
	report(0, RELAY_JOINING, false);
	report(0, RELAY_DOWN, true);
	report(1, RELAY_READY, false);
	ck_assert_uint_eq(it.hold_ms, 0);
}
END_TEST

START_TEST(after_sync_wait_it_is_said_once)
{
	settle();
	report(0, RELAY_DEGRADED, false);
	logged_take();
	run_for_ms(29900);
	ck_assert_uint_eq(it.hold_ms, 30000);
	ck_assert_str_eq(logged_take(), "");
	run_for_ms(200);
	ck_assert_uint_eq(it.hold_ms, 0);
	ck_assert_uint_eq(logged_count(logged_take(), "are not all known here after sync_wait, 30 s"), 1);
	report(0, RELAY_JOINING, false);
	report(0, RELAY_DEGRADED, false);
	run_for_ms(60000);
	ck_assert_uint_eq(logged_count(logged_take(), "after sync_wait"), 0);
}
END_TEST

/* Nobody holds an instance: nothing is delayed, so nothing is said. */
START_TEST(without_a_hold_nothing_is_said)
{
	it.is_held = false;
	settle();
	run_for_ms(31000);
	ck_assert_uint_eq(logged_count(logged_take(), "after sync_wait"), 0);
}
END_TEST

/* VRRP hears a master later than the relay is READY: its hold ends at once. A new wait begins a new judgement. */
START_TEST(a_hold_that_begins_when_all_is_here_ends_at_once)
{
	settle();
	report(0, RELAY_READY, false);
	report(1, RELAY_READY, false);
	it.n_holds = 0;
	it.hold_ms = 77;
	relaying_held(&it.side);
	ck_assert_uint_eq(it.n_holds, 1);
	ck_assert_uint_eq(it.hold_ms, 0);
	it.is_held = false;
	relaying_held(&it.side);
	ck_assert_uint_eq(it.n_holds, 1);
	it.is_held = true;
	relaying_wait(&it.side);
	ck_assert_uint_eq(it.hold_ms, 0);
	report(1, RELAY_DEGRADED, false);
	relaying_wait(&it.side);
	ck_assert_uint_eq(it.hold_ms, 30000);
	relaying_held(&it.side);
	ck_assert_uint_eq(it.hold_ms, 30000);
}
END_TEST

/* Another instance has come back while one waits. The first one waits no longer for that than sync_wait. */
START_TEST(a_wait_that_goes_on_does_not_begin_anew)
{
	settle();
	report(0, RELAY_JOINING, false);
	run_for_ms(20000);
	relaying_wait(&it.side);
	ck_assert_uint_le(it.hold_ms, 10000);
	ck_assert_uint_gt(it.hold_ms, 9900);
	run_for_ms(9800);
	ck_assert_uint_gt(it.hold_ms, 0);
	run_for_ms(300);
	ck_assert_uint_eq(it.hold_ms, 0);
	/* After that another one begins. */
	relaying_wait(&it.side);
	ck_assert_uint_eq(it.hold_ms, 30000);
}
END_TEST

/* --- reports --- */

START_TEST(states_are_said_when_they_change)
{
	settle();
	report(0, RELAY_DOWN, false);
	ck_assert_uint_eq(logged_count(logged_take(), "sync: "), 0);
	report(0, RELAY_JOINING, false);
	report(0, RELAY_JOINING, false);
	ck_assert_uint_eq(
	    logged_count(logged_take(), "notice: sync: the director on 10.9.0.2 sends its connections"), 1);
	report(0, RELAY_READY, false);
	ck_assert(logged_has("notice: sync: the connections of the director on 10.9.0.2 are here"));
	report(0, RELAY_DEGRADED, false);
	ck_assert(logged_has("warning: sync: connections of the director on 10.9.0.2 are missing here"));
	report(0, RELAY_DOWN, true);
	ck_assert(logged_has("notice: sync: the director on 10.9.0.2 has stopped"));
	report(1, RELAY_JOINING, false);
	report(1, RELAY_DOWN, false);
	ck_assert(logged_has("warning: sync: nothing comes from the director on 10.9.0.3"));
}
END_TEST

START_TEST(a_report_of_nobody_is_ignored)
{
	struct sync_status status = {0};

	settle();
	report(2, RELAY_READY, false); /* no such peer */
	greeted_send(it.worker, SYNC_FRAME_PEER, "x", 1);
	run_for_ms(1);
	ck_assert(logged_has("warning: sync: the sync process sent a malformed report: ignored"));
	relaying_status(&it.side, &status);
	ck_assert(!status.has_report[0] && !status.has_report[1] && !status.has_report[2]);
	ck_assert(status.is_waiting);
	ck_assert_uint_eq(status.keys->n, 1);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("relaying");
	TCase *tests = tcase_create("all");
	SRunner *runner;
	int failed;

	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_add_test(tests, the_directors_of_peers_are_heard_while_they_are_there);
	tcase_add_test(tests, the_process_is_told_once);
	tcase_add_test(tests, a_reload_is_told_with_the_same_socket);
	tcase_add_test(tests, another_process_is_told_all);
	tcase_add_test(tests, a_port_that_is_taken_is_said_once);
	tcase_add_test(tests, the_counters_are_given_when_they_are_asked_for);
	tcase_add_test(tests, the_end_takes_back_what_the_mode_needs);
	tcase_add_test(tests, an_interface_with_another_name_takes_its_place);
	tcase_add_test(tests, preemption_goes_on_when_all_are_ready);
	tcase_add_test(tests, preemption_waits_for_nobody_who_is_not_there);
	tcase_add_test(tests, preemption_does_not_wait_for_those_who_have_left);
	tcase_add_test(tests, after_sync_wait_it_is_said_once);
	tcase_add_test(tests, without_a_hold_nothing_is_said);
	tcase_add_test(tests, a_hold_that_begins_when_all_is_here_ends_at_once);
	tcase_add_test(tests, a_wait_that_goes_on_does_not_begin_anew);
	tcase_add_test(tests, states_are_said_when_they_change);
	tcase_add_test(tests, a_report_of_nobody_is_ignored);
	suite_add_tcase(suite, tests);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
