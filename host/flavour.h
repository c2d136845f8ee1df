/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The names of iptables' programs. A machine may have two kinds of tables (nftables' and the legacy
 * ones), and programs for each. Pure. */
#ifndef LVSD_HOST_FLAVOUR_H
#define LVSD_HOST_FLAVOUR_H

#include "host/state.h"

/* How many flavours of iptables there are: the machine's default, nft and legacy. They are tried in
 * this order until one works. */
#define HOST_N_FLAVOURS 3

/* How long a program of iptables may take, in milliseconds. iptables itself waits up to HOST_LOCK_S
 * for other users of the tables. */
#define HOST_PROGRAM_LIMIT_MS 10000
#define HOST_LOCK_S           "5"

/* Returns the name of a program of iptables, for free(). what: "save" or "restore". Example:
 * (HOST_NAT6, 1, "save") gives "ip6tables-legacy-save". */
char *host_program(enum host_part part, unsigned flavour, const char *what);

#endif
