/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The relay's machine of one peer. */
#include <check.h>

#include "sync/relay/counts.h"
#include "sync/relay/peer.h"
#include "tests/unit/sync_entries.h"

#include <stdlib.h>

static struct sync_route route = {.service = {.family = AF_INET, .protocol = 6, .ep = {{AF_INET, {0, 0, 0, 2}}, 80}},
				  .dest = {{AF_INET, {0, 0, 0, 9}}, 80}};

static struct {
	struct relay_peer *peer;
	struct sync_routes routes, own;
	struct relay_self self;
	struct relay_actions actions;
	int64_t ms;
	uint64_t seq; /* of the last frame that came */
} t;

static struct mono at_ms(int64_t ms)
{
	return (struct mono){1000 * NS_PER_S + ms * NS_PER_MS};
}

static void set_up(void)
{
	memset(&t, 0, sizeof(t));
	t.peer = relay_peer_new(1);
	t.routes = (struct sync_routes){.items = &route, .n = 1};
	t.self = (struct relay_self){.rules = {&t.routes, &t.own, 5}, .n_entries = 44, .is_master = true};
}

static void tear_down(void)
{
	relay_peer_free(t.peer);
}

/* The event at t.ms; what is sent is sealed. */
static void step(struct relay_event event)
{
	relay_peer_step(t.peer, &t.self, &event, at_ms(t.ms), &t.actions);
	for (size_t i = 0; i < t.actions.n_sends; i++)
		relay_peer_sealed(t.peer, t.actions.sends[i].seq, t.actions.sends[i].body.type, "frame", 5,
				  at_ms(t.ms));
}

#define step_type(of) step((struct relay_event){.type = (of)})

static const struct relay_body *sent(enum relay_type type)
{
	for (size_t i = 0; i < t.actions.n_sends; i++)
		if (t.actions.sends[i].body.type == type)
			return &t.actions.sends[i].body;
	return NULL;
}

static void up(void)
{
	t.seq = 0;
	step((struct relay_event){.type = RELAY_EVENT_UP, .payload_max = RELAY_PAYLOAD_MAX});
}

static void hear_at(uint64_t seq, struct relay_body body)
{
	t.seq = seq > t.seq ? seq : t.seq;
	step((struct relay_event){.type = RELAY_EVENT_FRAME, .frame = {seq, &body}});
}

static void hear(struct relay_body body)
{
	hear_at(t.seq + 1, body);
}

static void hear_beat(enum relay_state state)
{
	hear((struct relay_body){.type = RELAY_BEAT,
				 .beat = {.sent = t.seq, .got = t.peer->sent, .now_us = 77, .state = (uint8_t)state}});
}

/* Up to this time, with a BEAT of the peer each 200 ms, and all that is due here. */
static void live_until(int64_t ms)
{
	while (t.ms < ms) {
		struct mono wake = relay_peer_wake(t.peer);
		int64_t next = (wake.ns - 1000 * NS_PER_S) / NS_PER_MS;

		if (t.ms / 200 != (t.ms + 1) / 200)
			hear_beat(RELAY_READY);
		t.ms++;
		if (next <= t.ms)
			step_type(RELAY_EVENT_TICK);
	}
}

static size_t datagram(unsigned n, uint8_t *data)
{
	size_t len = 8;

	for (unsigned i = 0; i < n; i++, len += 36)
		entry_make(&(struct made_entry){.client = (uint16_t)i, .server = 9, .timeout_s = 900}, data + len);
	memcpy(data, (const uint8_t[]){0, 5, (uint8_t)(len >> 8), (uint8_t)len, (uint8_t)n, 1, 0, 0}, 8);
	return len;
}

static void hear_data_at(uint64_t seq, unsigned n, uint8_t flags)
{
	uint8_t data[RELAY_PAYLOAD_MAX + ENTRY_MAX];
	size_t len = datagram(n, data);

	hear_at(seq, (struct relay_body){.type = RELAY_DATA, .flags = flags, .bytes = {data, len}});
}

static void hear_end(uint64_t first, uint64_t last)
{
	hear((struct relay_body){.type = RELAY_BULK_END, .bulk_end = {.first = first, .last = last}});
}

/* The counters of both, of one bucket: their served ones, and ours. */
static void counts(uint32_t theirs, uint32_t ours)
{
	struct relay_counts mine = {{ours}}, served = {{3}};

	hear((struct relay_body){.type = RELAY_COUNTS, .counts = {{theirs}}});
	ck_assert(!t.actions.is_count_wanted || t.peer->owes_counts);
	t.ms += 500;
	step((struct relay_event){.type = RELAY_EVENT_COUNTS, .counts = {&served, &mine}});
}

