/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The question whether the director itself is cut off, which it asks when a probe of a server is silent: does a default
 * gateway answer, and does another director? Pure: the caller asks both, and tells what is known of them.
 *
 * The question ends when one of both is heard or does not exist, when both are lost, or REACH_WAIT_MS after it began.
 * Who is lost then stays lost until heard, or until a later question.
 */
#ifndef LVSD_HEALTHCHECK_JUDGE_REACH_H
#define LVSD_HEALTHCHECK_JUDGE_REACH_H

#include "base/mono.h"
#include "healthcheck/judge/guard.h"

/* Longer than the time between two heartbeats (10 s), and than the kernel asks a neighbour (3 s). */
#define REACH_WAIT_MS 13000
/* Between two questions. */
#define REACH_PAUSE_MS 1000

/* What is known of the gateways, or of the peers, all together. */
enum reach_state {
	REACH_NONE,   /* there is none */
	REACH_UNSURE, /* not heard since the question began, and not lost */
	REACH_LOST,   /* none of them answers */
	REACH_HEARD,  /* one of them has answered */
};

/* Begins as {0}. */
struct reach {
	bool is_asking;
	struct mono began; /* the last question; 0: there was none */
	struct mono ended; /* while !is_asking: that question */
	enum reach_state gateway, peer;
};

/* A probe was silent. is_keeping: servers are kept since the director is cut off; it stays so until somebody is heard.
 * Returns whether a question begins with that. */
bool reach_silent(struct reach *reach, bool is_keeping, struct mono now);

/* Takes what is known. Returns whether the question ends with that, or a director that was cut off no longer is:
 * reach_facts() are other ones. */
bool reach_take(struct reach *reach, enum reach_state gateway, enum reach_state peer, struct mono now);

/* Has the question lasted for REACH_WAIT_MS? Then who was not heard meanwhile is to be told as lost or heard. */
bool reach_is_late(const struct reach *reach, struct mono now);

/* When that is; MONO_NEVER: there is no question. */
struct mono reach_wake(const struct reach *reach);

/* Example: both lost: {true, true, true, true, false}. */
struct guard_reach reach_facts(const struct reach *reach);

/* Of two sources of the same: the one that knows more for sure. REACH_HEARD before REACH_UNSURE before REACH_LOST
 * before REACH_NONE. */
enum reach_state reach_join(enum reach_state a, enum reach_state b);

#endif
