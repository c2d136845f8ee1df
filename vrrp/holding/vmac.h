/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What must be done so that a macvlan of use_vmac or the ipvlan of use_ipvlan is there, and how lvsd knows
 * its own ones. Pure. */
#ifndef LVSD_VRRP_HOLDING_VMAC_H
#define LVSD_VRRP_HOLDING_VMAC_H

#include "base/mono.h"
#include "vrrp/machine/link.h"

enum vrrp_vmac_step {
	VRRP_VMAC_WAIT,   /* the interface below is missing */
	VRRP_VMAC_MAKE,   /* there is no interface of that name */
	VRRP_VMAC_KEEP,   /* it is there, with the right kind, parent and hardware address */
	VRRP_VMAC_REMAKE, /* lvsd made it, of another kind, or for another parent or hardware address */
	VRRP_VMAC_REFUSE, /* somebody else, or another lvsd, has an interface of that name */
};

/* parent and found: the interfaces of the names vmac->parent and vmac->name; NULL: there is none. */
enum vrrp_vmac_step vrrp_vmac_judge(const struct conf_vmac *vmac, const struct vrrp_link_if *parent,
				    const struct vrrp_link_if *found, const char *run_dir);

/* How often somebody has deleted the interface of late. Begins as {0}. */
struct vrrp_vmac_losses {
	unsigned n;
	struct mono at; /* the last one */
};

/* So many times in a row it is made again at once. A row ends when none is lost for a minute. */
#define VRRP_VMAC_LOSSES_MAX 5
/* Counts a loss. Returns when the interface may be made again: now for the first five losses of a row, then
 * 1 s, 2 s, 4 s and so on later, up to 30 s. Example: the seventh loss of a row: 2 s later. */
struct mono vrrp_vmac_lose(struct vrrp_vmac_losses *losses, struct mono now);

/* Does the interface have that hardware address (conf_vmac.mac)? */
bool vrrp_vmac_has_mac(const struct vrrp_link_if *interface, uint64_t mac);

/* Why an interface of the right name is not the macvlan of vmac: "it is no macvlan", "it is on another
 * interface", "its hardware address is 02:00:00:00:00:01, not 00:00:5e:00:01:33". */
#define VRRP_VMAC_WHY_MAX 96
const char *vrrp_vmac_why_foreign(const struct conf_vmac *vmac, const struct vrrp_link_if *parent,
				  const struct vrrp_link_if *found,
				  char text[static VRRP_VMAC_WHY_MAX]);

/* Sysctls of the interface below, before lvsd set them for its first macvlan there. */
struct vrrp_vmac_saved {
	uint32_t arp_ignore, arp_announce;
};

/*
 * The alias says that lvsd made the macvlan, what it must put back, and which lvsd it was: the one with
 * that run dir. Several may run in one network namespace. Example: "lvsd use_vmac, before: arp_ignore 0,
 * arp_announce 0, run dir /run/lvsd". run_dir NULL: the alias names none, as in former versions. saved
 * NULL: it is of an ipvlan, which needs no sysctls: "lvsd use_ipvlan, run dir /run/lvsd".
 */
void vrrp_vmac_alias(const struct vrrp_vmac_saved *saved, const char *run_dir,
		     char ret_alias[static VRRP_LINK_ALIAS_MAX]);
/* Is that the alias of a macvlan or ipvlan of lvsd, whichever lvsd it is? Of an ipvlan nothing was saved. */
bool vrrp_vmac_read_alias(const struct vrrp_link_if *interface, struct vrrp_vmac_saved *ret_saved);
/* The run dir of the lvsd that made the macvlan; "": it is no macvlan of lvsd, or its alias names none. */
const char *vrrp_vmac_run_dir(const struct vrrp_link_if *interface);
/* Is it a macvlan of the lvsd with this run dir? One whose alias names no run dir is everybody's. */
bool vrrp_vmac_is_of(const struct vrrp_link_if *interface, const char *run_dir);

#endif
