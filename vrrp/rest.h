/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * With many instances advertisements come all the time, and a process with real-time priority is woken
 * for nearly each of them. So a port that has been read rests for a moment, and is then read together
 * with the others; when it has nothing, it waits for its socket again. Nothing is decided later by
 * that: before a timer of an instance counts, its port is read. Edge.
 */
#ifndef LVSD_VRRP_REST_H
#define LVSD_VRRP_REST_H

#include "vrrp/ports.h"

/* From so many instances on ports rest, and for so long. */
#define VRRP_REST_INSTANCES 100
#define VRRP_REST_MS        2

struct vrrp_rest;

/* ports stays the caller's. They are read by on_readable of their host. */
struct vrrp_rest *vrrp_rest_new(struct loop *loop, const struct vrrp_ports *ports);
void vrrp_rest_free(struct vrrp_rest *rest);
/* The port has been read because its socket had packets. */
void vrrp_rest_begin(struct vrrp_rest *rest, struct vrrp_port *port);

#endif
