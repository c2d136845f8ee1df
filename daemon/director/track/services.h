/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The virtual servers that instances track (track_virtual_server): whether each has its quorum. Pure. */
#ifndef LVSD_DAEMON_DIRECTOR_TRACK_SERVICES_H
#define LVSD_DAEMON_DIRECTOR_TRACK_SERVICES_H

#include "healthcheck/health.h"
#include "vrrp/track.h"

/*
 * What the service of that key says: UP with its quorum, DOWN without, UNKNOWN before the first
 * verdicts. Example of a text: "weight 1 of its real servers is up, and the quorum is 2".
 */
struct vrrp_source track_service_source(const struct health *health, const char *key);

#endif
