/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The check process: probes the checks that the director has given to it (healthcheck/wire.h) when
 * they are due (pace/pace.h), and decides nothing about their servers. All bytes that real servers
 * send arrive here, so the process must have no privileges: the caller gives them up before.
 */
#ifndef LVSD_HEALTHCHECK_WORKER_H
#define LVSD_HEALTHCHECK_WORKER_H

struct loop;
struct check_worker;

/* Makes the worker in a loop, whose settle hook it takes. channel: the check process's end of the
 * channel to the director; check_worker_free() closes it. When the other end is closed for good,
 * the loop is stopped. */
struct check_worker *check_worker_new(struct loop *loop, int channel);
void check_worker_free(struct check_worker *worker);

/*
 * The main function of the check process: runs until SIGTERM or until the other end of channel is
 * closed for good. channel: as above. Returns an exit status.
 */
int check_worker_run(int channel);

#endif
