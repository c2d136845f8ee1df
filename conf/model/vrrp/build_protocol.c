/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "conf/model/vrrp/build_protocol.h"

#include "base/mem.h"

#include <stdlib.h>

/* The scope of an IPv6 multicast address is the low half of its second byte (RFC 4291 section 2.7). */
#define SCOPE_MASK       0x0f
#define SCOPE_LINK_LOCAL 2

#define UNICAST_TTL 255

/* What messages say that every instance of lvsd does, whatever its file says. */
static const char any_addresses[] =
    "an advertisement always counts whatever addresses it lists, and a difference is logged";
static const char last_advert[] =
    "a master that yields to a higher priority always sends one last advertisement";

bool build_is_strict(const struct draft *draft, const struct node *node)
{
	const struct node *strict = resolve_child(node, KW_STRICT_MODE);

	return strict ? strict->value.number : draft->is_vrrp_strict;
}

static const struct node *global_child(const struct draft *draft, enum schema_id id)
{
	return draft->global_defs ? resolve_child(draft->global_defs, id) : NULL;
}

/* Do neither the instance nor global_defs give the value? */
static bool is_unsaid(const struct draft *draft, const struct node *node, enum schema_id own,
		      enum schema_id global)
{
	return !resolve_child(node, own) && !global_child(draft, global);
}

static void lower_garp_settle(const struct draft *draft, const struct node *node,
			      struct conf_vrrp *vrrp)
{
	if (is_unsaid(draft, node, KW_GARP_LOWER_PRIO_REPEAT, KW_VRRP_GARP_LOWER_PRIO_REPEAT))
		vrrp->garp_lower_prio_repeat =
		    vrrp->garp_master_repeat ? vrrp->garp_master_repeat : 1;
	if (is_unsaid(draft, node, KW_GARP_LOWER_PRIO_DELAY, KW_VRRP_GARP_LOWER_PRIO_DELAY))
		vrrp->garp_lower_prio_delay = vrrp->garp_master_delay;
}

/* In strict mode keepalived uses the three intervals of the RFC. */
static void down_timer_settle(struct draft *draft, const struct node *node, struct conf_vrrp *vrrp)
{
	if (vrrp->down_timer_adverts == CONF_DOWN_ADVERTS)
		return;
	vrrp->down_timer_adverts = CONF_DOWN_ADVERTS;
	report_warning(draft->report, build_place(node, KW_DOWN_TIMER_ADVERTS),
		       "vrrp_instance %s: down_timer_adverts is %d in strict mode (RFC 9568 section "
		       "6.1)",
		       vrrp->name, CONF_DOWN_ADVERTS);
}

/* RFC 3768 section 6.4.3: an advertisement of lower priority is discarded. RFC 9568 section 6.4.3: it
 * is answered. */
static void lower_strict_settle(struct draft *draft, const struct node *node,
				struct conf_vrrp *vrrp)
{
	const struct node *given = resolve_child(node, KW_LOWER_PRIO_NO_ADVERT);
	bool is_silent = vrrp->version == 2;

	if (given && vrrp->is_silent_to_lower != is_silent)
		report_warning(draft->report, parse_place(given),
			       "vrrp_instance %s: in strict mode lower_prio_no_advert is %s (RFC %s "
			       "section 6.4.3)",
			       vrrp->name, is_silent ? "on" : "off", is_silent ? "3768" : "9568");
	vrrp->is_silent_to_lower = is_silent;
}

static void owner_settle(struct draft *draft, const struct node *node, struct conf_vrrp *vrrp)
{
	const struct node *given = resolve_child(node, KW_OWNER_IGNORE_ADVERTS);
	bool is_owner = vrrp->priority == CONF_PRIORITY_OWNER;

	if (build_is_strict(draft, node))
		vrrp->is_ignoring_adverts = true;
	if (given && given->value.number && !is_owner)
		report_warning(draft->report, parse_place(given),
			       "vrrp_instance %s: owner_ignore_adverts has no effect without "
			       "priority 255",
			       vrrp->name);
	vrrp->is_ignoring_adverts &= is_owner;
}

