/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The control socket: a Unix stream socket on which each line is one JSON object, a request, and
 * is answered by one line (doc/control.md). Only root, by SO_PEERCRED, is served.
 */
#ifndef LVSD_DAEMON_CONTROL_CONTROL_H
#define LVSD_DAEMON_CONTROL_CONTROL_H

#include "base/loop.h"

#include <jansson.h>

/* The largest request, and the number of clients at a time. */
#define CONTROL_REQUEST_MAX (64 * 1024)
#define CONTROL_CLIENTS_MAX 32
/* A client that asks nothing for so long is closed. When all places are taken the one that has been
 * quiet longest is closed for a new one. */
#define CONTROL_IDLE_MS 60000

struct control;

/* Answers a request; the result is the caller's to decref. */
typedef json_t *control_fn(json_t *request, void *arg);

/* What a request may ask for by its "command"; help is a clause: "puts the file in force". */
struct control_command {
	const char *name;
	control_fn *fn;
	const char *help;
};

/*
 * Takes listen_fd over; -1: none yet. idle_ms: CONTROL_IDLE_MS, less in tests. commands, which end
 * with one without a name, outlive it; arg is for their functions. The command "help" is there by
 * itself: {"commands": [{"name": "reload", "help": "puts the file in force"}, ...]}.
 */
struct control *control_new(struct loop *loop, int listen_fd, int64_t idle_ms,
			    const struct control_command *commands, void *arg);
/* Listens on listen_fd, which it takes over, instead; the clients that are there stay. */
void control_listen(struct control *control, int listen_fd);
void control_free(struct control *control);

/* {"ok": true, "result": result}; result is taken over. */
json_t *control_ok(json_t *result);
/* {"ok": false, "error": sentence}. */
json_t *control_refused(const char *sentence);

#endif
