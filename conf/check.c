/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "conf/check.h"
#include "conf/resolve.h"

static void vrrp_supported(struct draft *draft, size_t i)
{
	const struct conf_vrrp *vrrp = &draft->conf->vrrps[i];
	const struct node *node = draft->vrrps[i];

	if (!resolve_is_given(node, KW_VERSION))
		report_error(
		    draft->report, parse_place(node),
		    "vrrp_instance %s: keepalived's default is version 2, which lvsd does not "
		    "speak yet; write `version 3`",
		    vrrp->name);
	else if (vrrp->version != 3 && resolve_child(node, KW_VERSION))
		report_error(
		    draft->report, build_place(node, KW_VERSION),
		    "vrrp_instance %s: lvsd does not speak version %u yet; write `version 3`",
		    vrrp->name, vrrp->version);
	if (vrrp->family == AF_INET6)
		report_error(draft->report, &vrrp->vips[0].place,
			     "vrrp_instance %s: lvsd does not hold IPv6 addresses yet", vrrp->name);
}

static void virtual_server_supported(struct draft *draft, size_t i)
{
	const struct conf_virtual_server *vs = &draft->conf->virtual_servers[i];
	char key[SVCKEY_TEXT_MAX];

	if (vs->method == CONF_METHOD_TUN)
		report_error(draft->report, build_place(draft->virtual_servers[i], KW_LVS_METHOD),
			     "virtual_server %s: lvsd does not do TUN yet; NAT and DR it does",
			     svckey_format(&vs->key, key));
	if (vs->key.protocol == IPPROTO_SCTP)
		report_error(draft->report, build_place(draft->virtual_servers[i], KW_PROTOCOL),
			     "virtual_server %s: lvsd does not do SCTP yet; TCP and UDP it does",
			     svckey_format(&vs->key, key));
}

void conf_check_supported(struct draft *draft)
{
	for (size_t i = 0; i < draft->conf->n_vrrps; i++)
		vrrp_supported(draft, i);
	for (size_t i = 0; i < draft->conf->n_virtual_servers; i++)
		virtual_server_supported(draft, i);
}

void check_draft(struct draft *draft)
{
	check_vrrp(draft);
	check_virtual_servers(draft);
	conf_check_supported(draft);
}
