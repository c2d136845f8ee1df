/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "conf/model/route/build_route.h"
#include "conf/model/vrrp/build_accept.h"
#include "conf/model/vrrp/build_protocol.h"
#include "conf/model/vrrp/build_vmac.h"
#include "conf/text/seconds.h"

/* Version 3 has the interval in hundredths of a second, in 12 bits (RFC 9568 section 5.2.7). */
#define V3_STEP_US 10000
#define V3_MAX_US  40950000
#define V2_STEP_US 1000000

/* The Authentication Data of version 2 (RFC 2338 section 5.3.10). */
#define AUTH_PASS_BYTES 8

/* The version. keepalived allows IPv6 with version 2 except in its strict mode. */
static void version_settle(struct draft *draft, const struct node *node, struct conf_vrrp *vrrp)
{
	if (!vrrp->version)
		vrrp->version = vrrp->family == AF_INET && draft->vrrp_version
				    ? draft->vrrp_version
				    : conf_vrrp_version(vrrp->family);
	if (vrrp->version != 2 || vrrp->family != AF_INET6 || !build_is_strict(draft, node))
		return;
	report_warning(draft->report, build_place(node, KW_VERSION),
		       "vrrp_instance %s: version 2 is for IPv4 only; version 3 is used, as "
		       "keepalived does in strict mode",
		       vrrp->name);
	vrrp->version = 3;
}

/* Rounds the interval to a value that the version can express. */
static void advert_int_settle(struct draft *draft, const struct node *node, struct conf_vrrp *vrrp)
{
	const struct conf_place *place = build_place(node, KW_ADVERT_INT);
	int64_t us = vrrp->advert_int_us, step = vrrp->version == 3 ? V3_STEP_US : V2_STEP_US;
	int64_t rounded = (us + step / 2) / step * step, wanted = rounded;
	char given[SECONDS_TEXT_MAX], used[SECONDS_TEXT_MAX];

	if (rounded < step)
		rounded = step;
	if (vrrp->version == 3 && rounded > V3_MAX_US)
		rounded = V3_MAX_US;
	if (rounded != wanted)
		report_warning(draft->report, place,
			       "vrrp_instance %s: advert_int %s is out of range: version %u allows "
			       "%s s; %s s is used",
			       vrrp->name, seconds_format((uint64_t)us, given), vrrp->version,
			       vrrp->version == 3 ? "0.01..40.95" : "1..255",
			       seconds_format((uint64_t)rounded, used));
	else if (rounded != us)
		report_warning(draft->report, place,
			       "vrrp_instance %s: version %u counts advert_int in %s; %s s is used",
			       vrrp->name, vrrp->version,
			       vrrp->version == 3 ? "hundredths of a second" : "whole seconds",
			       seconds_format((uint64_t)rounded, used));
	vrrp->advert_int_us = (uint32_t)rounded;
}

/* advert_int_max must not be below advert_int: this director would not hear a master with the same
 * file. */
static void advert_int_max_settle(struct draft *draft, const struct node *node,
				  struct conf_vrrp *vrrp)
{
	bool is_given = resolve_is_given(node, KW_ADVERT_INT_MAX);
	char used[SECONDS_TEXT_MAX];

	if (vrrp->version == 2) {
		vrrp->advert_int_max_us = 0;
		if (is_given)
			report_warning(draft->report, build_place(node, KW_ADVERT_INT_MAX),
				       "vrrp_instance %s: advert_int_max has no effect in version "
				       "2, where every router must have the same advert_int",
				       vrrp->name);
		return;
	}
	if (vrrp->advert_int_max_us >= vrrp->advert_int_us)
		return;
	vrrp->advert_int_max_us = vrrp->advert_int_us;
	report_warning(
	    draft->report, build_place(node, KW_ADVERT_INT_MAX),
	    "vrrp_instance %s: advert_int_max is below advert_int; %s s is used for both",
	    vrrp->name, seconds_format(vrrp->advert_int_us, used));
}

/* Clears preempt_delay where it has no effect, in the same cases as keepalived. */
static void preempt_delay_settle(struct draft *draft, const struct node *node,
				 struct conf_vrrp *vrrp)
{
	const char *cause = vrrp->priority == CONF_PRIORITY_OWNER ? "priority 255"
			    : vrrp->wants_master             ? "`state MASTER`"
			    : !vrrp->is_preempting           ? "nopreempt"
			    : build_is_strict(draft, node)         ? "strict mode"
							     : NULL;

	if (!vrrp->preempt_delay_us || !cause)
		return;
	vrrp->preempt_delay_us = 0;
	report_warning(draft->report, build_place(node, KW_PREEMPT_DELAY),
		       "vrrp_instance %s: preempt_delay has no effect together with %s", vrrp->name,
		       cause);
}

