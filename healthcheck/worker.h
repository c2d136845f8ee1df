/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The check process: makes the probes it is told to make (healthcheck/wire.h) and decides nothing
 * else. It is where every byte of a real server arrives, so it should run without privileges;
 * giving them up is the caller's work, before.
 */
#ifndef LVSD_HEALTHCHECK_WORKER_H
#define LVSD_HEALTHCHECK_WORKER_H

struct loop;
struct check_worker;

/* channel: the check end of the director's channel, taken over. Stops the loop when the other end is closed for
 * good. */
struct check_worker *check_worker_new(struct loop *loop, int channel);
void check_worker_free(struct check_worker *worker);

/*
 * Runs until SIGTERM or until the other end of channel is closed for good. channel: the check end
 * of the director's channel, taken over. Returns an exit status.
 */
int check_worker_run(int channel);

#endif