static void become_ready(void)
{
	up();
	hear_data_at(t.seq + 1, 1, RELAY_FLAG_BULK);
	hear_end(1, 1);
	counts(100, 100);
	ck_assert_int_eq(t.peer->state, RELAY_READY);
}

static void enter(enum relay_state state)
{
	if (state == RELAY_DOWN)
		return;
	if (state == RELAY_JOINING) {
		up();
		return;
	}
	become_ready();
	if (state == RELAY_DEGRADED)
		step((struct relay_event){.type = RELAY_EVENT_DROPS, .n = 1});
	ck_assert_int_eq(t.peer->state, state);
}

static char letter(enum relay_type type)
{
	return type == RELAY_DATA      ? 'd'
	       : type == RELAY_MESSAGE ? 'm'
	       : type == RELAY_BEAT    ? 'b'
				       : type == RELAY_BULK_REQ ? 'r' : '?';
}

/* Each event in each state. The state afterwards; and a letter for what is done, in the order of the actions. */
START_TEST(each_event_in_each_state)
{
	static const struct {
		enum relay_event_type event;
		enum relay_state after[4]; /* in DOWN, JOINING, READY, DEGRADED */
		const char *does[4]; /* d DATA, m MESSAGE, b BEAT, r BULK_REQ, B a bulk begins */
	} rows[] = {
#define SAME {RELAY_DOWN, RELAY_JOINING, RELAY_READY, RELAY_DEGRADED}
	    {RELAY_EVENT_UP, {RELAY_JOINING, RELAY_JOINING, RELAY_JOINING, RELAY_JOINING}, {"rb", "rb", "rb", "rb"}},
	    {RELAY_EVENT_LOST, {RELAY_DOWN, RELAY_DOWN, RELAY_DOWN, RELAY_DOWN}, {"", "", "", ""}},
	    {RELAY_EVENT_FRAME, SAME, {"", "", "", ""}},
	    {RELAY_EVENT_LOCAL, SAME, {"", "d", "d", "d"}},
	    {RELAY_EVENT_TICK, SAME, {"", "", "", ""}},
	    {RELAY_EVENT_DROPS, {RELAY_DOWN, RELAY_JOINING, RELAY_DEGRADED, RELAY_DEGRADED}, {"", "", "", ""}},
	    {RELAY_EVENT_SERVICES, SAME, {"", "", "", ""}},
	    {RELAY_EVENT_MASTER, SAME, {"", "", "", ""}},
	    {RELAY_EVENT_BACKUP, SAME, {"", "", "", ""}},
	    {RELAY_EVENT_RESYNC, SAME, {"", "B", "B", "B"}},
	    {RELAY_EVENT_BULK, SAME, {"", "", "", ""}},
	    {RELAY_EVENT_COUNTS, SAME, {"", "", "", ""}},
	    {RELAY_EVENT_MESSAGE, SAME, {"", "m", "m", "m"}},
	    {RELAY_EVENT_LEAVE, SAME, {"", "b", "b", "b"}},
	};
	const struct relay_body nothing = {.type = RELAY_BULK_END, .bulk_end = {.first = 0}};
	const struct relay_counts none = {{0}};

	ck_assert_uint_eq(sizeof(rows) / sizeof(rows[0]), RELAY_EVENT_N);
	tear_down();
	for (size_t i = 0; i < RELAY_EVENT_N; i++) {
		for (unsigned state = 0; state < 4; state++) {
			struct relay_event event = {.type = rows[i].event, .bytes = {(const uint8_t *)"abc", 3}};
			char does[8] = "";
			size_t n = 0;

			set_up();
			enter(state);
			step_type(RELAY_EVENT_TICK);
			if (event.type == RELAY_EVENT_FRAME)
				event.frame.seq = t.seq + 1, event.frame.body = &nothing;
			if (event.type == RELAY_EVENT_COUNTS)
				event.counts.served = event.counts.here = &none;
			if (event.type == RELAY_EVENT_DROPS)
				event.n = 3;
			step(event);
			for (unsigned k = 0; k < t.actions.n_sends; k++)
				does[n++] = letter(t.actions.sends[k].body.type);
			if (t.actions.is_bulk_begun)
				does[n++] = 'B';
			ck_assert_msg(t.peer->state == rows[i].after[state], "event %zu in %u: %u", i, state,
				      t.peer->state);
			ck_assert_msg(!strcmp(does, rows[i].does[state]), "event %zu in %u: %s", i, state, does);
			ck_assert_int_eq(t.actions.is_state_new, t.peer->state != state);
			tear_down();
		}
	}
	set_up();
}
END_TEST

