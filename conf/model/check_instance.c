/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "conf/model/check.h"
#include "conf/model/vrrp/crossing.h"

/* The count of addresses in an advertisement has 8 bits (RFC 9568 section 5.2.5). */
#define VIPS_MAX 255

/* The most peers that the vrrp process accepts. */
#define PEERS_MAX 1024

/* How many addresses fit into 1500 bytes of Ethernet behind the headers of IPv6 (40) and VRRP (8);
 * an address has 16 bytes. */
#define V6_VIPS_OF_ETHERNET 90

/* Removes the addresses that could not be understood (a warning has named each), so that the
 * instance runs with the others. */
static void vips_drop(struct conf_vrrp *vrrp)
{
	size_t n = 0;

	for (size_t i = 0; i < vrrp->n_vips; i++)
		if (vrrp->vips[i].addr.family != AF_UNSPEC)
			vrrp->vips[n++] = vrrp->vips[i];
	vrrp->n_vips = n;
}

/* Are all bits after the prefix set (is_set), or all clear? */
static bool is_all(const struct conf_vip *vip, bool is_set)
{
	for (unsigned bit = vip->prefix_len; bit < addr_bits(&vip->addr); bit++)
		if (((vip->addr.bytes[bit / 8] & 0x80 >> bit % 8) != 0) != is_set)
			return false;
	return true;
}

/* Reports an address that is a network's own (RFC 4291 section 2.6.1: of its routers) or its
 * broadcast address. */
static void vip_host_check(struct draft *draft, const struct conf_vrrp *vrrp,
			   const struct conf_vip *vip)
{
	bool is_ipv4 = vip->addr.family == AF_INET, is_network = is_all(vip, false);
	char text[ADDR_TEXT_MAX];

	/* With 31 bits (RFC 3021) or 127 (RFC 6164) both addresses are hosts. */
	if (vip->prefix_len + 1U >= addr_bits(&vip->addr) ||
	    (!is_network && (!is_ipv4 || !is_all(vip, true))))
		return;
	report_warning(draft->report, &vip->place,
		       "vrrp_instance %s: %s/%u is the address of %s, and not every host talks to "
		       "it; write the address of one host",
		       vrrp->name, addr_format(&vip->addr, text), vip->prefix_len,
		       !is_network ? "all hosts of its network (broadcast)"
		       : is_ipv4   ? "the network itself"
				   : "every router of its network (anycast)");
}

/* Moves the addresses for which an advertisement has no room to the others that the master holds,
 * as keepalived does. */
static void vips_move(struct draft *draft, struct conf_vrrp *vrrp)
{
	size_t n = vrrp->n_vips > VIPS_MAX ? vrrp->n_vips - VIPS_MAX : 0;
	struct conf_vip *excluded;

	if (!n)
		return;
	report_warning(draft->report, &vrrp->vips[VIPS_MAX].place,
		       "vrrp_instance %s: %zu addresses are given, and an advertisement carries at "
		       "most %d; the others are held without being advertised, as in "
		       "virtual_ipaddress_excluded",
		       vrrp->name, vrrp->n_vips, VIPS_MAX);
	excluded = arena_calloc(draft->conf->arena, n + vrrp->n_excluded, sizeof(*excluded));
	memcpy(excluded, &vrrp->vips[VIPS_MAX], n * sizeof(*excluded));
	if (vrrp->n_excluded)
		memcpy(excluded + n, vrrp->excluded, vrrp->n_excluded * sizeof(*excluded));
	vrrp->excluded = excluded;
	vrrp->n_excluded += n;
	vrrp->n_vips = VIPS_MAX;
}

static void track_hold_check(struct draft *draft, const struct conf_vrrp *vrrp)
{
	if (vrrp->is_hold_asymmetric && !vrrp->track_hold_us)
		report_warning(draft->report, &vrrp->place,
			       "vrrp_instance %s: track_hold_asymmetric has no effect without "
			       "track_hold_time",
			       vrrp->name);
}

static void vips_check(struct draft *draft, struct conf_vrrp *vrrp)
{
	char text[ADDR_TEXT_MAX];

	for (size_t i = 0; i < vrrp->n_vips; i++) {
		struct conf_vip *vip = &vrrp->vips[i];

		if (vip->addr.family == AF_UNSPEC)
			continue;
		if (vip->addr.family != vrrp->family) {
			report_ignored(
			    draft->report, &vip->place,
			    "vrrp_instance %s: the addresses of one instance are all IPv4 or all "
			    "IPv6, and %s differs from the first one; write it in "
			    "virtual_ipaddress_excluded, or give it a vrrp_instance of its own",
			    vrrp->name, addr_format(&vip->addr, text));
			report_note(draft->report, &vrrp->vips[0].place, "the first one is here");
			vip->addr.family = AF_UNSPEC;
		} else {
			vip_host_check(draft, vrrp, vip);
		}
	}
	vips_drop(vrrp);
	vips_move(draft, vrrp);
	for (size_t i = 0; i < vrrp->n_excluded; i++)
		vip_host_check(draft, vrrp, &vrrp->excluded[i]);
}

