/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The check process: makes the probes it is told to make. Runs without privileges. */
#ifndef LVSD_HEALTHCHECK_WORKER_H
#define LVSD_HEALTHCHECK_WORKER_H

/* Runs until SIGTERM. channel: the check end of the director's channel, taken over. Returns an exit status. */
int check_worker_run(int channel);

#endif
