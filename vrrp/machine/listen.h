/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tells whether an interface receives frames of other machines (edge): a packet socket that is open
 * until the first such frame has come. ARP, IPv4, and IPv6 addressed to this machine count. Frames
 * that the switch itself makes (STP, LACP, LLDP, the IPv6 multicast of a virtual switch) do not
 * count: they arrive also while the port does not forward. No call here waits.
 */
#ifndef LVSD_VRRP_MACHINE_LISTEN_H
#define LVSD_VRRP_MACHINE_LISTEN_H

#include "base/err.h"

/* Opens the socket on an interface. Returns a descriptor for poll, which the caller closes, or
 * -errno with err. */
int vrrp_listen_open(unsigned index, const char *interface, struct err *err);

/* Has a frame of another machine arrived? 1: yes; 0: not yet; -errno: the socket failed, and no
 * frame can arrive on it any more. */
int vrrp_listen_heard(int fd);

void vrrp_listen_close(int fd);

#endif
