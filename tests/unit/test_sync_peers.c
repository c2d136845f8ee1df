/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Heartbeats on the wire, and what is concluded from those that come and those that do not. */
#include "sync/limit.h"
#include "sync/peers.h"
#include "sync/rejoin.h"

#include <check.h>
#include <string.h>

#define OWN   111
#define OTHER 222

static struct mono at_s(int64_t s)
{
	return (struct mono){(1000 + s) * NS_PER_S};
}

static struct addr address(const char *text)
{
	struct addr addr;

	ck_assert_int_eq(addr_parse(text, &addr), 0);
	return addr;
}

/* --- the wire --- */

static const struct sync_heartbeat sample = {
    .id = 0x0102030405060708,
    .period_s = 10,
    .n_records = 2,
    .records = {{0x1112131415161718, 3, SYNC_AGE_NEVER}, {9, 25, 1}},
};

START_TEST(a_heartbeat_is_a_message_without_an_entry)
{
	static const uint8_t wanted[] = {
	    0, 51, 0,    48,   0, 1, 0, 0, 'L',  'V',  'S',  'H',  1,    0,    2,    10,
	    1, 2,  3,    4,    5, 6, 7, 8, 0x11, 0x12, 0x13, 0x14, 0x15, 0x16, 0x17, 0x18,
	    0, 3,  0xff, 0xff, 0, 0, 0, 0, 0,    0,    0,    9,    0,    25,   0,    1};
	uint8_t data[SYNC_HEARTBEAT_SIZE_MAX];

	ck_assert_uint_eq(sync_heartbeat_encode(&sample, 51, data), sizeof(wanted));
	ck_assert_mem_eq(data, wanted, sizeof(wanted));
	/* Neither a hello, also to those that know no heartbeat, nor entries of a kernel. */
	ck_assert(!sync_hello_is(data, sizeof(wanted), 51));
	ck_assert(!sync_entries_are(data, sizeof(wanted), 51));
}
END_TEST

START_TEST(what_is_encoded_is_decoded)
{
	struct sync_heartbeat heartbeat = {0};
	uint8_t data[SYNC_HEARTBEAT_SIZE_MAX + 8] = {0};
	size_t size = sync_heartbeat_encode(&sample, 51, data);

	ck_assert(sync_heartbeat_decode(data, size, 51, &heartbeat));
	ck_assert_uint_eq(heartbeat.id, sample.id);
	ck_assert_uint_eq(heartbeat.n_records, 2);
	ck_assert_uint_eq(heartbeat.records[1].heartbeat_s, 25);
	ck_assert_uint_eq(heartbeat.records[0].entries_s, SYNC_AGE_NEVER);
	ck_assert(!heartbeat.is_leaving);
	ck_assert(sync_heartbeat_decode(data, size, 0, &heartbeat));
	ck_assert(!sync_heartbeat_decode(data, size, 52, &heartbeat));
	ck_assert(!sync_heartbeat_decode(data, size - 1, 51, &heartbeat));
	/* A later format that appends something. */
	data[3] = (uint8_t)(size + 8);
	data[12] = 2;
	ck_assert(sync_heartbeat_decode(data, size + 8, 51, &heartbeat));
	ck_assert_uint_eq(heartbeat.n_records, 2);
	/* More records than there is room for on the wire. */
	data[14] = 200;
	ck_assert(!sync_heartbeat_decode(data, size + 8, 51, &heartbeat));
}
END_TEST

START_TEST(each_byte_that_is_not_as_it_must_be_is_refused)
{
	static const size_t fixed[] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11};
	uint8_t data[SYNC_HEARTBEAT_SIZE_MAX];
	struct sync_heartbeat heartbeat;
	size_t size = sync_heartbeat_encode(&sample, 51, data);

	for (size_t i = 0; i < sizeof(fixed) / sizeof(fixed[0]); i++) {
		data[fixed[i]] ^= 4;
		ck_assert(!sync_heartbeat_decode(data, size, 51, &heartbeat));
		data[fixed[i]] ^= 4;
	}
	memset(data + 16, 0, 8);
	ck_assert(!sync_heartbeat_decode(data, size, 51, &heartbeat));
}
END_TEST

