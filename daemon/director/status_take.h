/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Makes the status of this moment, for lvsctl and for the dump files. For lvsctl it reads the
 * kernel's table. It changes neither the table nor the parts of the director. */
#ifndef LVSD_DAEMON_DIRECTOR_STATUS_TAKE_H
#define LVSD_DAEMON_DIRECTOR_STATUS_TAKE_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

struct director;

/* The object of lvsctl status (doc/control.md), on demand with "kernel". The caller frees it with
 * json_decref(). */
json_t *status_take_json(const struct director *d, bool is_with_kernel);
/* Asks the vrrp process for its counters of now. Returns false if it cannot be asked, or has told its
 * counters within the last second: then the status needs no wait. */
bool status_take_ask(struct director *d);
/* After status_take_ask(): answers the request `client` (control_defer()) when the counters have come, or
 * after 200 ms. */
void status_take_wait(struct director *d, uint64_t client, bool is_with_kernel);
/* Once a turn: answers the requests whose wait is over. */
void status_take_settle(struct director *d);
void status_take_close(struct director *d);

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
