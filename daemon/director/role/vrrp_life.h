/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whether the vrrp process lives, for status, doctor and log. The supervisor replaces a vrrp process that
 * dies within milliseconds. If the supervisor hangs, or cannot start a process, nobody else would see that
 * what the last process told of its instances is not true any more: another director takes over.
 *
 * The vrrp process sends the director a pidfd of itself (VRRP_FRAME_PROCESS), which shows its end at once.
 */
#ifndef LVSD_DAEMON_DIRECTOR_ROLE_VRRP_LIFE_H
#define LVSD_DAEMON_DIRECTOR_ROLE_VRRP_LIFE_H

#include "base/loop.h"

#include <stdbool.h>

/* An end is logged after this time, unless a successor is there by then. */
#define VRRP_LIFE_SAID_MS 1000

struct vrrp_life {
	struct loop *loop;
	int fd;             /* the pidfd; -1: none */
	struct loop_io *io;
	struct loop_timer *say;
	int64_t gone_wall_us; /* since when there is no vrrp process; 0: there is one, or none is known */
	bool is_said;
};

void vrrp_life_open(struct vrrp_life *life, struct loop *loop);
void vrrp_life_close(struct vrrp_life *life);

/* There is a vrrp process. fd: its pidfd, which this takes over; -1: this kernel has none, so the end of the
 * process is not seen. */
void vrrp_life_follow(struct vrrp_life *life, int fd);

/* The vrrp process ends because it is not needed any more. */
void vrrp_life_forget(struct vrrp_life *life);

#endif
