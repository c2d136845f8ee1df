/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The listening socket by which an orphan (vrrp/orphan/orphan.h) is found, and the talk with its successor.
 * The supervisor makes the socket, and every vrrp process inherits it; only an orphan accepts there. */
#ifndef LVSD_VRRP_ORPHAN_DOOR_H
#define LVSD_VRRP_ORPHAN_DOOR_H

#include "base/loop.h"

#include <stdbool.h>
#include <stddef.h>

struct vrrp_door;

struct vrrp_door_ops {
	bool (*is_at_work)(void *arg);
	bool (*is_leaving)(void *arg);
	/* Hands every report, now and from now on, to vrrp_door_state(). */
	loop_fn *on_tell;
	/* The successor has taken over: end, and leave the machine as it is. No packet may be sent any
	 * more. */
	loop_fn *on_end;
	/* Hand over as at a stop. */
	loop_fn *on_hand_over;
	void *arg;
};

/* fd: the listening SOCK_SEQPACKET socket, taken over; -1: there is none, so that an orphan hands over at
 * once. */
struct vrrp_door *vrrp_door_new(struct loop *loop, int fd, const struct vrrp_door_ops *ops);
void vrrp_door_free(struct vrrp_door *door);

/* The supervisor is gone: this process is an orphan. */
void vrrp_door_alone(struct vrrp_door *door);

/* Sends a report to the successor that has asked, if there is one. */
void vrrp_door_state(struct vrrp_door *door, const void *body, size_t len);

#endif