START_TEST(entries_of_both_versions_are_known)
{
	static const uint8_t version_1[44] = {0, 51, 0, 44, 1, 1, 0, 0};
	static const uint8_t version_0[28] = {1, 51, 0, 28};
	uint8_t hello[SYNC_HELLO_SIZE];

	ck_assert(sync_entries_are(version_1, sizeof(version_1), 51));
	ck_assert(sync_entries_are(version_1, sizeof(version_1), 0));
	ck_assert(!sync_entries_are(version_1, sizeof(version_1), 52));
	ck_assert(!sync_entries_are(version_1, sizeof(version_1) - 1, 51));
	ck_assert(sync_entries_are(version_0, sizeof(version_0), 51));
	sync_hello_encode(51, hello);
	ck_assert(!sync_entries_are(hello, sizeof(hello), 51));
	ck_assert(!sync_entries_are(hello, 3, 51));
}
END_TEST

START_TEST(only_what_passed_no_router_is_near)
{
	ck_assert(sync_ttl_is_near(255, 0));
	ck_assert(!sync_ttl_is_near(254, 0));
	ck_assert(!sync_ttl_is_near(1, 0));
	ck_assert(!sync_ttl_is_near(0, 0));
	ck_assert(sync_ttl_is_near(1, 1));
	ck_assert(!sync_ttl_is_near(2, 1));
	ck_assert(sync_ttl_is_near(3, 4));
	ck_assert(!sync_ttl_is_near(0, 4));
	ck_assert(sync_ttl_is_near(255, 4));
	ck_assert_uint_eq(sync_ttl_to_send(0), 255);
	ck_assert_uint_eq(sync_ttl_to_send(1), 255);
	ck_assert_uint_eq(sync_ttl_to_send(4), 4);
}
END_TEST

/* --- the peers --- */

/* A heartbeat of the other director, which heard ours age_s ago, and our kernel's entries. */
static unsigned hear(struct sync_peers *peers, int64_t s, uint16_t age_s, uint16_t entries_s)
{
	struct sync_heartbeat heartbeat = {
	    .id = OTHER, .period_s = 10, .n_records = 1, .records = {{OWN, age_s, entries_s}}};
	struct addr addr = address("10.8.0.12");
	const struct sync_peer *peer;
	unsigned events = sync_peers_hear(peers, &addr, &heartbeat, at_s(s), &peer);

	ck_assert_ptr_eq(peer, &peers->items[0]);
	return events;
}

/* Entries are easily forged: they give nobody the share of a director whose heartbeats are heard. */
START_TEST(an_address_is_known_by_its_heartbeats_alone)
{
	const struct addr addr = address("10.8.0.12"), other = address("10.8.0.13");
	struct sync_peers peers = {.own_id = OWN};

	sync_peers_hear_entries(&peers, &addr, at_s(0));
	ck_assert_uint_eq(peers.n, 1);
	ck_assert(!sync_peers_know(&peers, &addr));
	hear(&peers, 1, 0, 0);
	ck_assert(sync_peers_know(&peers, &addr));
	ck_assert(!sync_peers_know(&peers, &other));
}
END_TEST

START_TEST(a_heartbeat_of_our_own_is_nobody)
{
	struct sync_peers peers = {.own_id = OWN};
	struct sync_heartbeat heartbeat = {.id = OWN};
	struct addr addr = address("10.8.0.11");
	const struct sync_peer *peer;

	ck_assert_uint_eq(sync_peers_hear(&peers, &addr, &heartbeat, at_s(0), &peer), 0);
	ck_assert_ptr_null(peer);
	ck_assert_uint_eq(peers.n, 0);
}
END_TEST

