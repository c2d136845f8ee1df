/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which memory of the vrrp process is worth locking when a limit does not allow all of it. Pure.
 * All mappings of lvsd are some 24 MB, most of them libraries that only other processes use (TLS,
 * HTTP). VRRP touches some 5 MB, which the usual limit of 8 MB allows.
 */
#ifndef LVSD_VRRP_MACHINE_MEMLOCK_H
#define LVSD_VRRP_MACHINE_MEMLOCK_H

#include <stdbool.h>
#include <stdint.h>

struct memlock_region {
	uintptr_t start, end; /* end is behind the last byte */
};

/*
 * line is a line of /proc/PID/maps, program the path of lvsd as that file spells it. Returns
 * whether VRRP touches that mapping: the program, the C library, the libraries of event loop and
 * netlink, heap, stack and other anonymous memory, each if it is readable.
 * Example: "7f00-7f10 r-xp 00000000 08:01 42 /lib/libc.so.6": true, with 0x7f00 and 0x7f10; a
 * line of libcrypto.so.3: false.
 */
bool memlock_wants(const char *line, const char *program, struct memlock_region *ret_region);

#endif
