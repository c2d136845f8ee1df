/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sync/relay/session.h"
#include "base/mem.h"
#include "sync/relay/seal.h"
#include "sync/relay/window.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define FRAMES_MAX (1ull << 32)
#define AGE_NS	   (24 * 3600 * NS_PER_S)
#define SILENCE_NS (2 * NS_PER_S)
/* A proof comes after a round trip. One that somebody has held back for longer is refused. */
#define NONCE_LIFE_NS (10 * NS_PER_S)
/* A session that the peer has not shown to have is said again after 50, 100, ... ms; then the handshake begins anew. */
#define CONFIRM_NS  (50 * NS_PER_MS)
#define CONFIRM_MAX 5
/* A HELLO without an answer is said again after 200, 400, 800, 1000, ... ms. */
#define HELLO_NS     (200 * NS_PER_MS)
#define HELLO_MAX_NS NS_PER_S

#define HELLO_FRAME (RELAY_HEADER_SIZE + RELAY_HELLO_SIZE + RELAY_TAG_SIZE)

/* One direction with one key. */
struct way {
	struct relay_seal *seal;
	struct relay_key key;
	uint64_t from, to; /* sessions of sender and receiver */
};

struct slot {
	bool is_set;
	bool is_confirmed; /* a frame of it was opened: the peer has it too */
	uint8_t own[RELAY_NONCE_SIZE];
	struct relay_hello peer;
	struct way out;
	uint64_t sent;
	/* The peer may seal with each of our keys; the first frame decides. */
	struct way in[RELAY_KEYS_MAX];
	size_t n_in;
	struct relay_window window;
	struct mono born, heard;
	struct mono ends; /* its key was removed; else never */
};

struct relay_session {
	const struct relay_crypto *crypto;
	struct relay_node self;
	struct relay_keys keys;
	relay_random_fn *random;
	void *arg;
	/* The nonce of the next handshake. It is used for one session. */
	uint8_t nonce[RELAY_NONCE_SIZE];
	bool has_nonce;
	struct mono nonce_born;
	struct slot current; /* seals, and is opened */
	struct slot next;    /* is opened only, and is current from then on */
	unsigned n_said;     /* of the handshake that lasts */
	struct mono say_at;
	bool is_confirm_due; /* behind the HELLO that has been said */
	bool has_answer;
	uint8_t answer_nonce[RELAY_NONCE_SIZE];
	struct relay_key answer_key;
	struct mono answered[RELAY_ANSWERS_MAX]; /* a ring */
	unsigned n_answered;
	uint64_t rejected[RELAY_REJECTED_N];
	uint8_t payload[RELAY_PAYLOAD_MAX];
};

static const uint8_t no_nonce[RELAY_NONCE_SIZE];

static bool is_nonce(const uint8_t *a, const uint8_t *b)
{
	return memcmp(a, b, RELAY_NONCE_SIZE) == 0;
}

struct relay_session *relay_session_new(const struct relay_crypto *crypto, const struct relay_node *self,
					const struct relay_keys *keys, relay_random_fn *random, void *arg)
{
	struct relay_session *session = mem_calloc(1, sizeof(*session));

	assert(keys->n > 0 && self->payload_max >= RELAY_PAYLOAD_MIN && self->payload_max <= RELAY_PAYLOAD_MAX);
	*session = (struct relay_session){
	    .crypto = crypto, .self = *self, .keys = *keys, .random = random, .arg = arg};
	if (!self->frames_max)
		session->self.frames_max = FRAMES_MAX;
	if (!self->age_ns)
		session->self.age_ns = AGE_NS;
	if (!self->silence_ns)
		session->self.silence_ns = SILENCE_NS;
	return session;
}

static void slot_wipe(const struct relay_session *session, struct slot *slot)
{
	relay_seal_free(slot->out.seal);
	for (size_t i = 0; i < slot->n_in; i++)
		relay_seal_free(slot->in[i].seal);
	session->crypto->library.cleanse(slot, sizeof(*slot));
}

void relay_session_free(struct relay_session *session)
{
	if (!session)
		return;
	slot_wipe(session, &session->current);
	slot_wipe(session, &session->next);
	session->crypto->library.cleanse(session, sizeof(*session));
	free(session);
}

