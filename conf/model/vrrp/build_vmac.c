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
	vrrp->vmacs = arena_calloc(draft->conf->arena, 1 + conf_n_held(vrrp), sizeof(*vrrp->vmacs));
	if (vrrp->uses_vmac) {
		vrrp->vmacs[0] = vmac_make(vrrp, vrrp->interface, vrrp->family);
		vrrp->vmacs[0].name = vrrp->vmac_name;
		vrrp->vmacs[0].is_own = true;
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

static int mac_cmp(const void *left, const void *right)
{
	const struct named *a = left, *b = right;
	int order = strcmp(a->vmac->parent, b->vmac->parent);

	if (!order)
		order = (a->vmac->mac > b->vmac->mac) - (a->vmac->mac < b->vmac->mac);
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

static void given_check(const struct naming *naming, size_t i)
{
	const struct named *named = &naming->list.items[i];
	const struct conf_place *place =
	    build_place(resolve_child(named->node, KW_USE_VMAC), KW_VMAC_NAME);
	const struct named *other = name_holder(naming, i, named->vmac->name);

	if (other) {
		report_error(naming->draft->report, place,
			     "vrrp_instance %s: use_vmac %s is taken by vrrp_instance %s; give each its "
			     "own name, or none",
			     named->vrrp->name, named->vmac->name, other->vrrp->name);
		report_note(naming->draft->report,
			    build_place(resolve_child(other->node, KW_USE_VMAC), KW_VMAC_NAME),
			    "first used here");
	} else if (is_parent(naming, named->vmac->name)) {
		report_error(naming->draft->report, place,
			     "vrrp_instance %s: use_vmac %s names the interface itself; name the one "
			     "that lvsd is to make, or leave the name out",
			     named->vrrp->name, named->vmac->name);
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
	report_error(naming->draft->report, build_place(named->node, KW_USE_VMAC),
		     "vrrp_instance %s: the macvlan would be called %s, and the name of an interface has "
		     "at most %d bytes; shorten vmac_prefix, or write a name behind use_vmac",
		     named->vrrp->name, name, CONF_IFNAME_MAX - 1);
}

/* An interface cannot have two macvlans with the same hardware address. */
static void macs_check(const struct naming *naming)
{
	const struct named *items = naming->list.items;

	for (size_t i = 1; i < naming->list.n; i++) {
		char text[CONF_MAC_TEXT_MAX];

		if (items[i].vmac->mac != items[i - 1].vmac->mac ||
		    strcmp(items[i].vmac->parent, items[i - 1].vmac->parent))
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

		if (vrrp->uses_vmac) {
			own_resolve(vrrp, vrrp->vips, vrrp->n_vips);
			own_resolve(vrrp, vrrp->excluded, vrrp->n_excluded);
		}
		vmac_resolve(vrrp);
	}
}
