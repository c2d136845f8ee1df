/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The process that runs iptables for the director (wire.h). It lists a table, or restores one from
 * a text that it judges itself (host/restore.h). The command lines are fixed here. Somebody who has
 * taken over the director can therefore change lvsd's own chains, and no other rules.
 */
#ifndef LVSD_DAEMON_RULES_WORKER_H
#define LVSD_DAEMON_RULES_WORKER_H

struct loop;
struct rules_worker;

/*
 * Makes the worker in a loop. channel: its end of the channel to the director, which
 * rules_worker_free() closes. The worker stops the loop when the director has closed its end for
 * good.
 */
struct rules_worker *rules_worker_new(struct loop *loop, int channel);
/* Kills a program that still runs. */
void rules_worker_free(struct rules_worker *worker);

/* Runs until SIGTERM and returns an exit status. Needs uid 0, for the lock of iptables, and
 * CAP_NET_ADMIN and CAP_NET_RAW. */
int rules_worker_run(int channel);

#endif
