/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Examines advertisements, and the virtual addresses of the instances. */
#include "doctor/examine.h"
#include "doctor/examine_help.h"
#include "base/plural.h"

#include <stdio.h>
#include <string.h>

static const struct doctor_hearing *find_hearing(const struct doctor_facts *facts, const char *name)
{
	for (size_t i = 0; i < facts->hearings.n; i++)
		if (strcmp(facts->hearings.items[i].instance, name) == 0)
			return &facts->hearings.items[i];
	return NULL;
}

static const struct doctor_fault *find_fault(const struct doctor_facts *facts, const char *name)
{
	for (size_t i = 0; i < facts->faults.n; i++)
		if (strcmp(facts->faults.items[i].instance, name) == 0)
			return &facts->faults.items[i];
	return NULL;
}

/* An instance that receives no advertisements becomes MASTER, and then its own advertisements are
 * received here. So no advertisement at all is a fault. */
static void examine_silence(const struct conf_vrrp *vrrp, const struct doctor_facts *facts,
			    struct findings *findings)
{
	if (facts->daemon == DOCTOR_DAEMON_ABSENT)
		finding_add(findings, FINDING_UNKNOWN, "vrrp", "start lvsd, then run this again",
			    "instance %s: within %.1f s nobody advertised on %s, and lvsd does not "
			    "run here",
			    vrrp->name, facts->seconds_listened, vrrp->interface);
	else
		finding_add(findings, FINDING_PROBLEM, "vrrp",
			    "`lvsctl status` shows the state of the instance and its cause; a "
			    "director that was just started waits for its checks first",
			    "instance %s: within %.1f s nobody advertised on %s, neither this "
			    "director nor another",
			    vrrp->name, facts->seconds_listened, vrrp->interface);
}

/* Whether the interface has an address from which the instance can send: IPv4, or link-local IPv6. */
static bool has_source(const struct conf_vrrp *vrrp, const struct doctor_facts *facts,
		       const struct doctor_interface *interface)
{
	for (size_t i = 0; i < facts->addresses.n; i++) {
		const struct doctor_address *own = &facts->addresses.items[i];
		const uint8_t *bytes = own->addr.bytes;

		if (own->interface == interface->index && own->addr.family == vrrp->family &&
		    (vrrp->family == AF_INET || vrrp->n_peers ||
		     (bytes[0] == 0xfe && (bytes[1] & 0xc0) == 0x80)))
			return true;
	}
	return false;
}

/* What ends the fault of an instance whose interface works. */
static const char *fault_remedy(const struct conf_vrrp *vrrp, const struct doctor_facts *facts,
				const struct doctor_interface *interface,
				char text[static EXAMINE_REMEDY_MAX])
{
	const char *name = vrrp->interface;

	if (has_source(vrrp, facts, interface))
		return "remove the cause: the instance takes part again by itself then";
	if (vrrp->family == AF_INET)
		snprintf(text, EXAMINE_REMEDY_MAX,
			 "give this director an address of its own on %s, which is not a virtual one: "
			 "ip address add ADDRESS/LENGTH dev %s",
			 name, name);
	else
		snprintf(text, EXAMINE_REMEDY_MAX,
			 "let %s make its link-local address: sysctl "
			 "net.ipv6.conf.%s.disable_ipv6=0; ip link set %s addrgenmode eui64",
			 name, name, name);
	return text;
}

static const struct doctor_mismatch *find_mismatch(const struct doctor_facts *facts, const char *name)
{
	for (size_t i = 0; i < facts->mismatches.n; i++)
		if (strcmp(facts->mismatches.items[i].instance, name) == 0)
			return &facts->mismatches.items[i];
	return NULL;
}

/* If lvsd ignores what the other director sends, lvsd knows why. */
static void examine_two_masters(const struct conf_vrrp *vrrp, const struct doctor_hearing *hearing,
				const struct doctor_facts *facts, struct findings *findings)
{
	const struct doctor_mismatch *mismatch = find_mismatch(facts, vrrp->name);
	char other[ADDR_TEXT_MAX];

	addr_format(&hearing->other, other);
	if (mismatch && mismatch->text[0])
		finding_add(findings, FINDING_PROBLEM, "vrrp",
			    "write the same into the instance on both directors",
			    "instance %s: this director and %s (priority %u) both advertise, as lvsd "
			    "here ignores the advertisements of %s: %s",
			    vrrp->name, other, hearing->other_priority, mismatch->peer, mismatch->text);
	else
		finding_add(findings, FINDING_PROBLEM, "vrrp",
			    "let protocol 112 (with auth_type AH: 51) and the VRRP group through on "
			    "both directors, and check that authentication, version and "
			    "virtual_router_id are the same on both",
			    "instance %s: this director and %s (priority %u) both advertise: at least "
			    "one of them does not receive the other's advertisements%s%s",
			    vrrp->name, other, hearing->other_priority,
			    mismatch ? ", and lvsd here has ignored some since it began: " : "",
			    mismatch ? mismatch->ignored : "");
}

