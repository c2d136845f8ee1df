/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A port is one address family on one interface (edge): the raw socket that its instances share,
 * the addresses that they send from unless the configuration names one, and whether the interface
 * can be used at all. Instances belong to the runner (vrrp/runner.h); a port knows only the ids of
 * the instances that use it, and what they need of it.
 */
#ifndef LVSD_VRRP_PORT_H
#define LVSD_VRRP_PORT_H

#include "base/loop.h"
#include "vrrp/damping/damper.h"
#include "vrrp/fault.h"
#include "vrrp/others.h"
#include "vrrp/machine/outbox.h"
#include "vrrp/unknown/unknown.h"
#include "vrrp/vips.h"

struct vrrp_port;

/* A message for the instance id has arrived. Returns whether the port should go on reading now. */
typedef bool vrrp_port_packet_fn(unsigned id, const struct vrrp_raw_packet *packet, void *arg);

struct vrrp_vmacs;
struct vrrp_frames;
struct vrrp_listeners;

/* What all ports share; owned by the runner. */
struct vrrp_port_host {
	struct loop *loop;
	struct vrrp_link *link;
	struct vrrp_damper *damper;
	struct vrrp_vip_index vips;
	/* Addresses that a new configuration no longer has, while they are still on the machine. */
	struct vrrp_vip_index leaving;
	struct vrrp_unknowns unknowns; /* with log_unknown_vrids */
	struct vrrp_vmacs *vmacs;
	struct vrrp_outbox *outbox;
	struct vrrp_frames *frames; /* vrrp_ports_open() makes both */
	struct vrrp_listeners *listeners;
	vrrp_port_packet_fn *on_packet;
	/* The socket has packets: call vrrp_port_drain(). */
	void (*on_readable)(struct vrrp_port *port);
	/* The socket could not be opened a while ago: try again with vrrp_port_refresh(). */
	void (*on_retry)(struct vrrp_port *port);
	/* The port listens for a frame of another machine, and one may have arrived: call
	 * vrrp_port_has_heard(). */
	void (*on_frame)(struct vrrp_port *port);
	/* A virtual router that no instance has there advertises; once for each instance of the port. Returns
	 * as on_packet. */
	bool (*on_stranger)(unsigned id, const struct vrrp_pkt *pkt, const struct addr *source,
			    void *arg);
	void *arg; /* of on_packet and on_stranger */
};

/* An instance that uses the port. */
struct vrrp_port_user {
	bool is_used;
	unsigned id;
	bool is_owner;     /* of priority 255: a virtual address may be the source */
	bool is_signed;    /* its advertisements have an AH */
	bool ignores_link; /* goes on while the interface is down */
	bool is_logging_unknown;
	struct addr group; /* that it listens to; AF_UNSPEC: it has unicast peers */
	/* Its macvlan, "": none. There it hears the other director, whose frames come from the same
	 * hardware address; the others come by the interface itself. */
	char vmac[CONF_IFNAME_MAX];
	bool is_by_base; /* advertisements go by the interface itself even so */
	bool is_ipvlan;  /* vmac is an ipvlan */
	bool has_tap;    /* it needs one; else all comes and goes by the interface itself */
	bool is_tap_signed; /* the tap on an ipvlan is for AH */
	/* The socket for the macvlan, which all macvlans share, or that on the ipvlan; NULL: there is no such
	 * interface. See vrrp/holding/taps.h. */
	struct vrrp_raw *tap;
	struct loop_io *tap_io; /* of an ipvlan */
	unsigned tap_index;     /* of the macvlan or ipvlan that tap is for */
	char *tap_trouble;  /* why there is none, as a sentence; NULL: nobody has tried */
};

