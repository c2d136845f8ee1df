/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether a master takes what is sent to its addresses: accept, no_accept and strict mode. */
#ifndef LVSD_CONF_MODEL_VRRP_BUILD_ACCEPT_H
#define LVSD_CONF_MODEL_VRRP_BUILD_ACCEPT_H

#include "conf/model/vrrp/build_protocol.h"

/* Decides whether an instance has no_accept, once its version and priority are known. */
void build_accept_settle(struct draft *draft, const struct node *node, struct conf_vrrp *vrrp);

/* Takes the value of nftables_priority, which must be behind IPVS. */
void build_accept_priority(struct draft *draft, const struct node *node);

#endif
