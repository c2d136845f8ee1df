/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The director's side of sync/peers.h: heartbeats are sent and heard where connection sync goes,
 * and the log and the status say when another director's stay away, or ours do not reach it.
 */
#ifndef LVSD_DAEMON_DIRECTOR_SYNC_HEARTBEATS_H
#define LVSD_DAEMON_DIRECTOR_SYNC_HEARTBEATS_H

#include "base/addr.h"

#include <jansson.h>
#include <stdbool.h>

struct sync_side;
struct heartbeats; /* NULL until lvs_sync_daemon is first in force */

/* After rejoin_settle(): listens on a socket that was opened anew, and sends the first heartbeat.
 */
void heartbeats_settle(struct sync_side *side);
/* Whether heartbeats of this address were heard. */
bool heartbeats_know(const struct sync_side *side, const struct addr *addr);
/* A director has said hello: answers with a heartbeat, so that it knows that it was heard. */
void heartbeats_answer(struct sync_side *side);
/* Tells the others that lvsd stops, so that they do not miss it. */
void heartbeats_leave(struct sync_side *side);
void heartbeats_close(struct sync_side *side);

/* Adds `state`, `send_error`, `vrrp_peer` and `peers` to "sync" of lvsctl status (doc/control.md). */
void heartbeats_json(const struct sync_side *side, json_t *sync);

#endif
