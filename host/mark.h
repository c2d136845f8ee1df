/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A number that changes when somebody changes the rules of iptables, and is cheap to read. Listing
 * all rules costs a process, and time that grows with everybody's rules, so they are listed only
 * when this number has changed. nftables has a generation number for this purpose. The legacy
 * tables have the size and number of their entries; a change that leaves both as they are is not
 * noticed.
 */
#ifndef LVSD_HOST_MARK_H
#define LVSD_HOST_MARK_H

#include <stdbool.h>
#include <stdint.h>

/* The largest number of nftables whose rules nobody has ever changed: the number is the kernel's
 * generation + 2, and the kernel begins with generation 1. */
#define HOST_MARK_UNTOUCHED 3

/* Reads the number. parts is a set of 1 << enum host_part: the tables in use, since reading another
 * one would load its kernel module. Returns 0, or -errno if the number cannot be read. */
int host_mark_read(bool is_nft, unsigned parts, uint64_t *ret_mark);

#endif
