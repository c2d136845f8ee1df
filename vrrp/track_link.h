/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The interfaces that instances track, as sources (vrrp/track.h). Edge: reads the table of links. */
#ifndef LVSD_VRRP_TRACK_LINK_H
#define LVSD_VRRP_TRACK_LINK_H

#include "vrrp/machine/link.h"
#include "vrrp/track.h"

/* The interface of that name as a source: UP when it can carry packets, else DOWN. */
struct vrrp_source vrrp_track_link_source(const struct vrrp_link *link, const char *name);

#endif
