/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The other directors, as far as configurations go: each tells the others which configuration it
 * has in force, and they put a new one in force together (agree.h). The messages go over the relay.
 * Nothing waits for another director but the client of `lvsctl reload --pair`.
 */
#ifndef LVSD_DAEMON_DIRECTOR_PAIR_PAIR_H
#define LVSD_DAEMON_DIRECTOR_PAIR_PAIR_H

#include "base/addr.h"
#include "base/err.h"
#include "base/loop.h"
#include "conf/conf.h"
#include "daemon/director/pair/agree.h"

/* After so long the log says that the configurations differ: the directors of a pair are usually
 * reloaded one after the other. Then at most once in PAIR_WARN_MS for each. */
#define PAIR_DIFFER_MS 10000
#define PAIR_WARN_MS   60000

/* Another director. */
struct pair_peer {
	struct endpoint at;
	bool is_up;
	bool is_known; /* it has said hello since it is up; an older version does not */
	struct pair_message hello;
	bool is_differing; /* its digest is another one than the own */
	int64_t differs_wall_us;
	struct mono differs;
	struct mono warned;       /* when the log said so last; valid if has_warned */
	bool has_warned, is_said; /* is_said: of this difference */
};

/* Callbacks to the parts above. */
struct pair_sink {
	int (*post)(const struct endpoint *peer, const void *message, size_t len, void *arg);
	/* Reads and checks the file; pair_staged() follows. */
	void (*stage)(uint64_t id, bool is_empty_meant, bool is_accepting, void *arg);
	/* Puts in force what was given to pair_staged(). */
	void (*apply)(void *arg);
	/* Drops it, if there is something. why: a sentence. */
	void (*drop)(const char *why, void *arg);
	/* Answers a client. text: agree_text(). */
	void (*answer)(uint64_t client, enum agree_outcome outcome, const char *text, void *arg);
	void *arg;
};

struct pair_side {
	/* Given at the beginning. */
	struct loop *loop;
	struct pair_sink sink;

	const struct conf *conf; /* in force; NULL before the first */
	int64_t applied_wall_us;
	uint64_t run;
	size_t n;
	struct pair_peer peers[AGREE_MEMBERS_MAX]; /* as conf->global.relay has them */
	struct agree agree;
	struct endpoint members[AGREE_MEMBERS_MAX]; /* of agree: the peers when it began */
	size_t n_members;
	uint64_t client; /* of agree */
	struct loop_timer *due, *differ;
};

void pair_open(struct pair_side *side);
void pair_close(struct pair_side *side);
/* conf is in force since this time; the former one is about to be freed. */
void pair_configure(struct pair_side *side, const struct conf *conf, int64_t applied_wall_us);
/* The relay has a session with a peer, perhaps another one than before; or has none. */
void pair_peer_is(struct pair_side *side, const struct endpoint *at, bool is_up);
/* A message of a peer's director. */
void pair_take(struct pair_side *side, const struct endpoint *at, const void *bytes, size_t len);
/* Begins a reload of all directors; client gets the answer later. Returns 0, or -errno with a
 * sentence: nothing was done. */
int pair_reload(struct pair_side *side, bool is_empty_meant, bool is_accepting, uint64_t client,
		struct err *err);
/* Whether pair_reload() would begin one. */
int pair_may_reload(const struct pair_side *side, struct err *err);
/* The answer to sink.stage(): the digest of what could come into force; or NULL, and text has why
 * it could not. */
void pair_staged(struct pair_side *side, uint64_t id, const char *digest, const char *text);
/* lvsd stops. */
void pair_stop(struct pair_side *side);

#endif
