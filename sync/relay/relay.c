/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sync/relay/relay.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/log_limit.h"
#include "base/mem.h"
#include "base/nonce.h"
#include "sync/relay/counts.h"
#include "sync/relay/courier.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

/* So many datagrams are read in a turn, and so many of a bulk are made. */
#define N_TAKEN_MAX 64
#define N_BULK_MAX  64

/* A peer. */
struct line {
	struct endpoint at;
	struct sockaddr_storage sa;
	socklen_t sa_len;
	struct relay_session *session;
	bool is_up; /* the machine knows of the session */
	struct relay_peer *peer;
	struct sync_bulk bulk;
	struct courier *courier; /* the messages of the directors */
	uint64_t awaited; /* up to this number all frames are to be acknowledged; 0: none */
	uint64_t n_unsent;
	int send_code; /* of the last frame: 0, or -errno */
};

struct relay {
	struct loop *loop;
	struct relay_ops ops;
	struct relay_crypto *crypto;
	struct relay_node node;
	struct relay_keys keys;
	struct relay_self self;
	int wire; /* -1: none */
	struct loop_io *io;
	struct loop_timer *timer;
	bool is_awaiting; /* on_acked is owed */
	size_t n_lines;
	struct line lines[RELAY_PEERS_MAX];
	struct relay_actions actions;
	struct log_limit floods, strangers, failures;
	uint8_t bytes[RELAY_FRAME_MAX + 1]; /* a longer datagram is none of ours */
};

static void fill_random(void *arg, uint8_t *bytes, size_t len)
{
	(void)arg;
	/* Of up to 256 bytes all come, unless a signal comes before the kernel has random numbers at all. */
	while (getrandom(bytes, len, 0) != (ssize_t)len)
		continue;
}

/* --- what leaves --- */

static const char *line_name(const struct line *line, char text[static ENDPOINT_TEXT_MAX])
{
	return endpoint_format(&line->at, text);
}

static void line_send(struct relay *relay, struct line *line, const void *frame, size_t len)
{
	char name[ENDPOINT_TEXT_MAX];
	unsigned n_unsaid;

	if (relay->wire >= 0 && sendto(relay->wire, frame, len, MSG_NOSIGNAL, (const struct sockaddr *)&line->sa,
				       line->sa_len) >= 0) {
		line->send_code = 0;
		return;
	}
	line->n_unsent++;
	/* ECONNREFUSED tells of an earlier frame: nobody listens there yet. */
	if (relay->wire < 0 || errno == ECONNREFUSED)
		return;
	if (line->send_code != -errno && log_limit_take(&relay->failures, clock_mono(), &n_unsaid))
		log_warning("nothing can be sent to the director on %s: %s", line_name(line, name),
			    err_errno(-errno));
	line->send_code = -errno;
}

static void line_seal(struct relay *relay, struct line *line, const struct relay_send *send)
{
	uint8_t frame[RELAY_FRAME_MAX];
	uint8_t *payload = frame + RELAY_HEADER_SIZE;
	size_t len = relay_body_encode(&send->body, payload);

	len = relay_session_seal(line->session, (uint8_t)send->body.type, send->body.flags, payload, len, frame);
	if (!len)
		return;
	relay_peer_sealed(line->peer, send->seq, send->body.type, frame, len, loop_now(relay->loop));
	line_send(relay, line, frame, len);
}

/* Those that wait are given up. */
static void line_courier_new(struct line *line)
{
	courier_free(line->courier);
	line->courier = courier_new((uint32_t)nonce_new());
}

static void line_message(struct relay *relay, struct line *line, const void *piece, size_t len)
{
	const uint8_t *message;

	if (courier_take(line->courier, piece, len, loop_now(relay->loop), &message, &len))
		relay->ops.on_message(&line->at, message, len, relay->ops.arg);
}

static void carry_out(struct relay *relay, struct line *line)
{
	const struct relay_actions *actions = &relay->actions;
	char name[ENDPOINT_TEXT_MAX];

	for (size_t i = 0; i < actions->n_sends; i++)
		line_seal(relay, line, &actions->sends[i]);
	for (size_t i = 0; i < actions->n_again; i++) {
		size_t len;
		const uint8_t *frame = relay_ring_find(line->peer->ring, actions->again[i], &len);

		if (frame)
			line_send(relay, line, frame, len);
	}
	if (actions->kernel_len)
		relay->ops.deliver(actions->kernel, actions->kernel_len, relay->ops.arg);
	if (actions->message)
		line_message(relay, line, actions->message, actions->message_len);
	if (actions->is_bulk_begun)
		line->bulk = (struct sync_bulk){0};
	if (actions->is_count_wanted)
		relay->ops.want_count(relay->ops.arg);
	if (actions->is_flood)
		log_warning("the director on %s sends more than %d connections a second: the rest is dropped, "
			    "and asked for again later",
			    line_name(line, name), RELAY_TAKE_PER_S);
	if (actions->is_session_over) {
		relay_session_end(line->session);
		line->is_up = false;
		line_courier_new(line);
	}
	if (actions->is_state_new)
		relay->ops.on_state(relay->ops.arg);
}

