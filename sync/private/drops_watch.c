/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sync/private/drops_watch.h"
#include "base/clock.h"
#include "base/mem.h"
#include "sync/watch.h"

#include <stdlib.h>

#define DROPS_EVERY_MS 1000

struct sync_drops_watch {
	struct loop *loop;
	struct loop_timer *timer;
	struct endpoint local;
	uint32_t uid;
	struct sync_drops drops;
	sync_drops_fn *fn;
	void *arg;
};

static void on_drops_due(void *arg)
{
	struct sync_drops_watch *watch = arg;
	bool is_ip6 = watch->local.addr.family == AF_INET6;
	char *text = sync_proc_text(is_ip6 ? "/proc/net/udp6" : "/proc/net/udp");
	struct sync_drops_row row;
	uint32_t n_new = 0;

	if (text && sync_drops_read(text, &watch->local, watch->uid, &row))
		n_new = sync_drops_take(&watch->drops, &row);
	free(text);
	loop_timer_set(watch->timer, mono_add_ms(loop_now(watch->loop), DROPS_EVERY_MS));
	if (n_new)
		watch->fn(n_new, watch->drops.total, watch->arg);
}

struct sync_drops_watch *sync_drops_watch_new(struct loop *loop, const struct endpoint *local, uint32_t uid,
					      sync_drops_fn *fn, void *arg)
{
	struct sync_drops_watch *watch = mem_calloc(1, sizeof(*watch));

	*watch = (struct sync_drops_watch){.loop = loop, .local = *local, .uid = uid, .fn = fn, .arg = arg};
	watch->timer = loop_timer_new(loop, on_drops_due, watch);
	loop_timer_set(watch->timer, clock_mono());
	return watch;
}

void sync_drops_watch_free(struct sync_drops_watch *watch)
{
	if (!watch)
		return;
	loop_timer_free(watch->timer);
	free(watch);
}