START_TEST(nobody_who_was_never_heard_is_missed)
{
	struct sync_peers peers = {.own_id = OWN};
	struct addr addr = address("10.8.0.12");

	ck_assert(mono_is_never(sync_peers_wake(&peers)));
	/* A keepalived, whose kernel tells of connections. */
	sync_peers_hear_entries(&peers, &addr, at_s(0));
	ck_assert_uint_eq(peers.n, 1);
	ck_assert(mono_is_never(sync_peers_wake(&peers)));
	ck_assert_ptr_null(sync_peers_step(&peers, at_s(1000)));
	ck_assert_uint_eq(sync_peers_report(&peers, at_s(1)).n_records, 0);
	ck_assert_uint_eq(hear(&peers, 5, 1, 1), SYNC_PEER_NEW | SYNC_PEER_RESTARTED);
	ck_assert_uint_eq(peers.n, 1);
}
END_TEST

START_TEST(one_that_was_heard_is_missed_once_and_comes_back)
{
	struct sync_peers peers = {.own_id = OWN};

	hear(&peers, 0, 1, 1);
	ck_assert_uint_eq(hear(&peers, 10, 1, 1), 0);
	ck_assert_int_eq(mono_sub(sync_peers_wake(&peers), at_s(35)), 0);
	ck_assert_ptr_null(sync_peers_step(&peers, at_s(34)));
	ck_assert_ptr_eq(sync_peers_step(&peers, at_s(35)), &peers.items[0]);
	ck_assert_ptr_null(sync_peers_step(&peers, at_s(36)));
	ck_assert(mono_is_never(sync_peers_wake(&peers)));
	ck_assert_str_eq(sync_peer_state_name(peers.items[0].state), "silent");
	ck_assert_uint_eq(hear(&peers, 60, 1, 1), SYNC_PEER_BACK | SYNC_PEER_WAS_SILENT);
	ck_assert_uint_eq(hear(&peers, 70, 1, 1), 0);
}
END_TEST

START_TEST(one_that_says_goodbye_is_not_missed)
{
	struct sync_peers peers = {.own_id = OWN};
	struct sync_heartbeat goodbye = {.id = OTHER, .is_leaving = true};
	struct addr addr = address("10.8.0.12");
	const struct sync_peer *peer;

	hear(&peers, 0, 1, 1);
	ck_assert_uint_eq(sync_peers_hear(&peers, &addr, &goodbye, at_s(5), &peer),
			  SYNC_PEER_LEAVES);
	ck_assert_uint_eq(sync_peers_hear(&peers, &addr, &goodbye, at_s(6), &peer), 0);
	ck_assert_ptr_null(sync_peers_step(&peers, at_s(100)));
	/* The next lvsd there has another id. */
	goodbye = (struct sync_heartbeat){.id = 333, .period_s = 10};
	ck_assert_uint_eq(sync_peers_hear(&peers, &addr, &goodbye, at_s(200), &peer),
			  SYNC_PEER_BACK | SYNC_PEER_RESTARTED);
	ck_assert_uint_eq(peers.n, 1);
}
END_TEST

START_TEST(a_peer_that_does_not_hear_us_is_deaf)
{
	struct sync_peers peers = {.own_id = OWN + 1}; /* of which the heartbeats say nothing */

	hear(&peers, 0, 1, 1);
	ck_assert_uint_eq(hear(&peers, 10, 1, 1), 0);
	ck_assert_uint_eq(hear(&peers, 20, 1, 1), SYNC_PEER_IS_DEAF);
	ck_assert_uint_eq(hear(&peers, 30, 1, 1), 0);
	peers.own_id = OWN;
	ck_assert_uint_eq(hear(&peers, 40, 2, 1), SYNC_PEER_HEARS);
	/* A report of their absence needs no repetition. */
	ck_assert_uint_eq(hear(&peers, 50, 25, 1), 0);
	ck_assert_uint_eq(hear(&peers, 60, 26, 1), SYNC_PEER_IS_DEAF);
	ck_assert(!peers.items[0].hears_us);
}
END_TEST

/*
 * A link was away. The peer says of ours what was so before it heard one again, and says nothing
 * else in the heartbeats that waited for this process while it was paused.
 */
