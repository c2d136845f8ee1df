/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The folder RUN_DIR/state, as the supervisor makes it and hands it to the director's user. */
#ifndef LVSD_DAEMON_SHARED_RUNDIR_STATE_H
#define LVSD_DAEMON_SHARED_RUNDIR_STATE_H

#include "base/err.h"

#include <stdbool.h>
#include <sys/types.h>

/*
 * Makes the folder of the run dir path if it is missing, moves into it what an older version of lvsd
 * left in the run dir itself, and makes *director its owner and that of its files. If they were another
 * user's, that is logged. The caller holds the lock of the run dir. *director is the real owner
 * afterwards: lvsd may not be allowed to change owners. Returns 0, or -errno with a sentence: -EPERM
 * when the folder stays another user's. *is_moved becomes true when an older version had left something.
 *
 * Files beside the folder mean that an older version ran last: what is in the folder then is out of
 * date, and is removed, but for the list of addresses if there is no later one. It stands aside as
 * state.former meanwhile, so that an interrupted move goes on at the next start.
 */
int rundir_state_take(const char *path, uid_t *director, bool *is_moved, struct err *err);

/*
 * For a start that is refused after rundir_state_take() has moved files: moves the folder's files to
 * where the older version reads them, and makes them the caller's. Processes that write to the folder
 * have ended. What cannot be moved is logged.
 */
void rundir_state_give_back(const char *path);

#endif
