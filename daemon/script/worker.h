/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The script process: starts the scripts that the director asks for (wire.h), each in a
 * process group of its own and with a deadline, and tells what came of them. A script that is late
 * gets SIGTERM and a second later SIGKILL, its whole group with it. What a script left in the
 * background when it ended in time is its own affair.
 */
#ifndef LVSD_DAEMON_SCRIPT_WORKER_H
#define LVSD_DAEMON_SCRIPT_WORKER_H

/* Scripts that run at a time, and that wait for it; more are refused with ENOBUFS. */
#define SCRIPT_RUNNING_MAX 64
#define SCRIPT_QUEUED_MAX  10000

struct script_groups;

struct loop;
struct script_worker;

/* The worker, in a loop whose settle hook it takes. Stops the loop when the scripts have ended after the
 * director's end of the channel is gone for good. Its arguments are those of script_worker_run(). */
struct script_worker *script_worker_new(struct loop *loop, int channel,
					struct script_groups *groups, int join_fd);
void script_worker_free(struct script_worker *worker);

/*
 * Runs until SIGTERM, or until the director's end of the channel is gone for good; then ends the
 * scripts that run, which takes at most about a second, and returns an exit status. channel: the
 * worker's end of the director's channel, taken over. To run scripts as others it needs CAP_SETUID,
 * CAP_SETGID and CAP_KILL.
 * groups: where the groups that run are named, for the supervisor; NULL in a test. join_fd: the file
 * by which the script of a check enters the control group of checks; -1 without one. pulse_fd: where the
 * supervisor asks whether it lives (base/pulse.h), taken over; -1: nowhere.
 */
int script_worker_run(int channel, struct script_groups *groups, int join_fd, int pulse_fd);

#endif