START_TEST(beats_come_more_often_while_data_flows)
{
	uint8_t data[RELAY_PAYLOAD_MAX];
	size_t len = datagram(3, data);

	up();
	ck_assert_ptr_nonnull(sent(RELAY_BEAT));
	ck_assert_int_eq(relay_peer_wake(t.peer).ns, at_ms(200).ns);
	t.ms = 199;
	step_type(RELAY_EVENT_TICK);
	ck_assert_ptr_null(sent(RELAY_BEAT));
	t.ms = 200;
	step_type(RELAY_EVENT_TICK);
	ck_assert_ptr_nonnull(sent(RELAY_BEAT));
	ck_assert_uint_eq(sent(RELAY_BEAT)->beat.n_entries, 44);
	ck_assert_uint_eq(sent(RELAY_BEAT)->beat.flags, RELAY_BEAT_MASTER);
	ck_assert_uint_eq(sent(RELAY_BEAT)->beat.state, RELAY_JOINING);
	ck_assert_uint_eq(sent(RELAY_BEAT)->beat.sent, t.peer->sent - 1);
	t.ms = 210;
	step((struct relay_event){.type = RELAY_EVENT_LOCAL, .bytes = {data, len}});
	ck_assert_int_eq(relay_peer_wake(t.peer).ns, at_ms(220).ns);
	t.ms = 220;
	step_type(RELAY_EVENT_TICK);
	ck_assert_ptr_nonnull(sent(RELAY_BEAT));
	t.ms = 400;
	step_type(RELAY_EVENT_TICK);
	ck_assert_int_eq(relay_peer_wake(t.peer).ns, at_ms(420).ns);
	t.ms = 420;
	step_type(RELAY_EVENT_TICK);
	ck_assert_int_eq(relay_peer_wake(t.peer).ns, at_ms(620).ns);
	hear_data_at(1, 1, 0); /* what comes is data, too */
	ck_assert_int_eq(relay_peer_wake(t.peer).ns, at_ms(440).ns);
}
END_TEST

START_TEST(a_silent_peer_is_dead)
{
	up();
	t.ms = 100;
	hear_beat(RELAY_DOWN);
	t.ms = 2099;
	step_type(RELAY_EVENT_TICK);
	ck_assert_int_eq(t.peer->state, RELAY_JOINING);
	t.ms = 2100;
	step_type(RELAY_EVENT_TICK);
	ck_assert_int_eq(t.peer->state, RELAY_DOWN);
	ck_assert(t.actions.is_session_over && t.actions.is_state_new && !t.actions.n_sends && !t.peer->has_left);
	ck_assert(mono_is_never(relay_peer_wake(t.peer)));
	ck_assert_int_eq(relay_peer_lag_ns(t.peer, at_ms(2100)), -1);
}
END_TEST

START_TEST(a_peer_that_stops_says_so)
{
	become_ready();
	hear((struct relay_body){.type = RELAY_BEAT, .beat = {.flags = RELAY_BEAT_LEAVING}});
	ck_assert_int_eq(t.peer->state, RELAY_DOWN);
	ck_assert(t.actions.is_session_over && t.peer->has_left);
	up();
	ck_assert(!t.peer->has_left);
	step_type(RELAY_EVENT_LEAVE);
	ck_assert_uint_eq(sent(RELAY_BEAT)->beat.flags, RELAY_BEAT_LEAVING | RELAY_BEAT_MASTER);
	up();
	ck_assert_uint_eq(sent(RELAY_BEAT)->beat.flags, RELAY_BEAT_LEAVING | RELAY_BEAT_MASTER);
}
END_TEST

/* All frames of the bulk, and then the counters. */
START_TEST(ready_needs_all_frames_and_the_counters)
{
	up();
	ck_assert_uint_eq(sent(RELAY_BULK_REQ)->bulk_req.reason, RELAY_BULK_JOIN);
	counts(100, 100);
	ck_assert_int_eq(t.peer->state, RELAY_JOINING); /* counters alone are not enough */
	hear_data_at(t.seq + 1, 1, RELAY_FLAG_BULK);
	hear_data_at(t.seq + 2, 1, RELAY_FLAG_BULK);
	hear_end(2, 4);
	ck_assert(t.peer->want.is_on);
	counts(100, 100);
	ck_assert_int_eq(t.peer->state, RELAY_JOINING);
	hear_data_at(3, 1, RELAY_FLAG_BULK); /* it was missing */
	ck_assert(!t.peer->want.is_on);
	ck_assert_uint_eq(t.peer->allowed.n_refused[RELAY_REFUSED_OLDER], 1); /* of a connection that came again */
	ck_assert_int_eq(t.peer->state, RELAY_JOINING);
	counts(100, 97);
	ck_assert_int_eq(t.peer->state, RELAY_JOINING);
	ck_assert_uint_eq(t.peer->coverage, 970000);
	counts(100, 98);
	ck_assert_int_eq(t.peer->state, RELAY_READY);
	ck_assert(t.actions.is_state_new);
}
END_TEST