/* Can advertisements of this family go to the group? In IPv6 they must not leave the link (RFC 9568
 * section 5.1.2.2). */
static bool is_group(const struct addr *addr, uint16_t family)
{
	return addr->family == family && addr_is_multicast(addr) &&
	       (family == AF_INET || (addr->bytes[1] & SCOPE_MASK) == SCOPE_LINK_LOCAL);
}

/* Reports a group to which advertisements of this family cannot go. owner: what the message names. */
static bool group_check(struct draft *draft, const struct node *given, uint16_t family,
			const char *owner)
{
	char text[ADDR_TEXT_MAX];

	if (is_group(&given->value.addr, family))
		return true;
	report_ignored(draft->report, parse_place(given), "%s: %s is no %s", owner,
		       addr_format(&given->value.addr, text),
		       family == AF_INET6 ? "link-local multicast address of IPv6 (ff02::)"
					  : "multicast address of IPv4");
	return false;
}

/* Is it the group of VRRP (RFC 9568 section 5.1), which an instance uses without the keyword? */
static bool is_usual_group(const struct addr *addr)
{
	const struct addr usual = addr->family == AF_INET
				      ? (struct addr){AF_INET, {224, 0, 0, 18}}
				      : (struct addr){AF_INET6, {0xff, 0x02, [15] = 0x12}};

	return addr_cmp(addr, &usual) == 0;
}

static void group_settle(struct draft *draft, const struct node *node, struct conf_vrrp *vrrp)
{
	bool is_ip6 = vrrp->family == AF_INET6;
	const struct node *own = resolve_child(node, KW_MCAST_DST_IP), *given = own;
	char *owner;

	if (!own)
		given = global_child(draft, is_ip6 ? KW_VRRP_MCAST_GROUP6 : KW_VRRP_MCAST_GROUP4);
	vrrp->group = (struct addr){0};
	if (own && vrrp->n_peers)
		report_warning(draft->report, parse_place(own),
			       "vrrp_instance %s: mcast_dst_ip has no effect together with "
			       "unicast_peer: the advertisements go to the peers",
			       vrrp->name);
	if (!given || vrrp->n_peers)
		return;
	owner = mem_printf("vrrp_instance %s", vrrp->name);
	/* The group of global_defs has been checked already. */
	if ((own ? group_check(draft, own, vrrp->family, owner)
		 : is_group(&given->value.addr, vrrp->family)) &&
	    !is_usual_group(&given->value.addr))
		vrrp->group = given->value.addr;
	free(owner);
}

/* Warns of an `off` of a keyword whose effect lvsd always has. owner: what the message names. */
static void always_check(struct draft *draft, const struct node *given, const char *owner,
			 const char *reason)
{
	if (given && !given->value.number)
		report_warning(draft->report, parse_place(given), "%s%s off has no effect: %s",
			       owner, parse_keyword(given), reason);
}

static bool has_vmac(const struct conf_vrrp *vrrp)
{
	for (size_t i = 0; i < conf_n_held(vrrp); i++)
		if (conf_held(vrrp, i)->uses_vmac)
			return true;
	return vrrp->uses_vmac || vrrp->is_vmac_for_all;
}

static void extra_check(struct draft *draft, const struct node *given, const struct conf_vrrp *vrrp)
{
	if (given && given->value.number && !build_has_lead(given) && !has_vmac(vrrp))
		report_warning(draft->report, parse_place(given),
			       "vrrp_instance %s: %s has no effect without `all`: it is for the "
			       "interfaces of use_vmac then, which the instance does not have",
			       vrrp->name, parse_keyword(given));
}

static void always_settle(struct draft *draft, const struct node *node,
			  const struct conf_vrrp *vrrp)
{
	char *owner = mem_printf("vrrp_instance %s: ", vrrp->name);

	always_check(draft, resolve_child(node, KW_SKIP_CHECK_ADV_ADDR), owner, any_addresses);
	always_check(draft, resolve_child(node, KW_HIGHER_PRIO_SEND_ADVERT), owner, last_advert);
	extra_check(draft, resolve_child(node, KW_GARP_EXTRA_IF), vrrp);
	free(owner);
}

