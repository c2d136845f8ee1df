/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The frames that the sync processes of two directors exchange by UDP, unicast. Pure.
 *
 * A frame is a header, a payload and a tag. Numbers are big endian.
 *
 *    0  magic u16 "LR", version u8 (1), type u8, flags u8, id of the key u8, bytes of the payload u16
 *    8  session of the sender u64, session of the receiver u64, sequence number u64
 *   32  payload
 *       tag, 16 bytes: of the key file's key for HELLO, which is not encrypted; else of AEAD with the
 *       session's key of this direction, with the header as associated data
 *
 * All frames of a direction but HELLO and CONFIRM have one sequence of numbers, from 1. So a number is never used for
 * two frames, and a receiver sees each loss. HELLO has no sessions (0): they follow from its nonces. CONFIRM has
 * number 0 and no payload, so all of one session and direction are the same bytes.
 */
#ifndef LVSD_SYNC_RELAY_FRAME_H
#define LVSD_SYNC_RELAY_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RELAY_HEADER_SIZE 32
#define RELAY_TAG_SIZE	  16
/* With the headers of IPv6 and UDP a frame fits into an MTU of 1500. It is also the longest datagram that the
 * kernel's master role may send (sync-maxlen). */
#define RELAY_PAYLOAD_MAX 1400
#define RELAY_FRAME_MAX	  (RELAY_HEADER_SIZE + RELAY_PAYLOAD_MAX + RELAY_TAG_SIZE)

enum relay_type {
	RELAY_HELLO = 1, /* struct relay_hello */
	RELAY_DATA,	 /* one datagram of the kernel (sync/entry.h), unchanged */
	RELAY_NACK,	 /* struct relay_nack */
	RELAY_BEAT,	 /* struct relay_beat */
	RELAY_BULK_REQ,	 /* struct relay_bulk_req: send me all connections */
	RELAY_BULK_END,	 /* struct relay_bulk_end */
	RELAY_COUNTS,	 /* struct relay_counts */
	RELAY_MESSAGE,	 /* a piece of a message of the director, for the other director */
	RELAY_CONFIRM,	 /* nothing: its sender has this session's keys. Made and taken by session.c alone */
	RELAY_N_TYPES,
};

/* Flags of DATA. */
#define RELAY_FLAG_BULK 1 /* it belongs to a bulk */

struct relay_header {
	uint8_t type, flags, key_id;
	uint16_t len; /* of the payload */
	uint64_t from, to; /* sessions; both are 0 in HELLO */
	uint64_t seq;	   /* 0 in HELLO and CONFIRM */
};

/* Asserts that the type is known and the payload not too long. */
void relay_header_encode(const struct relay_header *header, uint8_t frame[static RELAY_HEADER_SIZE]);
/* Whether it is a header of this version, of a known type, with as many bytes as it says. */
bool relay_header_decode(const void *frame, size_t len, struct relay_header *ret_header);
/* Whether it begins as a frame of another version does. */
bool relay_header_is_foreign(const void *frame, size_t len);

#define RELAY_NONCE_SIZE  16
#define RELAY_PAYLOAD_MIN 1024
#define RELAY_HELLO_SIZE  43 /* of its payload, as this version encodes it */

struct relay_hello {
	uint8_t nonce[RELAY_NONCE_SIZE];      /* of the sender's next session */
	uint8_t peer_nonce[RELAY_NONCE_SIZE]; /* the last one heard of the receiver; 0: none */
	uint32_t capabilities;		      /* bits; 0 now; unknown ones are ignored */
	uint32_t node;			      /* the sender; two of one pair differ, else it is an echo */
	uint16_t payload_max;		      /* of the sender; the smaller one of both counts. From
					       * RELAY_PAYLOAD_MIN: COUNTS must fit */
	uint8_t syncid;			      /* both must have the same */
};

/* Missing sequence numbers: from, and the n - 1 behind it. A decoded one has from and n above 0, and its last number
 * does not overflow. It may be longer than what the receiver keeps. */
