/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Why an instance cannot take part: a set of causes, so that several come and go without hiding
 * each other. Pure. */
#ifndef LVSD_VRRP_FAULT_H
#define LVSD_VRRP_FAULT_H

/* The first that is set is the one that is said. */
enum vrrp_fault {
	VRRP_FAULT_NO_INTERFACE,   /* it does not exist */
	VRRP_FAULT_INTERFACE_DOWN, /* or it has no carrier */
	VRRP_FAULT_NO_SOCKET,      /* the kernel gives none for the interface */
	VRRP_FAULT_NO_GROUP,       /* the group of VRRP cannot be joined */
	VRRP_FAULT_BARRED,         /* something removes its addresses (vrrp/guard.h) */
	VRRP_FAULT_NO_SOURCE,      /* no address to send from */
	VRRP_FAULTS,
};

#define VRRP_FAULT_BIT(fault) (1u << (fault))
/* Those that the machine has: all but BARRED, which the router decides. */
#define VRRP_FAULTS_OF_MACHINE                                                                     \
	((VRRP_FAULT_BIT(VRRP_FAULTS) - 1) & ~VRRP_FAULT_BIT(VRRP_FAULT_BARRED))

/* The one of a set that is said; VRRP_FAULTS: none is set. Example: NO_SOURCE and BARRED: BARRED.
 */
enum vrrp_fault vrrp_faults_first(unsigned faults);
/* "no-interface". */
const char *vrrp_fault_name(enum vrrp_fault fault);

#endif
