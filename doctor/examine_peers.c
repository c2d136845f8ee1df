/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Compares the advertisements of other directors with the instances of the configuration. */
#include "doctor/examine.h"


#include <stdio.h>
#include <string.h>

/* Room for a few addresses in a message. */
#define LIST_MAX 160

static bool has_vip(const struct conf_vrrp *vrrp, const struct addr *addr)
{
	for (size_t i = 0; i < vrrp->n_vips; i++)
		if (!addr_cmp(&vrrp->vips[i].addr, addr))
			return true;
	return false;
}

static bool advertises(const struct doctor_advert *advert, const struct addr *addr)
{
	for (size_t i = 0; i < advert->addrs.n; i++)
		if (!addr_cmp(&advert->addrs.items[i], addr))
			return true;
	return false;
}

/* Adds an address to a list in words. If it does not fit, it is left out. */
static void address_list_add(char list[static LIST_MAX], const struct addr *addr)
{
	char text[ADDR_TEXT_MAX];
	size_t len = strlen(list);

	addr_format(addr, text);
	if (len + strlen(text) + 8 < LIST_MAX)
		snprintf(list + len, LIST_MAX - len, "%s%s", len ? ", " : "", text);
	else if (!strstr(list, "..."))
		strcat(list, ", ...");
}

/* Both directors must have the same addresses, or a failover loses some of them. */
static void examine_list(const struct conf_vrrp *vrrp, const struct doctor_advert *advert,
			 const char *peer, struct findings *findings)
{
	char there[LIST_MAX] = "", here[LIST_MAX] = "";

	for (size_t i = 0; i < advert->addrs.n; i++)
		if (!has_vip(vrrp, &advert->addrs.items[i]))
			address_list_add(there, &advert->addrs.items[i]);
	for (size_t i = 0; i < vrrp->n_vips; i++)
		if (!advertises(advert, &vrrp->vips[i].addr))
			address_list_add(here, &vrrp->vips[i].addr);
	if (!*there && !*here)
		return;
	finding_add(findings, FINDING_PROBLEM, "vrrp",
		    "make the virtual_ipaddress of both files the same",
		    "instance %s: the addresses that %s advertises and those of this file differ "
		    "(only there: %s; only here: %s): after a failover these addresses are on the "
		    "wrong director or on none",
		    vrrp->name, peer, *there ? there : "none", *here ? here : "none");
}

static void examine_peer(const struct conf_vrrp *vrrp, const struct doctor_advert *advert,
			 const char *peer, struct findings *findings)
{
	uint32_t own_ms = (uint32_t)(vrrp->advert_int_us / 1000);

	if (advert->version != vrrp->version) {
		finding_add(findings, FINDING_PROBLEM, "vrrp",
			    "write the same `version` on both directors",
			    "instance %s: %s uses version %u and this file has version %u: each "
			    "director drops the other's advertisements, so both are master",
			    vrrp->name, peer, advert->version, vrrp->version);
		return;
	}
	if (advert->version == 2 && advert->interval_ms != own_ms)
		finding_add(findings, FINDING_PROBLEM, "vrrp",
			    "write the same `advert_int` on both directors, or use version 3",
			    "instance %s: %s advertises every %g s and this file has %g s: version "
			    "2 drops advertisements with another interval, so both are master",
			    vrrp->name, peer, advert->interval_ms / 1000.0, own_ms / 1000.0);
	if (advert->priority == vrrp->priority)
		finding_add(findings, FINDING_WARNING, "vrrp",
			    "give the directors different priorities",
			    "instance %s: %s has the same priority %u as this file: the director "
			    "that starts first becomes master",
			    vrrp->name, peer, advert->priority);
	examine_list(vrrp, advert, peer, findings);
}

/* Reports another virtual router that advertises an address of ours: then two masters serve it. */
static void examine_stranger(const struct conf_vrrp *vrrp, const struct doctor_advert *advert,
			     const char *peer, struct findings *findings)
{
	char shared[LIST_MAX] = "";

	for (size_t i = 0; i < vrrp->n_vips; i++)
		if (advertises(advert, &vrrp->vips[i].addr))
			address_list_add(shared, &vrrp->vips[i].addr);
	if (*shared)
		finding_add(findings, FINDING_PROBLEM, "vrrp",
			    "if the two directors are a pair, give the instance the same "
			    "virtual_router_id on both; otherwise remove the address from one of "
			    "them",
			    "instance %s (virtual_router_id %u): %s advertises %s with "
			    "virtual_router_id %u: these are two virtual routers, and the master "
			    "of each has the address",
			    vrrp->name, vrrp->vrid, peer, shared, advert->vrid);
}

void examine_peers(const struct conf *conf, const struct doctor_facts *facts,
		   struct findings *findings)
{
	for (size_t i = 0; i < facts->adverts.n; i++) {
		const struct doctor_advert *advert = &facts->adverts.items[i];
		const struct doctor_interface *interface =
		    doctor_interface_by_index(facts, advert->interface);
		char peer[ADDR_TEXT_MAX];

		addr_format(&advert->source, peer);
		for (size_t k = 0; k < conf->n_vrrps && interface && !advert->is_own; k++) {
			const struct conf_vrrp *vrrp = &conf->vrrps[k];

			if (vrrp->family != advert->source.family ||
			    strcmp(vrrp->interface, interface->name) != 0)
				continue;
			if (vrrp->vrid == advert->vrid)
				examine_peer(vrrp, advert, peer, findings);
			else
				examine_stranger(vrrp, advert, peer, findings);
		}
	}
}