static void examine_instance(const struct conf_vrrp *vrrp, const struct doctor_facts *facts,
			     struct findings *findings)
{
	const struct doctor_interface *interface = doctor_interface_by_name(facts, vrrp->interface);
	const struct doctor_hearing *hearing = find_hearing(facts, vrrp->name);
	const struct doctor_fault *fault = find_fault(facts, vrrp->name);
	char other[ADDR_TEXT_MAX], remedy[EXAMINE_REMEDY_MAX];

	if (examine_link_fault(interface)) {
		finding_add(findings, FINDING_PROBLEM, "vrrp",
			    examine_link_remedy(interface, vrrp->interface, remedy),
			    "interface %s of instance %s %s", vrrp->interface, vrrp->name,
			    examine_link_fault(interface));
		return;
	}
	if (fault)
		finding_add(findings, FINDING_PROBLEM, "vrrp",
			    fault_remedy(vrrp, facts, interface, remedy),
			    "instance %s is in FAULT since %s, so it cannot take over: %s", vrrp->name,
			    fault->since, fault->cause);
	if (!hearing || !hearing->is_heard) {
		finding_add(findings, FINDING_UNKNOWN, "vrrp", examine_socket_remedy(facts),
			    "instance %s: its interface cannot be listened on", vrrp->name);
		return;
	}
	addr_format(&hearing->other, other);
	if (hearing->n_own && hearing->n_others)
		examine_two_masters(vrrp, hearing, facts, findings);
	else if (hearing->n_others)
		finding_add(findings, FINDING_OK, "vrrp", NULL,
			    "instance %s: %u advertisement%s of %s (priority %u) in %.1f s",
			    vrrp->name, hearing->n_others, plural(hearing->n_others), other, hearing->other_priority,
			    facts->seconds_listened);
	else if (hearing->n_own)
		finding_add(
		    findings, FINDING_OK, "vrrp", NULL,
		    "instance %s: only this director advertises (%u time%s in %.1f s). That is "
		    "normal for a master: a backup that receives the advertisements sends none. It "
		    "cannot be seen from here whether a backup is running: run `lvsctl status` "
		    "there",
		    vrrp->name, hearing->n_own, plural(hearing->n_own), facts->seconds_listened);
	else if (!fault)
		examine_silence(vrrp, facts, findings);
}

static void examine_vip(const struct conf_vip *vip, const struct doctor_facts *facts,
			struct findings *findings)
{
	char text[ADDR_TEXT_MAX], own[ADDR_TEXT_MAX];

	for (size_t i = 0; i < facts->addresses.n; i++) {
		const struct doctor_address *address = &facts->addresses.items[i];
		const struct doctor_interface *interface =
		    doctor_interface_by_index(facts, address->interface);

		if (!interface || !strcmp(interface->name, conf_vip_holder(vip)) ||
		    !addr_cmp(&address->addr, &vip->addr) ||
		    vip->prefix_len == addr_bits(&vip->addr) ||
		    !examine_spans(&vip->addr, vip->prefix_len, &address->addr))
			continue;
		finding_add(
		    findings, FINDING_WARNING, "addresses",
		    "give the virtual address the prefix length 32 (128 in IPv6)",
		    "%s/%u on %s spans %s on %s: while this director has the virtual address it "
		    "has two routes to that network, otherwise one",
		    addr_format(&vip->addr, text), vip->prefix_len, conf_vip_holder(vip),
		    addr_format(&address->addr, own), interface->name);
	}
}

static bool is_own(const struct doctor_facts *facts, const struct addr *addr)
{
	for (size_t i = 0; i < facts->addresses.n; i++)
		if (!addr_cmp(&facts->addresses.items[i].addr, addr))
			return true;
	return false;
}

