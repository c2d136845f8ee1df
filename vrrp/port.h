/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One family on one interface (edge): the raw socket that its instances share, the addresses that
 * they send from unless they have their own, and whether it can be used at all. Instances belong to
 * the worker; a port knows only the ids of those that use it, and what they need of it.
 */
#ifndef LVSD_VRRP_PORT_H
#define LVSD_VRRP_PORT_H

#include "base/loop.h"
#include "vrrp/fault.h"
#include "vrrp/machine/raw.h"
#include "vrrp/vips.h"

struct vrrp_port;

/* A message for the instance id has come. Returns whether more are to be read now. */
typedef bool vrrp_port_packet_fn(unsigned id, const struct vrrp_raw_packet *packet, void *arg);

/* What all ports share; owned by the worker. */
struct vrrp_port_host {
	struct loop *loop;
	struct vrrp_link *link;
	struct vrrp_vip_index vips;
	vrrp_port_packet_fn *on_packet;
	/* The socket can be read (vrrp_port_drain()), or another look (vrrp_port_refresh()) may
	 * find that the port can be used by now. */
	void (*on_readable)(struct vrrp_port *port);
	void (*on_retry)(struct vrrp_port *port);
	/* The port listens for a frame of another machine, and one may have come. */
	void (*on_frame)(struct vrrp_port *port);
	void *arg; /* of on_packet */
};

/* An instance that uses the port. */
struct vrrp_port_user {
	bool is_used;
	unsigned id;
	bool is_owner;     /* of priority 255: a virtual address may be the source */
	bool is_multicast; /* without unicast peers */
};

struct vrrp_port {
	struct vrrp_port_host *host;
	uint16_t family;
	char interface[CONF_IFNAME_MAX];
	/* AF_UNSPEC: none. The first is link-local in IPv6 (RFC 9568 section 5.1.2.1); the second
	 * is for IPv6 peers that are not, for which the first would be a stranger. */
	struct addr source, wide_source;
	/* VRRP_FAULTS: the interface is up and the socket open; an address may be missing. */
	enum vrrp_fault fault;
	struct err fault_text; /* of fault, a sentence */
	struct vrrp_raw *raw;
	struct loop_io *io;
	struct loop_timer *retry;
	int listen_fd;             /* of vrrp/machine/listen.h; -1: it does not listen */
	struct loop_io *listen_io;
	bool is_listen_refused; /* the log knows */
	unsigned index;                   /* of the interface that raw is bound to */
	struct vrrp_port_user users[256]; /* by VRID */
};

struct vrrp_port *vrrp_port_new(struct vrrp_port_host *host, uint16_t family,
				const char *interface);
/* Its users must be gone. */
void vrrp_port_free(struct vrrp_port *port);
bool vrrp_port_is_empty(const struct vrrp_port *port);

/* Looks at the interface again, opens or closes the socket, joins the group if a user wants it. */
void vrrp_port_refresh(struct vrrp_port *port);

/* Listens for a frame of another machine, if it does not yet. False: that cannot be done. */
bool vrrp_port_listen(struct vrrp_port *port);
/* Has one come since? It ends the listening. */
bool vrrp_port_has_heard(struct vrrp_port *port);

/* Hands waiting packets out, so that no timer runs on old news. Returns whether some may be left:
 * call it again. */
bool vrrp_port_drain(struct vrrp_port *port);

/* Sends a message to the group or a router. 0 or -errno. */
int vrrp_port_send(struct vrrp_port *port, const struct vrrp_pkt *pkt, const struct addr *source,
		   const struct addr *destination);

#endif