static void line_step(struct relay *relay, struct line *line, const struct relay_event *event)
{
	relay_peer_step(line->peer, &relay->self, event, loop_now(relay->loop), &relay->actions);
	carry_out(relay, line);
}

/* --- time --- */

/* The machine learns of a session that is over, as after too long without a key. */
static void line_judge(struct relay *relay, struct line *line)
{
	if (!line->is_up || relay_session_is_up(line->session))
		return;
	line->is_up = false;
	line_courier_new(line);
	line_step(relay, line, &(struct relay_event){.type = RELAY_EVENT_LOST});
}

static void line_bulk(struct relay *relay, struct line *line, struct mono now)
{
	uint8_t data[SYNC_BULK_SIZE];

	for (int i = 0; i < N_BULK_MAX && mono_reached(now, relay_peer_bulk_wake(line->peer)); i++) {
		struct relay_event event = {.type = RELAY_EVENT_BULK};

		event.bytes.data = data;
		event.bytes.len = relay->ops.bulk_next(&line->bulk, data, relay->ops.arg);
		line_step(relay, line, &event);
	}
}

static void line_say(struct relay *relay, struct line *line, struct mono now)
{
	uint8_t payload[RELAY_PAYLOAD_MAX];
	size_t len;

	while (line->is_up && (len = courier_next(line->courier, now, payload))) {
		struct relay_event event = {.type = RELAY_EVENT_MESSAGE};

		event.bytes.data = payload;
		event.bytes.len = len;
		line_step(relay, line, &event);
	}
}

static void line_turn(struct relay *relay, struct line *line)
{
	struct mono now = loop_now(relay->loop);
	uint8_t frame[RELAY_FRAME_MAX];
	size_t len;

	if (mono_reached(now, relay_session_due(line->session)))
		while ((len = relay_session_say(line->session, now, frame)))
			line_send(relay, line, frame, len);
	line_judge(relay, line);
	if (mono_reached(now, relay_peer_wake(line->peer)))
		line_step(relay, line, &(struct relay_event){.type = RELAY_EVENT_TICK});
	line_bulk(relay, line, now);
	line_say(relay, line, now);
}

/* --- acknowledgements --- */

/* When the peer is not waited for any more, if nothing comes. It says something every RELAY_BEAT_IDLE_NS. */
static struct mono line_patience(const struct line *line)
{
	return mono_add_ns(line->peer->heard, 3 * RELAY_BEAT_IDLE_NS);
}

/* Returns until when there is a reason to wait; MONO_NEVER: there is none. */
static struct mono await_settle(struct relay *relay)
{
	struct mono now = loop_now(relay->loop), until = MONO_NEVER;

	if (!relay->is_awaiting)
		return MONO_NEVER;
	for (size_t i = 0; i < relay->n_lines; i++) {
		const struct line *line = &relay->lines[i];

		if (line->peer->state != RELAY_DOWN && line->peer->peer_got < line->awaited &&
		    mono_before(now, line_patience(line)))
			until = mono_min(until, line_patience(line));
	}
	if (until.ns != MONO_NEVER.ns)
		return until;
	relay->is_awaiting = false;
	relay->ops.on_acked(relay->ops.arg);
	return MONO_NEVER;
}

/* To be called after each event. */
static void relay_settle(struct relay *relay)
{
	struct mono next = MONO_NEVER;

	if (relay->wire < 0) {
		await_settle(relay);
		return;
	}
	for (size_t i = 0; i < relay->n_lines; i++) {
		struct line *line = &relay->lines[i];

		line_turn(relay, line);
		next = mono_min(next, relay_session_due(line->session));
		next = mono_min(next, mono_min(relay_peer_wake(line->peer), relay_peer_bulk_wake(line->peer)));
		if (line->is_up)
			next = mono_min(next, courier_due(line->courier, loop_now(relay->loop)));
	}
	loop_timer_set(relay->timer, mono_min(next, await_settle(relay)));
}

static void on_timer(void *arg)
{
	relay_settle(arg);
}

/* --- what arrives --- */

