/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a port hears and sends on the macvlans of its instances (edge): a tap for each instance with use_vmac,
 * all by the socket of vrrp/holding/frames.h. With use_ipvlan only an instance with peers has one, a socket of
 * its own, as what is sent to a group reaches the interface below too, and leaves by it without the kernel's
 * queue for ipvlans. */
#ifndef LVSD_VRRP_HOLDING_TAPS_H
#define LVSD_VRRP_HOLDING_TAPS_H

#include "vrrp/port.h"

/* Takes over what the configuration says of the macvlan of an instance, whose user is there. */
void vrrp_taps_want(struct vrrp_port *port, const struct conf_vrrp *conf);
/* Opens the taps whose macvlans have come, and closes those whose macvlans have gone. */
void vrrp_taps_refresh(struct vrrp_port *port, loop_io_fn *on_readable);
/* The user leaves the port: closes its tap, and forgets what is known of it. */
void vrrp_taps_leave(struct vrrp_port *port, uint8_t vrid);
/* Closes the tap of one user, or all of them. */
void vrrp_taps_drop(struct vrrp_port *port, uint8_t vrid);
void vrrp_taps_close(struct vrrp_port *port);

/* The instance has use_vmac or use_ipvlan, and no such interface that it can use. */
bool vrrp_taps_trouble(const struct vrrp_port *port, uint8_t vrid);
/* The socket by which the advertisements of the instance go: its tap, or usual. NULL: it has none. */
struct vrrp_raw *vrrp_taps_way(const struct vrrp_port *port, uint8_t vrid, struct vrrp_raw *usual);

#endif
