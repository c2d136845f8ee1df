/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The process that sends mail about events for the director (wire.h). Nobody waits for it. Its queue
 * is bounded (queue.h), and outlives a director; if the process itself dies, what waited is lost, and
 * the director says so.
 */
#ifndef LVSD_DAEMON_MAIL_WORKER_H
#define LVSD_DAEMON_MAIL_WORKER_H

struct loop;
struct mail_worker;

/* How long mails are still sent after TERM. Less than stop_ms of the process. */
#define MAIL_STOP_MS 300

/*
 * Makes the worker in a loop. channel: its end of the channel to the director, which
 * mail_worker_free() closes. ca: as for sender_new(). The worker stops the loop when the director has
 * closed its end for good.
 */
struct mail_worker *mail_worker_new(struct loop *loop, int channel, const char *ca);
/* Stops the loop when all mails are sent, when the server does not take them, or after MAIL_STOP_MS. */
void mail_worker_stop(struct mail_worker *worker);
/* Logs how many mails are lost. */
void mail_worker_free(struct mail_worker *worker);

/* Runs until SIGTERM and returns an exit status. Needs no privilege. */
int mail_worker_run(int channel);

#endif
