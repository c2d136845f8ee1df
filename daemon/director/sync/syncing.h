/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The director's side of connection sync: the kernel's two roles are brought to what the file says,
 * and made anew when their interface is another one than it was (sync/bound.h). RUN_DIR/sync.json
 * keeps the index of the interface that each role was started on.
 */
#ifndef LVSD_DAEMON_DIRECTOR_SYNC_SYNCING_H
#define LVSD_DAEMON_DIRECTOR_SYNC_SYNCING_H

#include <jansson.h>
#include <stdbool.h>

struct ipvs_genl;
struct sync_side;
struct syncing; /* NULL until lvs_sync_daemon is first in force */

/*
 * After the services are in the kernel: an entry that arrives for a service that is not there yet
 * would be unbound. is_ours: the kernel's roles are lvsd's; sink.set_ours() says when that changes.
 * 0, or -errno when a role could not be started or stopped; the log says why.
 */
int syncing_settle(struct sync_side *side, struct ipvs_genl *genl, bool is_ours);
void syncing_close(struct sync_side *side);
/* Writes sync.json again when the run dir was made anew. */
void syncing_keep(const struct sync_side *side);

/*
 * Looks at the interface of connection sync now. What is wrong with it, as the log says it
 * ("interface eth1 of connection sync has no carrier"), or "".
 */
const char *syncing_fault(struct sync_side *side);

/* "sync" of lvsctl status (doc/control.md); null without lvs_sync_daemon. */
json_t *syncing_json(const struct sync_side *side);

#endif
