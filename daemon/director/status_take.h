/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Makes the status of this moment, for lvsctl and for the dump files. For lvsctl it reads the
 * kernel's table. It changes neither the table nor the parts of the director. */
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

/* A signal asks for a dump file: an enum dump_kind. */
void status_dump_ask(struct director *d, unsigned kind);
/*
 * Once a turn: writes the dump files that are asked for, when the vrrp process has told its counters of
 * now, or does not tell them in time. The supervisor gets the texts, and has a loader write them.
 */
void status_dump_settle(struct director *d);
void status_dump_close(struct director *d);

#endif
