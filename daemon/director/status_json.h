/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The status as JSON: doc/control.md says what each field means. Each result is the caller's to decref. */
#ifndef LVSD_DAEMON_DIRECTOR_STATUS_JSON_H
#define LVSD_DAEMON_DIRECTOR_STATUS_JSON_H

#include "daemon/director/status.h"

#include <jansson.h>

/* All but "sync" and "kernel", which their parts print. */
json_t *status_json(const struct status *status);
/* "config" and "draining" of it. */
json_t *status_config_json(const struct status_config *config);
json_t *status_draining_json(const struct drain_rows *rows);

#endif
