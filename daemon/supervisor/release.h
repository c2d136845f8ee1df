/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lvsd --release-addresses: what a daemon that was killed left on the interfaces. */
#ifndef LVSD_DAEMON_SUPERVISOR_RELEASE_H
#define LVSD_DAEMON_SUPERVISOR_RELEASE_H

#include "daemon/shared/options.h"

#include <stdbool.h>

/*
 * Removes the virtual addresses of the configuration that was applied last (applied.conf of the run
 * dir, else the file) and those of earlier ones that may have stayed (addresses.json), unless an lvsd
 * runs on that run dir. Those of an address owner (priority 255) are the machine's own and stay. Says
 * on stdout what was removed; returns an exit status.
 */
int release_addresses(const struct options *options);

enum release_to {
	RELEASE_TO_STDIO, /* what was removed to stdout, what failed to stderr */
	RELEASE_TO_LOG,
};

/* The same without looking whether an lvsd runs. is_stale: applied.conf is known to tell of an earlier configuration,
 * so the file counts if it can be read. */
int release_addresses_of(const struct options *options, bool is_stale, enum release_to to);

#endif
