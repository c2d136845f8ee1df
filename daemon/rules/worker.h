/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The process that runs iptables for the director (wire.h). It lists a table, or restores one from
 * a text that it has judged itself (host/restore.h). The words of the programs are fixed here. A
 * director that somebody has taken over can therefore change lvsd's own chains with it, and nothing
 * else.
 */
#ifndef LVSD_DAEMON_RULES_WORKER_H
#define LVSD_DAEMON_RULES_WORKER_H

struct loop;
struct rules_worker;

/* The worker, in a loop; channel: its end of the director's channel, taken over. Stops the loop
 * when the director's end is gone for good. */
struct rules_worker *rules_worker_new(struct loop *loop, int channel);
/* A program that still runs is killed. */
void rules_worker_free(struct rules_worker *worker);

/* Runs until SIGTERM; an exit status. Needs uid 0, for the lock of iptables, CAP_NET_ADMIN and
 * CAP_NET_RAW. */
int rules_worker_run(int channel);

#endif