/* The rules for the addresses of an IPv6 instance. */
static void v6_check(struct draft *draft, const struct conf_vrrp *vrrp)
{
	char text[ADDR_TEXT_MAX];

	if (vrrp->family != AF_INET6 || !vrrp->n_vips)
		return;
	if (vrrp->vips[0].addr.family == AF_INET6 && !addr_is_link_local(&vrrp->vips[0].addr))
		report_warning(
		    draft->report, &vrrp->vips[0].place,
		    "vrrp_instance %s: the first address of an IPv6 instance should be "
		    "link-local (RFC 9568 section 5.2.9), and %s is not: some routers ignore "
		    "its advertisements",
		    vrrp->name, addr_format(&vrrp->vips[0].addr, text));
	if (vrrp->n_vips > V6_VIPS_OF_ETHERNET && vrrp->n_vips <= VIPS_MAX)
		report_warning(
		    draft->report, &vrrp->vips[V6_VIPS_OF_ETHERNET].place,
		    "vrrp_instance %s: an advertisement of %zu IPv6 addresses is longer than the "
		    "MTU of Ethernet, which has room for %d, and is sent in fragments",
		    vrrp->name, vrrp->n_vips, V6_VIPS_OF_ETHERNET);
}

/* IPv6 with version 2: RFC 3768 has no packet for it, but keepalived sends one. */
static void version_check(struct draft *draft, const struct conf_vrrp *vrrp,
			  const struct node *node)
{
	if (vrrp->version == 2 && vrrp->family == AF_INET6)
		report_warning(
		    draft->report, build_place(node, KW_VERSION),
		    "vrrp_instance %s: version 2 is for IPv4 only (RFC 3768), and its "
		    "advertisements of IPv6 addresses are understood by lvsd and keepalived "
		    "alone; write `version 3` here and on the other director",
		    vrrp->name);
}

/* Checks an address that advertisements are sent from or to. Returns false if it must be left
 * out. */
static bool host_check(struct draft *draft, const struct conf_vrrp *vrrp, const struct addr *addr,
		       const char *what, const struct conf_place *place)
{
	char text[ADDR_TEXT_MAX];

	addr_format(addr, text);
	if (!addr_is_host(addr))
		report_ignored(draft->report, place,
			       "vrrp_instance %s: %s %s is not an address that a host can hold",
			       vrrp->name, what, text);
	if (addr->family == vrrp->family)
		return addr_is_host(addr);
	report_ignored(draft->report, place,
		       "vrrp_instance %s: %s %s is not of the family of the instance's addresses",
		       vrrp->name, what, text);
	if (vrrp->n_vips)
		report_note(draft->report, &vrrp->vips[0].place, "the first address is here");
	return false;
}

static void source_check(struct draft *draft, struct conf_vrrp *vrrp, const struct node *node)
{
	const struct node *source = resolve_child(node, KW_SOURCE);
	const struct conf_place *place = build_place(node, KW_SOURCE);
	char text[ADDR_TEXT_MAX];

	if (!source)
		return;
	vrrp->source_place = *place;
	if (!host_check(draft, vrrp, &vrrp->source, source->words[0].text, place))
		vrrp->source = (struct addr){0};
	if (vrrp->source.family == AF_INET6 && vrrp->family == AF_INET6 && !vrrp->n_peers &&
	    !addr_is_link_local(&vrrp->source))
		report_warning(draft->report, place,
			       "vrrp_instance %s: %s is not link-local, and IPv6 advertisements by "
			       "multicast go from a link-local address (RFC 9568 section 5.1.2.1): "
			       "some routers ignore these",
			       vrrp->name, addr_format(&vrrp->source, text));
	if (!strcmp(source->words[0].text, source->keyword->name) &&
	    !resolve_is_given(node, KW_UNICAST_PEER))
		report_warning(draft->report, parse_place(source),
			       "vrrp_instance %s: without a unicast_peer %s", vrrp->name,
			       vrrp->needs_peer
				   ? "it is in FAULT, as unicast_fault_no_peer says"
				   : "the advertisements go by multicast");
}

static int peer_cmp(const void *left, const void *right)
{
	const struct node *const *a = left, *const *b = right;
	int order = addr_cmp(&(*a)->value.addr, &(*b)->value.addr);

	if (order)
		return order;
	return (*a)->words[0].place.at < (*b)->words[0].place.at ? -1 : 1;
}

/* Removes the peers that have another family, that no host can have, or that are this director
 * itself. */
static void peers_drop(struct conf_vrrp *vrrp)
{
	size_t n = 0;

	for (size_t i = 0; i < vrrp->n_peers; i++)
		if (vrrp->peers[i].addr.family == vrrp->family &&
		    addr_is_host(&vrrp->peers[i].addr) &&
		    addr_cmp(&vrrp->peers[i].addr, &vrrp->source))
			vrrp->peers[n++] = vrrp->peers[i];
	vrrp->n_peers = n;
}