static void print_macs(const struct doctor_answer *answer, char *text, size_t size)
{
	size_t len = 0;

	text[0] = '\0';
	for (size_t i = 0; i < answer->n_macs && len < size; i++) {
		const uint8_t *mac = answer->macs[i];

		len +=
		    (size_t)snprintf(text + len, size - len, "%s%02x:%02x:%02x:%02x:%02x:%02x",
				     i ? ", " : "", mac[0], mac[1], mac[2], mac[3], mac[4], mac[5]);
	}
}

/* Do two directors advertise the instance that has the address? Then both answer for it. */
static const struct conf_vrrp *two_masters_of(const struct conf *conf, const struct doctor_facts *facts,
					      const struct addr *vip)
{
	for (size_t i = 0; i < conf->n_vrrps; i++) {
		const struct conf_vrrp *vrrp = &conf->vrrps[i];
		const struct doctor_hearing *hearing = find_hearing(facts, vrrp->name);

		for (size_t k = 0; k < conf_n_held(vrrp); k++)
			if (!addr_cmp(&conf_held(vrrp, k)->addr, vip) && hearing && hearing->n_own &&
			    hearing->n_others)
				return vrrp;
	}
	return NULL;
}

/* What to do when several machines answer for a virtual address. */
static const char *answers_remedy(const struct conf *conf, const struct doctor_facts *facts,
				  const struct addr *vip, char text[static EXAMINE_REMEDY_MAX])
{
	const struct conf_vrrp *vrrp = two_masters_of(conf, facts, vip);

	if (vrrp) {
		snprintf(text, EXAMINE_REMEDY_MAX,
			 "instance %s has two masters (see above), and both have the address: end that "
			 "first, then run this again",
			 vrrp->name);
		return text;
	}
	if (!examine_has_method(conf, CONF_METHOD_DR) &&
	    !examine_has_method(conf, CONF_METHOD_TUN))
		return "look for a machine that was given the address by hand, or for a second master "
		       "whose advertisements do not arrive here";
	return vip->family == AF_INET
		   ? "on real servers with DR or TUN set net.ipv4.conf.all.arp_ignore=1 and "
		     "arp_announce=2 before the address is added to lo; if there are none, "
		     "look for a second master"
		   : "real servers with DR or TUN must have the address only where they do not "
		     "answer for it (on lo); if there are none, look for a second master";
}

/* --- interfaces on which nobody is answered --- */

/* The value of arp_ignore with which the kernel answers no request at all; the greater of the sysctls
 * of the interface and of all counts. */
#define ARP_IGNORE_ALL 8

static long all_arp_ignore(const struct doctor_facts *facts)
{
	const struct doctor_sysctl *all = doctor_sysctl_find(facts, "net.ipv4.conf.all.arp_ignore");

	return all && all->is_there ? all->value : 0;
}

static bool is_arp_ignored(const struct doctor_facts *facts, const struct doctor_interface *interface)
{
	long all = all_arp_ignore(facts);

	return (interface->arp_ignore > all ? interface->arp_ignore : all) == ARP_IGNORE_ALL;
}

/* Does this machine have the address on an interface by which it answers nobody? */
static bool is_mute_about(const struct doctor_facts *facts, const struct addr *vip)
{
	for (size_t i = 0; i < facts->addresses.n; i++) {
		const struct doctor_interface *interface =
		    doctor_interface_by_index(facts, facts->addresses.items[i].interface);

		if (vip->family == AF_INET && !addr_cmp(&facts->addresses.items[i].addr, vip) && interface)
			return is_arp_ignored(facts, interface);
	}
	return false;
}

/* The first virtual address that this director has on the interface as MASTER, and how many they are. */
static const struct conf_vip *vips_on(const struct conf *conf, const char *interface, bool is_ip4_only,
				      size_t *ret_n)
{
	const struct conf_vip *first = NULL;

	*ret_n = 0;
	for (size_t i = 0; i < conf->n_vrrps; i++)
		for (size_t k = 0; k < conf_n_held(&conf->vrrps[i]); k++) {
			const struct conf_vip *vip = conf_held(&conf->vrrps[i], k);

			if ((is_ip4_only && vip->addr.family != AF_INET) ||
			    (strcmp(conf_vip_holder(vip), interface) && strcmp(vip->interface, interface)))
				continue;
			first = first ? first : vip;
			++*ret_n;
		}
	return first;
}

