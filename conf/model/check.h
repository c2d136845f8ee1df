/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What must hold between the objects of a draft, and what one object must not say although each
 * of its words is right. Linear but for sorting. Fills in what depends on another object: the
 * default syncid.
 */
#ifndef LVSD_CONF_MODEL_CHECK_H
#define LVSD_CONF_MODEL_CHECK_H

#include "conf/model/build.h"

/* Instances, their addresses, and the sync daemon. */
void check_vrrp(struct draft *draft);

/*
 * Names that stand for something else: members of groups, trackers, BFD sessions. What is named must
 * be there, and once. With diags->is_strict also what keepalived would not take.
 */
void check_names(struct draft *draft);

/* Where secrets stand: the first one of each file goes into conf->secrets. */
void check_secrets(struct draft *draft);

/* Services, real servers and checks. */
void check_virtual_servers(struct draft *draft);

/* Each tuple that the kernel serves is served once; members of groups are such tuples too. */
void check_services(struct draft *draft);
/* Each group is named by a service. */
void check_groups_used(struct draft *draft);

/* One instance. */
void check_instance(struct draft *draft, size_t i);

/* One service with its real servers and their checks. */
void check_virtual_server(struct draft *draft, size_t i);

/* What one service needs outside of IPVS, and whether services agree on it. */
void check_host(struct draft *draft, size_t i);
void check_full_nat(struct draft *draft);

/*
 * Real servers of one service that are the service itself, and probes that can only fail or be late.
 * With errors it is not asked for: a port or a timeout may be missing because its keyword is
 * misspelt.
 */
void check_servers(struct draft *draft, size_t i);

/* What one service asks for beyond what it has: quorum and hysteresis are brought down to it. */
void check_quorum(struct draft *draft, size_t i);

#endif
