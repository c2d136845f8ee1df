/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Makes the status of this moment. It reads the kernel's table, and changes neither the table nor
 * the director. */
#ifndef LVSD_DAEMON_DIRECTOR_STATUS_TAKE_H
#define LVSD_DAEMON_DIRECTOR_STATUS_TAKE_H

#include <jansson.h>
#include <stdbool.h>

struct director;

/* The object of lvsctl status (doc/control.md), on demand with "kernel". The caller frees it with
 * json_decref(). */
json_t *status_take_json(const struct director *d, bool is_with_kernel);
/* Only the member "config" of it. */
json_t *status_take_config_json(const struct director *d);

#endif
