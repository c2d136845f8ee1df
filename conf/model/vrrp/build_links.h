/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the file says of the machine's interfaces: interface_up_down_delays and garp_group. */
#ifndef LVSD_CONF_MODEL_VRRP_BUILD_LINKS_H
#define LVSD_CONF_MODEL_VRRP_BUILD_LINKS_H

struct draft;
struct node;

/* Call it when the instances and what they track are built: reports what has no effect on them. */
void build_links(struct draft *draft, const struct node *root);

#endif
