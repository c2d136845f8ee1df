/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a process of the table (process.h) inherits from the supervisor: the values as they were when
 * the process was started, and its ends of the channels. */
#ifndef LVSD_DAEMON_SUPERVISOR_CONTEXT_H
#define LVSD_DAEMON_SUPERVISOR_CONTEXT_H

#include "daemon/shared/rivals.h"
#include "daemon/shared/rundir.h"
#include "daemon/supervisor/cgroup.h"
#include "daemon/supervisor/channels.h"
#include "daemon/supervisor/directors_user.h"
#include "daemon/supervisor/load_orders.h"
#include "daemon/supervisor/predecessor.h"
#include "vrrp/worker.h"

struct options;
struct script_groups;
struct vouched;

struct process_context {
	const struct options *options;
	struct rundir dir;
	struct privilege_found users[N_PROCESSES];
	struct directors_user director;
	struct process_ends ends;     /* of the process that was started */
	struct script_groups *groups; /* shared with the script process */
	struct vouched *vouched;      /* shared with the script process and the loader */
	struct load_order load;       /* of the loader that was started last; fd is -1, but in its own
					 process */
	struct cgroup checks;         /* the control group of the scripts of checks */
	struct vrrp_predecessor vrrp; /* the previous vrrp process */
	char *door_name; /* in the vrrp process only: where it listens if the supervisor dies */
	struct predecessor orphan; /* the vrrp process of an lvsd that died, until it has been taken over */
	struct rivals rivals;         /* filled in the director's process only */
	uint64_t permitted;           /* capabilities that lvsd was started with */
	uint8_t stale;                /* mask of enum stale_file: files that must not be read */
	bool is_ready;                /* lvsd has been ready: a director that starts replaces one */
	pid_t supervisor;
};

#endif
