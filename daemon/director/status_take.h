/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The status of this moment: reads the kernel's table, and changes neither that nor the director. */
#ifndef LVSD_DAEMON_DIRECTOR_STATUS_TAKE_H
#define LVSD_DAEMON_DIRECTOR_STATUS_TAKE_H

#include <jansson.h>
#include <stdbool.h>

struct director;

/* The object of lvsctl status (doc/control.md), with "kernel" on demand; the caller's to decref. */
json_t *status_take_json(const struct director *d, bool is_with_kernel);
/* "config" of it alone. */
json_t *status_take_config_json(const struct director *d);

#endif
