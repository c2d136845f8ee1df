/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * All ports of the runner (vrrp/port.h): one for each family and interface that instances use.
 *
 * With many instances advertisements come all the time, and a process with real-time priority is woken
 * for nearly each of them. So a port that has been read may rest for a moment, and is then read together
 * with the others; when it has nothing, it waits for its socket again. Nothing is decided later by
 * that: before a timer of an instance counts, its port is read.
 */
#ifndef LVSD_VRRP_PORTS_H
#define LVSD_VRRP_PORTS_H

#include "base/vec.h"
#include "vrrp/port.h"

/* From so many instances on ports rest, and for so long. */
#define VRRP_REST_INSTANCES 100
#define VRRP_REST_MS        2

/* The set of ports. */
struct vrrp_ports {
	VEC(struct vrrp_port *) list; /* by family, then by interface */
	struct loop_timer *rest;      /* when the ports that rest are read */
	bool is_rest_armed;
	struct vrrp_frames *frames; /* of all ports */
	struct vrrp_listeners *listeners;
};

/* Makes an empty set. host is what all of its ports will share. */
void vrrp_ports_open(struct vrrp_ports *ports, struct vrrp_port_host *host);

/* Returns the port of the family on the interface, and makes it if there is none. The set owns
 * it. */
struct vrrp_port *vrrp_ports_get(struct vrrp_ports *ports, struct vrrp_port_host *host,
				 uint16_t family, const char *interface);
/* The port has been read because its socket had packets. If the machine has many instances (n), it rests
 * until its on_readable finds none. */
void vrrp_ports_rest(struct vrrp_ports *ports, struct vrrp_port *port, size_t n);
/* Frees the ports that no instance uses. */
void vrrp_ports_drop_empty(struct vrrp_ports *ports);
/* Frees the list. Before, no instance may use a port any more, and vrrp_ports_drop_empty() must
 * have been called. */
void vrrp_ports_fini(struct vrrp_ports *ports);

#endif
