/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One family on one interface (edge): the raw socket that its instances share, the addresses that
 * they send from unless they have their own, and whether it can be used at all. Instances belong to
 * the worker; a port only knows which one has which VRID.
 */
#ifndef LVSD_VRRP_PORT_H
#define LVSD_VRRP_PORT_H

#include "base/chan.h"
#include "vrrp/raw.h"
#include "vrrp/vips.h"

struct vrrp_instance;

/* What the parts of the process share; owned by the worker. */
struct vrrp_host {
	struct loop *loop;
	struct vrrp_link *link;
	struct chan *chan; /* to the director */
	struct vrrp_vip_index vips;
	int announce_fd; /* -1: not open */
};

struct vrrp_port {
	struct vrrp_host *host;
	uint16_t family;
	char interface[CONF_IFNAME_MAX];
	/* AF_UNSPEC: none. The first is link-local in IPv6 (RFC 9568 section 5.1.2.1); the second
	 * is for IPv6 peers that are not, for which the first would be a stranger. */
	struct addr source, wide_source;
	bool is_usable;   /* the interface is up and the socket open; an address may be missing */
	struct err fault; /* why it is not usable, as a sentence */
	struct vrrp_raw *raw;
	struct loop_io *io;
	struct loop_timer *retry;
	unsigned index;                       /* of the interface that raw is bound to */
	struct vrrp_instance *instances[256]; /* by VRID */
};

struct vrrp_port *vrrp_port_new(struct vrrp_host *host, uint16_t family, const char *interface);
/* Its instances must be gone. */
void vrrp_port_free(struct vrrp_port *port);
bool vrrp_port_is_empty(const struct vrrp_port *port);

/* Looks at the interface again, opens or closes the socket, joins the group if an instance wants
 * it, and tells the instances. */
void vrrp_port_refresh(struct vrrp_port *port);

/* Hands all waiting packets to the instances, so that no timer runs on old news. */
void vrrp_port_drain(struct vrrp_port *port);

/* Sends a message to the group or a router. 0 or -errno. */
int vrrp_port_send(struct vrrp_port *port, const struct vrrp_pkt *pkt, const struct addr *source,
		   const struct addr *destination);

#endif