struct relay_range {
	uint64_t from;
	uint16_t n;
};
#define RELAY_RANGES_MAX 32

struct relay_nack {
	size_t n;
	struct relay_range ranges[RELAY_RANGES_MAX];
};

enum relay_state {
	RELAY_DOWN,	/* no session */
	RELAY_JOINING,	/* a session; the connections of the peer are not all here yet */
	RELAY_READY,	/* they are */
	RELAY_DEGRADED, /* some are missing, and a bulk is asked for */
};

struct relay_beat {
	uint64_t sent;	 /* the last sequence number before this frame */
	uint64_t got;	 /* up to here the sender has all frames of the receiver, or has given them up */
	uint64_t now_us; /* the sender's clock */
	uint64_t echo_us; /* now_us of the receiver's last BEAT, plus the time since it arrived; 0: none */
	uint32_t n_dropped; /* datagrams that the sender's kernel has dropped, of those that the receiver sent */
	uint32_t n_entries; /* in the sender's mirror */
	uint8_t state;	 /* enum relay_state of the sender, for the receiver's connections */
	uint8_t flags;	 /* RELAY_BEAT_LEAVING: it stops; _MASTER: it is MASTER of an instance */
};
#define RELAY_BEAT_LEAVING 1
#define RELAY_BEAT_MASTER  2

enum relay_bulk_reason {
	RELAY_BULK_JOIN,
	RELAY_BULK_GAP,	     /* frames were given up, or the kernel dropped datagrams */
	RELAY_BULK_SERVICES, /* services or servers were added: entries for them were refused */
	RELAY_BULK_COVERAGE,
	RELAY_BULK_MASTER,   /* the sender became MASTER, and tells all */
	RELAY_BULK_COMMAND,
	RELAY_BULK_N_REASONS,
};

struct relay_bulk_req {
	uint8_t reason;
};

struct relay_bulk_end {
	uint8_t reason;
	uint32_t n_entries;
	uint64_t first, last; /* sequence numbers of its frames; first > last: there is none */
};

/* For each bucket the established connections and templates that the sender's kernel counts for destinations of
 * the services that it serves (ActiveConn and PersistConn), by a hash of service and destination. */
#define RELAY_COUNTS_N 256
struct relay_counts {
	uint32_t served[RELAY_COUNTS_N];
};

/* The longest payload of each is below RELAY_PAYLOAD_MAX. Each returns the length. A BEAT has at most 42 bytes, a
 * NACK 1 and 10 for each range, BULK_REQ 1, BULK_END 21, COUNTS 1024. */
size_t relay_hello_encode(const struct relay_hello *hello, uint8_t payload[static RELAY_PAYLOAD_MAX]);
size_t relay_nack_encode(const struct relay_nack *nack, uint8_t payload[static RELAY_PAYLOAD_MAX]);
size_t relay_beat_encode(const struct relay_beat *beat, uint8_t payload[static RELAY_PAYLOAD_MAX]);
size_t relay_bulk_req_encode(const struct relay_bulk_req *req, uint8_t payload[static RELAY_PAYLOAD_MAX]);
size_t relay_bulk_end_encode(const struct relay_bulk_end *end, uint8_t payload[static RELAY_PAYLOAD_MAX]);
size_t relay_counts_encode(const struct relay_counts *counts, uint8_t payload[static RELAY_PAYLOAD_MAX]);

/* Each returns false, and sets nothing, if the payload is none of these: too short, or a state, reason or range that
 * does not exist. A longer one is taken: a later version may append. */
bool relay_hello_decode(const void *payload, size_t len, struct relay_hello *ret_hello);
bool relay_nack_decode(const void *payload, size_t len, struct relay_nack *ret_nack);
bool relay_beat_decode(const void *payload, size_t len, struct relay_beat *ret_beat);
bool relay_bulk_req_decode(const void *payload, size_t len, struct relay_bulk_req *ret_req);
bool relay_bulk_end_decode(const void *payload, size_t len, struct relay_bulk_end *ret_end);
bool relay_counts_decode(const void *payload, size_t len, struct relay_counts *ret_counts);

#endif
