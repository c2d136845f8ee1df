/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Decides which script may start now. An object here is a check or something that notifies, such as
 * a VRRP instance; a run is one execution of a script for it. The runs of an object start in the
 * order in which they came, one at a time. Objects take turns, so that one with many runs does not
 * delay the others. At most max_running scripts run at a time. A newer event of an object replaces
 * its older ones that wait, with all their runs; but when the first run of an event has started,
 * its other runs follow, unless that run becomes obsolete and is ended. Pure: it starts nothing. A
 * call takes O(log n) of the known objects and O(n) of the object's waiting runs. An object is known
 * while a run of it waits or is running.
 */
#ifndef LVSD_DAEMON_SCRIPT_QUEUE_H
#define LVSD_DAEMON_SCRIPT_QUEUE_H

#include "daemon/script/wire.h"

/* The largest number of waiting runs with an event for one object, for an object that changes its
 * state over and over. */
#define SCRIPT_OBJECT_QUEUED_MAX 256

struct script_queue;

/* At most max_running runs are taken at a time, and at most max_queued wait. Never returns NULL. */
struct script_queue *script_queue_new(size_t max_running, size_t max_queued);
/* Frees the waiting runs, too. Runs that were taken belong to whoever took them. */
void script_queue_free(struct script_queue *queue);

/*
 * Queues run, a block of malloc(), which then belongs to the queue, and returns 0. Waiting runs
 * that were replaced can be taken afterwards with script_queue_next_ousted(): those of an older
 * event, if run is supersedable; or those of the oldest event, if SCRIPT_OBJECT_QUEUED_MAX runs of
 * the object wait. Returns -ENOBUFS if the queue is full; then run stays the caller's, and nothing
 * has changed.
 */
int script_queue_push(struct script_queue *queue, struct script_run *run);

/* The next run that was replaced, oldest first, for free(); NULL: there are no more. */
struct script_run *script_queue_next_ousted(struct script_queue *queue);

/* The run that is to start now, for free(), or NULL if none may start. Its object counts as running
 * until script_queue_finished(). */
struct script_run *script_queue_take(struct script_queue *queue);

/* The script that was taken for object has ended, so the object's next run may start. */
void script_queue_finished(struct script_queue *queue, uint64_t object);

/* Is the run that was taken for object obsolete? It is if it may be replaced, and a newer event that may
 * replace it waits. Example: notify_backup runs, and notify_master of the next state waits: true. */
bool script_queue_is_obsolete(const struct script_queue *queue, uint64_t object);
/* If the run is obsolete: the other waiting runs of its event are replaced too. They can be taken
 * with script_queue_next_ousted(). */
void script_queue_oust_obsolete(struct script_queue *queue, uint64_t object);

/* Takes out the oldest waiting run of object, for free(); NULL if none waits. */
struct script_run *script_queue_drop(struct script_queue *queue, uint64_t object);

/* Whether a run of object waits. */
bool script_queue_is_waited(const struct script_queue *queue, uint64_t object);
size_t script_queue_n_queued(const struct script_queue *queue);
size_t script_queue_n_running(const struct script_queue *queue);

#endif