/* Makes the keys of a direction. */
static bool way_open(const struct relay_session *session, struct way *way, const struct relay_key *key,
		     const struct relay_direction *to_peer, bool is_in)
{
	const struct relay_direction from_peer = {.from_node = to_peer->to_node,
						  .to_node = to_peer->from_node,
						  .syncid = to_peer->syncid};
	struct relay_direction directions[2] = {*to_peer, from_peer};
	struct relay_secret secrets[2] = {0};
	bool is_done;

	memcpy(directions[1].from_nonce, to_peer->to_nonce, RELAY_NONCE_SIZE);
	memcpy(directions[1].to_nonce, to_peer->from_nonce, RELAY_NONCE_SIZE);
	is_done = relay_key_derive(key, session->crypto, &directions[0], &secrets[0]) &&
		  relay_key_derive(key, session->crypto, &directions[1], &secrets[1]);
	if (is_done) {
		way->key = *key;
		way->from = secrets[is_in].session;
		way->to = secrets[!is_in].session;
		way->seal = relay_seal_new(session->crypto, &secrets[is_in], is_in);
		is_done = way->seal;
	}
	session->crypto->library.cleanse(secrets, sizeof(secrets));
	return is_done;
}

/* A slot of the nonce of now and the peer's HELLO, which was sealed with key. */
static bool slot_open(const struct relay_session *session, struct slot *slot, const struct relay_hello *hello,
		      const struct relay_key *key, struct mono now)
{
	struct relay_direction to_peer = {
	    .from_node = session->self.node, .to_node = hello->node, .syncid = hello->syncid};
	bool is_done;

	*slot = (struct slot){.is_set = true, .peer = *hello, .born = now, .heard = now, .ends = MONO_NEVER};
	memcpy(slot->own, session->nonce, RELAY_NONCE_SIZE);
	memcpy(to_peer.from_nonce, session->nonce, RELAY_NONCE_SIZE);
	memcpy(to_peer.to_nonce, hello->nonce, RELAY_NONCE_SIZE);
	is_done = way_open(session, &slot->out, key, &to_peer, false);
	for (size_t i = 0; is_done && i < session->keys.n; i++) {
		is_done = way_open(session, &slot->in[i], &session->keys.keys[i], &to_peer, true);
		slot->n_in++;
	}
	if (!is_done)
		slot_wipe(session, slot);
	return is_done;
}

/* The session that the peer has not shown to have, and that may still be said; NULL if there is none. */
static const struct slot *slot_to_confirm(const struct relay_session *session)
{
	const struct slot *slot = session->next.is_set ? &session->next : &session->current;

	return slot->is_set && !slot->is_confirmed && slot->ends.ns == INT64_MAX && session->n_said < CONFIRM_MAX
		   ? slot
		   : NULL;
}

/* When a handshake must begin if nothing else happens. */
static struct mono handshake_due(const struct relay_session *session)
{
	const struct slot *slot = &session->current;
	struct mono silence = mono_add_ns(slot->heard, session->self.silence_ns);
	struct mono age = mono_add_ns(slot->born, session->self.age_ns);

	if (!slot->is_set || !slot->is_confirmed || session->next.is_set || slot->ends.ns != INT64_MAX ||
	    slot->sent >= session->self.frames_max)
		return (struct mono){INT64_MIN};
	return mono_before(age, silence) ? age : silence;
}

static bool is_looking(const struct relay_session *session, struct mono now)
{
	return mono_reached(now, handshake_due(session));
}

/* What has passed by the time now. */
static void pass(struct relay_session *session, struct mono now)
{
	if (session->current.is_set && mono_reached(now, session->current.ends))
		slot_wipe(session, &session->current);
	if (!session->has_nonce || mono_sub(now, session->nonce_born) >= NONCE_LIFE_NS) {
		session->random(session->arg, session->nonce, sizeof(session->nonce));
		session->has_nonce = true;
		session->nonce_born = now;
	}
}

static void handshake_restart(struct relay_session *session)
{
	session->n_said = 0;
	session->say_at = (struct mono){INT64_MIN};
	session->is_confirm_due = false;
}

static struct relay_taken reject(struct relay_session *session, enum relay_rejection why)
{
	session->rejected[why]++;
	return (struct relay_taken){.is_rejected = true, .why = why};
}