/* "10.9.0.100", "10.9.0.100 and 2 more". */
static void print_vips(const struct conf_vip *first, size_t n, char text[static ADDR_TEXT_MAX + 24])
{
	size_t len;

	addr_format(&first->addr, text);
	len = strlen(text);
	if (n > 1)
		snprintf(text + len, ADDR_TEXT_MAX + 24 - len, " and %zu more", n - 1);
}

static void examine_arp_ignore(const struct conf *conf, const struct doctor_facts *facts,
			       const struct doctor_interface *interface, struct findings *findings)
{
	bool is_all = all_arp_ignore(facts) == ARP_IGNORE_ALL, is_own = interface->arp_ignore == ARP_IGNORE_ALL;
	size_t n;
	const struct conf_vip *first = vips_on(conf, interface->name, true, &n);
	char remedy[EXAMINE_REMEDY_MAX], text[ADDR_TEXT_MAX + 24];

	if (!first || !is_arp_ignored(facts, interface))
		return;
	print_vips(first, n, text);
	snprintf(remedy, sizeof(remedy),
		 "sysctl -w%s%s%s%s, and change the file that sets it (/etc/sysctl.d)",
		 is_all ? " net.ipv4.conf.all.arp_ignore=0" : "", is_own ? " net.ipv4.conf." : "",
		 is_own ? interface->name : "", is_own ? ".arp_ignore=0" : "");
	finding_add(findings, FINDING_PROBLEM, "addresses", remedy,
		    "net.ipv4.conf.%s.arp_ignore is 8, so this director answers no ARP request on %s: no "
		    "neighbour reaches %s while it is master",
		    is_all ? "all" : interface->name, interface->name, text);
}

static bool has_mac(const struct doctor_interface *interface)
{
	static const uint8_t none[DOCTOR_MAC_LEN];

	return memcmp(interface->mac, none, DOCTOR_MAC_LEN) != 0;
}

static bool carries_instance(const struct conf *conf, const char *interface)
{
	for (size_t i = 0; i < conf->n_vrrps; i++)
		if (!strcmp(conf->vrrps[i].interface, interface))
			return true;
	return false;
}

/* A network with hosts needs ARP. A tunnel does not, nor does an interface whose addresses are routed. */
static void examine_noarp(const struct conf *conf, const struct doctor_interface *interface,
			  struct findings *findings)
{
	bool is_network = has_mac(interface) && carries_instance(conf, interface->name);
	size_t n;
	const struct conf_vip *first = vips_on(conf, interface->name, false, &n);
	char remedy[EXAMINE_REMEDY_MAX], text[ADDR_TEXT_MAX + 24];

	if (!first || interface->has_arp || examine_link_fault(interface))
		return;
	print_vips(first, n, text);
	snprintf(remedy, sizeof(remedy), "ip link set %s arp on%s", interface->name,
		 is_network ? "" : ", unless nobody needs ARP there, as on a dummy interface");
	finding_add(findings, is_network ? FINDING_PROBLEM : FINDING_UNKNOWN, "addresses",
		    has_mac(interface) ? remedy : "ask from a machine that reaches it: a link of this kind has no ARP",
		    is_network ? "%s has ARP switched off (NOARP), so no neighbour finds %s there"
			       : "%s is without ARP (NOARP), so it cannot be asked who answers for %s",
		    interface->name, text);
}