START_TEST(what_a_peer_says_after_a_gap_is_old)
{
	struct sync_peers peers = {.own_id = OWN};

	hear(&peers, 0, 1, 1);
	ck_assert_ptr_nonnull(sync_peers_step(&peers, at_s(25)));
	ck_assert_uint_eq(hear(&peers, 60, 58, 58), SYNC_PEER_BACK | SYNC_PEER_WAS_SILENT);
	ck_assert_uint_eq(hear(&peers, 60, 59, 59), 0);
	ck_assert_uint_eq(hear(&peers, 60, 60, 60), 0);
	ck_assert_uint_eq(hear(&peers, 70, 70, 70), 0);
	/* Ours had more than a period of time to arrive there. */
	ck_assert_uint_eq(hear(&peers, 80, 80, 80), SYNC_PEER_IS_DEAF);
	ck_assert_uint_eq(hear(&peers, 90, 3, 3), SYNC_PEER_HEARS);
	/* One heartbeat was missed, which is no silence yet. */
	ck_assert_uint_eq(hear(&peers, 110, 26, 26), 0);
	ck_assert_uint_eq(hear(&peers, 120, 3, 3), 0);
	/* One that was deaf before is so until it says otherwise. */
	ck_assert_uint_eq(hear(&peers, 130, 26, 26), SYNC_PEER_IS_DEAF);
	ck_assert_uint_eq(hear(&peers, 140, 36, 36), 0);
	ck_assert_ptr_nonnull(sync_peers_step(&peers, at_s(165)));
	ck_assert_uint_eq(hear(&peers, 180, 76, 76), SYNC_PEER_BACK | SYNC_PEER_WAS_SILENT);
	ck_assert(peers.items[0].is_deaf);
	ck_assert_uint_eq(hear(&peers, 190, 1, 1), SYNC_PEER_HEARS);
}
END_TEST

START_TEST(a_kernel_that_is_not_heard_is_found_out)
{
	struct sync_peers peers = {.own_id = OWN};
	unsigned events = 0;

	hear(&peers, 0, 1, 5);
	for (int64_t s = 10; s <= 60; s += 10) {
		sync_peers_announced(&peers, at_s(s - 7));
		ck_assert_uint_eq(hear(&peers, s, 1, 5), 0);
	}
	/* From now on nothing of it arrives, and a heartbeat does. */
	for (int64_t s = 70; s <= 140; s += 10) {
		sync_peers_announced(&peers, at_s(s - 7));
		events = hear(&peers, s, 1, (uint16_t)(s - 55));
		ck_assert_uint_eq(events, s == 120 ? SYNC_PEER_LACKS_ENTRIES : 0);
	}
	sync_peers_announced(&peers, at_s(143));
	ck_assert_uint_eq(hear(&peers, 150, 1, 2), SYNC_PEER_HAS_ENTRIES);
	/* Without new connections nothing is concluded. */
	for (int64_t s = 160; s <= 300; s += 10)
		ck_assert_uint_eq(hear(&peers, s, 1, (uint16_t)(s - 148)), 0);
}
END_TEST

START_TEST(the_table_is_bounded)
{
	struct sync_peers peers = {.own_id = OWN};
	struct sync_heartbeat heartbeat = {.period_s = 10};
	struct addr addr = address("10.8.0.1");
	const struct sync_peer *peer;
	unsigned events;

	for (uint8_t i = 1; i <= SYNC_PEERS_MAX + 1; i++) {
		addr.bytes[3] = i;
		heartbeat.id = i;
		events = sync_peers_hear(&peers, &addr, &heartbeat, at_s(i), &peer);
		ck_assert(!peer == (i > SYNC_PEERS_MAX));
		ck_assert(!(events & SYNC_PEER_NO_ROOM) == (i <= SYNC_PEERS_MAX));
	}
	ck_assert_uint_eq(sync_peers_report(&peers, at_s(10)).n_records, SYNC_PEERS_MAX);
	/* A silent one makes room. */
	ck_assert_ptr_nonnull(sync_peers_step(&peers, at_s(26)));
	sync_peers_hear(&peers, &addr, &heartbeat, at_s(27), &peer);
	ck_assert_ptr_eq(peer, &peers.items[0]);
	ck_assert_uint_eq(peers.n, SYNC_PEERS_MAX);
}
END_TEST

