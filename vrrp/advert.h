/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the configuration of an instance means for its messages: the advert that it sends and which
 * ones it accepts. Pure.
 */
#ifndef LVSD_VRRP_ADVERT_H
#define LVSD_VRRP_ADVERT_H

#include "conf/conf.h"
#include "vrrp/pkt.h"

/* The virtual addresses as in an advert, in file order; free() them. */
uint8_t *vrrp_advert_addrs(const struct conf_vrrp *conf);

/* The advert of conf with another priority than the file's (0 to resign); addrs as above, which
 * it points into. */
struct vrrp_pkt vrrp_advert_make(const struct conf_vrrp *conf, uint8_t priority,
				 const uint8_t *addrs);

/* What conf accepts when source is its own address. Points into conf. */
struct vrrp_policy vrrp_advert_policy(const struct conf_vrrp *conf, const struct addr *source);

/* Does pkt list the same addresses as conf, in any order? addrs as above. */
bool vrrp_advert_lists_same(const struct vrrp_pkt *pkt, const struct conf_vrrp *conf,
			    const uint8_t *addrs);

#endif
