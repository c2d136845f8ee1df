/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Decides which client of the control socket is closed to make room for a new one, and when an idle
 * client is closed. Pure. */
#ifndef LVSD_DAEMON_CONTROL_CLIENTS_H
#define LVSD_DAEMON_CONTROL_CLIENTS_H

#include "base/mono.h"

#include <stdbool.h>
#include <stddef.h>

struct control_seat {
	/*
	 * When the client connected, was last answered, or last took a part of an answer. Bytes
	 * that it sends do not count until they are answered, so a client cannot keep its place by
	 * sending half a request each minute.
	 */
	struct mono quiet_since;
	bool is_waiting; /* a part of its answer has not been sent yet */
};

/*
 * The index of the client to close when all places are taken: of those that do not wait for an
 * answer, the one that has been quiet longest. Example: quiet for 5 s, 9 s (waiting) and 7 s gives
 * 2. Returns -1 if all are waiting.
 */
int control_seat_to_take(const struct control_seat *seats, size_t n);

/* When the client is to be closed for being idle. A client that waits but does not read its answer
 * is idle, too. */
struct mono control_seat_ends(const struct control_seat *seat, int64_t idle_ms);

#endif
