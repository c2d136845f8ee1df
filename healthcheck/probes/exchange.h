/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A probe that sends one datagram and waits for the reply. */
#ifndef LVSD_HEALTHCHECK_PROBES_EXCHANGE_H
#define LVSD_HEALTHCHECK_PROBES_EXCHANGE_H

#include "healthcheck/datagram.h"
#include "healthcheck/probe.h"

/* The members of struct probe_kind, start with the rules of its kind. shared is the loop. */
void *exchange_open(struct loop *loop);
void exchange_close(void *shared);
struct probe *exchange_start(const struct datagram_rules *rules, void *shared,
			     const struct conf_check *check, probe_done_fn *done, void *arg,
			     struct probe_result *ret_result);
void exchange_abandon(struct probe *probe);

#endif
