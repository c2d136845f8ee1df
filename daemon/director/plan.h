/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Dry runs: reads the kernel's state and says what a configuration would change. They change
 * nothing. */
#ifndef LVSD_DAEMON_DIRECTOR_PLAN_H
#define LVSD_DAEMON_DIRECTOR_PLAN_H

#include "base/err.h"
#include "conf/query.h"
#include "daemon/shared/options.h"

#include <jansson.h>
#include <stdbool.h>

struct director;

/*
 * lvsd --plan: compares the file with the configuration applied last and with the kernel, without
 * asking a daemon. Nobody knows the health of the real servers then, so the kernel's table is
 * adopted as at a start. A running lvsd has the static items of applied.conf on the machine. Prints to
 * stdout; returns an exit status.
 */
int plan_offline(const struct options *options);

/*
 * lvsctl plan: what `lvsctl reload` would do now if the file that the request names were the
 * daemon's. Real servers keep the health that the daemon knows. A file other than the daemon's own was
 * read by the client, who hands over what it found (daemon/loader/transcript.h). Returns the answer to
 * the request (doc/control.md). NULL: the daemon's own file must be read first (readings.h).
 */
json_t *plan_online(struct director *d, json_t *request);
/* The answer for the file of this name. responder answers the questions about files. */
json_t *plan_of_file(struct director *d, const char *path, bool is_accepting,
		     const struct conf_responder *responder);

#endif
