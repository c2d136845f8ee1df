/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "vrrp/ports.h"

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

void vrrp_ports_fini(struct vrrp_ports *ports)
{
	vec_free(&ports->list);
}
