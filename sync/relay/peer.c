/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sync/relay/peer.h"
#include "base/mem.h"
#include "sync/relay/counts.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

struct relay_peer *relay_peer_new(uint64_t seed)
{
	struct relay_peer *peer = mem_calloc(1, sizeof(*peer));

	peer->newest = relay_newest_new(seed);
	peer->ring = relay_ring_new();
	return peer;
}

void relay_peer_free(struct relay_peer *peer)
{
	if (!peer)
		return;
	relay_newest_free(peer->newest);
	relay_ring_free(peer->ring);
	free(peer);
}

const char *relay_state_name(enum relay_state state)
{
	static const char *const names[] = {
	    [RELAY_DOWN] = "down", [RELAY_JOINING] = "joining", [RELAY_READY] = "ready", [RELAY_DEGRADED] = "degraded"};

	return names[state];
}

const char *relay_bulk_reason_name(enum relay_bulk_reason reason)
{
	static const char *const names[RELAY_BULK_N_REASONS] = {
	    [RELAY_BULK_JOIN] = "join",		[RELAY_BULK_GAP] = "gap",	[RELAY_BULK_SERVICES] = "services",
	    [RELAY_BULK_COVERAGE] = "coverage", [RELAY_BULK_MASTER] = "master", [RELAY_BULK_COMMAND] = "command",
	};

	return names[reason];
}

static struct relay_body *body_send(struct relay_peer *peer, struct relay_actions *actions, enum relay_type type)
{
	struct relay_send *send = &actions->sends[actions->n_sends++];

	assert(actions->n_sends <= RELAY_SENDS_MAX);
	memset(send, 0, sizeof(*send));
	send->seq = ++peer->sent;
	send->body.type = type;
	return &send->body;
}

static uint64_t clock_us(struct mono now)
{
	return (uint64_t)(now.ns / NS_PER_US);
}

/* --- the bulk that is to come --- */

/* is_missing: connections are missing until it has come. */
static void want_bulk(struct relay_peer *peer, enum relay_bulk_reason reason, bool is_missing)
{
	peer->want.is_missing = (peer->want.is_on && peer->want.is_missing) || is_missing;
	peer->want.is_on = true;
	peer->want.reason = reason;
	peer->want.after = peer->gaps.top;
	peer->is_end_heard = false;
	if (is_missing)
		peer->is_checked = false;
}

/* What was refused for this reason would not be any more. *acted: how many had been refused at the last such event. */
static void want_refused(struct relay_peer *peer, enum relay_refused why, uint64_t *acted)
{
	if (peer->allowed.n_refused[why] != *acted)
		want_bulk(peer, RELAY_BULK_SERVICES, true);
	*acted = peer->allowed.n_refused[why];
}

/* When the peer may be asked: not while a bulk arrives. */
static struct mono ask_due(const struct relay_peer *peer)
{
	struct mono quiet = mono_add_ns(peer->bulk_heard, RELAY_BULK_PAUSE_NS), due = {0};

	if (!peer->want.is_on || peer->is_end_heard)
		return MONO_NEVER;
	if (peer->want.is_asked)
		due = mono_add_ns(peer->want.asked, peer->want.is_answered ? RELAY_ASK_NS : RELAY_ASK_AGAIN_NS);
	return mono_before(due, quiet) ? quiet : due;
}

static void ask_for_bulk(struct relay_peer *peer, struct mono now, struct relay_actions *actions)
{
	if (!mono_reached(now, ask_due(peer)))
		return;
	body_send(peer, actions, RELAY_BULK_REQ)->bulk_req.reason = (uint8_t)peer->want.reason;
	peer->want.is_asked = true;
	peer->want.is_answered = false;
	peer->want.asked = now;
}

/* All frames of the bulk are here, or were given up; then it is wanted again, and is_end_heard was taken back. */
static void bulk_judge(struct relay_peer *peer)
{
	if (!peer->is_end_heard || relay_gaps_got(&peer->gaps) < peer->end_last)
		return;
	peer->is_end_heard = false;
	peer->want.is_on = peer->want.is_missing = false;
	peer->has_bulk = true;
}

