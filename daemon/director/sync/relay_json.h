/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Mode relay as JSON, for the status; doc/control.md explains each member. */
#ifndef LVSD_DAEMON_DIRECTOR_SYNC_RELAY_JSON_H
#define LVSD_DAEMON_DIRECTOR_SYNC_RELAY_JSON_H

#include "daemon/director/sync/sync_status.h"

#include <jansson.h>

/* The member "sync" of the status. Takes mirror over. */
json_t *sync_relay_json(const struct sync_status *sync, json_t *mirror);

#endif
