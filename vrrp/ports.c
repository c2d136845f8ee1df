/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "vrrp/ports.h"
#include "base/clock.h"
#include "vrrp/holding/frames.h"
#include "vrrp/holding/listeners.h"

#include <string.h>

static int compare_port(const struct vrrp_port *port, uint16_t family, const char *interface)
{
	return port->family != family ? (port->family < family ? -1 : 1)
				      : strcmp(port->interface, interface);
}

/* The index of the port, or the index at which to insert it. */
static size_t find_port(const struct vrrp_ports *ports, uint16_t family, const char *interface)
{
	size_t low = 0, high = ports->list.n;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (compare_port(ports->list.items[middle], family, interface) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

struct vrrp_port *vrrp_ports_get(struct vrrp_ports *ports, struct vrrp_port_host *host,
				 uint16_t family, const char *interface)
{
	size_t at = find_port(ports, family, interface);

	if (at < ports->list.n && !compare_port(ports->list.items[at], family, interface))
		return ports->list.items[at];
	*(struct vrrp_port **)vec_push(&ports->list) = NULL;
	memmove(&ports->list.items[at + 1], &ports->list.items[at],
		(ports->list.n - 1 - at) * sizeof(*ports->list.items));
	ports->list.items[at] = vrrp_port_new(host, family, interface);
	return ports->list.items[at];
}

void vrrp_ports_drop_empty(struct vrrp_ports *ports)
{
	size_t n = 0;

	for (size_t i = 0; i < ports->list.n; i++) {
		if (vrrp_port_is_empty(ports->list.items[i]))
			vrrp_port_free(ports->list.items[i]);
		else
			ports->list.items[n++] = ports->list.items[i];
	}
	ports->list.n = n;
}

static void rest_arm(struct vrrp_ports *ports)
{
	if (ports->is_rest_armed)
		return;
	ports->is_rest_armed = true;
	loop_timer_set(ports->rest, mono_add_ms(clock_mono(), VRRP_REST_MS));
}

static void on_rested(void *arg)
{
	struct vrrp_ports *ports = arg;

	ports->is_rest_armed = false;
	for (size_t i = 0; i < ports->list.n; i++) {
		struct vrrp_port *port = ports->list.items[i];
		uint64_t n_read = port->n_read;

		if (!port->is_resting)
			continue;
		port->host->on_readable(port);
		vrrp_port_rest(port, port->n_read != n_read);
	}
	for (size_t i = 0; i < ports->list.n; i++)
		if (ports->list.items[i]->is_resting)
			rest_arm(ports);
}

void vrrp_ports_open(struct vrrp_ports *ports, struct vrrp_port_host *host)
{
	*ports = (struct vrrp_ports){.frames = vrrp_frames_new(host->loop),
				     .listeners = vrrp_listeners_new(host->loop)};
	ports->rest = loop_timer_new(host->loop, on_rested, ports);
	host->frames = ports->frames;
	host->listeners = ports->listeners;
}

void vrrp_ports_rest(struct vrrp_ports *ports, struct vrrp_port *port, size_t n)
{
	if (n < VRRP_REST_INSTANCES)
		return;
	vrrp_port_rest(port, true);
	rest_arm(ports);
}

void vrrp_ports_fini(struct vrrp_ports *ports)
{
	vrrp_frames_free(ports->frames);
	vrrp_listeners_free(ports->listeners);
	loop_timer_free(ports->rest);
	vec_free(&ports->list);
}