static void line_hear(struct relay *relay, struct line *line, const void *bytes, size_t len)
{
	struct relay_taken taken = relay_session_take(line->session, bytes, len, loop_now(relay->loop));
	struct relay_event event = {.type = RELAY_EVENT_UP};
	struct relay_body body;

	if (taken.is_new) {
		uint16_t payload_max = relay_session_peer(line->session)->payload_max;

		line->is_up = true;
		courier_restart(line->courier);
		line->awaited = 0; /* a new session counts anew */
		event.payload_max = payload_max < relay->node.payload_max ? payload_max : relay->node.payload_max;
		line_step(relay, line, &event);
	}
	if (!taken.has_frame || !relay_body_decode(&taken.header, taken.payload, &body))
		return;
	event = (struct relay_event){.type = RELAY_EVENT_FRAME};
	event.frame.seq = taken.header.seq;
	event.frame.body = &body;
	line_step(relay, line, &event);
}

static struct line *line_find(struct relay *relay, const struct endpoint *from)
{
	for (size_t i = 0; i < relay->n_lines; i++)
		if (!endpoint_cmp(&relay->lines[i].at, from))
			return &relay->lines[i];
	return NULL;
}

static void say_stranger(struct relay *relay, const struct endpoint *from)
{
	char name[ENDPOINT_TEXT_MAX];
	unsigned n_unsaid;

	if (log_limit_take(&relay->strangers, clock_mono(), &n_unsaid))
		log_warning("datagrams from %s are ignored: no peer in the block sync has this address and port",
			    endpoint_format(from, name));
}

static void on_wire(int fd, unsigned events, void *arg)
{
	struct relay *relay = arg;

	(void)events;
	for (int i = 0; i < N_TAKEN_MAX; i++) {
		struct sockaddr_storage sa;
		socklen_t sa_len = sizeof(sa);
		ssize_t len = recvfrom(fd, relay->bytes, sizeof(relay->bytes), 0, (struct sockaddr *)&sa, &sa_len);
		struct endpoint from;
		struct line *line;

		/* "Nothing more", or that nobody listens at a peer. */
		if (len < 0 && errno == ECONNREFUSED)
			continue;
		if (len < 0)
			break;
		if (endpoint_from_sockaddr((struct sockaddr *)&sa, &from) < 0)
			continue;
		line = line_find(relay, &from);
		if (line)
			line_hear(relay, line, relay->bytes, (size_t)len);
		else
			say_stranger(relay, &from);
	}
	relay_settle(relay);
}

/* --- orders --- */

static void line_close(struct line *line)
{
	relay_session_free(line->session);
	relay_peer_free(line->peer);
	courier_free(line->courier);
}

static void line_open(struct relay *relay, struct line *line)
{
	line->session = relay_session_new(relay->crypto, &relay->node, &relay->keys, fill_random, NULL);
	line->peer = relay_peer_new(nonce_new());
	line_courier_new(line);
}

static bool keys_set(struct relay *relay, const struct relay_setup *setup)
{
	struct relay_keys keys = {0};

	for (size_t i = 0; i < setup->n_keys; i++)
		if (relay_keys_add(&keys, relay->crypto, setup->keys[i].id, setup->keys[i].bytes,
				   setup->keys[i].len) < 0) {
			log_error("the key with id %u cannot be used; connection sync goes on with the keys that "
				  "it has",
				  setup->keys[i].id);
			relay_keys_wipe(&keys, relay->crypto);
			return false;
		}
	relay_keys_wipe(&relay->keys, relay->crypto);
	relay->keys = keys;
	return true;
}

/* Those that stay are moved to their new places. */
static void lines_set(struct relay *relay, const struct relay_setup *setup, bool may_stay)
{
	struct line old[RELAY_PEERS_MAX];
	size_t n_old = relay->n_lines;

	memcpy(old, relay->lines, sizeof(old));
	relay->n_lines = setup->n_peers;
	for (size_t i = 0; i < setup->n_peers; i++) {
		struct line *line = &relay->lines[i];

		*line = (struct line){.at = setup->peers[i]};
		for (size_t j = 0; may_stay && j < n_old; j++)
			if (old[j].peer && !endpoint_cmp(&old[j].at, &line->at)) {
				*line = old[j];
				old[j].peer = NULL;
				old[j].session = NULL;
				old[j].courier = NULL;
			}
		line->sa_len = endpoint_to_sockaddr(&line->at, setup->scope, &line->sa);
		if (!line->peer)
			line_open(relay, line);
	}
	for (size_t j = 0; j < n_old; j++)
		line_close(&old[j]);
}

static void wire_close(struct relay *relay)
{
	loop_io_free(relay->io);
	relay->io = NULL;
	if (relay->wire >= 0)
		close(relay->wire);
	relay->wire = -1;
}

