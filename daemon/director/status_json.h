/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The status as JSON; doc/control.md explains each member. The caller frees each result with
 * json_decref(). */
#ifndef LVSD_DAEMON_DIRECTOR_STATUS_JSON_H
#define LVSD_DAEMON_DIRECTOR_STATUS_JSON_H

#include "daemon/director/status.h"

#include <jansson.h>

/* The whole object. */
json_t *status_json(const struct status *status);
/* The members "config" and "draining" of the status. */
json_t *status_config_json(const struct status_config *config);
json_t *status_draining_json(const struct drain_rows *rows);
/* status_json_sync.c: the member "sync", of connection sync that is on. */
json_t *status_sync_json(const struct sync_status *sync, struct mono now);
/* status_json_kernel.c: the member "kernel", of a status that has it. */
json_t *status_kernel_json(const struct status *status);

#endif
