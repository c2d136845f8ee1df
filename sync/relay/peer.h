/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The relay's machine of one peer: what comes in, and the time, make frames, datagrams for the own kernel, and the
 * state. Total over states and events. Nothing of it is shared between peers, so one cannot slow another. Pure.
 *
 * DOWN: no session. JOINING: a session; a bulk was asked for. READY: all frames of a bulk came and nothing was lost
 * since, and the counters of both kernels say that the peer's connections are here. DEGRADED: something is missing
 * since, and a bulk is asked for.
 *
 * A peer asks for a bulk at most each 10 s (RELAY_ASK_NS), and sends one at most each 10 s but for the peer's join.
 */
#ifndef LVSD_SYNC_RELAY_PEER_H
#define LVSD_SYNC_RELAY_PEER_H

#include "sync/limit.h"
#include "sync/relay/allow.h"
#include "sync/relay/body.h"
#include "sync/relay/gaps.h"
#include "sync/relay/pace.h"
#include "sync/relay/ring.h"

#define RELAY_BEAT_IDLE_NS  (200 * NS_PER_MS)
#define RELAY_BEAT_FLOW_NS  (20 * NS_PER_MS) /* while data flows, either way, */
#define RELAY_FLOW_NS	    (200 * NS_PER_MS) /* which it does for so long after a DATA */
#define RELAY_DEAD_NS	    (2 * NS_PER_S)
#define RELAY_ASK_NS	    (10 * NS_PER_S)
#define RELAY_ASK_AGAIN_NS  (3 * NS_PER_S) /* if nothing of a bulk came */
#define RELAY_BULK_PAUSE_NS (2 * NS_PER_S) /* without a frame of a bulk for so long it does not arrive any more */
/* From MASTER to the bulk: the last frames of the former MASTER have arrived everywhere, or were given up. */
#define RELAY_MASTER_NS	    NS_PER_S
#define RELAY_COUNTS_NS	    (10 * NS_PER_S)
#define RELAY_COUNTS_JOIN_NS (2 * NS_PER_S) /* while the peer is not READY */
#define RELAY_SETTLE_NS	    (500 * NS_PER_MS) /* from their counters to ours: the kernel takes what it got */
#define RELAY_LOW_ROUNDS    2 /* so often in a row the coverage is below the least one */
#define RELAY_FLIGHT_MAX    (RELAY_RING_N / 2) /* a bulk waits while more frames are not acknowledged */
#define RELAY_TAKE_PER_S    200000 /* entries that are taken of a peer */
#define RELAY_TAKE_BURST_NS (100 * NS_PER_MS)
#define RELAY_RTT_MAX_NS    NS_PER_S /* a longer time to and fro counts as this one */

enum relay_event_type {
	RELAY_EVENT_UP,	     /* a session, perhaps in place of another: payload_max */
	RELAY_EVENT_LOST,    /* there is no session any more */
	RELAY_EVENT_FRAME,   /* a frame was opened: seq, body */
	RELAY_EVENT_LOCAL,   /* the own kernel sent a datagram: bytes */
	RELAY_EVENT_TICK,    /* relay_peer_wake() */
	RELAY_EVENT_DROPS,   /* the own kernel dropped n datagrams of this peer */
	RELAY_EVENT_SERVICES, /* services or servers were added: what was refused for their absence is missing */
	RELAY_EVENT_MASTER,  /* this director became MASTER of an address, or another MASTER of it gave way */
	RELAY_EVENT_BACKUP,  /* it is no longer MASTER of one: what was refused as its own is missing */
	RELAY_EVENT_RESYNC,  /* by command */
	RELAY_EVENT_BULK,    /* the next datagram of the own bulk: bytes; len 0: it is over */
	RELAY_EVENT_COUNTS,  /* the counters were read, because actions->is_count_wanted: counts */
	RELAY_EVENT_MESSAGE, /* a piece of a message of the own director: bytes */
	RELAY_EVENT_LEAVE,   /* this director stops */
	RELAY_EVENT_N,
};

struct relay_event {
	enum relay_event_type type;
	union {
		size_t payload_max;
		struct {
			uint64_t seq;
			const struct relay_body *body;
		} frame;
		struct {
			const uint8_t *data;
			size_t len;
		} bytes;
		uint32_t n;
		struct {
			/* served: of the services that this director serves; here: of all services */
			const struct relay_counts *served, *here;
		} counts;
	};
};

/* What this director is now. */
struct relay_self {
	struct relay_rules rules;
	uint32_t n_entries; /* in the mirror */
	bool is_master;	    /* of an instance */
	uint32_t coverage_min; /* from there a peer may be READY; 0: RELAY_COVERAGE_MIN */
	uint32_t rate;	       /* entries of a bulk in a second, at first; 0: SYNC_BULK_PACE */
};

