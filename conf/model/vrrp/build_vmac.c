/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "conf/model/vrrp/build_vmac.h"
#include "base/mem.h"
#include "base/vec.h"
#include "conf/model/vrrp/build_protocol.h"
#include "conf/model/vrrp/vmac.h"

#include <stdlib.h>

#define MAC_MULTICAST (UINT64_C(1) << 40)
/* The first five octets that RFC 9568 section 7.3 gives to VRRP: the last one says the family. */
#define MAC_IPV4 UINT64_C(0x00005e000100)
#define MAC_IPV6 UINT64_C(0x00005e000200)

static uint64_t usual_mac(uint16_t family, uint8_t vrid)
{
	return (family == AF_INET6 ? MAC_IPV6 : MAC_IPV4) | vrid;
}

/* Settles the hardware address that the file gives, or takes it away. */
static void mac_settle(struct draft *draft, const struct node *line, struct conf_vrrp *vrrp)
{
	const struct conf_place *place = build_place(line, KW_VMAC_MAC);
	uint64_t mac = vrrp->vmac_mac, block = mac & ~UINT64_C(0xff) & ~CONF_MAC_OPEN;

	if (!mac)
		return;
	if (mac & CONF_MAC_OPEN)
		mac = (mac & ~CONF_MAC_OPEN) | vrrp->vrid;
	vrrp->vmac_mac = mac;
	if (!(mac & MAC_MULTICAST) && (block != MAC_IPV4 || mac == usual_mac(AF_INET, vrrp->vrid)) &&
	    (block != MAC_IPV6 || mac == usual_mac(AF_INET6, vrrp->vrid)))
		return;
	report_ignored(draft->report, place,
		       "vrrp_instance %s: use_vmac: %s", vrrp->name,
		       mac & MAC_MULTICAST
			   ? "a hardware address whose first octet is odd is for groups (multicast)"
			   : "this is the hardware address of another virtual router (RFC 9568 "
			     "section 7.3); leave it out, or choose one whose first octet is 02");
	vrrp->vmac_mac = 0;
}

static void strict_settle(struct draft *draft, const struct node *node, struct conf_vrrp *vrrp)
{
	if (!build_is_strict(draft, node))
		return;
	if (vrrp->vmac_mac)
		report_warning(draft->report, build_place(resolve_child(node, KW_USE_VMAC), KW_VMAC_MAC),
			       "vrrp_instance %s: the hardware address is left out, as keepalived "
			       "does in strict mode",
			       vrrp->name);
	if (vrrp->is_by_base)
		report_warning(draft->report, build_place(node, KW_VMAC_XMIT_BASE),
			       "vrrp_instance %s: vmac_xmit_base is left out, as keepalived does in "
			       "strict mode",
			       vrrp->name);
	vrrp->vmac_mac = 0;
	vrrp->is_by_base = false;
}

/* By which interface the advertisements go. */
static void base_settle(struct draft *draft, const struct node *node, struct conf_vrrp *vrrp)
{
	if (!vrrp->uses_vmac && vrrp->is_by_base) {
		report_warning(draft->report, build_place(node, KW_VMAC_XMIT_BASE),
			       "vrrp_instance %s: vmac_xmit_base has no effect without use_vmac",
			       vrrp->name);
		vrrp->is_by_base = false;
	}
	if (!vrrp->uses_vmac || vrrp->is_by_base || !(vrrp->n_peers || vrrp->needs_peer))
		return;
	vrrp->is_by_base = true;
	report_warning(draft->report, build_place(node, KW_USE_VMAC),
		       "vrrp_instance %s: with unicast_peer the advertisements go by %s itself, as with "
		       "vmac_xmit_base",
		       vrrp->name, vrrp->interface);
}

/* --- use_ipvlan --- */

/* Is it one of the addresses that a master holds? */
static bool is_held(const struct conf_vrrp *vrrp, const struct addr *addr)
{
	for (size_t i = 0; i < conf_n_held(vrrp); i++)
		if (!addr_cmp(&conf_held(vrrp, i)->addr, addr))
			return true;
	return false;
}

/* Takes the address of the ipvlan away if it cannot be had. */
static void ipvlan_address_settle(struct draft *draft, const struct node *line, struct conf_vrrp *vrrp)
{
	const char *cause = NULL;
	char text[ADDR_TEXT_MAX];

	if (vrrp->ipvlan_address.family == AF_UNSPEC)
		return;
	if (vrrp->ipvlan_address.family != vrrp->family)
		cause = "it is not of the family of the virtual addresses";
	else if (addr_is_multicast(&vrrp->ipvlan_address))
		cause = "it is for groups (multicast)";
	else if (is_held(vrrp, &vrrp->ipvlan_address))
		cause = "it is a virtual address, and this one stays on this director; give another one";
	if (!cause)
		return;
	report_ignored(draft->report, build_place(line, KW_IPVLAN_ADDRESS),
		       "vrrp_instance %s: use_ipvlan %s: %s", vrrp->name,
		       addr_format(&vrrp->ipvlan_address, text), cause);
	vrrp->ipvlan_address = (struct addr){0};
	vrrp->ipvlan_len = 0;
}