/* A HELLO with our nonce. The nonce is spent, so that no pair of nonces makes a session twice. */
static struct relay_taken take_proof(struct relay_session *session, const struct relay_hello *hello,
				     const struct relay_key *key, struct mono now)
{
	struct relay_taken taken = {0};
	struct slot slot;

	if (!slot_open(session, &slot, hello, key, now))
		return taken;
	session->has_nonce = false;
	pass(session, now);
	session->has_answer = false;
	slot_wipe(session, &session->next);
	if (session->current.is_set && session->current.is_confirmed) {
		session->next = slot;
	} else {
		slot_wipe(session, &session->current);
		session->current = slot;
		taken.is_new = true;
	}
	session->crypto->library.cleanse(&slot, sizeof(slot));
	handshake_restart(session);
	return taken;
}

/* Whether the HELLO is one of the handshake that has led to this session. The peer asks again if it has not heard our
 * HELLO with both nonces: then that is said at once. */
static bool is_of_handshake(struct relay_session *session, const struct slot *slot, const struct relay_hello *hello)
{
	if (!slot->is_set || !is_nonce(slot->peer.nonce, hello->nonce))
		return false;
	if (slot->is_confirmed || is_nonce(slot->own, hello->peer_nonce))
		return true;
	if (slot != slot_to_confirm(session) || !is_nonce(hello->peer_nonce, no_nonce))
		return false;
	session->say_at = (struct mono){INT64_MIN};
	return true;
}

static struct relay_taken take_question(struct relay_session *session, const struct relay_hello *hello,
					const struct relay_key *key, struct mono now)
{
	struct mono *oldest = &session->answered[session->n_answered % RELAY_ANSWERS_MAX];

	if (!is_nonce(hello->peer_nonce, no_nonce) && !is_looking(session, now))
		return reject(session, RELAY_REJECTED_REPLAY);
	if (session->n_answered >= RELAY_ANSWERS_MAX && mono_sub(now, *oldest) < NS_PER_S)
		return reject(session, RELAY_REJECTED_FLOOD);
	*oldest = now;
	/* It counts up to the size of the ring, then goes round above it. */
	if (++session->n_answered == 2 * RELAY_ANSWERS_MAX)
		session->n_answered = RELAY_ANSWERS_MAX;
	session->has_answer = true;
	memcpy(session->answer_nonce, hello->nonce, RELAY_NONCE_SIZE);
	session->answer_key = *key;
	return (struct relay_taken){0};
}

static struct relay_taken take_hello(struct relay_session *session, const struct relay_header *header,
				     const uint8_t *bytes, size_t len, struct mono now)
{
	const struct relay_key *key = relay_keys_find(&session->keys, header->key_id);
	struct relay_hello hello;

	if (header->from || header->to || header->seq || header->flags || header->len < RELAY_HELLO_SIZE)
		return reject(session, RELAY_REJECTED_SHORT);
	if (!key)
		return reject(session, RELAY_REJECTED_KEY);
	if (!relay_hello_tag_is(session->crypto, key, bytes, len))
		return reject(session, RELAY_REJECTED_TAG);
	if (!relay_hello_decode(bytes + RELAY_HEADER_SIZE, header->len, &hello))
		return reject(session, RELAY_REJECTED_SHORT);
	if (hello.node == session->self.node)
		return reject(session, RELAY_REJECTED_ECHO);
	if (hello.syncid != session->self.syncid)
		return reject(session, RELAY_REJECTED_SYNCID);
	if (is_nonce(hello.nonce, no_nonce))
		return reject(session, RELAY_REJECTED_SHORT);
	if (is_of_handshake(session, &session->current, &hello) || is_of_handshake(session, &session->next, &hello))
		return (struct relay_taken){0};
	if (is_nonce(hello.peer_nonce, session->nonce))
		return take_proof(session, &hello, key, now);
	return take_question(session, &hello, key, now);
}

static struct way *way_of(struct slot *slot, const struct relay_header *header)
{
	for (size_t i = 0; i < slot->n_in; i++) {
		struct way *way = &slot->in[i];

		if (way->key.id == header->key_id && way->from == header->from && way->to == header->to)
			return way;
	}
	return NULL;
}

