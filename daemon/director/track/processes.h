/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The processes that instances track (vrrp_track_process). The kernel's process connector reports
 * each process that begins, executes a program or ends, but only to processes in the initial
 * namespaces. Elsewhere /proc is read every PROCESSES_SCAN_MS, and a pidfd shows the end of each
 * process that counts. While /proc hides the processes of other users (hidepid), there is no
 * verdict. Edge.
 */
#ifndef LVSD_DAEMON_DIRECTOR_TRACK_PROCESSES_H
#define LVSD_DAEMON_DIRECTOR_TRACK_PROCESSES_H

#include "base/loop.h"
#include "base/vec.h"
#include "daemon/director/track/process_match.h"

#include <sys/types.h>

/* How often /proc is read where the kernel reports no begin of a process. */
#define PROCESSES_SCAN_MS 1000
/* So many ends are seen at once without the connector; of further ones with the next scan. */
#define PROCESSES_PIDFDS_MAX 64

/* Gets the state of a tracked process: at each configuration, and at each change. */
typedef void track_processes_fn(const struct vrrp_source *source, void *arg);

struct track_process {
	const struct conf_track_process *conf;
	struct process_step step;
	VEC(pid_t) pids; /* that match */
};

struct track_processes {
	struct loop *loop;
	track_processes_fn *fn;
	void *arg;
	VEC(struct track_process) list;
	int fd; /* of the connector; -1: there is none */
	struct loop_io *io;
	bool is_connected; /* the connector has answered: no scan is needed */
	bool is_behind; /* events were lost: /proc is read when the socket is empty */
	bool is_hidden; /* /proc shows no process of others: none of them has a verdict */
	struct loop_timer *scan;  /* through /proc */
	struct loop_timer *delay; /* of changes */
	VEC(struct process_end *) ends;
};

/* Without a tracked process at first. fn gets the states. */
void track_processes_open(struct track_processes *processes, struct loop *loop,
			  track_processes_fn *fn, void *arg);
void track_processes_close(struct track_processes *processes);
/* Watches the processes of conf, which stays the caller's until the next one is given. */
void track_processes_configure(struct track_processes *processes, const struct conf *conf);

#endif
