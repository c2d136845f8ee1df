/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The director's side of sync/peers.h: sends and receives heartbeats on the way of connection sync.
 * The log and the status say when those of another director do not arrive here, or ours do not
 * arrive there.
 */
#ifndef LVSD_DAEMON_DIRECTOR_SYNC_HEARTBEATS_H
#define LVSD_DAEMON_DIRECTOR_SYNC_HEARTBEATS_H

#include "base/addr.h"
#include "daemon/director/sync/sync_status.h"

#include <stdbool.h>

struct sync_side;
struct heartbeats; /* NULL until lvs_sync_daemon is in force for the first time */

/* To be called after rejoin_settle(): listens on a socket that was just opened, and sends the first
 * heartbeat. */
void heartbeats_settle(struct sync_side *side);
/* Whether heartbeats from this address were received. */
bool heartbeats_know(const struct sync_side *side, const struct addr *addr);
/*
 * Answers the hello of another director with a heartbeat, so that it knows that its hello arrived.
 */
void heartbeats_answer(struct sync_side *side);
/* Tells the other directors that lvsd stops, so that they do not report it as silent. */
void heartbeats_leave(struct sync_side *side);
void heartbeats_close(struct sync_side *side);

/* Fills state, send_error, vrrp_peer and the peers of status. */
void heartbeats_status(const struct sync_side *side, struct sync_status *status);

#endif