static void state_judge(struct relay_peer *peer)
{
	bool is_whole = peer->has_bulk && peer->is_checked && !(peer->want.is_on && peer->want.is_missing);

	if (peer->state == RELAY_DOWN)
		return;
	peer->was_ready |= is_whole;
	peer->state = is_whole ? RELAY_READY : peer->was_ready ? RELAY_DEGRADED : RELAY_JOINING;
}

/* --- counters --- */

static void counts_compare(struct relay_peer *peer, const struct relay_self *self, const struct relay_counts *here)
{
	uint32_t least = self->coverage_min ? self->coverage_min : RELAY_COVERAGE_MIN;
	uint32_t coverage = RELAY_COVERAGE_ALL;

	peer->is_theirs_new = false;
	peer->has_coverage = relay_coverage(&peer->theirs, here, &coverage);
	peer->coverage = coverage;
	if (coverage >= least) {
		peer->n_low = 0;
		peer->is_checked = peer->has_bulk && !(peer->want.is_on && peer->want.is_missing);
	} else if (++peer->n_low >= RELAY_LOW_ROUNDS) {
		peer->n_low = 0;
		want_bulk(peer, RELAY_BULK_COVERAGE, true);
	}
}

/* After a bulk at once, never while one is sent. */
static struct mono counts_send_due(const struct relay_peer *peer)
{
	if (peer->bulk.is_on)
		return MONO_NEVER;
	if (peer->owes_counts)
		return (struct mono){0};
	return mono_add_ns(peer->counts_sent,
			   peer->beat.state == RELAY_READY ? RELAY_COUNTS_NS : RELAY_COUNTS_JOIN_NS);
}

static struct mono counts_due(const struct relay_peer *peer)
{
	struct mono due = counts_send_due(peer);

	if (peer->is_theirs_new)
		due = mono_min(due, peer->compare_due);
	if (peer->is_counting) {
		struct mono again = mono_add_ns(peer->count_asked, RELAY_COUNTS_JOIN_NS);

		due = mono_before(due, again) ? again : due;
	}
	return due;
}

static void take_counts(struct relay_peer *peer, const struct relay_self *self, const struct relay_event *event,
			struct mono now, struct relay_actions *actions)
{
	bool is_asked = peer->is_counting;

	peer->is_counting = false;
	if (peer->is_theirs_new && mono_reached(now, peer->compare_due))
		counts_compare(peer, self, event->counts.here);
	if (!is_asked || !mono_reached(now, counts_send_due(peer)))
		return;
	peer->owes_counts = false;
	peer->counts_sent = now;
	body_send(peer, actions, RELAY_COUNTS)->counts = *event->counts.served;
}

/* --- frames that come --- */

static bool may_take(struct relay_peer *peer, const struct relay_body *body, struct mono now)
{
	unsigned n = relay_datagram_n(body->bytes.data, body->bytes.len);
	struct mono earliest = mono_add_ns(now, -RELAY_TAKE_BURST_NS);

	if (mono_before(peer->taken, earliest))
		peer->taken = earliest;
	if (mono_before(now, peer->taken))
		return false;
	peer->taken = mono_add_ns(peer->taken, (int64_t)(n ? n : 1) * NS_PER_S / RELAY_TAKE_PER_S);
	return true;
}

static void hear_data(struct relay_peer *peer, const struct relay_self *self, const struct relay_body *body,
		      const struct relay_place *place, struct mono now, struct relay_actions *actions)
{
	const struct sync_rate once_a_minute = {1, 60 * NS_PER_S};
	uint64_t n_refused;

	peer->data = now;
	if (body->flags & RELAY_FLAG_BULK) {
		peer->bulk_heard = now;
		peer->want.is_answered = true;
	}
	if (!may_take(peer, body, now)) {
		peer->n_flooded++;
		actions->is_flood = sync_limit_take(&peer->flood, &once_a_minute, now, &n_refused);
		want_bulk(peer, RELAY_BULK_GAP, true);
		return;
	}
	actions->kernel_len = relay_allow(&self->rules, place, body->bytes.data, body->bytes.len, &peer->allowed,
					  actions->kernel);
	peer->n_injected += actions->kernel_len > 0;
}