static void ipvlan_settle(struct draft *draft, const struct node *node, struct conf_vrrp *vrrp)
{
	const struct node *line = resolve_child(node, KW_USE_IPVLAN);

	if (vrrp->uses_vmac) {
		report_ignored(draft->report, parse_place(line),
			       "vrrp_instance %s: use_vmac and use_ipvlan contradict each other: its addresses "
			       "can be on one interface only; leave one of the two out",
			       vrrp->name);
		vrrp->uses_ipvlan = false;
		return;
	}
	ipvlan_address_settle(draft, line, vrrp);
	if (vrrp->is_ipvlan_bridge + vrrp->is_ipvlan_private + vrrp->is_ipvlan_vepa <= 1)
		return;
	report_ignored(draft->report, parse_place(line),
		       "vrrp_instance %s: bridge, private and vepa contradict each other; write one of them",
		       vrrp->name);
	vrrp->is_ipvlan_bridge = vrrp->is_ipvlan_private = vrrp->is_ipvlan_vepa = false;
}

static struct conf_vmac ipvlan_make(const struct conf_vrrp *vrrp)
{
	return (struct conf_vmac){.name = vrrp->ipvlan_name,
				  .parent = vrrp->interface,
				  .family = vrrp->family,
				  .group = vrrp->ipvlan_group,
				  .is_own = true,
				  .mode = vrrp->is_ipvlan_private ? CONF_IPVLAN_PRIVATE
					  : vrrp->is_ipvlan_vepa  ? CONF_IPVLAN_VEPA
								  : CONF_IPVLAN_BRIDGE,
				  .address = vrrp->ipvlan_address,
				  .address_len = vrrp->ipvlan_len};
}

/* --- the interfaces --- */

static struct conf_vmac vmac_make(const struct conf_vrrp *vrrp, const char *parent, uint16_t family)
{
	return (struct conf_vmac){.name = "",
				  .parent = parent,
				  .family = family,
				  .mac = vrrp->vmac_mac && family == vrrp->family
					     ? vrrp->vmac_mac
					     : usual_mac(family, vrrp->vrid),
				  .group = vrrp->vmac_group,
				  .is_announced = vrrp->is_vmac_announced};
}

/* Notes the macvlan of an address, unless it is listed. list has room for one more. */
static void vip_settle(struct conf_vrrp *vrrp, struct conf_vip *vip)
{
	bool is_elsewhere = strcmp(vip->interface, vrrp->interface) ||
			    vip->addr.family != vrrp->family;

	if (vrrp->is_vmac_for_all && is_elsewhere)
		vip->uses_vmac = true;
	if (vip->uses_vmac && !vmac_of(vrrp, vip))
		vrrp->vmacs[vrrp->n_vmacs++] = vmac_make(vrrp, vip->interface, vip->addr.family);
}

void build_vmac_settle(struct draft *draft, const struct node *node, struct conf_vrrp *vrrp)
{
	const struct node *line = resolve_child(node, KW_USE_VMAC);

	if (line)
		mac_settle(draft, line, vrrp);
	strict_settle(draft, node, vrrp);
	base_settle(draft, node, vrrp);
	if (vrrp->uses_ipvlan)
		ipvlan_settle(draft, node, vrrp);
	vrrp->vmacs = arena_calloc(draft->conf->arena, 1 + conf_n_held(vrrp), sizeof(*vrrp->vmacs));
	if (vrrp->uses_vmac) {
		vrrp->vmacs[0] = vmac_make(vrrp, vrrp->interface, vrrp->family);
		vrrp->vmacs[0].name = vrrp->vmac_name;
		vrrp->vmacs[0].is_own = true;
		vrrp->n_vmacs = 1;
	} else if (vrrp->uses_ipvlan) {
		vrrp->vmacs[0] = ipvlan_make(vrrp);
		vrrp->n_vmacs = 1;
	}
	for (size_t i = 0; i < vrrp->n_vips; i++)
		vip_settle(vrrp, &vrrp->vips[i]);
	for (size_t i = 0; i < vrrp->n_excluded; i++)
		vip_settle(vrrp, &vrrp->excluded[i]);
	if (vrrp->n_vmacs <= VMACS_MAX)
		return;
	report_error(draft->report, parse_place(node),
		     "vrrp_instance %s: its addresses are on %zu interfaces with use_vmac; the most is "
		     "%d",
		     vrrp->name, vrrp->n_vmacs, VMACS_MAX);
	vrrp->n_vmacs = VMACS_MAX;
}