START_TEST(a_period_that_no_director_has_counts_as_the_usual_one)
{
	static const struct {
		uint8_t period_s;
		int64_t silent_s;
	} cases[] = {{1, 2}, {10, 25}, {60, 150}, {61, 25}, {255, 25}, {0, 25}};
	struct addr addr = address("10.8.0.12");
	const struct sync_peer *peer;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct sync_peers peers = {.own_id = OWN};
		struct sync_heartbeat heartbeat = {.id = OTHER, .period_s = cases[i].period_s};

		sync_peers_hear(&peers, &addr, &heartbeat, at_s(0), &peer);
		ck_assert_int_eq(mono_sub(sync_peers_wake(&peers), at_s(0)) / NS_PER_S,
				 cases[i].silent_s);
	}
}
END_TEST

/* A new process has not heard us yet: signs of the one before do not count. */
START_TEST(a_restart_begins_the_signs_of_deafness_anew)
{
	struct sync_peers peers = {.own_id = OWN};
	struct addr addr = address("10.8.0.12");
	struct sync_heartbeat silent = {.id = OTHER, .period_s = 10};
	const struct sync_peer *peer;

	sync_peers_hear(&peers, &addr, &silent, at_s(0), &peer);
	sync_peers_hear(&peers, &addr, &silent, at_s(10), &peer);
	silent.id = 333;
	ck_assert_uint_eq(sync_peers_hear(&peers, &addr, &silent, at_s(20), &peer),
			  SYNC_PEER_RESTARTED);
	ck_assert_uint_eq(sync_peers_hear(&peers, &addr, &silent, at_s(30), &peer), 0);
	ck_assert_uint_eq(sync_peers_hear(&peers, &addr, &silent, at_s(40), &peer),
			  SYNC_PEER_IS_DEAF);
}
END_TEST

START_TEST(an_age_that_has_no_room_on_the_wire_is_never)
{
	struct sync_peers peers = {.own_id = OWN};

	hear(&peers, 0, 1, 1);
	ck_assert_uint_eq(sync_peers_report(&peers, at_s(65534)).records[0].heartbeat_s, 65534);
	ck_assert_uint_eq(sync_peers_report(&peers, at_s(65536)).records[0].heartbeat_s,
			  SYNC_AGE_NEVER);
	ck_assert_uint_eq(sync_peers_report(&peers, at_s(65536 + 3)).records[0].heartbeat_s,
			  SYNC_AGE_NEVER);
	ck_assert_uint_eq(sync_peers_report(&peers, at_s(3)).records[0].entries_s, SYNC_AGE_NEVER);
}
END_TEST

/* --- what a forger can provoke --- */

START_TEST(a_burst_and_then_one_in_each_interval)
{
	static const struct sync_rate rate = {3, 10 * NS_PER_S};
	static const int64_t taken[] = {0, 1, 2, 10, 20, 30};
	struct sync_limit limit = {0};
	size_t n_taken = 0;
	uint64_t n_refused, n_all = 0;

	for (int64_t s = 0; s <= 30; s++) {
		bool may = mono_reached(at_s(s), sync_limit_next(&limit, &rate, at_s(s)));

		ck_assert(sync_limit_take(&limit, &rate, at_s(s), &n_refused) == may);
		if (!may)
			continue;
		n_all += n_refused;
		ck_assert_int_eq(s, taken[n_taken++]);
	}
	ck_assert_uint_eq(n_taken + n_all, 31);
	/* The whole burst is free again after a pause. */
	for (int i = 0; i < 4; i++)
		ck_assert(sync_limit_take(&limit, &rate, at_s(100), &n_refused) == (i < 3));
	ck_assert_int_eq(mono_sub(sync_limit_next(&limit, &rate, at_s(101)), at_s(110)), 0);
}
END_TEST

START_TEST(a_flood_is_a_line_in_ten_seconds)
{
	static const struct sync_rate rate = {16, 10 * NS_PER_S};
	struct sync_limit limit = {0};
	struct mono now = at_s(0);
	uint64_t n_refused;
	unsigned n = 0;

	for (int i = 0; i < 100000; i++) {
		now = mono_add_ms(now, 1);
		n += sync_limit_take(&limit, &rate, now, &n_refused);
	}
	ck_assert_uint_eq(n, 16 + 9);
}
END_TEST

