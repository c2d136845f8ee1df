/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The control socket: a Unix stream socket on which each line is one JSON object, a request, and
 * is answered by one line (doc/control.md). Only root, by SO_PEERCRED, is served.
 */
#ifndef LVSD_DAEMON_CONTROL_H
#define LVSD_DAEMON_CONTROL_H

#include "base/loop.h"

#include <jansson.h>

/* The largest request, and the number of clients at a time. */
#define CONTROL_REQUEST_MAX (64 * 1024)
#define CONTROL_CLIENTS_MAX 32

struct control;

/* Answers command; the result is the caller's to decref. NULL: there is no such command. */
typedef json_t *control_fn(const char *command, json_t *request, void *arg);

/* Takes listen_fd over. */
struct control *control_new(struct loop *loop, int listen_fd, control_fn *fn, void *arg);
void control_free(struct control *control);

/* {"ok": true, "result": result}; result is taken over. */
json_t *control_ok(json_t *result);
/* {"ok": false, "error": sentence}. */
json_t *control_refused(const char *sentence);

#endif
