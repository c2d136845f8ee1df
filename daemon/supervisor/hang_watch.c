/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/supervisor/hang_watch.h"

#define PATIENCE (HANG_TICKS - 1)

static void schedule(struct hang_watch *watch, struct mono now)
{
	watch->wait_ns = watch->tick_ns;
	watch->next = mono_add_ns(now, watch->tick_ns);
}

void hang_watch_start(struct hang_watch *watch, int64_t bound_ns, int64_t start_ms, struct mono now)
{
	*watch = (struct hang_watch){.tick_ns = bound_ns / HANG_TICKS,
				     .next = now,
				     .alive = MONO_NEVER,
				     .number = watch->number,
				     .start_ns = start_ms * NS_PER_MS};
}

/* The pings that a process has not answered still count. Otherwise a bound that changes again and
 * again would hide a process that hangs. */
void hang_watch_set_bound(struct hang_watch *watch, int64_t bound_ns, struct mono now)
{
	struct mono next;

	watch->tick_ns = bound_ns / HANG_TICKS;
	next = mono_add_ns(now, watch->tick_ns);
	if (mono_is_never(watch->next) || !mono_before(next, watch->next))
		return;
	watch->wait_ns -= mono_sub(watch->next, next);
	watch->next = next;
}

void hang_watch_stop(struct hang_watch *watch)
{
	watch->next = MONO_NEVER;
}

static int64_t patience_ns(const struct hang_watch *watch)
{
	int64_t usual = PATIENCE * watch->tick_ns;

	return watch->start_ns > usual ? watch->start_ns : usual;
}

enum hang_act hang_watch_tick(struct hang_watch *watch, struct mono now)
{
	if (!mono_reached(now, watch->next))
		return HANG_WAIT;
	if (!watch->is_asked) {
		watch->is_asked = true;
		watch->silent_ns = 0;
		watch->number++;
		schedule(watch, now);
		return HANG_PING;
	}
	watch->silent_ns += watch->wait_ns;
	schedule(watch, now);
	if (watch->silent_ns < patience_ns(watch))
		return HANG_WAIT;
	hang_watch_stop(watch);
	return HANG_HUNG;
}

bool hang_watch_answer(struct hang_watch *watch, uint64_t number, struct mono now)
{
	if (!watch->is_asked || number != watch->number)
		return false;
	watch->is_asked = false;
	watch->silent_ns = 0;
	watch->start_ns = 0;
	watch->alive = now;
	return true;
}

struct mono hang_watch_last_alive(const struct hang_watch *watch, struct mono now)
{
	if (mono_is_never(watch->alive))
		return MONO_NEVER;
	/* An answer comes once a tick. If the last one is older than two, the caller hung itself. */
	if (mono_sub(now, watch->alive) > 2 * watch->tick_ns)
		return watch->alive;
	return watch->is_asked && watch->silent_ns ? watch->alive : now;
}

int64_t hang_vrrp_bound_ns(uint64_t advert_int_us, size_t n_addresses, unsigned n_hangs)
{
	const uint64_t most_us = HANG_BOUND_MS * 1000ULL;
	uint64_t least_us, bound_us;

	if (advert_int_us > most_us || n_addresses > most_us / HANG_VRRP_ADDRESS_US)
		return HANG_BOUND_MS * NS_PER_MS;
	least_us = HANG_VRRP_MIN_MS * 1000ULL + n_addresses * HANG_VRRP_ADDRESS_US;
	bound_us = advert_int_us * HANG_VRRP_INTERVALS;
	if (bound_us < least_us)
		bound_us = least_us;
	while (n_hangs-- && bound_us < most_us)
		bound_us *= 2;
	return (int64_t)(bound_us < most_us ? bound_us : most_us) * NS_PER_US;
}
