/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The interfaces that instances track, as sources (vrrp/track.h). Edge: reads the table of links. */
#ifndef LVSD_VRRP_TRACK_LINK_H
#define LVSD_VRRP_TRACK_LINK_H

#include "vrrp/damping/damper.h"
#include "vrrp/track.h"

/* The interface of that name as a source: UP when it counts as up (vrrp_damper_is_up()), else
 * DOWN. */
struct vrrp_source vrrp_track_link_source(const struct vrrp_link *link,
					  const struct vrrp_damper *damper, const char *name);

#endif
