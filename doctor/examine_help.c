/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "doctor/examine_help.h"

#include <stdio.h>
#include <string.h>

size_t examine_n_servers(const struct conf_virtual_server *vs)
{
	return vs->n_real_servers + vs->has_sorry_server;
}

const struct conf_real_server *examine_server(const struct conf_virtual_server *vs, size_t i)
{
	return i < vs->n_real_servers ? &vs->real_servers[i] : &vs->sorry_server;
}

bool examine_has_method(const struct conf *conf, enum conf_method method)
{
	for (size_t i = 0; i < conf->n_virtual_servers; i++)
		for (size_t j = 0; j < examine_n_servers(&conf->virtual_servers[i]); j++)
			if (examine_server(&conf->virtual_servers[i], j)->method == method)
				return true;
	return false;
}

const char *examine_socket_remedy(const struct doctor_facts *facts)
{
	return facts->is_root ? "the capability CAP_NET_RAW is missing: run this outside of the "
				"container, or give it that capability"
			      : "run this as root";
}

bool examine_spans(const struct addr *network, uint8_t prefix_len, const struct addr *addr)
{
	unsigned whole = prefix_len / 8, bits = prefix_len % 8;

	if (network->family != addr->family || memcmp(network->bytes, addr->bytes, whole) != 0)
		return false;
	return !bits || !((network->bytes[whole] ^ addr->bytes[whole]) >> (8 - bits));
}

const char *examine_link_fault(const struct doctor_interface *interface)
{
	if (!interface)
		return "does not exist";
	if (!interface->is_up)
		return "is down";
	return interface->has_carrier ? NULL : "has no carrier";
}

const char *examine_link_remedy(const struct doctor_interface *interface, const char *name,
				char text[static EXAMINE_REMEDY_MAX])
{
	if (!interface)
		snprintf(text, EXAMINE_REMEDY_MAX,
			 "create %s, or write the name of another interface in the file: `ip link` "
			 "lists the interfaces",
			 name);
	else if (!interface->is_up)
		snprintf(text, EXAMINE_REMEDY_MAX, "ip link set %s up", name);
	else
		snprintf(text, EXAMINE_REMEDY_MAX,
			 "check the cable of %s and the switch port", name);
	return text;
}

bool examine_link_has_network(const struct doctor_facts *facts, unsigned interface,
			      const struct addr *addr)
{
	for (size_t i = 0; i < facts->addresses.n; i++) {
		const struct doctor_address *own = &facts->addresses.items[i];

		if (own->interface == interface &&
		    examine_spans(&own->addr, own->prefix_len, addr))
			return true;
	}
	return false;
}

const struct doctor_interface *examine_link_cut(const struct doctor_facts *facts,
						const struct doctor_route *route)
{
	const struct doctor_interface *leaving = doctor_interface_by_index(facts, route->interface);

	if (route->is_there && leaving && !leaving->has_carrier && !route->is_local)
		return leaving;
	if (route->is_there && (route->is_local || !route->has_gateway))
		return NULL;
	/* The kernel removes the routes of an interface that is set down. The remaining routes lead
	 * over others. */
	for (size_t i = 0; i < facts->interfaces.n; i++) {
		const struct doctor_interface *interface = &facts->interfaces.items[i];

		if (!interface->has_carrier &&
		    examine_link_has_network(facts, interface->index, &route->addr))
			return interface;
	}
	return NULL;
}
