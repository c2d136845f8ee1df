/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The script process. It starts the scripts that the director asks for (wire.h), each in its own
 * process group and with a deadline, and reports their results. At its deadline a script's whole
 * group gets SIGTERM, and SIGKILL a second later. Processes that a script leaves in the background
 * when it ends in time are not touched.
 */
#ifndef LVSD_DAEMON_SCRIPT_WORKER_H
#define LVSD_DAEMON_SCRIPT_WORKER_H

/*
 * How many scripts may run at a time, and how many may wait. Further ones are refused with ENOBUFS.
 */
#define SCRIPT_RUNNING_MAX 64
#define SCRIPT_QUEUED_MAX  10000

struct script_groups;
struct vouched;

struct loop;
struct script_worker;

/*
 * Makes the worker in a loop, whose settle hook it uses. When the director has closed its end of
 * the channel for good, the worker ends the scripts and then stops the loop. The arguments are as
 * for script_worker_run().
 */
struct script_worker *script_worker_new(struct loop *loop, int channel,
					struct script_groups *groups, int join_fd,
					const struct vouched *vouched);
void script_worker_free(struct script_worker *worker);

/*
 * Runs until SIGTERM, or until the director has closed its end of the channel for good. Then ends
 * the running scripts, which takes about a second at most, and returns an exit status. channel: the
 * worker's end of the channel to the director, which is closed at the end. To run scripts as other
 * users it needs CAP_SETUID, CAP_SETGID and CAP_KILL. groups: where the running groups are recorded
 * for the supervisor; NULL in tests. join_fd: cgroup.procs of the control group of check scripts;
 * -1: there is none. vouched: the commands that may be run; NULL in tests: all. pulse_fd: the socket
 * of the supervisor's pings (base/pulse.h), closed at the end; -1: none.
 */
int script_worker_run(int channel, struct script_groups *groups, int join_fd,
		      const struct vouched *vouched, int pulse_fd);

#endif
