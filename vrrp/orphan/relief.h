/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What becomes of an orphan that was relieved, while its successor does not act yet. The orphan makes a pipe, and its
 * successor's vrrp process gets the writing end. That process writes a byte before it acts by its first configuration.
 * Until then the orphan stands still. If the new lvsd is killed meanwhile, the pipe closes without a byte: nobody is
 * left who could act, and the orphan goes on. It notices that it stood still, as any stalled master does.
 */
#ifndef LVSD_VRRP_ORPHAN_RELIEF_H
#define LVSD_VRRP_ORPHAN_RELIEF_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* How long the orphan waits. A vrrp process acts within milliseconds of the relief; one that is still not at work then
 * is the new supervisor's to replace. */
#define VRRP_RELIEF_WAIT_MS 10000

/* Begins as VRRP_RELIEF_NONE. */
struct vrrp_relief {
	int fd;		/* the reading end; -1: there is no successor */
	int supervisor; /* a pidfd of the new supervisor; -1: it is not known */
};

#define VRRP_RELIEF_NONE ((struct vrrp_relief){-1, -1})

/* A successor is told the states. supervisor: its process; 0: in another PID namespace. Returns the writing end, which
 * the caller closes, or -1. Whatever relief had is closed. */
int vrrp_relief_offer(struct vrrp_relief *relief, pid_t supervisor);
void vrrp_relief_close(struct vrrp_relief *relief);

/* The orphan was relieved. Waits, at most wait_ms, and returns whether the new lvsd has died before its vrrp process
 * acted, so that nobody serves. */
bool vrrp_relief_is_forsaken(const struct vrrp_relief *relief, int64_t wait_ms);

/* In the new vrrp process: it acts from now on. Closes fd, the writing end; -1: there is none. */
void vrrp_relief_take(int fd);

#endif
