/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The names of lvsd's processes besides the supervisor. The table in daemon/supervisor/process.c
 * says what each process is and may do. */
#ifndef LVSD_DAEMON_SHARED_PROCESS_NAME_H
#define LVSD_DAEMON_SHARED_PROCESS_NAME_H

#include <stdint.h>

enum process_name {
	PROCESS_DIRECTOR,
	PROCESS_VRRP,
	PROCESS_CHECK,
	PROCESS_SCRIPT,
	PROCESS_RELEASE, /* removes the addresses that a vrrp process could not remove itself */
	PROCESS_LOG,     /* writes the log lines of all processes */
	PROCESS_RULES,   /* runs iptables for the director */
	PROCESS_LOADER,  /* reads the configuration for the director */
	PROCESS_MAIL,    /* sends mail about events */
	PROCESS_SYNC,    /* keeps the mirror of the kernel's connections */
	N_PROCESSES,
};

/* A set of processes is a mask. */
#define PROCESS_BIT(name) (UINT32_C(1) << (name))

#endif
