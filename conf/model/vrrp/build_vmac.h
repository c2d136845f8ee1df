/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The macvlan interfaces that follow from use_vmac, use_vmac_addr and use_vmac behind an address; and the
 * ipvlan of use_ipvlan. */
#ifndef LVSD_CONF_MODEL_VRRP_BUILD_VMAC_H
#define LVSD_CONF_MODEL_VRRP_BUILD_VMAC_H

struct conf_vrrp;
struct draft;
struct node;

/* Lists the macvlans of an instance, whose other values are settled, without their names. */
void build_vmac_settle(struct draft *draft, const struct node *node, struct conf_vrrp *vrrp);

/*
 * Gives the macvlans of all instances their names, whatever the order of the instances in the file, and
 * reports those that cannot be there together. A name that the file does not give is PREFIX.VRID, as
 * keepalived has it; if that is taken, PREFIX6.VRID for IPv6, then PREFIX1.VRID, PREFIX2.VRID, ...
 */
void build_vmac_names(struct draft *draft);

#endif
