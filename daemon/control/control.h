/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The control socket: a Unix stream socket. Each line that a client sends is a request, one JSON
 * object, and gets one line as its answer (doc/control.md). A descriptor may come with it. Only root
 * and the members of the group lvsd-admin are served, by SO_PEERCRED and SO_PEERGROUPS (daemon/shared/admins.h).
 */
#ifndef LVSD_DAEMON_CONTROL_CONTROL_H
#define LVSD_DAEMON_CONTROL_CONTROL_H

#include "base/loop.h"

#include <jansson.h>
#include <stdint.h>

/* The longest request in bytes, and the largest number of clients at a time. */
#define CONTROL_REQUEST_MAX (64 * 1024)
#define CONTROL_CLIENTS_MAX 64
/* How many clients may wait for commands that take their time, so that others always find a place. */
#define CONTROL_WAITING_MAX 32
/* After how many milliseconds without a request a client is closed. When all places are taken and a
 * new client comes, the client that has been quiet longest is closed (clients.h). */
#define CONTROL_IDLE_MS 60000

struct control;

/* Answers a request. The caller frees the result with json_decref(). NULL: control_defer() was called. */
typedef json_t *control_fn(json_t *request, void *arg);

/* A value of a request's "command". help is the rest of a sentence: "puts the file in force". */
struct control_command {
	const char *name;
	control_fn *fn;
	const char *help;
	bool needs_start; /* control_refuse() refuses it: it reads or changes a configuration */
	bool may_wait; /* it may call control_defer(); refused while CONTROL_WAITING_MAX clients wait */
};

/*
 * Serves the clients that connect to listen_fd, which control_free() closes; -1: there is no socket
 * yet. idle_ms is CONTROL_IDLE_MS, or less in tests. commands ends with an entry without a name and
 * must live longer than the result; arg is passed to their functions. The command "help" always
 * exists: {"commands": [{"name": "reload", "help": "puts the file in force"}, ...]}.
 */
struct control *control_new(struct loop *loop, int listen_fd, int64_t idle_ms,
			    const struct control_command *commands, void *arg);
/* Serves new clients on listen_fd from now on, instead of on the former socket. Connected clients
 * stay. */
void control_listen(struct control *control, int listen_fd);
/*
 * From now on each command with needs_start is refused with sentence, which must live as long as
 * control, and its function is not called. The other commands are answered as before.
 */
void control_refuse(struct control *control, const char *sentence);
void control_free(struct control *control);
/* The descriptor that came with the request that is being answered; it belongs to the control
 * socket. -1: none. */
int control_passed(const struct control *control);

#define CONTROL_CALLER_MAX 64
/* Who has sent the request that is being answered: "uid 1000 (process 4711)". Returns text. */
const char *control_caller(const struct control *control, char text[static CONTROL_CALLER_MAX]);

/*
 * For a control_fn that cannot answer yet: the client whose request is being handled waits, and its
 * further requests too. Returns a number for control_answer(), greater than 0. A client that waits
 * for longer than idle_ms is closed.
 */
uint64_t control_defer(struct control *control);
/* Answers the request that was deferred under the number. The answer is taken over. Does nothing else
 * if the client is gone. Calls no control_fn: the client's next request is served in the loop's next
 * turn, so the caller may walk a list that a control_fn changes. */
void control_answer(struct control *control, uint64_t number, json_t *answer);

/* Makes {"ok": true, "result": result}. The answer owns result. */
json_t *control_ok(json_t *result);
/* Makes {"ok": false, "error": sentence}. */
json_t *control_refused(const char *sentence);

#endif
