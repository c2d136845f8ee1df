/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Asks other machines for an address, and reads what they answer (edge): packet sockets. No call here waits. */
#ifndef LVSD_VRRP_MACHINE_NEIGHBOUR_H
#define LVSD_VRRP_MACHINE_NEIGHBOUR_H

#include "vrrp/machine/link.h"

/* A machine that says that it has an address. */
struct vrrp_neighbour {
	unsigned index; /* of the interface by which that came */
	struct addr addr;
	uint8_t mac[VRRP_MAC_LEN];
};

/* Opens a socket for questions and answers of a family: ARP for AF_INET, neighbour advertisements for
 * AF_INET6. Returns a descriptor for poll, or -errno. */
int vrrp_neighbour_open(uint16_t family);
void vrrp_neighbour_close(int fd);
/* Sends the question for an address of the socket's family (vrrp/machine/question.h). One that is lost is asked
 * again, so failures do not matter. */
void vrrp_neighbour_ask(int fd, const struct vrrp_link_if *interface, const struct addr *vip);
/* Reads the next packet. 0; -EAGAIN: none waits; another -errno: it says nothing of an address. */
int vrrp_neighbour_read(int fd, struct vrrp_neighbour *ret_neighbour);

#endif
