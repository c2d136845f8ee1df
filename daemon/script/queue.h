/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which script may start now. Runs of one object start in the order in which they came and never
 * two at a time; objects take turns, so that one with many runs does not hold up the others; and at
 * most so many scripts run at a time. A newer event of an object takes the place of the older ones
 * that wait, each of them whole: an event whose first script has started is told to its end. Pure:
 * it starts nothing. Each call costs O(log n) of the objects that are known, and O(n) of the runs
 * that wait for its own; an object is known only while something of it is queued or runs.
 */
#ifndef LVSD_DAEMON_SCRIPT_QUEUE_H
#define LVSD_DAEMON_SCRIPT_QUEUE_H

#include "daemon/script/wire.h"

/* Runs with an event that wait for one object, at most: of an object that turns over and over. */
#define SCRIPT_OBJECT_QUEUED_MAX 256

struct script_queue;

/* Never NULL. At most max_running taken at a time, at most max_queued waiting. */
struct script_queue *script_queue_new(size_t max_running, size_t max_queued);
/* Frees the runs that wait, too; those that were taken are their taker's. */
void script_queue_free(struct script_queue *queue);

/*
 * Takes run (a block of malloc) over and returns 0. Runs that had to make place for it are to be
 * taken by script_queue_next_ousted(): of an older event if run is supersedable, or the oldest event
 * of an object that has SCRIPT_OBJECT_QUEUED_MAX runs waiting. Returns -ENOBUFS when the queue is
 * full: run stays the caller's and nothing has changed.
 */
int script_queue_push(struct script_queue *queue, struct script_run *run);

/* A run that made place, oldest first, the caller's to free(); NULL: no more of them. */
struct script_run *script_queue_next_ousted(struct script_queue *queue);

/*
 * The run that starts now, or NULL when none may. It is the caller's to free(), and its object
 * counts as running until script_queue_finished().
 */
struct script_run *script_queue_take(struct script_queue *queue);

/* The script of object that was taken is gone: its next one may start. */
void script_queue_finished(struct script_queue *queue, uint64_t object);

/* Takes out the oldest run of object that waits, the caller's to free(); NULL when none does. */
struct script_run *script_queue_drop(struct script_queue *queue, uint64_t object);

/* Whether a run of object waits. */
bool script_queue_is_waited(const struct script_queue *queue, uint64_t object);
size_t script_queue_n_queued(const struct script_queue *queue);
size_t script_queue_n_running(const struct script_queue *queue);

#endif
