/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The listening socket by which an orphan (vrrp/orphan/orphan.h) is found, and the talk with its successor.
 * Every vrrp process at work listens; only an orphan accepts, until it ends. */
#ifndef LVSD_VRRP_ORPHAN_DOOR_H
#define LVSD_VRRP_ORPHAN_DOOR_H

#include "base/loop.h"

#include <stdbool.h>
#include <stddef.h>

struct vrrp_door;

struct vrrp_door_ops {
	bool (*is_at_work)(void *arg);
	bool (*is_leaving)(void *arg);
	/* Hands a report of each instance, and each report from now on, to vrrp_door_state(). */
	loop_fn *on_tell;
	/* The successor has taken over: end, and leave the machine as it is. No packet may be sent any
	 * more. */
	loop_fn *on_end;
	/* Hand over as at a stop. */
	loop_fn *on_hand_over;
	void *arg;
};

/* name: the abstract name of the socket (abstract_take()), the caller's; NULL: there is none, so that an orphan
 * hands over at once. Nothing listens yet. */
struct vrrp_door *vrrp_door_new(struct loop *loop, const char *name, const struct vrrp_door_ops *ops);
void vrrp_door_free(struct vrrp_door *door);

/* The process is at work: listens from now on. A failure is logged. */
void vrrp_door_open(struct vrrp_door *door);

/* The process hands over: a successor that has called is told so. */
void vrrp_door_leave(struct vrrp_door *door);

/* The supervisor is gone: this process is an orphan. */
void vrrp_door_alone(struct vrrp_door *door);

/* Takes a report (vrrp_report_encode()): for the successor that has asked, if there is one. */
void vrrp_door_state(struct vrrp_door *door, const void *body, size_t len);

/* Whether another lvsd is connected, or waits for that: a process of root that has not said that it only looks. */
bool vrrp_door_has_caller(struct vrrp_door *door);

#endif
