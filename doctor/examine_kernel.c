/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Examines modules, forwarding, and the sizes of tables. */
#include "doctor/examine.h"
#include "doctor/examine_help.h"
#include "base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* From this share on, in percent, the table of tracked connections counts as nearly full. A full
 * table refuses new connections. */
#define CONNTRACK_FULL_PERCENT 80

static void examine_modules(const struct conf *conf, const struct doctor_facts *facts,
			    struct findings *findings)
{
	size_t n_absent = 0;

	if (!conf->n_virtual_servers)
		return;
	if (!facts->has_ipvs)
		finding_add(
		    findings, FINDING_PROBLEM, "modules",
		    "run `modprobe ip_vs`; if a small cloud kernel does not have it, install the "
		    "distribution's full kernel",
		    "this kernel has no IPVS, or its module is not loaded");
	for (size_t i = 0; i < facts->modules.n; i++) {
		const struct doctor_module *module = &facts->modules.items[i];

		if (module->state == DOCTOR_MODULE_ABSENT)
			finding_add(findings, FINDING_PROBLEM, "modules",
				    "install a kernel that has the module, or remove what needs it "
				    "from the file",
				    "the kernel has no module %s: %s", module->name, module->loss);
		else if (module->state == DOCTOR_MODULE_UNKNOWN)
			finding_add(findings, FINDING_UNKNOWN, "modules", NULL,
				    "module %s is not loaded, and this kernel's list of modules "
				    "does not exist, so it cannot be seen whether the module can "
				    "be loaded; without it %s",
				    module->name, module->loss);
		else
			continue;
		n_absent++;
	}
	if (facts->has_ipvs && !n_absent)
		finding_add(findings, FINDING_OK, "modules", NULL,
			    "the kernel has IPVS and all schedulers of the configuration");
}

static bool has_family(const struct conf *conf, enum conf_method method, uint16_t family)
{
	for (size_t i = 0; i < conf->n_virtual_servers; i++) {
		const struct conf_virtual_server *vs = &conf->virtual_servers[i];

		for (size_t j = 0; j < examine_n_servers(vs); j++)
			if (examine_server(vs, j)->method == method &&
			    examine_server(vs, j)->ep.addr.family == family)
				return true;
	}
	return false;
}

static void examine_forwarding(const struct conf *conf, const struct doctor_facts *facts,
			       struct findings *findings, uint16_t family, const char *name)
{
	const struct doctor_sysctl *sysctl = doctor_sysctl_find(facts, name);
	char remedy[128];

	if (!has_family(conf, CONF_METHOD_NAT, family) &&
	    !has_family(conf, CONF_METHOD_FNAT, family))
		return;
	snprintf(remedy, sizeof(remedy), "run `sysctl -w %s=1`, and set it in /etc/sysctl.d, too", name);
	if (!sysctl || !sysctl->is_there)
		finding_add(findings, FINDING_UNKNOWN, "forwarding", NULL, "%s cannot be read",
			    name);
	else if (sysctl->value == 0)
		finding_add(
		    findings, FINDING_PROBLEM, "forwarding", remedy,
		    "%s is 0: answers of real servers with NAT are not forwarded to clients", name);
	else
		finding_add(findings, FINDING_OK, "forwarding", NULL, "%s is 1, as NAT needs it",
			    name);
}

/* Adds the setting of one interface to a command, unless it is there already. Frees command, and
 * returns the new one. */
static char *redirects_add(char *command, const char *interface)
{
	char *setting = mem_printf(" net/ipv4/conf/%s/send_redirects=0", interface);
	char *longer = strstr(command, setting) ? command : mem_printf("%s%s", command, setting);

	free(setting);
	if (longer != command)
		free(command);
	return longer;
}

/* When clients and servers are on the same link, a redirect tells the server to send its answers
 * past the director. */
static void examine_redirects(const struct conf *conf, const struct doctor_facts *facts,
			      struct findings *findings)
{
	const struct doctor_sysctl *all =
	    doctor_sysctl_find(facts, "net.ipv4.conf.all.send_redirects");
	const char *name = NULL;
	char *remedy = mem_strdup("sysctl -w");

	/* The kernel sends redirects if either of the two is on, so both must be off. */
	if (all && all->is_there && all->value) {
		name = "all";
		remedy = redirects_add(remedy, name);
	}
	for (size_t i = 0; i < facts->routes.n; i++) {
		const struct doctor_interface *interface =
		    doctor_interface_by_index(facts, facts->routes.items[i].interface);

		if (!interface || !interface->send_redirects)
			continue;
		name = name ? name : interface->name;
		remedy = redirects_add(remedy, interface->name);
	}
	if (name && has_family(conf, CONF_METHOD_NAT, AF_INET))
		finding_add(findings, FINDING_WARNING, "forwarding", remedy,
		    "net.ipv4.conf.%s.send_redirects is on: if clients and real servers with NAT "
		    "share a link, the director tells the servers to answer past it (the setting "
		    "is off only if `all` and the interface both have 0)",
		    name);
	free(remedy);
}

/* How many ports the kernel can translate a source to, for one address and one port of a real
 * server. */
#define SOURCE_PORTS (65535 - 1023)

static void examine_ports(const struct conf *conf, struct findings *findings)
{
	if (examine_has_method(conf, CONF_METHOD_FNAT))
		finding_add(findings, FINDING_OK, "conntrack", NULL,
			    "full NAT: each fnat_source has %d ports, so that many connections "
			    "from it to one port of a real server are possible at a time; a "
			    "service that needs more must have an fnat_source of its own",
			    SOURCE_PORTS);
}

static void examine_conntrack(const struct doctor_facts *facts, struct findings *findings)
{
	const struct doctor_sysctl *max =
	    doctor_sysctl_find(facts, "net.netfilter.nf_conntrack_max");
	const struct doctor_sysctl *count =
	    doctor_sysctl_find(facts, "net.netfilter.nf_conntrack_count");

	if (!max || !max->is_there || !count || !count->is_there || max->value <= 0) {
		finding_add(
		    findings, FINDING_OK, "conntrack", NULL,
		    "connection tracking is not loaded, so its table cannot become full");
		return;
	}
	if (count->value * 100 / max->value >= CONNTRACK_FULL_PERCENT)
		finding_add(
		    findings, FINDING_PROBLEM, "conntrack",
		    "raise net.netfilter.nf_conntrack_max, or exclude the packets that IPVS "
		    "forwards from tracking with a NOTRACK rule",
		    "%ld of %ld tracked connections are in use: when the table is full, the kernel "
		    "drops new connections, those for IPVS included",
		    count->value, max->value);
	else
		finding_add(findings, FINDING_OK, "conntrack", NULL,
			    "%ld of %ld tracked connections are in use", count->value, max->value);
}

void examine_kernel(const struct conf *conf, const struct doctor_facts *facts,
		    struct findings *findings)
{
	examine_modules(conf, facts, findings);
	examine_forwarding(conf, facts, findings, AF_INET, "net.ipv4.ip_forward");
	examine_forwarding(conf, facts, findings, AF_INET6, "net.ipv6.conf.all.forwarding");
	examine_redirects(conf, facts, findings);
	examine_conntrack(facts, findings);
	examine_ports(conf, findings);
}
