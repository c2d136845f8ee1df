/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A probe that connects to the server by TCP and holds a dialogue with it. */
#ifndef LVSD_HEALTHCHECK_PROBES_CONVERSATION_H
#define LVSD_HEALTHCHECK_PROBES_CONVERSATION_H

#include "healthcheck/dialogue.h"
#include "healthcheck/probe.h"

/* The members of struct probe_kind, start with the rules of its kind. shared is the loop. */
void *conversation_open(struct loop *loop);
void conversation_close(void *shared);
struct probe *conversation_start(const struct dialogue_rules *rules, void *shared,
				 const struct conf_check *check, probe_done_fn *done, void *arg,
				 struct probe_result *ret_result);
void conversation_abandon(struct probe *probe);

#endif
