/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A cheap look at the rules of iptables: a number that changes when somebody changes them, so that
 * they are listed (which costs a process, and time that grows with everybody's rules) only then.
 * nftables has a number of generations for that; the older tables have the size and number of their
 * entries, which a change of the same size leaves as it is.
 */
#ifndef LVSD_HOST_MARK_H
#define LVSD_HOST_MARK_H

#include <stdbool.h>
#include <stdint.h>

/* The greatest mark of nftables whose rules nobody ever changed: the kernel begins with one. */
#define HOST_MARK_UNTOUCHED 3

/*
 * parts: a set of 1 << enum host_part, tables that are in use: to ask for another would load it.
 * Returns 0, or -errno when it cannot be had.
 */
int host_mark_read(bool is_nft, unsigned parts, uint64_t *ret_mark);

#endif
