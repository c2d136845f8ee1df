/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Asks whether the default gateways of table main answer (edge, rtnetlink): reads the default routes, has the kernel
 * probe each gateway as a neighbour, and hears what becomes of that. Between two questions there is no socket.
 */
#ifndef LVSD_DAEMON_DIRECTOR_CHECK_GATEWAYS_H
#define LVSD_DAEMON_DIRECTOR_CHECK_GATEWAYS_H

#include "base/loop.h"
#include "daemon/director/check/gateway_seen.h"

struct gateways;

/* fn is run when gateways_state() may be another one. Never NULL. */
struct gateways *gateways_new(struct loop *loop, loop_fn *fn, void *arg);
void gateways_free(struct gateways *gateways);

/* Asks anew: gateways_state() is REACH_UNSURE until there is an answer. */
void gateways_ask(struct gateways *gateways);
/* Nobody needs to know any longer. */
void gateways_rest(struct gateways *gateways);
/* REACH_NONE: there is no gateway, or the kernel cannot be asked. */
enum reach_state gateways_state(const struct gateways *gateways);
/* The gateways as they were last found, for messages. */
const struct gateways_seen *gateways_list(const struct gateways *gateways);

#endif