static void peer_stop(struct relay_peer *peer)
{
	peer->state = RELAY_DOWN;
	peer->bulk.is_on = false;
}

static void peer_end(struct relay_peer *peer, struct relay_actions *actions)
{
	peer_stop(peer);
	actions->is_session_over = true;
}

static void rtt_take(struct relay_peer *peer, uint64_t echo_us, struct mono now)
{
	int64_t rtt_ns;

	if (!echo_us || echo_us > clock_us(now))
		return;
	rtt_ns = now.ns - (int64_t)echo_us * NS_PER_US;
	if (rtt_ns > RELAY_RTT_MAX_NS)
		rtt_ns = RELAY_RTT_MAX_NS;
	peer->rtt_ns = peer->has_rtt ? (7 * peer->rtt_ns + rtt_ns) / 8 : rtt_ns;
	peer->has_rtt = true;
}

/* Of a BEAT that comes late, the peer has sent a newer one. */
static void hear_beat(struct relay_peer *peer, uint64_t seq, const struct relay_beat *beat, bool is_late,
		      struct mono now, struct relay_actions *actions)
{
	uint64_t got = beat->got < peer->sent ? beat->got : peer->sent;

	if (seq < peer->beat_seq)
		return;
	peer->beat_seq = seq;
	if (got > peer->peer_got)
		peer->peer_got = got;
	if (beat->n_dropped > peer->beat.n_dropped)
		relay_pace_drop(&peer->pace);
	if (!is_late)
		rtt_take(peer, beat->echo_us, now);
	peer->beat = *beat;
	peer->beat_heard = now;
	if (beat->flags & RELAY_BEAT_LEAVING) {
		peer->has_left = true;
		peer_end(peer, actions);
	}
}

static void hear_nack(struct relay_peer *peer, const struct relay_nack *nack, struct mono now,
		      struct relay_actions *actions)
{
	actions->n_again = relay_ring_answer(peer->ring, nack, now, actions->again);
	relay_pace_again(&peer->pace, actions->n_again);
	peer->n_again += actions->n_again;
}

static void hear_bulk_end(struct relay_peer *peer, uint64_t seq, const struct relay_bulk_end *end, struct mono now)
{
	peer->bulk_heard = mono_add_ns(now, -RELAY_BULK_PAUSE_NS);
	peer->want.is_answered = true;
	if (!peer->want.is_on || end->first <= peer->want.after)
		return;
	peer->is_end_heard = true;
	peer->end_last = end->last < seq ? end->last : seq - 1;
}

static void hear_frame(struct relay_peer *peer, const struct relay_self *self, const struct relay_event *event,
		       struct mono now, struct relay_actions *actions)
{
	const struct relay_body *body = event->frame.body;
	uint64_t seq = event->frame.seq;
	enum relay_seen seen;

	peer->heard = now;
	seen = relay_gaps_see(&peer->gaps, seq, now);
	if (seen == RELAY_SEEN_OLD)
		return;
	switch (body->type) {
	case RELAY_DATA:
		hear_data(peer, self, body,
			  &(struct relay_place){.newest = peer->newest,
						.seq = seq,
						.floor = relay_gaps_got(&peer->gaps),
						.is_late = seen == RELAY_SEEN_LATE},
			  now, actions);
		break;
	case RELAY_NACK:
		hear_nack(peer, &body->nack, now, actions);
		break;
	case RELAY_BEAT:
		hear_beat(peer, seq, &body->beat, seen == RELAY_SEEN_LATE, now, actions);
		break;
	case RELAY_BULK_REQ:
		if (body->bulk_req.reason < RELAY_BULK_N_REASONS)
			peer->bulk.owes[body->bulk_req.reason] = true;
		break;
	case RELAY_BULK_END:
		hear_bulk_end(peer, seq, &body->bulk_end, now);
		break;
	case RELAY_COUNTS:
		peer->theirs = body->counts;
		peer->is_theirs_new = true;
		peer->compare_due = mono_add_ns(now, RELAY_SETTLE_NS);
		break;
	case RELAY_MESSAGE:
		actions->message = body->bytes.data;
		actions->message_len = body->bytes.len;
		break;
	default:
		break;
	}
}

