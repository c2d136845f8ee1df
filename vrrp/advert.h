/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From the configuration of a VRRP instance to its messages: the advertisement that the instance
 * sends, and which received advertisements it accepts. Pure.
 */
#ifndef LVSD_VRRP_ADVERT_H
#define LVSD_VRRP_ADVERT_H

#include "conf/conf.h"
#include "vrrp/pkt.h"

/* The virtual addresses of conf as bytes of an advertisement, in the order of the file: 4 bytes for
 * each IPv4 address, 16 for each IPv6 address. The caller frees them with free(). */
uint8_t *vrrp_advert_addrs(const struct conf_vrrp *conf);

/* The advertisement of conf with the given priority in place of the file's (0: the master resigns).
 * addrs comes from vrrp_advert_addrs(); the result points into it. */
struct vrrp_pkt vrrp_advert_make(const struct conf_vrrp *conf, uint8_t priority,
				 const uint8_t *addrs);

/* The multicast group of the instance's advertisements. */
struct addr vrrp_advert_group(const struct conf_vrrp *conf);

/* The rules by which the instance accepts advertisements, for vrrp_pkt_check(). source is the
 * instance's own address. The result points into conf. */
struct vrrp_policy vrrp_advert_policy(const struct conf_vrrp *conf, const struct addr *source);

/* Does pkt list the same addresses as conf, in any order? addrs comes from vrrp_advert_addrs(). */
bool vrrp_advert_lists_same(const struct vrrp_pkt *pkt, const struct conf_vrrp *conf,
			    const uint8_t *addrs);

/* The first address that only one of both lists has; AF_UNSPEC: both have the same ones, perhaps one
 * of them twice. *ret_is_theirs: it is in the packet. */
struct addr vrrp_advert_odd(const struct vrrp_pkt *pkt, const struct conf_vrrp *conf,
			    const uint8_t *addrs, bool *ret_is_theirs);

#endif
