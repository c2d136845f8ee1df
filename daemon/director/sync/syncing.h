/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Starts and stops the kernel's two roles of connection sync as the file says, and restarts them
 * when their interface was replaced (sync/bound.h). RUN_DIR/sync.json has the index of the
 * interface on which each role was started.
 */
#ifndef LVSD_DAEMON_DIRECTOR_SYNC_SYNCING_H
#define LVSD_DAEMON_DIRECTOR_SYNC_SYNCING_H

#include "daemon/director/sync/sync_status.h"

#include <stdbool.h>

struct ipvs_genl;
struct sync_side;
struct syncing; /* NULL until lvs_sync_daemon is in force for the first time */

/*
 * To be called when the services are in the kernel, since an entry for a service that is not there
 * yet would not be bound to it. is_ours: the kernel's roles are lvsd's; sink.set_ours() is called
 * when that changes. Returns 0, or -errno if a role could not be started or stopped, which is
 * logged.
 */
int syncing_settle(struct sync_side *side, struct ipvs_genl *genl, bool is_ours);
void syncing_close(struct sync_side *side);
/* Writes sync.json again, for a run dir that was made anew. */
void syncing_keep(const struct sync_side *side);

/* Reads the state of connection sync's interface now. Returns what is wrong with it, as a sentence
 * of the log ("interface eth1 of connection sync has no carrier"), or "". */
const char *syncing_fault(struct sync_side *side);

/* What the status says of connection sync; valid until the side changes. */
struct sync_status syncing_status(const struct sync_side *side);

#endif