/* --- what this director sends --- */

static void bytes_send(struct relay_peer *peer, const struct relay_event *event, enum relay_type type, uint8_t flags,
		       struct relay_actions *actions)
{
	struct relay_body *body = body_send(peer, actions, type);

	body->flags = flags;
	body->bytes.data = event->bytes.data;
	body->bytes.len = event->bytes.len;
}

static bool is_too_long(struct relay_peer *peer, const struct relay_event *event)
{
	bool is_so = event->bytes.len > peer->payload_max;

	peer->n_too_long += is_so;
	return is_so;
}

static void send_local(struct relay_peer *peer, const struct relay_event *event, struct mono now,
		       struct relay_actions *actions)
{
	if (is_too_long(peer, event))
		return;
	peer->data = now;
	relay_pace_live(&peer->pace, relay_datagram_n(event->bytes.data, event->bytes.len), now);
	bytes_send(peer, event, RELAY_DATA, 0, actions);
}

static void send_bulk(struct relay_peer *peer, const struct relay_event *event, struct mono now,
		      struct relay_actions *actions)
{
	unsigned n = relay_datagram_n(event->bytes.data, event->bytes.len);
	struct relay_bulk_end *end;

	if (!peer->bulk.is_on)
		return;
	if (event->bytes.len) {
		if (is_too_long(peer, event))
			return;
		peer->data = now;
		peer->bulk.n_entries += n;
		relay_pace_bulk(&peer->pace, n, now);
		bytes_send(peer, event, RELAY_DATA, RELAY_FLAG_BULK, actions);
		return;
	}
	end = &body_send(peer, actions, RELAY_BULK_END)->bulk_end;
	*end = (struct relay_bulk_end){.reason = (uint8_t)peer->bulk.reason,
				       .n_entries = peer->bulk.n_entries,
				       .first = peer->bulk.first,
				       .last = peer->bulk.n_entries ? peer->sent - 1 : peer->bulk.first - 1};
	peer->bulk.is_on = false;
	peer->owes_counts = true;
	peer->n_bulks++;
}

/* When the bulk that is owed for this reason may begin. The first one for a join need not wait. */
static struct mono owed_due(const struct relay_peer *peer, enum relay_bulk_reason reason)
{
	struct mono due = {0}, master = mono_add_ns(peer->bulk.master, RELAY_MASTER_NS);

	if (!peer->bulk.owes[reason] || peer->bulk.is_on)
		return MONO_NEVER;
	if (peer->bulk.has_begun && (reason != RELAY_BULK_JOIN || peer->bulk.has_joined))
		due = mono_add_ns(peer->bulk.began, RELAY_ASK_NS);
	return reason == RELAY_BULK_MASTER && mono_before(due, master) ? master : due;
}

static struct mono bulk_due(const struct relay_peer *peer)
{
	struct mono due = MONO_NEVER;

	for (unsigned reason = 0; reason < RELAY_BULK_N_REASONS; reason++)
		due = mono_min(due, owed_due(peer, reason));
	return due;
}

/* One bulk is the answer to all reasons, but to MASTER only if that is long enough ago. */
static void bulk_begin_owed(struct relay_peer *peer, struct mono now, struct relay_actions *actions)
{
	unsigned reason = 0;

	while (reason < RELAY_BULK_N_REASONS && !mono_reached(now, owed_due(peer, reason)))
		reason++;
	if (reason == RELAY_BULK_N_REASONS)
		return;
	for (unsigned i = 0; i < RELAY_BULK_N_REASONS; i++)
		peer->bulk.owes[i] &= i == RELAY_BULK_MASTER &&
				      mono_before(now, mono_add_ns(peer->bulk.master, RELAY_MASTER_NS));
	peer->bulk.has_joined |= reason == RELAY_BULK_JOIN;
	peer->bulk.is_on = peer->bulk.has_begun = true;
	peer->bulk.reason = reason;
	peer->bulk.first = peer->sent + 1;
	peer->bulk.n_entries = 0;
	peer->bulk.began = now;
	actions->is_bulk_begun = true;
}