void relay_set(struct relay *relay, const struct relay_setup *setup, int fd)
{
	struct mono now = loop_now(relay->loop);
	bool has_syncid;

	if (fd >= 0) {
		/* Both may have had the port for a moment: what is in the one before is read first. */
		if (relay->wire >= 0)
			on_wire(relay->wire, LOOP_READ, relay);
		wire_close(relay);
		relay->wire = fd;
		relay->io = loop_io_new(relay->loop, fd, LOOP_READ, on_wire, relay);
	}
	if (!keys_set(relay, setup))
		return;
	has_syncid = relay->node.syncid == setup->syncid;
	relay->node.syncid = setup->syncid;
	relay->self.coverage_min = setup->coverage_min;
	relay->self.rate = setup->rate;
	for (size_t i = 0; i < relay->n_lines; i++)
		relay_session_rekey(relay->lines[i].session, &relay->keys, now);
	lines_set(relay, setup, has_syncid);
	relay_settle(relay);
}

void relay_rule(struct relay *relay, const struct relay_self *self)
{
	struct relay_self old = relay->self;

	relay->self = *self;
	relay->self.coverage_min = old.coverage_min;
	relay->self.rate = old.rate;
}

void relay_tell(struct relay *relay, const struct relay_event *event)
{
	for (size_t i = 0; i < relay->n_lines; i++)
		line_step(relay, &relay->lines[i], event);
	relay_settle(relay);
}

int relay_post(struct relay *relay, const struct endpoint *peer, const void *message, size_t len)
{
	struct line *line = line_find(relay, peer);
	int code = line && line->is_up ? courier_send(line->courier, message, len) : -ENOTCONN;

	relay_settle(relay);
	return code;
}

void relay_await(struct relay *relay)
{
	for (size_t i = 0; i < relay->n_lines; i++)
		relay->lines[i].awaited = relay->lines[i].peer->sent;
	relay->is_awaiting = true;
	relay_settle(relay);
}

/* --- what the status says --- */

size_t relay_n_peers(const struct relay *relay)
{
	return relay->n_lines;
}

bool relay_is_sending(const struct relay *relay)
{
	for (size_t i = 0; i < relay->n_lines; i++)
		if (relay->lines[i].peer->bulk.is_on)
			return true;
	return false;
}

void relay_report(const struct relay *relay, size_t index, struct relay_report *ret_report)
{
	const struct line *line = &relay->lines[index];
	const struct relay_peer *peer = line->peer;

	*ret_report = (struct relay_report){
	    .index = (uint8_t)index,
	    .state = (uint8_t)peer->state,
	    .their_state = peer->state == RELAY_DOWN ? RELAY_DOWN : peer->beat.state,
	    .has_left = peer->has_left,
	    .is_master = peer->state != RELAY_DOWN && peer->beat.flags & RELAY_BEAT_MASTER,
	    .has_coverage = peer->has_coverage,
	    .coverage = peer->coverage,
	    .key_id = (int16_t)relay_session_key_id(line->session),
	    .lag_ns = relay_peer_lag_ns(peer, loop_now(relay->loop)),
	    .rtt_ns = peer->has_rtt ? peer->rtt_ns : -1,
	    .n_theirs = peer->beat.n_entries,
	    .n_injected = peer->n_injected,
	    .n_entries = peer->allowed.n_entries,
	    .n_lost = peer->gaps.n_lost,
	    .n_recovered = peer->gaps.n_recovered,
	    .n_again = peer->n_again,
	    .n_bulks = peer->n_bulks,
	    .n_dropped = peer->n_dropped,
	    .n_unsent = line->n_unsent,
	    .n_flooded = peer->n_flooded,
	};
	memcpy(ret_report->n_refused, peer->allowed.n_refused, sizeof(ret_report->n_refused));
	for (enum relay_rejection why = 0; why < RELAY_REJECTED_N; why++)
		ret_report->n_rejected[why] = relay_session_rejected(line->session, why);
}

/* --- begin and end --- */

int relay_open(struct loop *loop, const struct relay_ops *ops, struct relay **ret_relay, struct err *err)
{
	struct relay_crypto *crypto;
	int code = relay_crypto_open(&crypto, err);
	struct relay *relay;

	if (code < 0)
		return code;
	relay = mem_calloc(1, sizeof(*relay));
	relay->loop = loop;
	relay->ops = *ops;
	relay->crypto = crypto;
	relay->node = (struct relay_node){.node = (uint32_t)nonce_new(), .payload_max = RELAY_PAYLOAD_MAX};
	relay->wire = -1;
	relay->timer = loop_timer_new(loop, on_timer, relay);
	*ret_relay = relay;
	return 0;
}

void relay_close(struct relay *relay)
{
	if (!relay)
		return;
	relay_tell(relay, &(struct relay_event){.type = RELAY_EVENT_LEAVE});
	wire_close(relay);
	loop_timer_free(relay->timer);
	for (size_t i = 0; i < relay->n_lines; i++)
		line_close(&relay->lines[i]);
	relay_keys_wipe(&relay->keys, relay->crypto);
	relay_crypto_free(relay->crypto);
	free(relay);
}
