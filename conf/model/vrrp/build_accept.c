/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "conf/model/vrrp/build_accept.h"

/* IPVS has the priorities 98 and 99 at the hook input (NF_IP_PRI_NAT_SRC - 2 and - 1). */
#define BEHIND_IPVS 100

/* RFC 3768 section 6.4.3 knows no accept mode: only the owner of an address takes packets to it.
 * RFC 9568 section 6.1: Accept_Mode is false when nothing is said. */
static void strict_settle(struct draft *draft, const struct node *node, struct conf_vrrp *vrrp)
{
	const struct node *accept = resolve_child(node, KW_ACCEPT);

	if (accept && vrrp->version == 3)
		return;
	vrrp->is_refusing = true;
	if (accept)
		report_warning(
		    draft->report, parse_place(accept),
		    "vrrp_instance %s: accept has no effect in strict mode with version 2 "
		    "(RFC 3768 section 6.4.3): a master with a priority below 255 takes "
		    "nothing that is sent to its addresses",
		    vrrp->name);
	else if (!resolve_child(node, KW_NO_ACCEPT))
		report_warning(
		    draft->report, parse_place(node),
		    "vrrp_instance %s: in strict mode a master takes nothing that is sent "
		    "to its addresses, no connection and no ping, but what a virtual_server "
		    "gets; write no_accept if it shall be so, else leave out strict mode%s",
		    vrrp->name, vrrp->version == 3 ? " or write accept" : "");
}

void build_accept_settle(struct draft *draft, const struct node *node, struct conf_vrrp *vrrp)
{
	const struct node *no_accept = resolve_child(node, KW_NO_ACCEPT);

	if (no_accept && resolve_child(node, KW_ACCEPT))
		report_warning(draft->report, parse_place(node),
			       "vrrp_instance %s: accept and no_accept contradict each other; the "
			       "last one holds",
			       vrrp->name);
	if (vrrp->priority == CONF_PRIORITY_OWNER) {
		vrrp->is_refusing = false;
		if (no_accept)
			report_warning(
			    draft->report, parse_place(no_accept),
			    "vrrp_instance %s: no_accept has no effect together with "
			    "priority 255: the owner of an address takes what is sent to "
			    "it",
			    vrrp->name);
		return;
	}
	if (!vrrp->is_refusing && build_is_strict(draft, node))
		strict_settle(draft, node, vrrp);
}

void build_accept_priority(struct draft *draft, const struct node *node)
{
	struct conf_global *global = &draft->conf->global;

	if (node->value.number >= BEHIND_IPVS) {
		global->nft_priority = (uint32_t)node->value.number;
		return;
	}
	report_warning(
	    draft->report, parse_place(node),
	    "nftables_priority %d has no effect, since the chain of no_accept would come "
	    "before IPVS and drop what is for a virtual_server; use a number from %d on",
	    (int)node->value.number, BEHIND_IPVS);
}
