/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What must hold between the objects of a draft, and what one object must not say although each
 * of its words is right. Linear but for sorting. Fills in what depends on another object: the
 * default syncid.
 */
#ifndef LVSD_CONF_CHECK_H
#define LVSD_CONF_CHECK_H

#include "conf/build.h"

void check_draft(struct draft *draft);

/* Instances, their addresses, and the sync daemon. */
void check_vrrp(struct draft *draft);

/* Services, real servers and checks. */
void check_virtual_servers(struct draft *draft);

/* Refuses what the language has and lvsd does not do yet; it alone knows these limits. */
void conf_check_supported(struct draft *draft);

#endif