/* A frame to be sealed with this number and sent; then relay_peer_sealed(). bytes of the body are the event's. */
struct relay_send {
	uint64_t seq;
	struct relay_body body;
};
#define RELAY_SENDS_MAX 6

/* What is to be done, in this order. */
struct relay_actions {
	size_t n_sends;
	struct relay_send sends[RELAY_SENDS_MAX];
	size_t n_again;
	uint64_t again[RELAY_AGAIN_BURST]; /* frames of the ring to be sent again */
	size_t kernel_len;
	uint8_t kernel[RELAY_PAYLOAD_MAX]; /* a datagram for the own kernel, and for the mirror */
	const uint8_t *message;		   /* for the own director, of the event; NULL: none */
	size_t message_len;
	bool is_bulk_begun; /* begin a bulk of the own connections anew, for bulk.reason */
	bool is_count_wanted;
	bool is_session_over; /* the peer is dead or stops: drop its session */
	bool is_state_new;
	bool is_flood; /* say that the peer sends more than is taken; once a minute */
};

struct relay_peer {
	enum relay_state state;
	bool has_left;	  /* with DOWN: it said that it stops */
	bool is_leaving;  /* this director stops */
	size_t payload_max;
	struct mono heard; /* a frame of it */
	struct mono data;  /* the last DATA, either way */

	/* What comes. */
	struct relay_gaps gaps;
	uint64_t n_lost; /* of gaps.n_lost, what was acted on */
	uint64_t n_own, n_route; /* of the entries refused as own, and without a route, what was acted on */
	struct relay_newest *newest;
	struct relay_allowed allowed;
	uint64_t n_injected, n_flooded; /* datagrams */
	struct mono taken;		/* up to this time the entries that were taken are paid for */
	struct sync_limit flood;
	uint32_t n_dropped; /* by the own kernel, in this session */

	/* The bulk that is to come. */
	struct {
		bool is_on, is_missing; /* is_missing: connections are missing until then */
		enum relay_bulk_reason reason;
		uint64_t after;	 /* it must begin behind this number */
		bool is_asked, is_answered; /* in this session; is_answered: a frame of a bulk came since */
		struct mono asked;
	} want;
	struct mono bulk_heard;		   /* a frame of a bulk */
	bool is_end_heard;		   /* the wanted bulk ended; its frames go up to end_last */
	uint64_t end_last;
	bool has_bulk, is_checked, was_ready; /* a whole bulk came; the coverage was enough since; once READY */

	/* Counters. */
	struct relay_counts theirs;
	bool is_theirs_new;
	struct mono compare_due, count_asked, counts_sent;
	bool is_counting, owes_counts, has_coverage;
	uint32_t coverage; /* parts of RELAY_COVERAGE_ALL */
	unsigned n_low;

	/* What is sent. */
	uint64_t sent, peer_got; /* numbers */
	struct relay_ring *ring;
	struct relay_pace pace;
	uint64_t n_again, n_too_long, n_bulks;
	struct {
		bool is_on, has_joined, has_begun;
		enum relay_bulk_reason reason;
		bool owes[RELAY_BULK_N_REASONS];
		struct mono master; /* this director became MASTER */
		uint64_t first;
		uint32_t n_entries;
		struct mono began;
	} bulk;

	/* BEATs. */
	struct mono beat_sent;
	uint64_t beat_seq; /* of the peer's last one */
	struct relay_beat beat; /* it; now_us 0: none */
	struct mono beat_heard;
	bool has_rtt;
	int64_t rtt_ns;
};

/* seed: as for relay_newest_new(). Begins DOWN. */
struct relay_peer *relay_peer_new(uint64_t seed);
void relay_peer_free(struct relay_peer *peer);

/* An event. *actions is written whole. */
void relay_peer_step(struct relay_peer *peer, const struct relay_self *self, const struct relay_event *event,
		     struct mono now, struct relay_actions *actions);

/* A frame of the actions was sealed. */
void relay_peer_sealed(struct relay_peer *peer, uint64_t seq, enum relay_type type, const void *frame, size_t len,
		       struct mono now);

/* When the next TICK is due at the latest. */
struct mono relay_peer_wake(const struct relay_peer *peer);
/* When the next datagram of the own bulk is wanted (RELAY_EVENT_BULK); MONO_NEVER: there is no bulk, or it waits for an
 * acknowledgement. */
struct mono relay_peer_bulk_wake(const struct relay_peer *peer);

/* How late a DATA arrives there: RTT / 2, and the age of the oldest one that is not acknowledged. -1: not known. */
int64_t relay_peer_lag_ns(const struct relay_peer *peer, struct mono now);

/* Words for the status and the log. Example: "ready". */
const char *relay_state_name(enum relay_state state);
const char *relay_bulk_reason_name(enum relay_bulk_reason reason);

#endif
