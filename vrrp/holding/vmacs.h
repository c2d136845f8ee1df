/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The macvlan interfaces of all instances (edge). They are there as long as their instance is, whatever
 * its state: a backup too hears advertisements on them. They are made before the addresses, routes and
 * rules that need them, and made again when somebody deletes them, or when the interface below comes
 * back.
 */
#ifndef LVSD_VRRP_HOLDING_VMACS_H
#define LVSD_VRRP_HOLDING_VMACS_H

#include "base/loop.h"
#include "vrrp/machine/link.h"

struct vrrp_vmacs;

/* on_retry: one could not be made a while ago, so call vrrp_vmacs_settle(). run_dir: that of this lvsd
 * (vrrp_vmac_alias()). All stay the caller's. */
struct vrrp_vmacs *vrrp_vmacs_new(struct loop *loop, struct vrrp_link *link, const char *run_dir,
				  loop_fn *on_retry, void *arg);
/* Leaves the macvlans as they are. */
void vrrp_vmacs_free(struct vrrp_vmacs *vmacs);

/* A new configuration: vrrp_vmacs_want() for each instance, vrrp_vmacs_settle(), and vrrp_vmacs_trim()
 * when the addresses have moved. */
void vrrp_vmacs_want(struct vrrp_vmacs *vmacs, const struct conf_vrrp *conf);
/* Makes those that are missing, and takes over those that a predecessor left. */
void vrrp_vmacs_settle(struct vrrp_vmacs *vmacs);
/* Deletes those that are not wanted any more, also those of a predecessor, and none of another lvsd. */
void vrrp_vmacs_trim(struct vrrp_vmacs *vmacs);

/* Why the macvlan of that name is not there, as a sentence; "": it is there. */
const char *vrrp_vmacs_trouble(const struct vrrp_vmacs *vmacs, const char *name);

/* Deletes all macvlans that the lvsd with this run dir has made, and puts the sysctls back. Returns how
 * many. */
size_t vrrp_vmacs_release(struct vrrp_link *link, const char *run_dir);

#endif
