/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Examines which interfaces carry no packets now. This comes before anything that was asked over
 * those interfaces, so that a pulled cable is not reported as a firewall, a missing privilege or a
 * dead server.
 */
#include "doctor/examine.h"
#include "doctor/examine_help.h"
#include "base/plural.h"

#include <stdio.h>
#include <string.h>

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