static struct mono beat_due(const struct relay_peer *peer)
{
	bool flows = mono_sub(peer->data, peer->beat_sent) > -RELAY_FLOW_NS;

	return mono_add_ns(peer->beat_sent, flows ? RELAY_BEAT_FLOW_NS : RELAY_BEAT_IDLE_NS);
}

static void send_beat(struct relay_peer *peer, const struct relay_self *self, struct mono now,
		      struct relay_actions *actions)
{
	uint64_t sent = peer->sent, echo_us = 0;

	if (peer->beat.now_us)
		echo_us = peer->beat.now_us + (uint64_t)(mono_sub(now, peer->beat_heard) / NS_PER_US);
	peer->beat_sent = now;
	body_send(peer, actions, RELAY_BEAT)->beat = (struct relay_beat){
	    .sent = sent,
	    .got = relay_gaps_got(&peer->gaps),
	    .now_us = clock_us(now),
	    .echo_us = echo_us,
	    .n_dropped = peer->n_dropped,
	    .n_entries = self->n_entries,
	    .state = (uint8_t)peer->state,
	    .flags = (uint8_t)((peer->is_leaving ? RELAY_BEAT_LEAVING : 0) | (self->is_master ? RELAY_BEAT_MASTER : 0)),
	};
}

/* --- events --- */

static void peer_begin(struct relay_peer *peer, const struct relay_self *self, size_t payload_max, struct mono now)
{
	struct relay_newest *newest = peer->newest;
	struct relay_ring *ring = peer->ring;

	relay_newest_clear(newest);
	relay_ring_clear(ring);
	/* The counts of the status go on, and so does the limit on the log. */
	*peer = (struct relay_peer){.state = RELAY_JOINING,
				    .is_leaving = peer->is_leaving,
				    .payload_max = payload_max < RELAY_PAYLOAD_MAX ? payload_max : RELAY_PAYLOAD_MAX,
				    .heard = now,
				    .bulk_heard = mono_add_ns(now, -RELAY_BULK_PAUSE_NS),
				    .newest = newest,
				    .ring = ring,
				    .allowed = peer->allowed,
				    .n_own = peer->allowed.n_refused[RELAY_REFUSED_OWN],
				    .n_route = peer->allowed.n_refused[RELAY_REFUSED_ROUTE],
				    .n_injected = peer->n_injected,
				    .n_flooded = peer->n_flooded,
				    .flood = peer->flood,
				    .n_again = peer->n_again,
				    .n_too_long = peer->n_too_long,
				    .n_bulks = peer->n_bulks,
				    .counts_sent = now};
	relay_pace_begin(&peer->pace, now);
	if (self->rate)
		peer->pace.rate = self->rate;
	want_bulk(peer, RELAY_BULK_JOIN, true);
}

static void peer_act(struct relay_peer *peer, const struct relay_self *self, const struct relay_event *event,
		     struct mono now, struct relay_actions *actions)
{
	switch (event->type) {
	case RELAY_EVENT_FRAME:
		hear_frame(peer, self, event, now, actions);
		break;
	case RELAY_EVENT_LOCAL:
		send_local(peer, event, now, actions);
		break;
	case RELAY_EVENT_DROPS:
		peer->n_dropped += event->n;
		if (event->n)
			want_bulk(peer, RELAY_BULK_GAP, true);
		break;
	case RELAY_EVENT_SERVICES:
		want_refused(peer, RELAY_REFUSED_ROUTE, &peer->n_route);
		break;
	case RELAY_EVENT_MASTER:
		peer->bulk.owes[RELAY_BULK_MASTER] = true;
		peer->bulk.master = now;
		break;
	case RELAY_EVENT_BACKUP:
		want_refused(peer, RELAY_REFUSED_OWN, &peer->n_own);
		break;
	case RELAY_EVENT_RESYNC:
		want_bulk(peer, RELAY_BULK_COMMAND, false);
		peer->bulk.owes[RELAY_BULK_COMMAND] = true;
		break;
	case RELAY_EVENT_BULK:
		send_bulk(peer, event, now, actions);
		break;
	case RELAY_EVENT_COUNTS:
		take_counts(peer, self, event, now, actions);
		break;
	case RELAY_EVENT_MESSAGE:
		if (!is_too_long(peer, event))
			bytes_send(peer, event, RELAY_MESSAGE, 0, actions);
		break;
	case RELAY_EVENT_LEAVE:
		send_beat(peer, self, now, actions);
		break;
	default:
		break;
	}
}

