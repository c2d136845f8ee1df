/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The macvlan interfaces of an instance in its snapshot. */
#ifndef LVSD_CONF_MODEL_VRRP_VMAC_H
#define LVSD_CONF_MODEL_VRRP_VMAC_H

#include "base/arena.h"
#include "base/pack.h"
#include "conf/conf.h"

/* The most macvlans of an instance. */
#define VMACS_MAX 256

/* The macvlan that has the address; NULL: none of them has. Example: 192.0.2.1 of an instance with
 * use_vmac: the own one, unless `dev` names another interface. */
struct conf_vmac *vmac_of(const struct conf_vrrp *vrrp, const struct conf_vip *vip);

/* Sets conf_vip.vmac of all addresses that a master holds. */
void vmac_resolve(struct conf_vrrp *vrrp);

/* Do two instances have the same macvlans? */
bool vmac_are_same(const struct conf_vrrp *a, const struct conf_vrrp *b);

/* The macvlans cross to the vrrp process. The reader becomes bad when a value is impossible. */
void vmac_pack(struct pack_writer *writer, const struct conf_vrrp *vrrp);
void vmac_unpack(struct pack_reader *reader, struct arena *arena, struct conf_vrrp *vrrp);

#endif
