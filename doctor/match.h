/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Decides whether a condition of a packet filter is true for a packet of which not everything is
 * known. Pure. */
#ifndef LVSD_DOCTOR_MATCH_H
#define LVSD_DOCTOR_MATCH_H

#include "base/addr.h"

/* Ordered: the minimum of several conditions is that of "all of them", the maximum that of "any of
 * them". */
enum match { MATCH_NO, MATCH_MAYBE, MATCH_YES };

/* The opposite: NO for YES; MAYBE stays. */
enum match match_not(enum match match);

/* Whether addr is in the network of the first bits of network. MATCH_MAYBE if addr is AF_UNSPEC
 * (any). */
enum match match_prefix(const struct addr *network, unsigned long bits, const struct addr *addr);

/* Whether the interface's name matches pattern, which may end with the character any as a wildcard.
 * MATCH_MAYBE if interface is "" (not known). */
enum match match_interface(const char *pattern, char any, const char *interface);

#endif
