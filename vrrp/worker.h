/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The vrrp process: advertisements, addresses, gratuitous ARP. Nothing in its loop opens a file,
 * resolves a name, writes to syslog or waits for another process.
 */
#ifndef LVSD_VRRP_WORKER_H
#define LVSD_VRRP_WORKER_H

/*
 * Runs until SIGTERM, then sends priority 0 for what it is master of, removes its addresses and
 * returns an exit status. channel: the vrrp end of the director's channel, taken over. The caller
 * has set privileges and scheduling (daemon/privilege.h).
 */
int vrrp_worker_run(int channel);

#endif
