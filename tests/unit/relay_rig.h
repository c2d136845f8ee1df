/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Two ends of the relay's wire on a network and a clock of the test's own. The network loses, doubles and delays what
 * it carries, and keeps a record of everything. The rig checks what must always hold: no frame is delivered twice,
 * none of an older session behind one of a newer, none that was not sent, and no number is sealed twice.
 */
#ifndef LVSD_TESTS_UNIT_RELAY_RIG_H
#define LVSD_TESTS_UNIT_RELAY_RIG_H

#include "sync/relay/session.h"

#include <check.h>

#define RIG_QUEUE  256
#define RIG_RECORD 1024
#define RIG_SENT   16384 /* frames of one run, of both ends */

struct rig_datagram {
	uint8_t bytes[RELAY_FRAME_MAX];
	size_t len;
	int to; /* the end that it is for */
	struct mono at;
	bool is_queued;
};

struct rig_end {
	struct relay_session *session;
	struct relay_node self;
	uint64_t newest; /* the epoch of the newest frame that was delivered here */
	uint64_t epoch;	 /* of what it seals: one more with each session and restart */
	unsigned n_new, n_frames; /* sessions and frames that take() returned */
	size_t n_bytes;		  /* of the handshake */
};

/* What an end has sealed, by its number in the payload. */
struct rig_sent {
	uint64_t from, seq, epoch;
	bool is_delivered;
	int by;
};

struct rig {
	struct relay_crypto *crypto;
	struct relay_keys keys;
	struct rig_end ends[2];
	struct mono now;
	uint64_t seed;
	unsigned loss, twice; /* per cent */
	int64_t delay_ns;     /* at most */
	struct rig_datagram queue[RIG_QUEUE];
	size_t n_queue; /* places of it that were used */
	struct rig_datagram record[RIG_RECORD]; /* a ring */
	size_t n_record;
	struct rig_sent sent[RIG_SENT];
	uint64_t n_sent;
	uint64_t *sealed; /* a hash table: of session and number to the bytes */
	size_t n_sealed, sealed_size;
};

/* Keys of tests: id, and the byte that its file is full of. */
void rig_key(struct relay_keys *keys, const struct relay_crypto *crypto, uint8_t id, int byte);

/* Both ends have key 1, and none has a session. rig_free() it. */
struct rig *rig_new(uint64_t seed);
void rig_free(struct rig *rig);

/* A number from 0 to n - 1. */
uint64_t rig_random(struct rig *rig, uint64_t n);
void rig_random_bytes(void *arg, uint8_t *bytes, size_t len);

/* The process of this end is another one. */
void rig_restart(struct rig *rig, int end);
/* Seals a frame with len bytes of payload (8 or more) and sends it. Returns the record of it; NULL without a
 * session. */
const struct rig_datagram *rig_send(struct rig *rig, int end, size_t len);
/* Puts bytes on the wire to an end, whoever they are from. */
void rig_carry(struct rig *rig, int to, const void *bytes, size_t len);
/* Gives bytes to an end at once, and sends what it says to them. */
struct relay_taken rig_take(struct rig *rig, int end, const void *bytes, size_t len);
/* Lets the time pass: what is due is delivered and said. Each end seals a BEAT every 200 ms. */
void rig_run(struct rig *rig, int64_t ns);
/* Whether each end opens what the other one seals now. */
bool rig_is_joined(struct rig *rig);
/* Runs until both ends have one session; at most so long. Returns how long it took. */
int64_t rig_join(struct rig *rig, int64_t most_ns);

#endif