/* Of several peers with one address, keeps the first. */
static void peers_dedupe(struct conf_vrrp *vrrp)
{
	size_t n = 0;

	for (size_t i = 0; i < vrrp->n_peers; i++) {
		size_t k = 0;

		while (k < n && addr_cmp(&vrrp->peers[k].addr, &vrrp->peers[i].addr))
			k++;
		if (k == n)
			vrrp->peers[n++] = vrrp->peers[i];
	}
	vrrp->n_peers = n;
}

/* A list of all directors, the same in each file, is usual: keepalived sends to itself then. */
static void own_peer_report(struct draft *draft, const struct conf_vrrp *vrrp,
			    const struct conf_place *place, bool has_others)
{
	char text[ADDR_TEXT_MAX];

	addr_format(&vrrp->source, text);
	if (has_others)
		report_warning(draft->report, place,
			       "vrrp_instance %s: peer %s is this director's own source; it is left out",
			       vrrp->name, text);
	else
		report_ignored(draft->report, place,
			       "vrrp_instance %s: its only peer %s is this director's own source",
			       vrrp->name, text);
}

static void peers_check(struct draft *draft, struct conf_vrrp *vrrp, const struct node *block)
{
	VEC(const struct node *) list = {0};
	bool has_twice = false, has_others = false;
	char text[ADDR_TEXT_MAX];

	for (const struct node *node = block->children; node; node = node->next)
		if (resolve_id(node) == KW_PEER)
			*vec_push(&list) = node;
	for (size_t i = 0; i < list.n; i++)
		has_others |= addr_cmp(&list.items[i]->value.addr, &vrrp->source) != 0;
	for (size_t i = 0; i < list.n; i++) {
		const struct addr *addr = &list.items[i]->value.addr;

		host_check(draft, vrrp, addr, "peer", parse_place(list.items[i]));
		if (!addr_cmp(addr, &vrrp->source))
			own_peer_report(draft, vrrp, parse_place(list.items[i]), has_others);
	}
	if (list.n)
		qsort(list.items, list.n, sizeof(*list.items), peer_cmp);
	for (size_t i = 1, first = 0; i < list.n; i++) {
		const struct addr *addr = &list.items[i]->value.addr;

		if (addr_cmp(addr, &list.items[first]->value.addr)) {
			first = i;
			continue;
		}
		report_ignored(draft->report, parse_place(list.items[i]),
			       "vrrp_instance %s: peer %s is given twice", vrrp->name,
			       addr_format(addr, text));
		report_note(draft->report, parse_place(list.items[first]), "first given here");
		has_twice = true;
	}
	if (has_twice && list.n <= PEERS_MAX)
		peers_dedupe(vrrp);
	if (list.n > PEERS_MAX)
		report_error(draft->report, parse_place(block),
			     "vrrp_instance %s: %zu peers are given; the most is %d", vrrp->name,
			     list.n, PEERS_MAX);
	peers_drop(vrrp);
	vec_free(&list);
}

/* Reports the loopback interface: no other machine hears it, so each director would be master. */
static void loopback_check(struct draft *draft, const struct conf_vrrp *vrrp)
{
	if (!strcmp(vrrp->interface, "lo"))
		report_error(draft->report, &vrrp->interface_place,
			     "vrrp_instance %s: advertisements on lo reach no other director, so "
			     "each would be master; name the interface on which they hear each "
			     "other here, and write `dev lo` behind an address that belongs on lo",
			     vrrp->name);
}

/* Without a usable peer keepalived uses multicast; when lenient, so does lvsd. */
static void no_peers_check(struct draft *draft, const struct conf_vrrp *vrrp,
			   const struct node *node)
{
	const struct node *block = node->children;

	while (block && (!block->keyword || block->keyword->id != KW_UNICAST_PEER))
		block = block->next;
	if (!block || !block->last_child || vrrp->n_peers || !draft->report->is_lenient ||
	    vrrp->needs_peer)
		return;
	report_consequence(draft->report, parse_place(block), parse_place(block->last_child),
			   "vrrp_instance %s: no address of its unicast_peer can be used, so its "
			   "advertisements go by multicast: a director that expects unicast does "
			   "not hear them, and both become master",
			   vrrp->name);
}

void check_instance(struct draft *draft, size_t i)
{
	struct conf_vrrp *vrrp = &draft->conf->vrrps[i];
	const struct node *node = draft->vrrps[i];
	const struct node *peers = resolve_child(node, KW_UNICAST_PEER);

	loopback_check(draft, vrrp);
	vips_check(draft, vrrp);
	track_hold_check(draft, vrrp);
	v6_check(draft, vrrp);
	version_check(draft, vrrp, node);
	source_check(draft, vrrp, node);
	if (peers)
		peers_check(draft, vrrp, peers);
	no_peers_check(draft, vrrp, node);
	crossing_check_vrrp(draft, vrrp);
}
