/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Why a VRRP instance is in FAULT: a set of causes. Each cause begins and ends by itself, so the
 * end of one does not hide another that goes on. Pure. */
#ifndef LVSD_VRRP_FAULT_H
#define LVSD_VRRP_FAULT_H

/* In the order of importance: messages name the first cause that is set. */
enum vrrp_fault {
	VRRP_FAULT_NO_PEER,        /* unicast_fault_no_peer: there is none */
	VRRP_FAULT_NO_INTERFACE,   /* the interface does not exist */
	VRRP_FAULT_INTERFACE_DOWN, /* the interface is down or has no carrier */
	VRRP_FAULT_NO_SOCKET,      /* the kernel refuses a socket on the interface */
	VRRP_FAULT_NO_GROUP,       /* the multicast group of VRRP cannot be joined */
	VRRP_FAULT_NO_VMAC,        /* the macvlan of use_vmac, or the ipvlan, is not there or cannot be used */
	VRRP_FAULT_BARRED,         /* something keeps removing the addresses (vrrp/guard.h) */
	VRRP_FAULT_NO_SOURCE,      /* the interface has no address to send from */
	VRRP_FAULT_VIP_INTERFACE,  /* another interface, on which a virtual address belongs, is down */
	VRRP_FAULT_TRACKER,        /* a tracker without a weight is down (vrrp/track.h) */
	VRRP_FAULT_SYNC_GROUP,     /* another instance of the sync group has a fault */
	VRRP_FAULTS,
};

#define VRRP_FAULT_BIT(fault) (1u << (fault))
/* During these faults the interface works, so the router still hears advertisements and connection
 * sync. */
#define VRRP_FAULTS_HEARING                                                                        \
	(VRRP_FAULT_BIT(VRRP_FAULT_VIP_INTERFACE) | VRRP_FAULT_BIT(VRRP_FAULT_TRACKER) |           \
	 VRRP_FAULT_BIT(VRRP_FAULT_SYNC_GROUP))
/* The faults that vrrp_instance_faults() finds on the machine. The router decides the other
 * ones. */
#define VRRP_FAULTS_OF_MACHINE                                                                     \
	((VRRP_FAULT_BIT(VRRP_FAULTS) - 1) & ~VRRP_FAULT_BIT(VRRP_FAULT_BARRED) &                  \
	 ~VRRP_FAULT_BIT(VRRP_FAULT_TRACKER) & ~VRRP_FAULT_BIT(VRRP_FAULT_SYNC_GROUP))
/* The causes of the instance itself, which put its whole sync group into FAULT. */
#define VRRP_FAULTS_OWN                                                                            \
	((VRRP_FAULT_BIT(VRRP_FAULTS) - 1) & ~VRRP_FAULT_BIT(VRRP_FAULT_SYNC_GROUP))

/* The cause that messages name; VRRP_FAULTS when the set is empty. Example: the set of NO_SOURCE
 * and BARRED gives BARRED. */
enum vrrp_fault vrrp_faults_first(unsigned faults);
/* The cause as a word. Example: VRRP_FAULT_NO_INTERFACE gives "no-interface". */
const char *vrrp_fault_name(enum vrrp_fault fault);

#endif
