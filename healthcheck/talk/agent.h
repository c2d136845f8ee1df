/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The words by which an agent on a real server says what the server can bear, as HAProxy's
 * agent-check has them. Pure. What an agent does not say stays as it said it before, and only an
 * agent undoes what an agent has said. An agent that gives no answer says nothing.
 */
#ifndef LVSD_HEALTHCHECK_TALK_AGENT_H
#define LVSD_HEALTHCHECK_TALK_AGENT_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct conf_check;
struct probe_result;

/* The greatest weight and the greatest percentage of an agent. */
#define AGENT_WEIGHT_MAX 65535

enum agent_weighs {
	AGENT_NO_WEIGHT, /* that of the file */
	AGENT_PERCENT,   /* of the weight of the file */
	AGENT_WEIGHT,
};

enum agent_duty {
	AGENT_NO_DUTY,
	AGENT_READY,
	AGENT_DRAIN, /* weight 0: connections stay, new ones go elsewhere */
	AGENT_MAINT, /* down */
};

enum agent_service {
	AGENT_NO_SERVICE,
	AGENT_UP,
	AGENT_DOWN,
};

/* What an agent has said, all told; or what one answer says. All 0: nothing. */
struct agent_words {
	uint16_t weight; /* with weighs */
	uint8_t weighs;  /* enum agent_weighs */
	uint8_t duty;    /* enum agent_duty */
	uint8_t service; /* enum agent_service */
};

/*
 * Reads an answer: words with blanks, tabs or commas between. A text after # is a reason, and is
 * not read. maxconn:N has no meaning in IPVS. Returns 0, or -EINVAL with a sentence that names the
 * first word that is none, and *ret_words has what the other words say: an agent's answer counts
 * all the same. Example: "up 75%" gives AGENT_UP and AGENT_PERCENT 75.
 */
int agent_read(const char *line, struct agent_words *ret_words, struct err *err);

/* Room for a line that an agent said, with its NUL: a reason (PROBE_REASON_MAX). */
#define AGENT_SAID_MAX 160

/* What stands before an agent's line in a reason. */
#define AGENT_SAYS "the agent says: "

/* Adds to words what said says. */
void agent_hear(struct agent_words *words, const struct agent_words *said);

/*
 * What follows for a server whose weight in the file is weight. Sets outcome, has_weight and weight
 * of the result: down and maint are a failure; drain is success with weight 0.
 */
void agent_judge(const struct agent_words *words, uint32_t weight, struct probe_result *result);

/*
 * Takes the outcome of a probe of an agent: a success has the agent's line as its reason. Changes
 * words, and the result to what follows from all that was said. A line with a word that is none counts
 * as far as it is understood, with a warning. A failure says nothing: while no words give a weight, the
 * result has that of kept.
 *
 * said keeps the last line, which stays the reason while the agent is silent. A line that only gives a
 * weight does not replace the line that took the server out of service.
 * Example: "down #disk", then "50%", then no answer: the reason has "down #disk".
 */
void agent_take(struct agent_words *words, char said[static AGENT_SAID_MAX], uint32_t weight,
		const struct probe_result *kept, struct probe_result *result);

/* Has the agent said anything that holds? */
bool agent_has_words(const struct agent_words *words);

#endif