START_TEST(a_master_tells_of_what_is_new_in_its_table)
{
	struct sync_announcing told = {0};

	/* The first three heartbeats as master: entries of the other kernel may be among them. */
	for (uint64_t n = 1; n <= 3; n++)
		ck_assert(!sync_announcing_step(&told, true, true, n));
	ck_assert(sync_announcing_step(&told, true, true, 4));
	ck_assert(!sync_announcing_step(&told, true, true, 4));
	ck_assert(!sync_announcing_step(&told, true, true, 3));
	ck_assert(!sync_announcing_step(&told, true, false, 5));
	ck_assert(sync_announcing_step(&told, true, true, 6));
	/* A backup hears of connections from the master. */
	ck_assert(!sync_announcing_step(&told, false, true, 7));
	ck_assert(!sync_announcing_step(&told, true, true, 8));
}
END_TEST

START_TEST(the_worst_of_all_peers_is_the_state)
{
	struct sync_peers peers = {.own_id = OWN};

	ck_assert_str_eq(sync_peers_state_name(&peers), "never heard");
	ck_assert(!sync_peers_none_heard(&peers, at_s(0), at_s(24)));
	ck_assert(sync_peers_none_heard(&peers, at_s(0), at_s(25)));
	peers.items[0] = (struct sync_peer){0}; /* entries alone came */
	peers.n = 1;
	ck_assert_str_eq(sync_peers_state_name(&peers), "never heard");
	ck_assert(sync_peers_none_heard(&peers, at_s(0), at_s(25)));
	peers.items[1] = (struct sync_peer){.id = 1, .state = SYNC_PEER_LEFT};
	peers.n = 2;
	ck_assert_str_eq(sync_peers_state_name(&peers), "left");
	ck_assert(!sync_peers_none_heard(&peers, at_s(0), at_s(25)));
	peers.items[2] = (struct sync_peer){.id = 2, .state = SYNC_PEER_HEARD};
	peers.n = 3;
	ck_assert_str_eq(sync_peers_state_name(&peers), "heard");
	peers.items[3] = (struct sync_peer){.id = 3, .state = SYNC_PEER_SILENT};
	peers.n = 4;
	ck_assert_str_eq(sync_peers_state_name(&peers), "silent");
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("sync peers");
	TCase *tcase = tcase_create("sync peers");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_test(tcase, a_heartbeat_is_a_message_without_an_entry);
	tcase_add_test(tcase, what_is_encoded_is_decoded);
	tcase_add_test(tcase, each_byte_that_is_not_as_it_must_be_is_refused);
	tcase_add_test(tcase, entries_of_both_versions_are_known);
	tcase_add_test(tcase, only_what_passed_no_router_is_near);
	tcase_add_test(tcase, an_address_is_known_by_its_heartbeats_alone);
	tcase_add_test(tcase, a_heartbeat_of_our_own_is_nobody);
	tcase_add_test(tcase, nobody_who_was_never_heard_is_missed);
	tcase_add_test(tcase, one_that_was_heard_is_missed_once_and_comes_back);
	tcase_add_test(tcase, one_that_says_goodbye_is_not_missed);
	tcase_add_test(tcase, a_peer_that_does_not_hear_us_is_deaf);
	tcase_add_test(tcase, what_a_peer_says_after_a_gap_is_old);
	tcase_add_test(tcase, a_kernel_that_is_not_heard_is_found_out);
	tcase_add_test(tcase, the_table_is_bounded);
	tcase_add_test(tcase, a_period_that_no_director_has_counts_as_the_usual_one);
	tcase_add_test(tcase, a_restart_begins_the_signs_of_deafness_anew);
	tcase_add_test(tcase, an_age_that_has_no_room_on_the_wire_is_never);
	tcase_add_test(tcase, a_burst_and_then_one_in_each_interval);
	tcase_add_test(tcase, a_flood_is_a_line_in_ten_seconds);
	tcase_add_test(tcase, a_master_tells_of_what_is_new_in_its_table);
	tcase_add_test(tcase, the_worst_of_all_peers_is_the_state);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