/* The peer has shown that it has this session, by a frame that this way has opened. */
static void slot_confirm(struct relay_session *session, struct slot *slot, struct way *way)
{
	struct way first = *way;

	for (size_t i = 0; i < slot->n_in; i++)
		if (&slot->in[i] != way)
			relay_seal_free(slot->in[i].seal);
	session->crypto->library.cleanse(slot->in, sizeof(slot->in));
	slot->in[0] = first;
	session->crypto->library.cleanse(&first, sizeof(first));
	slot->n_in = 1;
	slot->is_confirmed = true;
	handshake_restart(session);
}

static struct relay_taken take_sealed(struct relay_session *session, const struct relay_header *header,
				      const uint8_t *bytes, struct mono now)
{
	struct slot *slot = &session->next;
	struct way *way = way_of(slot, header);
	bool is_confirm = header->type == RELAY_CONFIRM;
	struct relay_taken taken = {.header = *header, .has_frame = !is_confirm, .payload = session->payload};

	if (!way)
		way = way_of(slot = &session->current, header);
	if (!way)
		return reject(session, RELAY_REJECTED_SESSION);
	if (is_confirm ? header->seq || header->len || header->flags : !header->seq)
		return reject(session, RELAY_REJECTED_SHORT);
	if (!is_confirm && !relay_window_is_new(&slot->window, header->seq))
		return reject(session, RELAY_REJECTED_REPLAY);
	if (!relay_seal_open(way->seal, header, bytes, session->payload))
		return reject(session, RELAY_REJECTED_TAG);
	/* A CONFIRM may be a recorded one, and says nothing about the peer of now but once. */
	if (!is_confirm || !slot->is_confirmed)
		slot->heard = now;
	if (!is_confirm)
		relay_window_note(&slot->window, header->seq);
	if (!slot->is_confirmed)
		slot_confirm(session, slot, way);
	else if (!is_confirm && !is_looking(session, now))
		session->n_said = 0;
	if (slot == &session->next) {
		slot_wipe(session, &session->current);
		session->current = session->next;
		session->crypto->library.cleanse(&session->next, sizeof(session->next));
		taken.is_new = true;
	}
	return taken;
}

struct relay_taken relay_session_take(struct relay_session *session, const void *bytes, size_t len, struct mono now)
{
	struct relay_header header;

	pass(session, now);
	if (!relay_header_decode(bytes, len, &header))
		return reject(session, relay_header_is_foreign(bytes, len) ? RELAY_REJECTED_VERSION
									     : RELAY_REJECTED_SHORT);
	if (header.type == RELAY_HELLO)
		return take_hello(session, &header, bytes, len, now);
	return take_sealed(session, &header, bytes, now);
}

struct mono relay_session_due(const struct relay_session *session)
{
	struct mono due = handshake_due(session);

	if (session->has_answer || session->is_confirm_due)
		return (struct mono){INT64_MIN};
	if (slot_to_confirm(session))
		return session->say_at;
	if (mono_before(due, session->say_at))
		due = session->say_at;
	return due;
}

static size_t say_hello(struct relay_session *session, const uint8_t *own, const uint8_t *peer,
			const struct relay_key *key, uint8_t frame[static RELAY_FRAME_MAX])
{
	struct relay_header header = {.type = RELAY_HELLO, .key_id = key->id, .len = RELAY_HELLO_SIZE};
	struct relay_hello hello = {.capabilities = session->self.capabilities,
				    .node = session->self.node,
				    .payload_max = session->self.payload_max,
				    .syncid = session->self.syncid};
	uint8_t payload[RELAY_PAYLOAD_MAX];
	size_t len = HELLO_FRAME - RELAY_TAG_SIZE, payload_len;

	memcpy(hello.nonce, own, RELAY_NONCE_SIZE);
	memcpy(hello.peer_nonce, peer, RELAY_NONCE_SIZE);
	relay_header_encode(&header, frame);
	payload_len = relay_hello_encode(&hello, payload);
	memcpy(frame + RELAY_HEADER_SIZE, payload, payload_len);
	return relay_hello_tag(session->crypto, key, frame, len, frame + len) ? HELLO_FRAME : 0;
}

static size_t say_confirm(const struct slot *slot, uint8_t frame[static RELAY_FRAME_MAX])
{
	struct relay_header header = {
	    .type = RELAY_CONFIRM, .key_id = slot->out.key.id, .from = slot->out.from, .to = slot->out.to};

	return relay_seal_frame(slot->out.seal, &header, NULL, frame);
}

