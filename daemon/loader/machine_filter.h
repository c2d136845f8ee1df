/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether this machine can filter packets for no_accept. */
#ifndef LVSD_DAEMON_LOADER_MACHINE_FILTER_H
#define LVSD_DAEMON_LOADER_MACHINE_FILTER_H

#include "conf/conf.h"
#include "conf/text/diag.h"

/* For `lvsd -t`: warns if the configuration has no_accept and this machine has
 * neither nftables nor iptables. conf: NULL
 * is allowed. The kernel answers only root, so an ordinary user gets no warning. */
void machine_judge_filter(const struct conf *conf, struct diags *diags);

#endif
