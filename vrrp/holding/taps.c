/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "vrrp/holding/taps.h"
#include "base/mem.h"
#include "vrrp/holding/frames.h"
#include "vrrp/holding/vmacs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void forget_trouble(struct vrrp_port_user *user)
{
	free(user->tap_trouble);
	user->tap_trouble = NULL;
}

void vrrp_taps_drop(struct vrrp_port *port, uint8_t vrid)
{
	struct vrrp_port_user *user = &port->users[vrid];
	unsigned n = 0;

	if (!user->tap)
		return;
	vrrp_outbox_flush(port->host->outbox);
	if (user->is_ipvlan) {
		loop_io_free(user->tap_io);
		vrrp_raw_close(user->tap);
	} else {
		vrrp_frames_leave(port->host->frames, port, user->tap_index);
	}
	user->tap_io = NULL;
	user->tap = NULL;
	user->tap_index = 0;
	for (unsigned i = 0; i < port->n_taps; i++)
		if (port->tapped[i] != vrid)
			port->tapped[n++] = port->tapped[i];
	port->n_taps = n;
}

void vrrp_taps_leave(struct vrrp_port *port, uint8_t vrid)
{
	vrrp_taps_drop(port, vrid);
	forget_trouble(&port->users[vrid]);
}

void vrrp_taps_close(struct vrrp_port *port)
{
	while (port->n_taps)
		vrrp_taps_drop(port, port->tapped[0]);
}

/* Packets of peers to the address of an ipvlan reach the ipvlan alone. */
static bool has_peers_there(const struct conf_vrrp *conf)
{
	return (conf->n_peers || conf->needs_peer) && conf->vmacs[0].address.family != AF_UNSPEC;
}

void vrrp_taps_want(struct vrrp_port *port, const struct conf_vrrp *conf)
{
	struct vrrp_port_user *user = &port->users[conf->vrid];
	const char *name = conf->n_vmacs && conf->vmacs[0].is_own ? conf->vmacs[0].name : "";

	bool is_ipvlan = name[0] && conf_vmac_is_ipvlan(&conf->vmacs[0]);
	bool has_tap = name[0] && (!is_ipvlan || has_peers_there(conf));

	if (strcmp(user->vmac, name) || user->is_ipvlan != is_ipvlan || !has_tap ||
	    (is_ipvlan && user->is_tap_signed != user->is_signed))
		vrrp_taps_drop(port, conf->vrid);
	snprintf(user->vmac, sizeof(user->vmac), "%s", name);
	user->is_by_base = conf->is_by_base;
	user->is_ipvlan = is_ipvlan;
	user->has_tap = has_tap;
}

static void tap_open(struct vrrp_port *port, uint8_t vrid, const struct vrrp_link_if *vmac,
		     loop_io_fn *on_readable)
{
	struct vrrp_port_user *user = &port->users[vrid];
	struct err err;
	int code;

	forget_trouble(user);
	code = user->is_ipvlan ? vrrp_raw_open(port->family, user->is_signed, vmac, &user->tap, &err)
			       : vrrp_frames_join(port->host->frames, port, vmac, &user->tap, &err);
	if (code < 0) {
		user->tap = NULL;
		user->tap_trouble = mem_strdup(err.text);
		return;
	}
	user->is_tap_signed = user->is_signed;
	if (user->is_ipvlan)
		user->tap_io = loop_io_new(port->host->loop, vrrp_raw_fd(user->tap), LOOP_READ,
					   on_readable, port);
	user->tap_index = vmac->index;
	port->tapped[port->n_taps++] = vrid;
}

/* The macvlan or ipvlan of the instance; NULL: there is none that it can use. */
static const struct vrrp_link_if *find_usable(const struct vrrp_port *port,
					      const struct vrrp_port_user *user)
{
	return vrrp_vmacs_trouble(port->host->vmacs, user->vmac)[0]
		   ? NULL
		   : vrrp_link_by_name(port->host->link, user->vmac);
}

static void tap_refresh(struct vrrp_port *port, uint8_t vrid, loop_io_fn *on_readable)
{
	const struct vrrp_port_user *user = &port->users[vrid];
	const struct vrrp_link_if *vmac = find_usable(port, user);

	if (!vmac) {
		vrrp_taps_drop(port, vrid);
		return;
	}
	if (!user->has_tap || user->tap_index == vmac->index)
		return;
	vrrp_taps_drop(port, vrid);
	tap_open(port, vrid, vmac, on_readable);
}

void vrrp_taps_refresh(struct vrrp_port *port, loop_io_fn *on_readable)
{
	for (size_t i = 0; i < 256; i++)
		if (port->users[i].is_used && port->users[i].vmac[0])
			tap_refresh(port, (uint8_t)i, on_readable);
}

bool vrrp_taps_trouble(const struct vrrp_port *port, uint8_t vrid)
{
	const struct vrrp_port_user *user = &port->users[vrid];

	return user->vmac[0] && (user->has_tap ? !user->tap : !find_usable(port, user));
}

struct vrrp_raw *vrrp_taps_way(const struct vrrp_port *port, uint8_t vrid, struct vrrp_raw *usual)
{
	const struct vrrp_port_user *user = &port->users[vrid];

	return user->has_tap && !user->is_by_base ? user->tap : usual;
}
