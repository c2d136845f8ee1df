/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sends gratuitous ARPs and unsolicited neighbour advertisements, at the pace of vrrp/pace/pace.h. */
#ifndef LVSD_VRRP_PACE_ANNOUNCER_H
#define LVSD_VRRP_PACE_ANNOUNCER_H

#include "base/loop.h"
#include "vrrp/machine/link.h"
#include "vrrp/pace/pace.h"

struct vrrp_announcer;

/* link: the caller's, which must live as long as the announcer. */
struct vrrp_announcer *vrrp_announcer_new(struct loop *loop, const struct vrrp_link *link);
void vrrp_announcer_free(struct vrrp_announcer *announcer);
/* Copies the garp_groups. */
void vrrp_announcer_set_groups(struct vrrp_announcer *announcer,
			       const struct conf_garp_group *groups, size_t n);
/* Sends the announcement with the next vrrp_announcer_flush(), or when its time comes. An interface that is
 * missing then, or has no neighbours, gets none. */
void vrrp_announcer_send(struct vrrp_announcer *announcer, const struct vrrp_announcement *what);
void vrrp_announcer_flush(struct vrrp_announcer *announcer);
/* Drops the announcements of the instance that wait. With vip, only those of this address. */
void vrrp_announcer_forget(struct vrrp_announcer *announcer, unsigned id, const struct addr *vip);

#endif
