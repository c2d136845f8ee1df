/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "vrrp/fault.h"

enum vrrp_fault vrrp_faults_first(unsigned faults)
{
	int fault = 0;

	while (fault < VRRP_FAULTS && !(faults & VRRP_FAULT_BIT(fault)))
		fault++;
	return (enum vrrp_fault)fault;
}

const char *vrrp_fault_name(enum vrrp_fault fault)
{
	static const char *const names[] = {
	    [VRRP_FAULT_NO_PEER] = "no-peer",
	    [VRRP_FAULT_NO_INTERFACE] = "no-interface",
	    [VRRP_FAULT_INTERFACE_DOWN] = "interface-down",
	    [VRRP_FAULT_NO_SOCKET] = "no-socket",
	    [VRRP_FAULT_NO_GROUP] = "no-group",
	    [VRRP_FAULT_NO_VMAC] = "no-vmac",
	    [VRRP_FAULT_BARRED] = "barred",
	    [VRRP_FAULT_NO_SOURCE] = "no-source",
	    [VRRP_FAULT_VIP_INTERFACE] = "vip-interface",
	    [VRRP_FAULT_TRACKER] = "tracker",
	    [VRRP_FAULT_SYNC_GROUP] = "sync-group",
	    [VRRP_FAULTS] = "none",
	};

	return names[fault];
}
