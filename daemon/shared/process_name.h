/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The processes of lvsd besides the supervisor. What each is stands in daemon/supervisor/process.c. */
#ifndef LVSD_DAEMON_SHARED_PROCESS_NAME_H
#define LVSD_DAEMON_SHARED_PROCESS_NAME_H

#include <stdint.h>

enum process_name {
	PROCESS_DIRECTOR,
	PROCESS_VRRP,
	PROCESS_CHECK,
	PROCESS_SCRIPT,
	PROCESS_RELEASE, /* removes the addresses that vrrp could not give up itself */
	PROCESS_LOG,     /* writes what all log */
	PROCESS_RULES,   /* runs iptables for the director */
	N_PROCESSES,
};

/* A set of processes is a mask. */
#define PROCESS_BIT(name) (UINT32_C(1) << (name))

#endif