struct vrrp_port {
	struct vrrp_port_host *host;
	uint16_t family;
	char interface[CONF_IFNAME_MAX];
	/* Addresses to send from; AF_UNSPEC: there is none. In IPv6 source is link-local (RFC 9568
	 * section 5.1.2.1). wide_source is for IPv6 peers whose addresses are not link-local: they
	 * know this router by that address. */
	struct addr source, wide_source;
	/* VRRP_FAULTS: the socket is open. An address may be missing even so. is_down: so may the
	 * interface be, for instances that ignore it. See vrrp_port_fault(). */
	enum vrrp_fault fault;
	bool is_down;
	struct err fault_text; /* the sentence that explains fault */
	struct vrrp_raw *raw, *signed_raw; /* signed_raw: for AH; NULL while no user needs it */
	struct loop_io *io, *signed_io;
	bool is_resting; /* its sockets are not waited for (vrrp_ports_rest()) */
	uint64_t n_read; /* packets, for any instance or none */
	uint16_t ip_id; /* of the last packet with an AH */
	struct loop_timer *retry;
	bool is_listening;      /* for a frame of another machine: vrrp/holding/listeners.h */
	bool is_listen_refused; /* the line about it has been logged */
	struct mono stranger_at[256]; /* when an advertisement of that VRID was looked at last */
	struct mono yielded_at[256];  /* the same, of those with priority 0 */
	struct vrrp_trouble unknown; /* advertisements of virtual routers that are not users */
	struct vrrp_trouble invalid; /* those with virtual_router_id 0 */
	unsigned index;                   /* of the interface that raw is bound to */
	struct vrrp_port_user users[256]; /* by VRID */
	uint8_t tapped[256]; /* the VRIDs of users with a tap; n_taps of them */
	unsigned n_taps;
};

/* A port without an instance. host must live as long as the port. */
struct vrrp_port *vrrp_port_new(struct vrrp_port_host *host, uint16_t family,
				const char *interface);
/* No instance may use the port any more. */
void vrrp_port_free(struct vrrp_port *port);
/* Does no instance use the port? */
bool vrrp_port_is_empty(const struct vrrp_port *port);

/* What keeps an instance from using the port; VRRP_FAULTS: nothing. ignores_link: the instance goes on
 * while the interface is down. */
enum vrrp_fault vrrp_port_fault(const struct vrrp_port *port, bool ignores_link);

/* Looks at the interface again: opens or closes the socket, chooses the source addresses, and joins
 * the multicast group if an instance needs it. Returns whether fault_text has changed, as when an
 * interface without a carrier is set down. */
bool vrrp_port_refresh(struct vrrp_port *port);
/* To be called when the instances know what vrrp_port_refresh() has found. Without an interface of the name the socket
 * is closed here: an interface that was renamed could still take a resignation. */
void vrrp_port_settle(struct vrrp_port *port);

/* Whether the loop waits for packets of the sockets on the interface itself: not while the port
 * rests. A socket that is opened meanwhile is waited for. */
void vrrp_port_rest(struct vrrp_port *port, bool is_resting);

/* Begins to listen for a frame of another machine, unless the port does so already. False: the
 * kernel refused; a line says so. */
bool vrrp_port_listen(struct vrrp_port *port);
/* Has such a frame arrived? If so, the listening ends. */
bool vrrp_port_has_heard(struct vrrp_port *port);

/* Gives all waiting packets to on_packet, so that no timer decides before they are heard; with taps on
 * macvlans those of other ports' macvlans too. Returns whether packets may be left: call it again. */
bool vrrp_port_drain(struct vrrp_port *port);

/* Sends an advertisement to a multicast group or to a peer with the next vrrp_outbox_flush(). path
 * says to whom. False: it cannot, as the interface cannot be used. */
bool vrrp_port_send(struct vrrp_port *port, const struct vrrp_pkt *pkt,
		    const struct vrrp_path *path, const struct vrrp_sent *sent);
/* The same for an advertisement whose auth is VRRP_AUTH_AH. */
bool vrrp_port_send_signed(struct vrrp_port *port, const struct vrrp_pkt *pkt,
			   const struct vrrp_path *path, uint32_t sequence,
			   const struct vrrp_sent *sent);

#endif
