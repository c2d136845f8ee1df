/* SPDX-License-Identifier: GPL-2.0-or-later */
/* All ports of the runner (vrrp/port.h): one for each family and interface that instances use. */
#ifndef LVSD_VRRP_PORTS_H
#define LVSD_VRRP_PORTS_H

#include "base/vec.h"
#include "vrrp/port.h"

/* The set of ports. All zero: the set is empty. */
struct vrrp_ports {
	VEC(struct vrrp_port *) list; /* by family, then by interface */
};

/* Returns the port of the family on the interface, and makes it if there is none. The set owns
 * it. */
struct vrrp_port *vrrp_ports_get(struct vrrp_ports *ports, struct vrrp_port_host *host,
				 uint16_t family, const char *interface);
/* Frees the ports that no instance uses. */
void vrrp_ports_drop_empty(struct vrrp_ports *ports);
/* Frees the list. Before, no instance may use a port any more, and vrrp_ports_drop_empty() must
 * have been called. */
void vrrp_ports_fini(struct vrrp_ports *ports);

#endif
