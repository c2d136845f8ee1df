/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The programs of iptables. A machine may have two kinds of tables, and programs for each. Pure. */
#ifndef LVSD_HOST_FLAVOUR_H
#define LVSD_HOST_FLAVOUR_H

#include "host/state.h"

/* Flavours of iptables that are tried, in their order, until one works; the machine's default comes
 * first. */
#define HOST_N_FLAVOURS 3

/* The longest that a program of iptables may take; iptables itself waits up to HOST_LOCK_S for
 * others. */
#define HOST_PROGRAM_LIMIT_MS 10000
#define HOST_LOCK_S           "5"

/* Name of a program of iptables; free() it. Example: (HOST_NAT6, 1, "save") gives
 * "ip6tables-legacy-save". */
char *host_program(enum host_part part, unsigned flavour, const char *what);

#endif