static void unicast_settle(struct draft *draft, const struct node *node, struct conf_vrrp *vrrp)
{
	const struct node *ttl = resolve_child(node, KW_UNICAST_TTL);
	const struct node *source = resolve_child(node, KW_SOURCE);

	vrrp->needs_peer = vrrp->needs_peer &&
			   (ttl || resolve_is_given(node, KW_UNICAST_PEER) ||
			    (source && !strcmp(source->words[0].text, source->keyword->name)));
	if (ttl && !vrrp->n_peers && !vrrp->needs_peer)
		report_warning(draft->report, parse_place(ttl),
			       "vrrp_instance %s: unicast_ttl has no effect without unicast_peer: "
			       "by multicast the TTL is 255 (RFC 9568 section 5.1.1.3)",
			       vrrp->name);
	if (!vrrp->n_peers)
		vrrp->unicast_ttl = UNICAST_TTL;
	if (vrrp->unicast_ttl)
		return;
	vrrp->unicast_ttl = 1;
	report_warning(draft->report, parse_place(ttl),
		       "vrrp_instance %s: the kernel sends nothing with unicast_ttl 0; 1 is used",
		       vrrp->name);
}

static void peers_settle(struct draft *draft, const struct node *node, struct conf_vrrp *vrrp)
{
	char text[ADDR_TEXT_MAX];

	for (size_t i = 0; i < vrrp->n_peers; i++) {
		struct conf_peer *peer = &vrrp->peers[i];

		if (!peer->max_ttl || peer->min_ttl <= peer->max_ttl)
			continue;
		report_ignored(draft->report, build_place(node, KW_UNICAST_PEER),
			       "vrrp_instance %s: peer %s has min_ttl %u above its max_ttl %u, so no "
			       "advertisement of it would count",
			       vrrp->name, addr_format(&peer->addr, text), peer->min_ttl,
			       peer->max_ttl);
		peer->min_ttl = peer->max_ttl = 0;
	}
}

static void checksum_settle(struct draft *draft, const struct node *node, struct conf_vrrp *vrrp)
{
	const struct node *given = resolve_child(node, KW_V3_CHECKSUM_AS_V2);

	if (vrrp->version == 3 && vrrp->family == AF_INET)
		return;
	vrrp->is_checksum_plain = false;
	if (given && given->value.number)
		report_warning(draft->report, parse_place(given),
			       "vrrp_instance %s: v3_checksum_as_v2 has an effect in version 3 with "
			       "IPv4 addresses only",
			       vrrp->name);
}

void build_protocol_settle(struct draft *draft, const struct node *node, struct conf_vrrp *vrrp)
{
	lower_garp_settle(draft, node, vrrp);
	if (build_is_strict(draft, node)) {
		down_timer_settle(draft, node, vrrp);
		lower_strict_settle(draft, node, vrrp);
	}
	owner_settle(draft, node, vrrp);
	group_settle(draft, node, vrrp);
	always_settle(draft, node, vrrp);
	unicast_settle(draft, node, vrrp);
	peers_settle(draft, node, vrrp);
	checksum_settle(draft, node, vrrp);
}

void build_protocol_check_global(struct draft *draft)
{
	const struct node *group4 = global_child(draft, KW_VRRP_MCAST_GROUP4);
	const struct node *group6 = global_child(draft, KW_VRRP_MCAST_GROUP6);

	if (group4)
		group_check(draft, group4, AF_INET, group4->keyword->name);
	if (group6)
		group_check(draft, group6, AF_INET6, group6->keyword->name);
	always_check(draft, global_child(draft, KW_VRRP_SKIP_CHECK_ADV_ADDR), "", any_addresses);
	always_check(draft, global_child(draft, KW_VRRP_HIGHER_PRIO_SEND_ADVERT), "", last_advert);
}