START_TEST(without_connections_there_counters_are_enough)
{
	up();
	hear_end(1, 0);
	counts(0, 55);
	ck_assert_int_eq(t.peer->state, RELAY_READY);
	ck_assert(!t.peer->has_coverage);
}
END_TEST

/* One low round is no proof; the second one asks for a bulk. */
START_TEST(low_coverage_asks_for_a_bulk)
{
	become_ready();
	live_until(11000);
	ck_assert_int_eq(t.peer->want.asked.ns, at_ms(0).ns); /* what is READY asks for nothing */
	counts(100, 50);
	ck_assert_int_eq(t.peer->state, RELAY_READY);
	counts(100, 99);
	counts(100, 50);
	ck_assert_int_eq(t.peer->state, RELAY_READY);
	counts(100, 50);
	ck_assert_int_eq(t.peer->state, RELAY_DEGRADED);
	ck_assert_uint_eq(sent(RELAY_BULK_REQ)->bulk_req.reason, RELAY_BULK_COVERAGE);
	/* A bulk that began before is not the answer. */
	hear_end(1, 1);
	ck_assert(t.peer->want.is_on);
	hear_end(t.seq + 1, t.seq);
	ck_assert(!t.peer->want.is_on);
	ck_assert_int_eq(t.peer->state, RELAY_DEGRADED);
	counts(100, 100);
	ck_assert_int_eq(t.peer->state, RELAY_READY);
}
END_TEST

/* The kernel needs a moment to take what came before the counters. */
START_TEST(counters_are_read_half_a_second_later)
{
	struct relay_counts mine = {{100}}, served = {{3}};

	up();
	hear_end(1, 0);
	hear((struct relay_body){.type = RELAY_COUNTS, .counts = {{100}}});
	t.ms = 499;
	step((struct relay_event){.type = RELAY_EVENT_COUNTS, .counts = {&served, &mine}});
	ck_assert_int_eq(t.peer->state, RELAY_JOINING);
	ck_assert(!t.actions.is_count_wanted);
	t.ms = 500;
	step_type(RELAY_EVENT_TICK);
	ck_assert(t.actions.is_count_wanted);
	step((struct relay_event){.type = RELAY_EVENT_COUNTS, .counts = {&served, &mine}});
	ck_assert_int_eq(t.peer->state, RELAY_READY);
	ck_assert_ptr_null(sent(RELAY_COUNTS)); /* it is not time for ours */
}
END_TEST

/* Ours leave each 2 s while the peer is not READY, else each 10 s. */
START_TEST(own_counters_are_sent_in_rounds)
{
	static const enum relay_state states[] = {RELAY_JOINING, RELAY_READY};
	static const int64_t rounds_ms[] = {2000, 10000};
	struct relay_counts mine = {{100}}, served = {{3}};

	tear_down();
	for (unsigned i = 0; i < 2; i++) {
		set_up();
		up();
		hear_end(1, 0);
		for (int64_t ms = 0; ms < rounds_ms[i]; ms += 100) {
			t.ms = ms;
			hear_beat(states[i]);
			ck_assert(!t.actions.is_count_wanted);
		}
		t.ms = rounds_ms[i] - 1;
		step_type(RELAY_EVENT_TICK);
		ck_assert(!t.actions.is_count_wanted);
		t.ms = rounds_ms[i];
		step_type(RELAY_EVENT_TICK);
		ck_assert(t.actions.is_count_wanted);
		step_type(RELAY_EVENT_TICK);
		ck_assert(!t.actions.is_count_wanted); /* it was said */
		step((struct relay_event){.type = RELAY_EVENT_COUNTS, .counts = {&served, &mine}});
		ck_assert_uint_eq(sent(RELAY_COUNTS)->counts.served[0], 3);
		step((struct relay_event){.type = RELAY_EVENT_COUNTS, .counts = {&served, &mine}});
		ck_assert_ptr_null(sent(RELAY_COUNTS));
		tear_down();
	}
	set_up();
}
END_TEST

/* Nothing of a bulk came: each 3 s. Something came: 10 s later, and not while frames of it come. */
START_TEST(a_bulk_is_asked_for_now_and_then)
{
	up();
	ck_assert_ptr_nonnull(sent(RELAY_BULK_REQ));
	t.ms = 1500;
	hear_beat(RELAY_DOWN);
	t.ms = 2999;
	hear_beat(RELAY_DOWN);
	ck_assert_ptr_null(sent(RELAY_BULK_REQ));
	t.ms = 3000;
	step_type(RELAY_EVENT_TICK);
	ck_assert_ptr_nonnull(sent(RELAY_BULK_REQ));
	t.ms = 4000;
	hear_data_at(t.seq + 1, 1, RELAY_FLAG_BULK);
	for (t.ms = 4000; t.ms < 12999; t.ms += 1000)
		hear_beat(RELAY_DOWN);
	t.ms = 12999;
	hear_data_at(t.seq + 1, 1, RELAY_FLAG_BULK);
	ck_assert_ptr_null(sent(RELAY_BULK_REQ));
	t.ms = 14000;
	hear_beat(RELAY_DOWN);
	ck_assert_ptr_null(sent(RELAY_BULK_REQ));
	t.ms = 14998;
	step_type(RELAY_EVENT_TICK);
	ck_assert_ptr_null(sent(RELAY_BULK_REQ));
	t.ms = 14999;
	step_type(RELAY_EVENT_TICK);
	ck_assert_ptr_nonnull(sent(RELAY_BULK_REQ));
}
END_TEST

