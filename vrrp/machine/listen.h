/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tells whether interfaces receive frames of other machines (edge): one packet socket for all that are
 * waited for. ARP, IPv4, and IPv6 addressed to this machine count. Frames that the switch itself makes
 * (STP, LACP, LLDP, the IPv6 multicast of a virtual switch) do not count: they arrive also while the
 * port does not forward. No call here waits, but closing takes the kernel some 13 ms.
 */
#ifndef LVSD_VRRP_MACHINE_LISTEN_H
#define LVSD_VRRP_MACHINE_LISTEN_H

#include <stddef.h>

/* Opens a socket that receives nothing yet. Returns a descriptor for poll, which the caller closes, or
 * -errno. */
int vrrp_listen_open(void);
/* Receives from these n interfaces alone from now on; the indexes ascend. 0; or -errno, and nothing has
 * changed. */
int vrrp_listen_watch(int fd, const unsigned *indexes, size_t n);
/* Takes a frame of another machine, and says by which interface it came. That may be one that is not
 * waited for. 0; -EAGAIN: there is none; or another -errno. */
int vrrp_listen_read(int fd, unsigned *ret_index);
void vrrp_listen_close(int fd);

#endif
