/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sync/rejoin.h"

#include <string.h>

#define SYNC_PROTO_VERSION 1

/* The kernel announces up to three of its ticks late, 30 ms at most. */
#define MARGIN_NS (NS_PER_S / 4)

/* One a second; the last is the usual period. */
static const char *const refresh_periods[] = {"0", "1", "2", "3", "4", "5",
					      "6", "7", "8", "9", "10"};
#define REFRESH_USUAL (sizeof(refresh_periods) / sizeof(refresh_periods[0]) - 1)

void sync_hello_encode(uint32_t syncid, uint8_t hello[static SYNC_HELLO_SIZE])
{
	/* reserved, syncid, size (big endian), nr_conns, version, spare */
	const uint8_t header[] = {0, (uint8_t)syncid,    0, SYNC_HELLO_SIZE,
				  0, SYNC_PROTO_VERSION, 0, 0};

	memcpy(hello, header, SYNC_HELLO_SIZE);
}

bool sync_hello_is(const void *data, size_t len, uint32_t syncid)
{
	const uint8_t *bytes = data;
	uint8_t wanted[SYNC_HELLO_SIZE];

	if (len != SYNC_HELLO_SIZE)
		return false;
	sync_hello_encode(syncid ? syncid : bytes[1], wanted);
	return !memcmp(bytes, wanted, SYNC_HELLO_SIZE);
}

/* The index of the period that is shorter than the time since the hello. REFRESH_USUAL: the answer
 * is over. */
static size_t refresh_period(const struct sync_rejoin *rejoin, struct mono now)
{
	int64_t since = mono_sub(now, rejoin->began) - MARGIN_NS;

	if (!rejoin->is_on || since >= (int64_t)REFRESH_USUAL * NS_PER_S)
		return REFRESH_USUAL;
	return since > 0 ? (size_t)(since / NS_PER_S) : 0;
}

void sync_rejoin_begin(struct sync_rejoin *rejoin, struct mono now)
{
	rejoin->is_on = true;
	rejoin->began = now;
}

struct mono sync_rejoin_step(struct sync_rejoin *rejoin, struct mono now)
{
	size_t period = refresh_period(rejoin, now);

	rejoin->is_on = period < REFRESH_USUAL;
	if (!rejoin->is_on)
		return MONO_NEVER;
	return mono_add_ns(rejoin->began, (int64_t)(period + 1) * NS_PER_S + MARGIN_NS);
}

void sync_rejoin_sysctls(const struct sync_rejoin *rejoin, struct mono now,
			 struct sync_rejoin_sysctl ret_sysctls[static SYNC_REJOIN_N_SYSCTLS])
{
	size_t period = refresh_period(rejoin, now);
	struct sync_rejoin_sysctl refresh = {"sync_refresh_period", refresh_periods[period]};

	/* "0 1" announces every packet, except where the refresh period forbids it. */
	if (period == 0) {
		ret_sysctls[0] = (struct sync_rejoin_sysctl){"sync_threshold", "0 1"};
		ret_sysctls[1] = refresh;
	} else {
		ret_sysctls[0] = refresh;
		ret_sysctls[1] = (struct sync_rejoin_sysctl){"sync_threshold", "0 0"};
	}
}