/* The time of the next HELLO, if nothing comes meanwhile. */
static void say_later(struct relay_session *session, struct mono now, int64_t first_ns)
{
	int64_t ns = first_ns;

	for (unsigned i = 0; i < session->n_said && ns < HELLO_MAX_NS; i++)
		ns *= 2;
	session->say_at = mono_add_ns(now, ns < HELLO_MAX_NS ? ns : HELLO_MAX_NS);
	session->n_said++;
}

size_t relay_session_say(struct relay_session *session, struct mono now, uint8_t frame[static RELAY_FRAME_MAX])
{
	const struct slot *slot;
	const struct relay_key *key;

	pass(session, now);
	if (session->has_answer) {
		session->has_answer = false;
		return say_hello(session, session->nonce, session->answer_nonce, &session->answer_key, frame);
	}
	slot = session->next.is_set ? &session->next : &session->current;
	if (session->is_confirm_due) {
		session->is_confirm_due = false;
		if (slot->is_set)
			return say_confirm(slot, frame);
	}
	if (!mono_reached(now, session->say_at))
		return 0;
	slot = slot_to_confirm(session);
	if (slot) {
		say_later(session, now, CONFIRM_NS);
		session->is_confirm_due = true;
		return say_hello(session, slot->own, slot->peer.nonce, &slot->out.key, frame);
	}
	if (!is_looking(session, now))
		return 0;
	key = &session->keys.keys[session->n_said % session->keys.n];
	say_later(session, now, HELLO_NS);
	return say_hello(session, session->nonce, no_nonce, key, frame);
}

size_t relay_session_seal(struct relay_session *session, uint8_t type, uint8_t flags, const void *payload, size_t len,
			  uint8_t frame[static RELAY_FRAME_MAX])
{
	struct slot *slot = &session->current;
	struct relay_header header = {.type = type,
				      .flags = flags,
				      .key_id = slot->out.key.id,
				      .len = (uint16_t)len,
				      .from = slot->out.from,
				      .to = slot->out.to,
				      .seq = slot->sent + 1};

	assert(type != RELAY_HELLO && type != RELAY_CONFIRM && len <= RELAY_PAYLOAD_MAX);
	if (!slot->is_set || slot->sent / 2 >= session->self.frames_max)
		return 0;
	slot->sent++;
	return relay_seal_frame(slot->out.seal, &header, payload, frame);
}

/* Whether a session uses a key that is not there any more. */
static bool uses_removed(const struct relay_session *session, const struct slot *slot)
{
	if (!relay_keys_has(&session->keys, session->crypto, &slot->out.key))
		return true;
	for (size_t i = 0; i < slot->n_in; i++)
		if (!relay_keys_has(&session->keys, session->crypto, &slot->in[i].key))
			return true;
	return false;
}

void relay_session_rekey(struct relay_session *session, const struct relay_keys *keys, struct mono now)
{
	struct slot *slot = &session->current;

	assert(keys->n > 0);
	relay_keys_wipe(&session->keys, session->crypto);
	session->keys = *keys;
	session->has_answer = false;
	/* A handshake with other keys has a nonce of its own. */
	session->has_nonce = false;
	if (session->next.is_set && uses_removed(session, &session->next)) {
		slot_wipe(session, &session->next);
		handshake_restart(session);
	}
	if (!slot->is_set || slot->ends.ns != INT64_MAX || !uses_removed(session, slot))
		return;
	slot->ends = mono_add_ns(now, RELAY_KEY_GRACE_NS);
	handshake_restart(session);
}

void relay_session_end(struct relay_session *session)
{
	slot_wipe(session, &session->current);
	slot_wipe(session, &session->next);
	session->has_answer = session->has_nonce = false;
	handshake_restart(session);
}

bool relay_session_is_up(const struct relay_session *session)
{
	return session->current.is_set;
}

uint64_t relay_session_sent(const struct relay_session *session)
{
	return session->current.sent;
}

const struct relay_hello *relay_session_peer(const struct relay_session *session)
{
	return session->current.is_set ? &session->current.peer : NULL;
}

int relay_session_key_id(const struct relay_session *session)
{
	return session->current.is_set ? session->current.out.key.id : -1;
}

uint64_t relay_session_rejected(const struct relay_session *session, enum relay_rejection why)
{
	return session->rejected[why];
}
