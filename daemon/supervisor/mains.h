/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The mains of the table of processes: each hands its worker what that needs of the supervisor. */
#ifndef LVSD_DAEMON_SUPERVISOR_MAINS_H
#define LVSD_DAEMON_SUPERVISOR_MAINS_H

#include "daemon/shared/rivals.h"
#include "daemon/shared/rundir.h"
#include "daemon/supervisor/cgroup.h"
#include "daemon/supervisor/channels.h"
#include "vrrp/worker.h"

struct options;
struct script_groups;

/* What processes get of the supervisor: as it was when they were started. */
struct process_context {
	const struct options *options;
	struct rundir dir;
	struct channels channels;
	struct sandbox_filter filters[N_PROCESSES]; /* of those that have a list of calls */
	struct script_groups *groups; /* shared with the script process */
	struct cgroup checks;         /* the scripts of checks are in it */
	struct vrrp_predecessor vrrp; /* the vrrp process before */
	struct rivals rivals;         /* of the director's process alone */
	uint64_t permitted;           /* capabilities that lvsd was started with */
	uint8_t stale;                /* of enum stale_file: what must not be read */
	bool is_ready;                /* lvsd serves; a director that starts is a replacement */
	pid_t supervisor;
};

void mains_prepare_director(struct process_context *context);
int mains_director(struct process_context *context);
void mains_prepare_vrrp(struct process_context *context);
int mains_vrrp(struct process_context *context);
int mains_check(struct process_context *context);
int mains_script(struct process_context *context);
int mains_rules(struct process_context *context);
void mains_prepare_release(struct process_context *context);
int mains_release(struct process_context *context);
int mains_log(struct process_context *context);

#endif
