/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "vrrp/rest.h"
#include "base/clock.h"
#include "base/mem.h"

#include <stdlib.h>

struct vrrp_rest {
	const struct vrrp_ports *ports;
	struct loop_timer *timer;
	bool is_armed;
};

static void rest_arm(struct vrrp_rest *rest)
{
	if (rest->is_armed)
		return;
	rest->is_armed = true;
	loop_timer_set(rest->timer, mono_add_ms(clock_mono(), VRRP_REST_MS));
}

static void on_rested(void *arg)
{
	struct vrrp_rest *rest = arg;

	rest->is_armed = false;
	for (size_t i = 0; i < rest->ports->list.n; i++) {
		struct vrrp_port *port = rest->ports->list.items[i];
		uint64_t n_read = port->n_read;

		if (!port->is_resting)
			continue;
		port->host->on_readable(port);
		if (port->n_read == n_read)
			vrrp_port_rest(port, false);
		else
			rest_arm(rest);
	}
}

struct vrrp_rest *vrrp_rest_new(struct loop *loop, const struct vrrp_ports *ports)
{
	struct vrrp_rest *rest = mem_calloc(1, sizeof(*rest));

	*rest = (struct vrrp_rest){.ports = ports};
	rest->timer = loop_timer_new(loop, on_rested, rest);
	return rest;
}

void vrrp_rest_free(struct vrrp_rest *rest)
{
	if (!rest)
		return;
	loop_timer_free(rest->timer);
	free(rest);
}

void vrrp_rest_begin(struct vrrp_rest *rest, struct vrrp_port *port)
{
	vrrp_port_rest(port, true);
	rest_arm(rest);
}