/* A frame that is lost for good makes the connections of the peer uncertain, also in the midst of a bulk. */
START_TEST(a_lost_frame_degrades)
{
	become_ready();
	hear_at(t.seq + 2, (struct relay_body){.type = RELAY_MESSAGE});
	live_until(t.ms + 250);
	ck_assert_int_eq(t.peer->state, RELAY_DEGRADED);
	ck_assert(t.peer->want.reason == RELAY_BULK_GAP && t.peer->gaps.n_lost == 1);
	hear_end(t.seq - 1, t.seq); /* it began before the loss was known */
	ck_assert(t.peer->want.is_on);
	counts(100, 100); /* counters from before the bulk prove nothing */
	hear_end(t.seq + 1, t.seq);
	ck_assert(!t.peer->want.is_on);
	ck_assert_int_eq(t.peer->state, RELAY_DEGRADED);
	counts(100, 100);
	ck_assert_int_eq(t.peer->state, RELAY_READY);
}
END_TEST

START_TEST(what_was_refused_as_own_is_asked_for)
{
	become_ready();
	step_type(RELAY_EVENT_BACKUP);
	ck_assert_int_eq(t.peer->state, RELAY_READY);
	t.own = t.routes;
	hear_data_at(t.seq + 1, 1, 0);
	ck_assert_uint_eq(t.actions.kernel_len, 0);
	t.own = (struct sync_routes){0};
	step_type(RELAY_EVENT_BACKUP);
	ck_assert_int_eq(t.peer->state, RELAY_DEGRADED);
	hear_end(t.seq + 1, t.seq);
	counts(0, 0);
	ck_assert_int_eq(t.peer->state, RELAY_READY);
	step_type(RELAY_EVENT_BACKUP);
	ck_assert_int_eq(t.peer->state, RELAY_READY);
}
END_TEST

/* A server that comes back here makes nobody's connections uncertain, unless some of them were refused meanwhile. */
START_TEST(what_was_refused_without_a_server_is_asked_for)
{
	become_ready();
	step_type(RELAY_EVENT_SERVICES);
	ck_assert_int_eq(t.peer->state, RELAY_READY);
	t.routes.n = 0;
	hear_data_at(t.seq + 1, 1, 0);
	ck_assert_uint_eq(t.actions.kernel_len, 0);
	t.routes.n = 1;
	step_type(RELAY_EVENT_SERVICES);
	ck_assert_int_eq(t.peer->state, RELAY_DEGRADED);
	ck_assert_int_eq(t.peer->want.reason, RELAY_BULK_SERVICES);
	hear_end(t.seq + 1, t.seq);
	counts(0, 0);
	ck_assert_int_eq(t.peer->state, RELAY_READY);
	step_type(RELAY_EVENT_SERVICES);
	ck_assert_int_eq(t.peer->state, RELAY_READY);
	/* Another session begins with a bulk. */
	t.routes.n = 0;
	hear_data_at(t.seq + 1, 1, 0);
	t.routes.n = 1;
	become_ready();
	step_type(RELAY_EVENT_SERVICES);
	ck_assert_int_eq(t.peer->state, RELAY_READY);
}
END_TEST

static void hear_req(enum relay_bulk_reason reason)
{
	hear((struct relay_body){.type = RELAY_BULK_REQ, .bulk_req = {(uint8_t)reason}});
}

static void bulk_is_over(void)
{
	step_type(RELAY_EVENT_BULK);
}