static void authentication_build(struct draft *draft, const struct node *node,
				 const struct node *block, struct conf_vrrp *vrrp)
{
	const struct node *type = resolve_child(block, KW_AUTH_TYPE);
	const struct node *pass = resolve_child(block, KW_AUTH_PASS);

	if (build_is_strict(draft, node)) {
		report_warning(draft->report, parse_place(block),
			       "vrrp_instance %s: authentication is left out, as keepalived does "
			       "in strict mode: beside a director that has it without vrrp_strict "
			       "both become master; take the block out",
			       vrrp->name);
		return;
	}
	if (vrrp->version != 2) {
		report_warning(draft->report, parse_place(block),
			       "vrrp_instance %s: version %u has no authentication (RFC 9568 "
			       "section 9); it is left out",
			       vrrp->name, vrrp->version);
		return;
	}
	if (!type || !pass)
		return;
	if (vrrp->family == AF_INET6 && type->value.number == CONF_AUTH_AH) {
		report_warning(draft->report, parse_place(block),
			       "vrrp_instance %s: AH is for IPv4 addresses only; authentication is "
			       "left out, as keepalived does",
			       vrrp->name);
		return;
	}
	if (vrrp->family == AF_INET6)
		report_warning(
		    draft->report, parse_place(block),
		    "vrrp_instance %s: in version 2 the advertisements of IPv6 addresses "
		    "say that they have a password, and have none, like keepalived's",
		    vrrp->name);
	vrrp->auth_type = (uint8_t)type->value.number;
	vrrp->auth_pass = arena_strndup(draft->conf->arena, pass->value.text,
					strnlen(pass->value.text, AUTH_PASS_BYTES));
	if (strlen(pass->value.text) > AUTH_PASS_BYTES)
		report_warning(draft->report, build_place(block, KW_AUTH_PASS),
			       "vrrp_instance %s: auth_pass is longer than %d bytes; the first %d "
			       "are used",
			       vrrp->name, AUTH_PASS_BYTES, AUTH_PASS_BYTES);
}

/* Reports an instance without an address, which version 2 allows. */
static void no_vips_settle(struct draft *draft, const struct node *node, struct conf_vrrp *vrrp)
{
	const struct node *block = resolve_child(node, KW_VIRTUAL_IPADDRESS);
	uint8_t version = vrrp->version ? vrrp->version : draft->vrrp_version;

	vrrp->family = vrrp->source.family != AF_UNSPEC           ? vrrp->source.family
		       : vrrp->n_peers                            ? vrrp->peers[0].addr.family
		       : vrrp->ipvlan_address.family != AF_UNSPEC ? vrrp->ipvlan_address.family
		       : vrrp->is_native_ip6                      ? AF_INET6
								  : AF_INET;
	/* Wrong addresses have been reported already. */
	if (node->is_cut && !draft->report->is_lenient)
		return;
	if (resolve_is_given(node, KW_VIRTUAL_IPADDRESS) && !draft->report->is_lenient &&
	    (!block || block->children))
		return;
	if (vrrp->may_be_empty)
		return;
	if (vrrp->family == AF_INET && version != 3 && !build_is_strict(draft, node)) {
		report_warning(draft->report, parse_place(node),
			       "vrrp_instance %s has no virtual_ipaddress: it elects a "
			       "master that %s; write no_virtual_ipaddress if that is meant",
			       vrrp->name,
			       vrrp->n_excluded ? "advertises no address" : "holds no address");
		return;
	}
	report_ignored(
	    draft->report, parse_place(node),
	    "vrrp_instance %s: virtual_ipaddress is missing; %s can do without it only "
	    "with no_virtual_ipaddress, on both directors",
	    vrrp->name, version == 3 || vrrp->family == AF_INET6 ? "version 3" : "strict mode");
	vrrp->is_dropped = true;
}

/* The rules of keepalived for combinations of state, priority and nopreempt. */
static void role_settle(struct draft *draft, const struct node *node, struct conf_vrrp *vrrp)
{
	const struct node *state = resolve_child(node, KW_STATE);

	if (vrrp->wants_master && resolve_is_given(node, KW_PRIORITY) &&
	    vrrp->priority != CONF_PRIORITY_OWNER && build_is_strict(draft, node)) {
		vrrp->wants_master = false;
		report_warning(draft->report, build_place(node, KW_STATE),
			       "vrrp_instance %s: in strict mode `state MASTER` is for priority 255 "
			       "alone; `state BACKUP` is used, as keepalived does",
			       vrrp->name);
	}
	if (!resolve_is_given(node, KW_PRIORITY) && vrrp->wants_master) {
		vrrp->priority = CONF_PRIORITY_OWNER;
		report_warning(
		    draft->report, build_place(node, KW_STATE),
		    "vrrp_instance %s: `state MASTER` without a priority means 255, the owner "
		    "of the addresses; write a priority",
		    vrrp->name);
	}
	if (resolve_child(node, KW_PREEMPT) && resolve_child(node, KW_NOPREEMPT))
		report_warning(
		    draft->report, parse_place(node),
		    "vrrp_instance %s: preempt and nopreempt contradict each other; the last "
		    "one holds",
		    vrrp->name);
	if (vrrp->priority == CONF_PRIORITY_OWNER && !vrrp->wants_master) {
		vrrp->wants_master = true;
		if (state)
			report_warning(
			    draft->report, build_place(node, KW_STATE),
			    "vrrp_instance %s: priority 255 owns the addresses and begins as "
			    "MASTER; `state BACKUP` has no effect",
			    vrrp->name);
	}
	if (!vrrp->is_preempting && vrrp->wants_master) {
		vrrp->is_preempting = true;
		report_warning(
		    draft->report, build_place(node, KW_NOPREEMPT),
		    "vrrp_instance %s: nopreempt has no effect together with %s", vrrp->name,
		    vrrp->priority == CONF_PRIORITY_OWNER ? "priority 255" : "`state MASTER`");
	}
}

