/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Examines which interfaces carry no packets now. This comes before anything that was asked over
 * those interfaces, so that a pulled cable is not reported as a firewall, a missing privilege or a
 * dead server.
 */
#include "doctor/examine.h"
#include "base/plural.h"

#include <stdio.h>
#include <string.h>

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

/* Reports, in one finding, all real servers that cannot be reached because of an interface. */
static void examine_servers_behind(const struct doctor_interface *interface,
				   const struct doctor_facts *facts, struct findings *findings)
{
	char addr[ADDR_TEXT_MAX], remedy[EXAMINE_REMEDY_MAX];
	const struct addr *first = NULL;
	size_t n = 0;

	for (size_t i = 0; i < facts->routes.n; i++) {
		if (examine_link_cut(facts, &facts->routes.items[i]) != interface)
			continue;
		first = first ? first : &facts->routes.items[i].addr;
		n++;
	}
	if (n)
		finding_add(findings, FINDING_PROBLEM, "reach",
			    examine_link_remedy(interface, interface->name, remedy),
			    "%s %s: the %zu real server%s behind it (%s is the first) cannot be "
			    "reached",
			    interface->name, examine_link_fault(interface), n, plural(n),
			    addr_format(first, addr));
}

/* Reports the virtual addresses of an interface for which nobody could be asked. */
static void examine_vips_on(const struct doctor_interface *interface,
			    const struct doctor_facts *facts, struct findings *findings)
{
	char addr[ADDR_TEXT_MAX], remedy[EXAMINE_REMEDY_MAX];
	const struct addr *first = NULL;
	size_t n = 0;

	for (size_t i = 0; i < facts->answers.n; i++) {
		const struct doctor_answer *answer = &facts->answers.items[i];

		if (!answer->is_vip || strcmp(answer->interface, interface->name) != 0)
			continue;
		first = first ? first : &answer->addr;
		n++;
	}
	if (n)
		finding_add(findings, FINDING_UNKNOWN, "addresses",
			    examine_link_remedy(interface, interface->name, remedy),
			    "%s %s: it cannot be asked who answers for the %zu virtual address%s on it "
			    "(%s is the first)",
			    interface->name, examine_link_fault(interface), n,
			    plural_of(n, "", "es"), addr_format(first, addr));
}

void examine_links(const struct doctor_facts *facts, struct findings *findings)
{
	for (size_t i = 0; i < facts->interfaces.n; i++) {
		const struct doctor_interface *interface = &facts->interfaces.items[i];

		if (!examine_link_fault(interface))
			continue;
		examine_servers_behind(interface, facts, findings);
		examine_vips_on(interface, facts, findings);
	}
}