START_TEST(a_bulk_has_its_frames_and_its_end)
{
	uint8_t data[RELAY_PAYLOAD_MAX];
	size_t len = datagram(20, data);

	up();
	ck_assert(mono_is_never(relay_peer_bulk_wake(t.peer)));
	hear_req(RELAY_BULK_JOIN);
	ck_assert(t.actions.is_bulk_begun);
	ck_assert_int_eq(t.peer->bulk.reason, RELAY_BULK_JOIN);
	ck_assert(mono_reached(at_ms(0), relay_peer_bulk_wake(t.peer)));
	step((struct relay_event){.type = RELAY_EVENT_BULK, .bytes = {data, len}});
	ck_assert_uint_eq(t.actions.sends[0].body.flags, RELAY_FLAG_BULK);
	ck_assert_uint_eq(t.actions.sends[0].body.bytes.len, len);
	step((struct relay_event){.type = RELAY_EVENT_LOCAL, .bytes = {data, len}});
	ck_assert_uint_eq(t.actions.sends[0].body.flags, 0);
	step((struct relay_event){.type = RELAY_EVENT_BULK, .bytes = {data, len}});
	ck_assert_int_eq(relay_peer_bulk_wake(t.peer).ns, at_ms(3).ns); /* 60 entries of 20,000 a second */
	bulk_is_over();
	ck_assert_uint_eq(sent(RELAY_BULK_END)->bulk_end.n_entries, 40);
	ck_assert_uint_eq(sent(RELAY_BULK_END)->bulk_end.first, 3); /* behind BULK_REQ and BEAT */
	ck_assert_uint_eq(sent(RELAY_BULK_END)->bulk_end.last, 5);
	ck_assert(t.actions.is_count_wanted); /* the peer needs our counters */
	ck_assert(mono_is_never(relay_peer_bulk_wake(t.peer)));
	bulk_is_over();
	ck_assert_ptr_null(sent(RELAY_BULK_END));
}
END_TEST

START_TEST(bulks_are_10_s_apart_but_for_the_join)
{
	up();
	step_type(RELAY_EVENT_RESYNC);
	ck_assert(t.actions.is_bulk_begun);
	bulk_is_over();
	ck_assert_uint_gt(sent(RELAY_BULK_END)->bulk_end.first, sent(RELAY_BULK_END)->bulk_end.last);
	t.ms = 1000;
	hear_req(RELAY_BULK_JOIN);
	ck_assert(t.actions.is_bulk_begun);
	hear_req(RELAY_BULK_GAP);
	ck_assert(!t.actions.is_bulk_begun);
	bulk_is_over();
	hear_req(RELAY_BULK_JOIN);
	ck_assert(!t.actions.is_bulk_begun);
	live_until(10999);
	ck_assert(!t.peer->bulk.is_on);
	ck_assert_int_eq(relay_peer_wake(t.peer).ns, at_ms(11000).ns);
	t.ms = 11000;
	step_type(RELAY_EVENT_TICK);
	ck_assert(t.actions.is_bulk_begun);
	bulk_is_over();
	hear_req(99); /* no reason of this version */
	live_until(22000);
	ck_assert(!t.peer->bulk.is_on);
}
END_TEST

/* The last frames of the former MASTER come first. */
START_TEST(a_new_master_sends_all_a_second_later)
{
	up();
	step_type(RELAY_EVENT_MASTER);
	ck_assert(!t.actions.is_bulk_begun);
	hear_req(RELAY_BULK_JOIN);
	ck_assert(t.actions.is_bulk_begun);
	bulk_is_over();
	live_until(9999);
	ck_assert(!t.peer->bulk.is_on);
	live_until(10000);
	ck_assert(t.peer->bulk.is_on && t.peer->bulk.reason == RELAY_BULK_MASTER);
	bulk_is_over();
	live_until(25000);
	ck_assert(!t.peer->bulk.is_on);
	step_type(RELAY_EVENT_MASTER);
	live_until(25999);
	ck_assert(!t.peer->bulk.is_on);
	live_until(26000);
	ck_assert(t.peer->bulk.is_on);
}
END_TEST

START_TEST(a_bulk_waits_for_acknowledgements)
{
	uint8_t data[RELAY_PAYLOAD_MAX];
	size_t len = datagram(1, data);

	up();
	hear_req(RELAY_BULK_JOIN);
	while (t.peer->sent < 4096)
		step((struct relay_event){.type = RELAY_EVENT_BULK, .bytes = {data, len}});
	ck_assert(!mono_is_never(relay_peer_bulk_wake(t.peer)));
	step((struct relay_event){.type = RELAY_EVENT_BULK, .bytes = {data, len}});
	ck_assert(mono_is_never(relay_peer_bulk_wake(t.peer)));
	hear((struct relay_body){.type = RELAY_BEAT, .beat = {.got = 1}});
	ck_assert(!mono_is_never(relay_peer_bulk_wake(t.peer)));
}
END_TEST

START_TEST(drops_there_halve_the_pace)
{
	up();
	hear((struct relay_body){.type = RELAY_BEAT, .beat = {.n_dropped = 3}});
	ck_assert_uint_eq(t.peer->pace.rate, 10000);
	t.ms = 1500;
	hear((struct relay_body){.type = RELAY_BEAT, .beat = {.n_dropped = 3}});
	ck_assert_uint_eq(t.peer->pace.rate, 10000);
	step((struct relay_event){.type = RELAY_EVENT_DROPS, .n = 7});
	step((struct relay_event){.type = RELAY_EVENT_DROPS, .n = 0});
	live_until(1800);
	ck_assert_uint_eq(t.peer->n_dropped, 7);
	ck_assert_int_eq(t.peer->state, RELAY_JOINING);
}
END_TEST

