/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Closes sockets of virtual MACs one by one. The kernel takes some 13 ms to close a packet socket, so a
 * reload that drops a hundred of them would keep advertisements waiting for more than a second. Edge.
 */
#ifndef LVSD_VRRP_MACHINE_CLOSER_H
#define LVSD_VRRP_MACHINE_CLOSER_H

#include "base/loop.h"
#include "vrrp/machine/raw.h"

/* One socket in this time. */
#define VRRP_CLOSER_PACE_MS 50

struct vrrp_closer;

struct vrrp_closer *vrrp_closer_new(struct loop *loop);
/* Closes all that is left. */
void vrrp_closer_free(struct vrrp_closer *closer);
/* Takes over raw, which nobody may use or watch any more. */
void vrrp_closer_put(struct vrrp_closer *closer, struct vrrp_raw *raw);

#endif
