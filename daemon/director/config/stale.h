/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Files of the run dir that are out of date because they could be neither written nor removed, for
 * example on a read-only file system. A director does not use such a file, and tells the
 * supervisor, so that its successor does not use it either.
 */
#ifndef LVSD_DAEMON_DIRECTOR_CONFIG_STALE_H
#define LVSD_DAEMON_DIRECTOR_CONFIG_STALE_H

#include "daemon/shared/wire.h"

#include <stdbool.h>

struct config;

/* Is the content of the file known to be older than the configuration in force? */
bool stale_is(const struct config *c, enum stale_file file);

/* The file has been written, so it may be used again. */
void stale_renewed(struct config *c, enum stale_file file);

/* Removes the file, whose content must not be used any more. If it cannot be removed, it is stale
 * until stale_renewed(). Returns whether the file is gone. */
bool stale_remove(struct config *c, enum stale_file file);

#endif
