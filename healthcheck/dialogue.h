/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a server says over a TCP connection, what it is answered, and what that means, for the kinds
 * of checks that hold a dialogue. Pure: the caller has the connection.
 */
#ifndef LVSD_HEALTHCHECK_DIALOGUE_H
#define LVSD_HEALTHCHECK_DIALOGUE_H

#include "healthcheck/health.h"

/* The most bytes of one reply of the server. RFC 5321, 4.5.3.1.5 allows lines of 512 bytes. */
#define DIALOGUE_REPLY_MAX CONF_DIALOGUE_REPLY_MAX

/* The most bytes that the probe says at a time. */
#define DIALOGUE_SAY_MAX CONF_STEP_TEXT_MAX

/* In how many pieces the server may say what it says: each one is judged. */
#define DIALOGUE_PIECES_MAX 256

/* What comes next. */
enum dialogue_act {
	DIALOGUE_LISTEN, /* the server has more to say */
	DIALOGUE_SAY,	 /* send `say`, then go on with dialogue_next() */
	DIALOGUE_TLS,	 /* begin TLS as its client, then go on with dialogue_next() */
	DIALOGUE_GOOD,	 /* the probe has succeeded: send `say`, if there is any, and close */
	DIALOGUE_BAD,	 /* the probe has failed: close */
};

/* Room for what is awaited, in words. */
#define DIALOGUE_AWAITED_MAX 64

struct dialogue {
	unsigned step;
	bool is_skipping; /* the rest of a line, which does not matter, is still to come */
	unsigned n_pieces; /* that the server has said */
	char heard[DIALOGUE_REPLY_MAX]; /* n_heard bytes that no step has used yet */
	size_t n_heard;
	size_t work; /* of all searches for expressions (base/regex/regex.h) */
	char say[DIALOGUE_SAY_MAX];
	size_t n_say;
	char reason[PROBE_REASON_MAX]; /* with DIALOGUE_GOOD and DIALOGUE_BAD */
};

/* What distinguishes one kind of dialogue from another. */
struct dialogue_rules {
	/*
	 * The next act, after the caller has added what it read to heard, or has sent `say`. Of
	 * DIALOGUE_LISTEN there is room in heard for at least one byte. A dialogue begins with all bytes
	 * 0.
	 */
	enum dialogue_act (*next)(struct dialogue *dialogue, const struct conf_check *check);
	/* What the server says, or still has to say: "greeting". */
	void (*awaited)(const struct dialogue *dialogue, const struct conf_check *check,
			char text[static DIALOGUE_AWAITED_MAX]);
};

/*
 * SMTP_CHECK (RFC 5321): the server greets with 220, and answers HELO with 250. Then the probe says
 * QUIT and does not wait for the answer.
 */
extern const struct dialogue_rules dialogue_smtp;

/* The steps of the check (conf_check.steps), one after the other. */
extern const struct dialogue_rules dialogue_steps;

/* AGENT_CHECK: the probe says agent_send, if the file has it, and the agent one line, which becomes the
 * reason of DIALOGUE_GOOD (talk/agent.h reads it). */
extern const struct dialogue_rules dialogue_agent;

#endif