/* Takes the value of one statement. Statements that depend on others are handled later. */
static void statement_apply(struct draft *draft, const struct node *node, struct conf_vrrp *vrrp)
{
	switch (resolve_id(node)) {
	case KW_VIRTUAL_IPADDRESS:
	case KW_VIRTUAL_IPADDRESS_EXCLUDED:
	case KW_VIRTUAL_ROUTES:
	case KW_VIRTUAL_RULES:
		break; /* handled below, since they depend on other statements */
	case KW_NOPREEMPT:
	case KW_PREEMPT:
		vrrp->is_preempting = resolve_id(node) == KW_PREEMPT;
		break;
	case KW_ACCEPT:
	case KW_NO_ACCEPT:
		vrrp->is_refusing = resolve_id(node) == KW_NO_ACCEPT;
		break;
	case KW_GARP_EXTRA_IF:
		build_field(draft, node, CONF_OBJECT_VRRP, vrrp);
		vrrp->garp_extra |= build_has_lead(node) ? CONF_GARP_EXTRA_ALL : 0;
		break;
	case KW_USE_VMAC:
	case KW_USE_IPVLAN:
		if (resolve_id(node) == KW_USE_VMAC)
			vrrp->uses_vmac = true;
		else
			vrrp->uses_ipvlan = true;
		for (const struct node *child = node->children; child; child = child->next)
			build_field(draft, child, CONF_OBJECT_VRRP, vrrp);
		break;
	case KW_INTERFACE:
		vrrp->interface_place = node->words[1].place;
		/* fall through */
	default:
		build_field(draft, node, CONF_OBJECT_VRRP, vrrp);
	}
}

void build_vrrp(struct draft *draft, const struct node *node, struct conf_vrrp *vrrp)
{
	const struct node *vips = resolve_child(node, KW_VIRTUAL_IPADDRESS);
	const struct node *excluded = resolve_child(node, KW_VIRTUAL_IPADDRESS_EXCLUDED);
	const struct node *routes = resolve_child(node, KW_VIRTUAL_ROUTES);
	const struct node *rules = resolve_child(node, KW_VIRTUAL_RULES);
	const struct node *authentication = resolve_child(node, KW_AUTHENTICATION);
	struct build_address_owner owner;

	*vrrp = draft->templates.vrrp;
	vrrp->name = arena_strdup(draft->conf->arena, node->value.text);
	vrrp->is_preempting = true;
	vrrp->is_notifying_all = draft->conf->global.is_notifying_all;
	vrrp->is_notifying_priority = draft->conf->global.is_notifying_priority;
	vrrp->place = *parse_place(node);
	for (const struct node *child = node->children; child; child = child->next)
		statement_apply(draft, child, vrrp);
	/* The rest depends on the values above, wherever their statements stand in the block. */
	owner = (struct build_address_owner){
	    arena_printf(draft->conf->arena, "vrrp_instance %s", vrrp->name), vrrp->interface};
	if (vips)
		build_addresses(draft, vips, CONF_OBJECT_VRRP, vrrp, &owner);
	if (excluded)
		build_addresses(draft, excluded, CONF_OBJECT_VRRP, vrrp, &owner);
	if (routes)
		build_routes(draft, routes, CONF_OBJECT_VRRP, vrrp);
	if (rules)
		build_rules(draft, rules, CONF_OBJECT_VRRP, vrrp);
	if (vrrp->n_vips)
		vrrp->family = vrrp->vips[0].addr.family;
	else
		no_vips_settle(draft, node, vrrp);
	if (vrrp->n_vips || vrrp->source.family != AF_UNSPEC || vrrp->n_peers ||
	    vrrp->ipvlan_address.family != AF_UNSPEC)
		vrrp->is_native_ip6 = false; /* the addresses decide the family */
	version_settle(draft, node, vrrp);
	advert_int_settle(draft, node, vrrp);
	advert_int_max_settle(draft, node, vrrp);
	role_settle(draft, node, vrrp);
	preempt_delay_settle(draft, node, vrrp);
	build_protocol_settle(draft, node, vrrp);
	build_accept_settle(draft, node, vrrp);
	build_vmac_settle(draft, node, vrrp);
	if (authentication)
		authentication_build(draft, node, authentication, vrrp);
	build_tracks(draft, node, vrrp);
}
