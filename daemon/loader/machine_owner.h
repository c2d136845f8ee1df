/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether this machine owns a virtual address: it is an address of one of its interfaces. */
#ifndef LVSD_DAEMON_LOADER_MACHINE_OWNER_H
#define LVSD_DAEMON_LOADER_MACHINE_OWNER_H

#include "conf/conf.h"
#include "conf/text/diag.h"

#include <ifaddrs.h>

/* For `lvsd -t`: warns of each instance without priority 255 that has an address of this machine. conf:
 * NULL is allowed. */
void machine_judge_owner(const struct conf *conf, struct diags *diags);

/*
 * The same with the addresses of a machine. An address with the prefix length of the virtual address is
 * no sign: a master may have added it. But no master adds the first IPv4 address of the instance's
 * interface. Example: 10.0.0.1/24 on eth0 and the virtual address 10.0.0.1/32: a warning; 10.0.0.1/32
 * as the second address of eth0: none; as the first one: a warning, as lvsd would remove it.
 */
void machine_judge_owner_of(const struct conf *conf, const struct ifaddrs *list, struct diags *diags);

#endif
