/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * `lvsctl reload --pair`: each director reads and checks its own file, and all put it in force, or
 *none. Pure.
 *
 * The director that was asked leads. It tells the others to prepare, and prepares itself. When all
 *have answered it decides: all are prepared, and their digests are equal, so all apply; else all
 *drop what they have prepared.
 *
 *	leader:    IDLE -> PREPARING -> APPLYING -> IDLE
 *	follower:  IDLE -> READING -> READY -> IDLE
 *
 * No two machines can agree for certain over a wire that may fail. A follower that has prepared
 *applies only when it is told to, and drops when the leader goes or is silent. So a leader that
 *says "nothing has changed" is always right. After the decision a follower may go before it has
 *applied: then the leader says of which one it does not know.
 */
#ifndef LVSD_DAEMON_DIRECTOR_PAIR_AGREE_H
#define LVSD_DAEMON_DIRECTOR_PAIR_AGREE_H

#include "base/mono.h"
#include "daemon/director/pair/message.h"

#define AGREE_MEMBERS_MAX 8
/* A reading takes 8 s at most, and another one may be under way. */
#define AGREE_PREPARE_MS 18000
/* Longer than a leader needs to decide. */
#define AGREE_HOLD_MS  25000
#define AGREE_APPLY_MS 5000

enum agree_state {
	AGREE_IDLE,
	AGREE_PREPARING,
	AGREE_APPLYING,
	AGREE_READING,
	AGREE_READY,
};

/* What a follower has answered. */
enum agree_answer {
	AGREE_NONE,
	AGREE_PREPARED,
	AGREE_REFUSED,
	AGREE_APPLIED,
	AGREE_NOT_APPLIED,
	AGREE_LOST, /* the wire to it failed, or its director was replaced */
};

enum agree_outcome {
	AGREE_PENDING,
	AGREE_DONE,   /* in force on all */
	AGREE_PARTLY, /* in force here; of some it is not known, or known that it is not */
	AGREE_FAILED, /* nothing has changed, on none */
};

struct agree_member {
	enum agree_answer answer;
	char digest[PAIR_DIGEST_MAX];
	char *text; /* of REFUSED and NOT_APPLIED */
};

/* All zero: idle. agree_fini() frees it. */
struct agree {
	enum agree_state state;
	uint64_t id; /* of the reload; 0: there was none */
	struct mono deadline;
	uint64_t applied_id; /* the last one that was applied */
	/* The leader's: */
	size_t n;
	struct agree_member members[AGREE_MEMBERS_MAX];
	struct agree_member own; /* NONE, PREPARED or REFUSED */
	/* A follower's: */
	size_t leader;
};

#define AGREE_SENDS_MAX (AGREE_MEMBERS_MAX + 1)

/* What is to be done. A leader sends before it applies: the new configuration may have other peers.
 * A follower applies before it sends. */
struct agree_actions {
	bool is_staging;                   /* read and check the own file; then agree_staged() */
	bool is_empty_meant, is_accepting; /* of is_staging */
	bool is_applying;                  /* put in force what was prepared */
	bool is_dropping;                  /* drop it, or the reading */
	const char *why;                   /* of is_dropping: a sentence */
	bool is_leader;
	size_t n_sends;
	struct agree_send {
		size_t peer;
		struct pair_message message; /* its text is not the message's own */
	} sends[AGREE_SENDS_MAX];
	enum agree_outcome outcome; /* for the client of a leader */
};

/* Each writes *actions whole. */

/* A client asks for it. The state is IDLE. id: random, not 0; n peers: all of them take part. */
void agree_begin(struct agree *agree, uint64_t id, size_t n, bool is_empty_meant, bool is_accepting,
		 struct mono now, struct agree_actions *actions);
/* The own file was read for the reload id. digest NULL: it is refused, and text has why. If nobody
 * waits for it any more it is to be dropped. */
void agree_staged(struct agree *agree, uint64_t id, const char *digest, const char *text,
		  struct mono now, struct agree_actions *actions);
/* A message that is not HELLO. */
void agree_hear(struct agree *agree, size_t peer, const struct pair_message *message,
		struct mono now, struct agree_actions *actions);
/* The wire to a peer failed, or its director was replaced. */
void agree_lost(struct agree *agree, size_t peer, struct agree_actions *actions);
/* agree_due() is reached. */
void agree_tick(struct agree *agree, struct mono now, struct agree_actions *actions);
/* This director stops: what is not decided is given up. */
void agree_stop(struct agree *agree, struct agree_actions *actions);
struct mono agree_due(const struct agree *agree);
void agree_fini(struct agree *agree);

/* Says of a leader whose outcome is not PENDING what each director has said, one or more lines
 * each, for free(). names: of the peers. Example: "192.0.2.2: refused:\n/etc/lvsd/lvsd.conf:3:
 * ...". */
char *agree_text(const struct agree *agree, enum agree_outcome outcome, const char *const *names);

#endif