START_TEST(frames_are_sent_again)
{
	up(); /* 1 BULK_REQ, 2 BEAT */
	hear((struct relay_body){.type = RELAY_NACK, .nack = {.n = 1, .ranges = {{1, 5}}}});
	ck_assert_uint_eq(t.actions.n_again, 2);
	ck_assert_uint_eq(t.peer->n_again, 2);
	ck_assert_uint_eq(t.peer->pace.n_again, 2);
	hear_at(t.seq, (struct relay_body){.type = RELAY_NACK, .nack = {.n = 1, .ranges = {{1, 5}}}});
	ck_assert_uint_eq(t.actions.n_again, 0); /* a copy */
}
END_TEST

/* It took 30 ms to and fro; the DATA of 100 ms ago is not acknowledged. */
START_TEST(the_lag_is_known)
{
	uint8_t data[RELAY_PAYLOAD_MAX];
	size_t len = datagram(1, data);
	uint64_t now_us = 1000 * 1000000;

	up();
	ck_assert_uint_eq(sent(RELAY_BEAT)->beat.now_us, now_us);
	ck_assert_uint_eq(sent(RELAY_BEAT)->beat.echo_us, 0);
	ck_assert_int_eq(relay_peer_lag_ns(t.peer, at_ms(0)), -1);
	t.ms = 30;
	hear((struct relay_body){.type = RELAY_BEAT, .beat = {.now_us = 5000, .got = 2, .echo_us = now_us}});
	ck_assert_int_eq(relay_peer_lag_ns(t.peer, at_ms(30)), 15 * NS_PER_MS);
	step_type(RELAY_EVENT_TICK);
	t.ms = 35;
	step((struct relay_event){.type = RELAY_EVENT_LOCAL, .bytes = {data, len}});
	t.ms = 135; /* BEATs do not count */
	step_type(RELAY_EVENT_TICK);
	ck_assert_uint_eq(sent(RELAY_BEAT)->beat.echo_us, 5000 + 105000);
	ck_assert_int_eq(relay_peer_lag_ns(t.peer, at_ms(135)), 115 * NS_PER_MS);
	t.ms = 130;
	/* A late BEAT says nothing, a clock of the future neither; a slow one has its bound. */
	hear_at(t.seq + 2, (struct relay_body){.type = RELAY_BEAT, .beat = {.got = 99, .echo_us = now_us * 2}});
	ck_assert_int_eq(relay_peer_lag_ns(t.peer, at_ms(130)), 15 * NS_PER_MS);
	hear_at(t.seq - 1, (struct relay_body){.type = RELAY_BEAT, .beat = {.got = 1, .echo_us = now_us}});
	ck_assert_int_eq(relay_peer_lag_ns(t.peer, at_ms(130)), 15 * NS_PER_MS);
	hear((struct relay_body){.type = RELAY_BEAT, .beat = {.got = 99, .echo_us = 1}});
	ck_assert_int_eq(t.peer->rtt_ns, (7 * 30 + 1000) * NS_PER_MS / 8);
}
END_TEST

START_TEST(a_flood_is_capped)
{
	uint64_t n_flood = 0;

	become_ready();
	live_until(2000);
	/* 38 entries each: 20,000 at once, then 200,000 a second. */
	for (unsigned i = 0; i < 1000; i++) {
		hear_data_at(t.seq + 1, 38, 0);
		n_flood += t.actions.is_flood;
	}
	ck_assert_uint_eq(n_flood, 1);
	ck_assert_uint_ge(t.peer->n_injected, 20000 / 38);
	ck_assert_uint_le(t.peer->n_injected, 20000 / 38 + 3);
	ck_assert_uint_eq(t.peer->n_injected + t.peer->n_flooded, 1001);
	ck_assert_int_eq(t.peer->state, RELAY_DEGRADED);
	t.ms += 10;
	hear_data_at(t.seq + 1, 38, 0);
	ck_assert_uint_gt(t.actions.kernel_len, 0);
	live_until(61999);
	for (unsigned i = 0; i < 1000; i++) {
		hear_data_at(t.seq + 1, 38, 0);
		n_flood += t.actions.is_flood;
	}
	ck_assert_uint_eq(n_flood, 1);
	t.ms = 62100;
	for (unsigned i = 0; i < 1000; i++) {
		hear_data_at(t.seq + 1, 38, 0);
		n_flood += t.actions.is_flood;
	}
	ck_assert_uint_eq(n_flood, 2);
}
END_TEST

