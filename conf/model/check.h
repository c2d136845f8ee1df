/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Checks the draft: rules between several objects, and rules within one object that the schema
 * cannot express. Mistakes are reported. The syncid, whose default depends on another object, gets
 * its value here. The time is linear, except for sorting.
 */
#ifndef LVSD_CONF_MODEL_CHECK_H
#define LVSD_CONF_MODEL_CHECK_H

#include "conf/model/build.h"

/* Checks the instances, their addresses, and the sync daemon. */
void check_vrrp(struct draft *draft);

/*
 * Names that refer to other objects: members of groups, trackers, BFD sessions. The named object
 * must exist, and only once. With diags->is_strict, also names that keepalived would refuse.
 */
void check_names(struct draft *draft);

/* Checks the sync groups, and leaves out those without an instance. */
void check_sync_groups(struct draft *draft);

/* Checks the FIFOs and their readers, and leaves out those that lvsd cannot serve. */
void check_fifos(struct draft *draft);
/* No two dump files may be one. */
void check_dump_files(struct draft *draft);

/* Mail about events: leaves out addresses that no mail can be sent to. Says why no mail is sent, if
 * somebody expects it. */
void check_mail(struct draft *draft);

/* Puts the place of the first secret of each file into conf->secrets. */
void check_secrets(struct draft *draft);

/* Checks the services with their real servers and checks. */
void check_virtual_servers(struct draft *draft);

/* Reports services, and members of groups, that would be the same service in the kernel. */
void check_services(struct draft *draft);
/* Warns of groups that no service names. */
void check_groups_used(struct draft *draft);

/* Checks instance number i. */
void check_instance(struct draft *draft, size_t i);

/* Checks service number i with its real servers and their checks. */
void check_virtual_server(struct draft *draft, size_t i);

/* Check what service number i needs outside IPVS (its source translation and its matches); and
 * whether services agree on the source translation of a server. */
void check_host(struct draft *draft, size_t i);
void check_full_nat(struct draft *draft);

/*
 * Reports real servers that are the service itself, and probes that can only fail or be late. Call
 * it only when there is no error: otherwise a port or a timeout may be missing because its keyword
 * is misspelt.
 */
void check_servers(struct draft *draft, size_t i);

/* Lowers quorum and hysteresis of one service to the weight of all its servers, if they are higher,
 * and reports rules of its pool that cannot hold. */
void check_quorum(struct draft *draft, size_t i);

#endif
