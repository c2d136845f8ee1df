/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether another director is heard, by what connection sync and VRRP know (healthcheck/judge/reach.h). Pure. */
#ifndef LVSD_DAEMON_DIRECTOR_SYNC_PEER_REACH_H
#define LVSD_DAEMON_DIRECTOR_SYNC_PEER_REACH_H

#include "daemon/director/sync/sync_status.h"
#include "healthcheck/judge/reach.h"
#include "vrrp/wire.h"

/*
 * By the heartbeats of mode kernel, or the reports of mode relay. is_late: who has not been heard since then is lost,
 * if it should have been heard. A director that has said that it stops is none. {0}: REACH_NONE.
 */
enum reach_state peer_reach_sync(const struct sync_status *status, struct mono since, bool is_late);

/* In this time a master that fell silent counts as a peer that is lost. */
#define PEER_REACH_VRRP_S 60

/* By one instance: a backup that hears a master (REACH_UNSURE, as nothing shows when), or a master that took over
 * within PEER_REACH_VRRP_S because the one before fell silent (REACH_LOST). NULL: REACH_NONE. */
enum reach_state peer_reach_vrrp(const struct vrrp_report *report, int64_t now_wall_us);

#endif
