/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whether an interface hears any other machine (edge): a packet socket that is open until the first
 * frame has come. ARP, IPv4 and IPv6 to this machine count; what switches say themselves does not,
 * as it passes a port that does not forward: STP, LACP, LLDP, and the IPv6 multicast of a virtual
 * one. No call here waits.
 */
#ifndef LVSD_VRRP_MACHINE_LISTEN_H
#define LVSD_VRRP_MACHINE_LISTEN_H

#include "base/err.h"

/* Opens the socket on an interface. A descriptor, for poll, or -errno. */
int vrrp_listen_open(unsigned index, const char *interface, struct err *err);

/* Has a frame of another machine come? 1: yes; 0: not yet; -errno: none can come any more. */
int vrrp_listen_heard(int fd);

void vrrp_listen_close(int fd);

#endif
