/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which client of the control socket has to go: pure. */
#ifndef LVSD_DAEMON_CONTROL_CLIENTS_H
#define LVSD_DAEMON_CONTROL_CLIENTS_H

#include "base/mono.h"

#include <stdbool.h>
#include <stddef.h>

struct control_seat {
	/* When it came, was answered last, or last took a part of an answer. What it sends counts
	 * only with the answer: half a request each minute keeps no place. */
	struct mono quiet_since;
	bool is_waiting; /* a part of an answer has still to go out */
};

/*
 * The seat to take for somebody new when all are taken: that which has been quiet longest, of those
 * that wait for nothing. Example: quiet since 5 s, 9 s (waiting) and 7 s: the third. -1: all wait.
 */
int control_seat_to_take(const struct control_seat *seats, size_t n);

/* When the client of this seat is to be closed, whatever it waits for: it takes nothing either. */
struct mono control_seat_ends(const struct control_seat *seat, int64_t idle_ms);

#endif
