/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The packet sockets of use_vmac (edge): one for each family, for the taps of all ports on all macvlans.
 * The kernel closes a packet socket in some 13 ms. With one for each macvlan, a vrrp process that is
 * killed would take N times as long to die, and its successor would come too late.
 */
#ifndef LVSD_VRRP_HOLDING_FRAMES_H
#define LVSD_VRRP_HOLDING_FRAMES_H

#include "vrrp/port.h"

struct vrrp_frames;

/* No socket is open at first. */
struct vrrp_frames *vrrp_frames_new(struct loop *loop);
/* No port may have a tap any more. NULL: does nothing. */
void vrrp_frames_free(struct vrrp_frames *frames);

/* The port, which must leave before it is freed, hears and sends frames of its family on the macvlan
 * from now on. Nobody else does. Returns 0 and the socket, or -errno with err. */
int vrrp_frames_join(struct vrrp_frames *frames, struct vrrp_port *port, const struct vrrp_link_if *macvlan,
		     struct vrrp_raw **ret_raw, struct err *err);
/* Ends this. Nothing may wait in an outbox for the socket, which is closed after the last port. */
void vrrp_frames_leave(struct vrrp_frames *frames, const struct vrrp_port *port, unsigned index);

/* Reads the next frame of the family that has come from the hardware address of the macvlan by which it
 * came: what else comes there is heard on the interface below. Sets the port of that macvlan. 0; -EAGAIN:
 * none waits; another -errno: this one was none. */
int vrrp_frames_receive(struct vrrp_frames *frames, uint16_t family, struct vrrp_raw_packet *ret_packet,
			struct vrrp_port **ret_port);

#endif
