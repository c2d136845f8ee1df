/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The session with one peer: handshake, keys of each direction, replay window. Pure: the time is an argument, and
 * random bytes come from a function of the owner.
 *
 * The owner gives every datagram from the peer's address to relay_session_take(), sends what relay_session_say()
 * returns whenever relay_session_due() has come, and seals its own frames. Frames that take() returns and frames that
 * seal() made belong to one session, whose numbers begin at 1, until take() says that there is a new one. Then the
 * owner forgets its frames and gaps, since the frames of the session before are refused by both sides. Frames on
 * their way are lost with that. The owner seals a frame at least once a second, else the peer begins a handshake
 * (silence_ns).
 *
 * The handshake. HELLO carries a nonce of its sender and the nonce that it has heard.
 *
 *	A: HELLO (a, 0)
 *					B: HELLO (b, a)
 *	A: HELLO (a, b), CONFIRM
 *					B: HELLO (b, a), CONFIRM
 *
 * A HELLO with the own nonce of now is a proof that the peer is there and has the key: the nonce is new for each
 * handshake, lives for 10 s and is used once. Both sides make the keys of both nonces. A side that has no session
 * takes the new one with the proof. A side that has one goes on with that until a frame arrives that is sealed with
 * the new keys, CONFIRM or another one. So no HELLO, whether forged or recorded, harms a session, and nothing of an
 * earlier session is ever accepted. Both sides may begin at once: the answers then have the same two nonces.
 *
 * HELLOs that ask (with no nonce of ours) are answered five times a second at most, by as many bytes as they have.
 * One that answers somebody else's nonce is answered only by a side that looks for a session itself. Nothing that is
 * refused is answered.
 */
#ifndef LVSD_SYNC_RELAY_SESSION_H
#define LVSD_SYNC_RELAY_SESSION_H

#include "base/mono.h"
#include "sync/relay/keys.h"

/* What a session says about its owner, and its bounds. */
struct relay_node {
	uint32_t node; /* differs between the directors of a pair, and stays while this process lives */
	uint32_t capabilities;
	uint16_t payload_max;
	uint8_t syncid;
	/* 0 each: 2^32 frames, 24 h, 2 s */
	uint64_t frames_max; /* a session that has sealed as many is renewed; at twice as many it ends */
	int64_t age_ns;	     /* a session of this age is renewed */
	int64_t silence_ns;  /* without a frame of the peer for so long, a new session is looked for */
};

/* After a key has been removed, a session with it ends at the latest. */
#define RELAY_KEY_GRACE_NS (60 * NS_PER_S)
/* HELLOs answered in a second. */
#define RELAY_ANSWERS_MAX 5

/* Why something was not accepted. */
enum relay_rejection {
	RELAY_REJECTED_SHORT,   /* no frame: too short or too long, no magic, an unknown type, or no HELLO inside */
	RELAY_REJECTED_VERSION, /* of another version of the wire */
	RELAY_REJECTED_KEY,     /* a HELLO with the id of a key that is not here */
	RELAY_REJECTED_TAG,     /* forged or damaged, or another key with the same id */
	RELAY_REJECTED_SESSION, /* of a session that is over, or was never here */
	RELAY_REJECTED_REPLAY,  /* a number that has arrived or is too old, or a HELLO that answers an old nonce */
	RELAY_REJECTED_SYNCID,  /* the peer has another syncid */
	RELAY_REJECTED_ECHO,    /* a HELLO of this process came back, or the peer has the same id of a node */
	RELAY_REJECTED_FLOOD,   /* a HELLO above the rate; it was not answered */
	RELAY_REJECTED_N,
};

/* "tag", for status and metrics. */
const char *relay_rejection_name(enum relay_rejection why);

struct relay_session;

/* Fills bytes with random ones that nobody can foretell: getrandom(2) without GRND_NONBLOCK. */
typedef void relay_random_fn(void *arg, uint8_t *bytes, size_t len);

/* keys is copied and has at least one key; crypto must outlive the session. */
struct relay_session *relay_session_new(const struct relay_crypto *crypto, const struct relay_node *self,
					const struct relay_keys *keys, relay_random_fn *random, void *arg);
/* Wipes all keys. NULL is fine. */
void relay_session_free(struct relay_session *session);

/* Other keys, after a reload (keys.h). keys has at least one key. */
void relay_session_rekey(struct relay_session *session, const struct relay_keys *keys, struct mono now);

/* What a datagram was. */
struct relay_taken {
	bool is_new;	/* there is a new session; it comes before the frame */
	bool has_frame; /* of any type but HELLO and CONFIRM, opened */
	bool is_rejected;
	enum relay_rejection why; /* if it is rejected */
	struct relay_header header;
	const uint8_t *payload; /* header.len bytes, until the next call with this session */
};

/* Takes a datagram of the peer, of any length and contents. */
struct relay_taken relay_session_take(struct relay_session *session, const void *bytes, size_t len, struct mono now);

/* When relay_session_say() may have something to say; it may have come already. Ask again after each other call. */
struct mono relay_session_due(const struct relay_session *session);
/* Writes the next datagram of the handshake that is due, to be sent to the peer. Returns its length; 0: nothing more is
 * due. Call it until then. */
size_t relay_session_say(struct relay_session *session, struct mono now, uint8_t frame[static RELAY_FRAME_MAX]);

/* Seals a frame of any type but HELLO and CONFIRM. Returns its length; 0 if there is no session. The owner keeps the
 * bytes to send them again: a frame is never sealed twice. payload may be frame + RELAY_HEADER_SIZE. */
size_t relay_session_seal(struct relay_session *session, uint8_t type, uint8_t flags, const void *payload, size_t len,
			  uint8_t frame[static RELAY_FRAME_MAX]);

/* Ends the session, if there is one: the owner has given the peer up. Another one is looked for. */
void relay_session_end(struct relay_session *session);

/* Whether there is a session, so that frames can be sealed. */
bool relay_session_is_up(const struct relay_session *session);
/* The number of the last sealed frame; 0: none in this session. */
uint64_t relay_session_sent(const struct relay_session *session);
/* The peer's HELLO of this session; NULL without a session. */
const struct relay_hello *relay_session_peer(const struct relay_session *session);
/* The id of the key that seals; -1 without a session. */
int relay_session_key_id(const struct relay_session *session);
/* How many datagrams were rejected for this reason, since the session was made by relay_session_new(). */
uint64_t relay_session_rejected(const struct relay_session *session, enum relay_rejection why);

#endif
