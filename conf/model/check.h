/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Checks the draft: rules between several objects, and rules within one object that the schema
 * cannot express. Mistakes are reported. Sets the one default that depends on another object, the
 * syncid. The time is linear, except for sorting.
 */
#ifndef LVSD_CONF_MODEL_CHECK_H
#define LVSD_CONF_MODEL_CHECK_H

#include "conf/model/build.h"

/* Instances, their addresses, and the sync daemon. */
void check_vrrp(struct draft *draft);

/*
 * Names that refer to other objects: members of groups, trackers, BFD sessions. The named object
 * must exist, and only once. With diags->is_strict, also names that keepalived would refuse.
 */
void check_names(struct draft *draft);

/* Sync groups: leaves out those without an instance. */
void check_sync_groups(struct draft *draft);

/* FIFOs and their readers: leaves out those that cannot be. */
void check_fifos(struct draft *draft);

/* Puts the place of the first secret of each file into conf->secrets. */
void check_secrets(struct draft *draft);

/* Services, real servers and checks. */
void check_virtual_servers(struct draft *draft);

/* No two services, nor members of groups, may be the same service in the kernel. */
void check_services(struct draft *draft);
/* Each group should be named by a service. */
void check_groups_used(struct draft *draft);

/* One instance. */
void check_instance(struct draft *draft, size_t i);

/* One service with its real servers and their checks. */
void check_virtual_server(struct draft *draft, size_t i);

/* What one service needs outside IPVS (check_host()), and whether services agree on it. */
void check_host(struct draft *draft, size_t i);
void check_full_nat(struct draft *draft);

/*
 * Real servers that are the service itself, and probes that can only fail or be late. Not called
 * after errors: then a port or a timeout may be missing because its keyword is misspelt.
 */
void check_servers(struct draft *draft, size_t i);

/* Lowers quorum and hysteresis of one service to the weight of all its servers, if they are higher.
 */
void check_quorum(struct draft *draft, size_t i);

#endif