/* --- names --- */

struct named {
	struct conf_vmac *vmac;
	const struct conf_vrrp *vrrp;
	const struct node *node; /* of the instance */
};

struct naming {
	struct draft *draft;
	VEC(struct named) list;
};

/* Given names first, then own macvlans, then IPv4; the rest in an order that the file does not
 * change. */
static int naming_cmp(const void *left, const void *right)
{
	const struct named *a = left, *b = right;
	int order;

	if (!a->vmac->name[0] != !b->vmac->name[0])
		return a->vmac->name[0] ? -1 : 1;
	if (a->vmac->is_own != b->vmac->is_own)
		return a->vmac->is_own ? -1 : 1;
	if (a->vmac->family != b->vmac->family)
		return a->vmac->family == AF_INET ? -1 : 1;
	order = strcmp(a->vmac->parent, b->vmac->parent);
	return order ? order : strcmp(a->vrrp->name, b->vrrp->name);
}

/* ipvlans first, by their mode; then macvlans by their hardware addresses. */
static int mac_cmp(const void *left, const void *right)
{
	const struct named *a = left, *b = right;
	int order = strcmp(a->vmac->parent, b->vmac->parent);

	if (!order)
		order = (a->vmac->mac > b->vmac->mac) - (a->vmac->mac < b->vmac->mac);
	if (!order)
		order = a->vmac->mode - b->vmac->mode;
	return order ? order : strcmp(a->vrrp->name, b->vrrp->name);
}

/* Is the name that of a macvlan before the entry n, or of an interface below one? */
static const struct named *name_holder(const struct naming *naming, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (!strcmp(naming->list.items[i].vmac->name, name))
			return &naming->list.items[i];
	return NULL;
}

static bool is_parent(const struct naming *naming, const char *name)
{
	for (size_t i = 0; i < naming->list.n; i++)
		if (!strcmp(naming->list.items[i].vmac->parent, name))
			return true;
	return false;
}

/* The line that the interface comes from, if the instance has one. */
static const struct node *keyword_line(const struct named *named)
{
	return resolve_child(named->node, conf_vmac_is_ipvlan(named->vmac) ? KW_USE_IPVLAN : KW_USE_VMAC);
}

/* Where the name of the interface was given, and by which keyword. */
static const struct conf_place *name_place(const struct named *named)
{
	return build_place(keyword_line(named),
			   conf_vmac_is_ipvlan(named->vmac) ? KW_IPVLAN_NAME : KW_VMAC_NAME);
}

static const char *keyword_of(const struct named *named)
{
	return conf_vmac_is_ipvlan(named->vmac) ? "use_ipvlan" : "use_vmac";
}

static void given_check(const struct naming *naming, size_t i)
{
	const struct named *named = &naming->list.items[i];
	const struct conf_place *place = name_place(named);
	const struct named *other = name_holder(naming, i, named->vmac->name);

	if (other) {
		report_error(naming->draft->report, place,
			     "vrrp_instance %s: %s %s is taken by vrrp_instance %s; give each its "
			     "own name, or none",
			     named->vrrp->name, keyword_of(named), named->vmac->name, other->vrrp->name);
		report_note(naming->draft->report, name_place(other), "first used here");
	} else if (is_parent(naming, named->vmac->name)) {
		report_error(naming->draft->report, place,
			     "vrrp_instance %s: %s %s names the interface itself; name the one "
			     "that lvsd is to make, or leave the name out",
			     named->vrrp->name, keyword_of(named), named->vmac->name);
	}
}

static const char *prefix_of(const struct conf_global *global, const struct conf_vmac *vmac)
{
	if (!vmac->is_own && global->vmac_addr_prefix[0])
		return global->vmac_addr_prefix;
	return global->vmac_prefix[0] ? global->vmac_prefix : "vrrp";
}

