/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The ports that listen for a frame of another machine, by one socket (edge). It is open while one of them does. */
#ifndef LVSD_VRRP_HOLDING_LISTENERS_H
#define LVSD_VRRP_HOLDING_LISTENERS_H

#include "vrrp/port.h"

struct vrrp_listeners;

struct vrrp_listeners *vrrp_listeners_new(struct loop *loop);
/* No port may listen any more. NULL: does nothing. */
void vrrp_listeners_free(struct vrrp_listeners *listeners);

/* The port, which must not listen yet, listens for frames that come by its interface from now on; its
 * host's on_frame is called when one has come, until it is dropped. 0, or -errno with err. */
int vrrp_listeners_add(struct vrrp_listeners *listeners, struct vrrp_port *port, struct err *err);
/* The port, which listens, does so no longer. */
void vrrp_listeners_drop(struct vrrp_listeners *listeners, const struct vrrp_port *port);
/* Has a frame come since the port, which listens, was added? */
bool vrrp_listeners_have_heard(struct vrrp_listeners *listeners, const struct vrrp_port *port);

#endif
