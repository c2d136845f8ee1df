/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whether a condition of a packet filter is true for a packet, of which not everything is known.
 * Pure.
 */
#ifndef LVSD_DOCTOR_MATCH_H
#define LVSD_DOCTOR_MATCH_H

#include "base/addr.h"

/* In this order: the least of several is that of all of them, the greatest that of any. */
enum match { MATCH_NO, MATCH_MAYBE, MATCH_YES };

enum match match_not(enum match match);

/* Whether addr is in the network that the first bits of network are; any (AF_UNSPEC) may be. */
enum match match_prefix(const struct addr *network, unsigned long bits, const struct addr *addr);

/* The name of an interface, where pattern may end with the character any; "" is not known. */
enum match match_interface(const char *pattern, char any, const char *interface);

#endif
