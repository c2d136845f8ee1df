/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lvsctl status --kernel: everything that lvsd has in the kernel, as the kernel shows it now. */
#ifndef LVSD_DAEMON_DIRECTOR_STATUS_KERNEL_H
#define LVSD_DAEMON_DIRECTOR_STATUS_KERNEL_H

#include "daemon/director/status.h"

#include <jansson.h>

/* Read for one answer, except for what the pointers point to. */
struct status_kernel {
	const struct ipvs_owned *owned;
	const struct ipvs_state *table; /* NULL: it could not be read */
	struct sync_daemon daemons[2];
	size_t n_daemons;                 /* 0 also if the running sync roles are not lvsd's */
	const struct host_state *formers; /* the values of sysctls before lvsd */
	struct host_state host;           /* sysctls and sets as they are now, rules as they were
					     listed last */
};

/* The caller frees the result with json_decref(). */
json_t *status_kernel_json(const struct status *status, const struct status_kernel *kernel);

#endif