static void name_make(const struct naming *naming, size_t i)
{
	const struct named *named = &naming->list.items[i];
	struct arena *arena = naming->draft->conf->arena;
	const char *prefix = prefix_of(&naming->draft->conf->global, named->vmac);
	const char *name = arena_printf(arena, "%s.%u", prefix, named->vrrp->vrid);

	if (named->vmac->family == AF_INET6 && name_holder(naming, i, name))
		name = arena_printf(arena, "%s6.%u", prefix, named->vrrp->vrid);
	for (unsigned n = 1; name_holder(naming, i, name) || is_parent(naming, name); n++)
		name = arena_printf(arena, "%s%u.%u", prefix, n, named->vrrp->vrid);
	named->vmac->name = name;
	if (strlen(name) < CONF_IFNAME_MAX)
		return;
	report_error(naming->draft->report,
		     build_place(named->node,
				 conf_vmac_is_ipvlan(named->vmac) ? KW_USE_IPVLAN : KW_USE_VMAC),
		     "vrrp_instance %s: the %s would be called %s, and the name of an interface has "
		     "at most %d bytes; shorten vmac_prefix, or write a name behind %s",
		     named->vrrp->name, conf_vmac_is_ipvlan(named->vmac) ? "ipvlan" : "macvlan", name,
		     CONF_IFNAME_MAX - 1, keyword_of(named));
}

/* The neighbours in the list are on one interface: can both be there? */
static void ipvlan_check(const struct naming *naming, const struct named *one, const struct named *other)
{
	if (!conf_vmac_is_ipvlan(one->vmac))
		return;
	if (!conf_vmac_is_ipvlan(other->vmac))
		report_error(naming->draft->report, build_place(one->node, KW_USE_IPVLAN),
			     "vrrp_instance %s: %s would have an ipvlan, and a macvlan of vrrp_instance %s; the "
			     "kernel allows only one of the two kinds on an interface",
			     one->vrrp->name, one->vmac->parent, other->vrrp->name);
	else if (one->vmac->mode != other->vmac->mode)
		report_error(naming->draft->report, build_place(other->node, KW_USE_IPVLAN),
			     "vrrp_instance %s: the ipvlans on %s have one mode together (bridge, private or "
			     "vepa), and vrrp_instance %s gives another one",
			     other->vrrp->name, other->vmac->parent, one->vrrp->name);
}

/* An interface cannot have two macvlans with the same hardware address, nor macvlans and ipvlans. */
static void macs_check(const struct naming *naming)
{
	const struct named *items = naming->list.items;

	for (size_t i = 1; i < naming->list.n; i++) {
		char text[CONF_MAC_TEXT_MAX];

		if (strcmp(items[i].vmac->parent, items[i - 1].vmac->parent))
			continue;
		ipvlan_check(naming, &items[i - 1], &items[i]);
		if (items[i].vmac->mac != items[i - 1].vmac->mac || conf_vmac_is_ipvlan(items[i].vmac))
			continue;
		report_error(naming->draft->report, build_place(items[i].node, KW_VIRTUAL_ROUTER_ID),
			     "vrrp_instance %s: its macvlan on %s would have the hardware address %s, "
			     "as that of vrrp_instance %s has; give the two instances different values of "
			     "virtual_router_id",
			     items[i].vrrp->name, items[i].vmac->parent,
			     conf_mac_format(items[i].vmac->mac, text), items[i - 1].vrrp->name);
	}
}

/* An address may name the own macvlan itself: `dev vrrp.51`. */
static void own_resolve(const struct conf_vrrp *vrrp, struct conf_vip *vips, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!vips[i].uses_vmac && vips[i].addr.family == vrrp->family &&
		    !strcmp(vips[i].interface, vrrp->vmacs[0].name))
			vips[i].interface = vrrp->interface;
}

void build_vmac_names(struct draft *draft)
{
	struct naming naming = {.draft = draft};

	for (size_t i = 0; i < draft->conf->n_vrrps; i++)
		for (size_t k = 0; k < draft->conf->vrrps[i].n_vmacs; k++)
			*vec_push(&naming.list) = (struct named){&draft->conf->vrrps[i].vmacs[k],
								 &draft->conf->vrrps[i],
								 draft->vrrps[i]};
	if (!naming.list.n)
		return;
	qsort(naming.list.items, naming.list.n, sizeof(struct named), naming_cmp);
	for (size_t i = 0; i < naming.list.n; i++) {
		if (naming.list.items[i].vmac->name[0])
			given_check(&naming, i);
		else
			name_make(&naming, i);
	}
	qsort(naming.list.items, naming.list.n, sizeof(struct named), mac_cmp);
	macs_check(&naming);
	vec_free(&naming.list);
	for (size_t i = 0; i < draft->conf->n_vrrps; i++) {
		struct conf_vrrp *vrrp = &draft->conf->vrrps[i];

		if (vrrp->uses_vmac || vrrp->uses_ipvlan) {
			own_resolve(vrrp, vrrp->vips, vrrp->n_vips);
			own_resolve(vrrp, vrrp->excluded, vrrp->n_excluded);
		}
		vmac_resolve(vrrp);
	}
}