/* What is due now. */
static void peer_turn(struct relay_peer *peer, const struct relay_self *self, struct mono now,
		      struct relay_actions *actions)
{
	struct relay_nack nack;

	if (mono_reached(now, mono_add_ns(peer->heard, RELAY_DEAD_NS))) {
		peer_end(peer, actions);
		return;
	}
	relay_pace_tick(&peer->pace, now);
	if (relay_gaps_step(&peer->gaps, now, peer->rtt_ns, &nack))
		body_send(peer, actions, RELAY_NACK)->nack = nack;
	if (peer->gaps.n_lost != peer->n_lost) {
		peer->n_lost = peer->gaps.n_lost;
		want_bulk(peer, RELAY_BULK_GAP, true);
	}
	bulk_judge(peer);
	ask_for_bulk(peer, now, actions);
	bulk_begin_owed(peer, now, actions);
	if (mono_reached(now, counts_due(peer))) {
		peer->is_counting = actions->is_count_wanted = true;
		peer->count_asked = now;
	}
	state_judge(peer);
	if (mono_reached(now, beat_due(peer)))
		send_beat(peer, self, now, actions);
}

static void actions_clear(struct relay_actions *actions)
{
	actions->n_sends = actions->n_again = actions->kernel_len = actions->message_len = 0;
	actions->message = NULL;
	actions->is_bulk_begun = actions->is_count_wanted = actions->is_session_over = false;
	actions->is_state_new = actions->is_flood = false;
}

void relay_peer_step(struct relay_peer *peer, const struct relay_self *self, const struct relay_event *event,
		     struct mono now, struct relay_actions *actions)
{
	enum relay_state before = peer->state;

	actions_clear(actions);
	if (event->type == RELAY_EVENT_LEAVE)
		peer->is_leaving = true;
	if (event->type == RELAY_EVENT_UP)
		peer_begin(peer, self, event->payload_max, now);
	else if (event->type == RELAY_EVENT_LOST)
		peer_stop(peer);
	else if (peer->state != RELAY_DOWN)
		peer_act(peer, self, event, now, actions);
	if (peer->state != RELAY_DOWN)
		peer_turn(peer, self, now, actions);
	actions->is_state_new = peer->state != before;
}

void relay_peer_sealed(struct relay_peer *peer, uint64_t seq, enum relay_type type, const void *frame, size_t len,
		       struct mono now)
{
	relay_ring_put(peer->ring, seq, frame, len, type == RELAY_DATA, now);
}

struct mono relay_peer_wake(const struct relay_peer *peer)
{
	struct mono wake;

	if (peer->state == RELAY_DOWN)
		return MONO_NEVER;
	wake = mono_min(mono_add_ns(peer->heard, RELAY_DEAD_NS), beat_due(peer));
	wake = mono_min(wake, relay_gaps_wake(&peer->gaps));
	wake = mono_min(wake, counts_due(peer));
	wake = mono_min(wake, bulk_due(peer));
	return mono_min(wake, ask_due(peer));
}

struct mono relay_peer_bulk_wake(const struct relay_peer *peer)
{
	if (!peer->bulk.is_on || peer->sent - peer->peer_got > RELAY_FLIGHT_MAX)
		return MONO_NEVER;
	return relay_pace_wake(&peer->pace);
}

int64_t relay_peer_lag_ns(const struct relay_peer *peer, struct mono now)
{
	struct mono sent;
	uint64_t seq;

	if (peer->state == RELAY_DOWN || !peer->has_rtt)
		return -1;
	if (!relay_ring_data_since(peer->ring, peer->peer_got + 1, &sent, &seq))
		return peer->rtt_ns / 2;
	return peer->rtt_ns / 2 + mono_sub(now, sent);
}
