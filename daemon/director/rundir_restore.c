/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * When somebody has removed the run dir, the supervisor makes it anew, and it is empty
 * (daemon/supervisor/rundir_watch.h). The files that a successor of this director needs are written
 * again from memory. Only previous.conf is lost, since nobody else has that text.
 */
#include "daemon/director/rundir_restore.h"
#include "base/log.h"
#include "daemon/director/director_state.h"
#include "daemon/shared/rundir_names.h"

#include <stdlib.h>
#include <unistd.h>

/* If only the socket was removed, the file is still there. */
static void keep_configuration(struct director *d)
{
	char *file = rundir_file(d->args->run_dir, RUNDIR_APPLIED);

	if (access(file, F_OK) < 0)
		reload_keep_again(&d->config);
	free(file);
}

void rundir_restore(struct director *d)
{
	int fd = chan_take_fd(d->supervisor);

	if (fd < 0) {
		log_error("the new control socket cannot be used: too many open files; lvsctl "
			  "cannot reach lvsd until lvsd is restarted");
	} else if (d->control) {
		control_listen(d->control, fd);
	} else {
		close(d->listen_fd);
		d->listen_fd = fd;
	}
	if (!d->conf)
		return;
	keep_configuration(d);
	owned_store(&d->kernel);
	drains_store(&d->kernel);
	verdict_file_keep(&d->verdicts);
	through_store(&d->through);
	host_file_store(&d->host);
	timeouts_keep(&d->kernel);
	roles_keep(&d->roles);
	tracking_keep(&d->tracking);
	syncing_keep(&d->sync);
	rollback_keep(&d->config);
}