/* This machine does not receive its own request, so the answer comes from another machine. */
static void examine_answer(const struct conf *conf, const struct doctor_answer *answer,
			   const struct doctor_facts *facts, struct findings *findings)
{
	size_t n_owners = answer->n_macs + is_own(facts, &answer->addr);
	char addr[ADDR_TEXT_MAX], macs[DOCTOR_MACS_MAX * 20], remedy[EXAMINE_REMEDY_MAX];
	const struct doctor_interface *interface = doctor_interface_by_name(facts, answer->interface);

	addr_format(&answer->addr, addr);
	if (!interface)
		finding_add(findings, FINDING_UNKNOWN, "addresses",
			    examine_link_remedy(interface, answer->interface, remedy),
			    "it cannot be asked who answers for %s: interface %s does not exist", addr,
			    answer->interface);
	if (examine_link_fault(interface) || !interface->has_arp)
		return; /* reported once for the interface */
	print_macs(answer, macs, sizeof(macs));
	if (!answer->is_asked)
		finding_add(findings, FINDING_UNKNOWN, "addresses",
			    answer->addr.family == AF_INET6 && facts->is_root
				? "give the link a link-local address of its own"
				: examine_socket_remedy(facts),
			    "it cannot be asked who answers for %s on %s", addr, answer->interface);
	else if (n_owners > 1)
		finding_add(
		    findings, FINDING_PROBLEM, "addresses",
		    answers_remedy(conf, facts, &answer->addr, remedy),
		    "several machines answer for %s: %s%s: each client reaches one of them by "
		    "chance", addr,
		    is_own(facts, &answer->addr) ? "this director and " : "", macs);
	else if (n_owners == 0)
		finding_add(findings,
			    facts->daemon == DOCTOR_DAEMON_ABSENT ? FINDING_UNKNOWN
								  : FINDING_WARNING,
			    "addresses", "find out with `lvsctl status` on both directors which "
					 "one is master",
			    "nobody answers for %s on %s: no director is master, or its answers do "
			    "not arrive here",
			    addr, answer->interface);
	else if (answer->n_macs || !is_mute_about(facts, &answer->addr))
		finding_add(findings, FINDING_OK, "addresses", NULL,
		    "%s: only %s answers for it",
			    addr, answer->n_macs != 0 ? macs : "this director");
}

bool examine_may_pass(const struct doctor_facts *facts)
{
	for (size_t i = 0; i < facts->hearings.n; i++) {
		const struct doctor_hearing *hearing = &facts->hearings.items[i];

		if (hearing->is_heard && !hearing->n_own == !hearing->n_others &&
		    (hearing->n_own || facts->daemon != DOCTOR_DAEMON_ABSENT))
			return true;
	}
	for (size_t i = 0; i < facts->answers.n; i++) {
		const struct doctor_answer *answer = &facts->answers.items[i];

		if (answer->is_vip && answer->is_asked &&
		    (answer->n_macs > 1 || (answer->n_macs && is_own(facts, &answer->addr))))
			return true;
	}
	return false;
}

void examine_vrrp(const struct conf *conf, const struct doctor_facts *facts,
		  struct findings *findings)
{
	for (size_t i = 0; i < conf->n_vrrps; i++)
		examine_instance(&conf->vrrps[i], facts, findings);
	for (size_t i = 0; i < conf->n_vrrps; i++)
		for (size_t j = 0; j < conf_n_held(&conf->vrrps[i]); j++)
			examine_vip(conf_held(&conf->vrrps[i], j), facts, findings);
	for (size_t i = 0; i < facts->interfaces.n; i++) {
		examine_arp_ignore(conf, facts, &facts->interfaces.items[i], findings);
		examine_noarp(conf, &facts->interfaces.items[i], findings);
	}
	for (size_t i = 0; i < facts->answers.n; i++)
		if (facts->answers.items[i].is_vip)
			examine_answer(conf, &facts->answers.items[i], facts, findings);
}

/* --- virtual addresses that lvsd has put on an interface and not removed --- */

static bool is_left_there(const struct doctor_left *left, const struct doctor_facts *facts)
{
	const struct doctor_interface *interface = doctor_interface_by_name(facts, left->interface);

	for (size_t i = 0; interface && i < facts->addresses.n; i++)
		if (facts->addresses.items[i].interface == interface->index &&
		    !addr_cmp(&facts->addresses.items[i].addr, &left->addr))
			return true;
	return false;
}

void examine_left(const struct doctor_facts *facts, struct findings *findings)
{
	bool is_running = facts->daemon == DOCTOR_DAEMON_RUNS;
	char text[ADDR_TEXT_MAX];

	for (size_t i = 0; i < facts->left.n; i++) {
		const struct doctor_left *left = &facts->left.items[i];

		if (!is_left_there(left, facts))
			continue;
		finding_add(findings, FINDING_PROBLEM, "addresses",
			    is_running ? "the log says why it could not be removed; then remove it "
					 "with `ip addr del`"
				       : "lvsd --release-addresses",
			    "%s/%u is on %s, where lvsd has added it, %s: packets may end here "
			    "that are for another machine which has the address now",
			    addr_format(&left->addr, text), left->prefix_len, left->interface,
			    is_running ? "and no vrrp_instance has it any more"
				       : "and lvsd does not run");
	}
}
