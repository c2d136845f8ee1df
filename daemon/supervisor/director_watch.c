/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/supervisor/director_watch.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "daemon/supervisor/hang_watch.h"
#include "daemon/supervisor/service.h"
#include "daemon/shared/wire.h"

#include <stdlib.h>
#include <string.h>

struct director_watch {
	struct chan *channel;
	struct loop_timer *timer;
	int64_t answer_ms;
	loop_fn *on_hung;
	void *arg;
	struct hang_watch hang;
	bool is_watched; /* the director has been ready, and has not died since */
	bool is_reload_running, is_reload_wanted;
};

static void on_time(void *arg)
{
	struct director_watch *watch = arg;

	switch (hang_watch_tick(&watch->hang, clock_mono())) {
	case HANG_PING:
		chan_send(watch->channel, DAEMON_FRAME_PING, &watch->hang.number,
			  sizeof(watch->hang.number));
		break;
	case HANG_HUNG:
		log_error("the director has not answered for %lld ms: it is replaced",
			  (long long)watch->answer_ms);
		director_watch_gone(watch);
		watch->on_hung(watch->arg);
		return;
	case HANG_WAIT:
		break;
	}
	loop_timer_set(watch->timer, watch->hang.next);
}

struct director_watch *director_watch_new(struct loop *loop, struct chan *channel,
					  int64_t answer_ms, loop_fn *on_hung, void *arg)
{
	struct director_watch *watch = mem_calloc(1, sizeof(*watch));
	uint64_t manager_ms = service_watchdog_us() / 2 / 1000;

	if (manager_ms && manager_ms < (uint64_t)answer_ms)
		answer_ms = (int64_t)manager_ms;
	*watch = (struct director_watch){
	    .channel = channel, .answer_ms = answer_ms, .on_hung = on_hung, .arg = arg};
	watch->hang.next = MONO_NEVER;
	watch->timer = loop_timer_new(loop, on_time, watch);
	return watch;
}

void director_watch_free(struct director_watch *watch)
{
	if (!watch)
		return;
	loop_timer_free(watch->timer);
	free(watch);
}

static void take_answer(struct director_watch *watch, const void *body, size_t len)
{
	uint64_t number;

	if (len != sizeof(number))
		return;
	memcpy(&number, body, len);
	if (hang_watch_answer(&watch->hang, number, clock_mono())) /* otherwise the answer is a
								      predecessor's */
		service_alive();
}

static void take_ready(struct director_watch *watch, const void *body, size_t len)
{
	char status[DAEMON_STATUS_MAX];

	if (len >= sizeof(status))
		len = sizeof(status) - 1;
	memcpy(status, body, len);
	status[len] = '\0';
	service_ready(status);
	if (!watch->is_watched) {
		watch->is_watched = true;
		hang_watch_start(&watch->hang, watch->answer_ms * NS_PER_MS, 0, clock_mono());
		on_time(watch);
	}
	if (watch->is_reload_wanted)
		director_watch_reload(watch);
}

static void take_reloaded(struct director_watch *watch)
{
	watch->is_reload_running = false;
	if (watch->is_reload_wanted)
		director_watch_reload(watch);
}

void director_watch_frame(struct director_watch *watch, uint16_t type, const void *body, size_t len)
{
	if (type == DAEMON_FRAME_PONG)
		take_answer(watch, body, len);
	else if (type == DAEMON_FRAME_READY)
		take_ready(watch, body, len);
	else if (type == DAEMON_FRAME_RELOADING)
		service_reloading();
	else if (type == DAEMON_FRAME_RELOADED)
		take_reloaded(watch);
}

void director_watch_reload(struct director_watch *watch)
{
	watch->is_reload_wanted = !watch->is_watched || watch->is_reload_running;
	if (watch->is_reload_wanted)
		return;
	watch->is_reload_running = true;
	chan_send(watch->channel, DAEMON_FRAME_RELOAD, NULL, 0);
}

void director_watch_gone(struct director_watch *watch)
{
	watch->is_reload_wanted |= watch->is_reload_running;
	watch->is_watched = watch->is_reload_running = false;
	hang_watch_stop(&watch->hang);
	loop_timer_set(watch->timer, MONO_NEVER);
}
