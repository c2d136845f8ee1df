/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lvsctl status --kernel: all that lvsd holds in the kernel, as the kernel shows it now. */
#ifndef LVSD_DAEMON_DIRECTOR_STATUS_KERNEL_H
#define LVSD_DAEMON_DIRECTOR_STATUS_KERNEL_H

#include "daemon/director/status.h"

#include <jansson.h>

/* Read for one answer, but for the pointers. */
struct status_kernel {
	const struct ipvs_owned *owned;
	const struct ipvs_state *table; /* NULL: it could not be read */
	struct sync_daemon daemons[2];
	size_t n_daemons;                 /* 0 too when they are not lvsd's */
	const struct host_state *formers; /* sysctls before lvsd */
	struct host_state host;           /* sysctls and sets now, rules as they were listed last */
};

/* The caller's to decref. */
json_t *status_kernel_json(const struct status *status, const struct status_kernel *kernel);

#endif
