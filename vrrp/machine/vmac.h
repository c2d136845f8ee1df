/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Macvlan interfaces with the hardware address of a virtual router, and ipvlan interfaces: makes and
 * deletes them, and sets what the interface below needs for them. Edge. Each that lvsd makes has an alias
 * (vrrp/holding/vmac.h), so that a successor knows it.
 */
#ifndef LVSD_VRRP_MACHINE_VMAC_H
#define LVSD_VRRP_MACHINE_VMAC_H

#include "vrrp/machine/link.h"

/* Sets arp_ignore and arp_announce of an interface. 0 or -errno. */
int vrrp_vmac_set_arp(struct vrrp_link *link, const char *interface, uint32_t arp_ignore,
		      uint32_t arp_announce);

/* The index of the VRF that the interface belongs to; 0: none. */
unsigned vrrp_vmac_vrf(const struct vrrp_link *link, const struct vrrp_link_if *interface);

/*
 * Makes the macvlan on its parent, which must be there, in private mode, up, and without an address.
 * IPv4 alone or IPv6 alone works on it, and nothing makes an address of its hardware address. An ipvlan
 * is made in mode L2, and gets conf_vmac.address. The interface is in the VRF of its parent. The table
 * shows it on return. 0; or -errno, and the interface is not there.
 */
int vrrp_vmac_make(struct vrrp_link *link, const struct conf_vmac *vmac, const char *alias);
/* Gives an interface that is there already the settings of vrrp_vmac_make(). 0 or -errno. */
int vrrp_vmac_set_up(struct vrrp_link *link, const struct conf_vmac *vmac, const char *alias);
/* Deletes the interface with that index and name. The kernel takes some 35 ms for it. 0 or -errno. */
int vrrp_vmac_delete(struct vrrp_link *link, unsigned index, const char *name);
/* Deletes n interfaces in the time of one: they get a group of interfaces of their own, which the kernel
 * deletes at once. 0; or -errno, and some may be there still. */
int vrrp_vmac_delete_all(struct vrrp_link *link, const struct vrrp_link_if *interfaces, size_t n);

#endif