START_TEST(what_is_too_long_is_not_sent)
{
	uint8_t data[RELAY_PAYLOAD_MAX + 1] = {0};

	step((struct relay_event){.type = RELAY_EVENT_UP, .payload_max = 1100});
	step((struct relay_event){.type = RELAY_EVENT_LOCAL, .bytes = {data, 1101}});
	ck_assert_ptr_null(sent(RELAY_DATA));
	step((struct relay_event){.type = RELAY_EVENT_LOCAL, .bytes = {data, 1100}});
	ck_assert_ptr_nonnull(sent(RELAY_DATA));
	step((struct relay_event){.type = RELAY_EVENT_MESSAGE, .bytes = {data, 1101}});
	ck_assert_ptr_null(sent(RELAY_MESSAGE));
	ck_assert_uint_eq(t.peer->n_too_long, 2);
	step((struct relay_event){.type = RELAY_EVENT_UP, .payload_max = 60000});
	step((struct relay_event){.type = RELAY_EVENT_LOCAL, .bytes = {data, RELAY_PAYLOAD_MAX + 1}});
	ck_assert_ptr_null(sent(RELAY_DATA));
}
END_TEST

START_TEST(messages_pass)
{
	up();
	hear((struct relay_body){.type = RELAY_MESSAGE, .bytes = {(const uint8_t *)"hello", 5}});
	ck_assert_uint_eq(t.actions.message_len, 5);
	ck_assert_mem_eq(t.actions.message, "hello", 5);
	step_type(RELAY_EVENT_TICK);
	ck_assert_ptr_null(t.actions.message);
}
END_TEST

/* A new session begins at number 1, and forgets the frames of the one before. */
START_TEST(a_new_session_begins_anew)
{
	size_t len;

	become_ready(), hear_data_at(t.seq + 5, 1, 0), up();
	ck_assert_uint_eq(t.peer->sent, 2);
	ck_assert_uint_eq(t.peer->gaps.n, 0);
	ck_assert_ptr_null(relay_ring_find(t.peer->ring, 3, &len));
	hear_data_at(1, 1, 0);
	ck_assert_uint_gt(t.actions.kernel_len, 0);
	ck_assert_uint_eq(t.peer->allowed.n_entries, 3);
}
END_TEST

START_TEST(each_state_and_reason_has_a_word)
{
	for (unsigned i = 0; i < RELAY_BULK_N_REASONS; i++)
		for (unsigned k = 0; k < i; k++)
			ck_assert_str_ne(relay_bulk_reason_name(i), relay_bulk_reason_name(k));
	for (unsigned i = 0; i <= RELAY_DEGRADED; i++)
		for (unsigned k = 0; k < i; k++)
			ck_assert_str_ne(relay_state_name(i), relay_state_name(k));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("relay_peer");
	TCase *tcase = tcase_create("all");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_checked_fixture(tcase, set_up, tear_down);
	tcase_add_test(tcase, each_event_in_each_state);
	tcase_add_test(tcase, beats_come_more_often_while_data_flows);
	tcase_add_test(tcase, a_silent_peer_is_dead);
	tcase_add_test(tcase, a_peer_that_stops_says_so);
	tcase_add_test(tcase, ready_needs_all_frames_and_the_counters);
	tcase_add_test(tcase, without_connections_there_counters_are_enough);
	tcase_add_test(tcase, low_coverage_asks_for_a_bulk);
	tcase_add_test(tcase, counters_are_read_half_a_second_later);
	tcase_add_test(tcase, own_counters_are_sent_in_rounds);
	tcase_add_test(tcase, a_bulk_is_asked_for_now_and_then);
	tcase_add_test(tcase, a_lost_frame_degrades);
	tcase_add_test(tcase, what_was_refused_as_own_is_asked_for);
	tcase_add_test(tcase, what_was_refused_without_a_server_is_asked_for);
	tcase_add_test(tcase, a_bulk_has_its_frames_and_its_end);
	tcase_add_test(tcase, bulks_are_10_s_apart_but_for_the_join);
	tcase_add_test(tcase, a_new_master_sends_all_a_second_later);
	tcase_add_test(tcase, a_bulk_waits_for_acknowledgements);
	tcase_add_test(tcase, drops_there_halve_the_pace);
	tcase_add_test(tcase, frames_are_sent_again);
	tcase_add_test(tcase, the_lag_is_known);
	tcase_add_test(tcase, a_flood_is_capped);
	tcase_add_test(tcase, what_is_too_long_is_not_sent);
	tcase_add_test(tcase, messages_pass);
	tcase_add_test(tcase, a_new_session_begins_anew);
	tcase_add_test(tcase, each_state_and_reason_has_a_word);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
