/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Restores the run dir after somebody has removed it, its socket or its pid file. */
#ifndef LVSD_DAEMON_DIRECTOR_RUNDIR_RESTORE_H
#define LVSD_DAEMON_DIRECTOR_RUNDIR_RESTORE_H

struct director;

/* In on_frame, for DAEMON_FRAME_LISTEN: serves the socket that came with the frame, and writes the
 * files of the run dir again. */
void rundir_restore(struct director *d);

#endif
