/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/control/clients.h"

int control_seat_to_take(const struct control_seat *seats, size_t n)
{
	int found = -1;

	for (size_t i = 0; i < n; i++)
		if (!seats[i].is_waiting &&
		    (found < 0 || mono_before(seats[i].quiet_since, seats[found].quiet_since)))
			found = (int)i;
	return found;
}

struct mono control_seat_ends(const struct control_seat *seat, int64_t idle_ms)
{
	return mono_add_ms(seat->quiet_since, idle_ms);
}
