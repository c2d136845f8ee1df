/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A probe that connects to its server by TCP and holds a dialogue with it (healthcheck/dialogue.h),
 * by TLS from where the dialogue says so.
 */
#ifndef LVSD_HEALTHCHECK_PROBES_CONVERSATION_H
#define LVSD_HEALTHCHECK_PROBES_CONVERSATION_H

#include "healthcheck/dialogue.h"
#include "healthcheck/probes/attempt.h"

/* What all conversations of a kind share. */
struct conversations {
	struct loop *loop;
	struct awake *awake;
};

/* Members of struct probe_kind; the fourth one is attempt_abandon(). */
void *conversations_open(struct loop *loop);
void conversations_close(void *shared);

/* start of struct probe_kind, for a kind whose dialogue has these rules. */
struct probe *conversation_start(struct conversations *shared, const struct dialogue_rules *rules,
				 const struct conf_check *check, const struct probe_means *means,
				 probe_done_fn *done, void *arg, struct probe_result *ret_result);

#endif
