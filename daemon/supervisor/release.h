/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Removes virtual addresses that a killed daemon or vrrp process left on the interfaces: for
 * `lvsd --release-addresses` and for the release process. */
#ifndef LVSD_DAEMON_SUPERVISOR_RELEASE_H
#define LVSD_DAEMON_SUPERVISOR_RELEASE_H

#include "daemon/shared/options.h"

#include <stdbool.h>

/*
 * Removes the virtual addresses of the configuration that was applied last (applied.conf of the run
 * dir, else the file) and those that earlier configurations may have left (addresses.json). Does
 * nothing if an lvsd runs with that run dir, or the vrrp process of an lvsd that died. The addresses of
 * an address owner (priority 255) belong to the machine and stay, except those that lvsd added. Prints on
 * stdout what was removed; returns an exit status.
 */
int release_addresses(const struct options *options);

enum release_to {
	RELEASE_TO_STDIO, /* what was removed to stdout, what failed to stderr */
	RELEASE_TO_LOG,
};

/* The same, but does not look whether an lvsd runs. is_stale: applied.conf is known to be older than
 * the configuration in force, so the file is used instead if it can be read. */
int release_addresses_of(const struct options *options, bool is_stale, enum release_to to);

#endif
