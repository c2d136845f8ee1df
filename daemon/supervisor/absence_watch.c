/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/supervisor/absence_watch.h"
#include "base/clock.h"
#include "base/exit_status.h"
#include "base/log.h"
#include "base/mem.h"
#include "daemon/shared/wire.h"
#include "daemon/supervisor/descriptors.h"
#include "daemon/supervisor/release.h"
#include "daemon/supervisor/vrrp_absence.h"

#include <signal.h>
#include <stdlib.h>

/* The pause before a release that has failed is tried again: the first, and the longest. */
#define AGAIN_MIN_MS 1000
#define AGAIN_MAX_MS 10000

struct absence_watch {
	struct vrrp_absence absence;
	struct children *children;
	const struct options *options;
	const uint8_t *stale;
	struct loop_timer *due;
	struct loop_timer *again; /* set when the release has failed and will be tried again */
	int64_t pause_ms;         /* the pause before the next attempt, doubled each time; 0:
				     none has failed */
	bool is_releasing;       /* a vrrp process that still runs was killed, so its frames do
				    not count */
};

void absence_release(struct children *children, const struct options *options, bool is_stale)
{
	if (children_run_once(children, PROCESS_RELEASE, process_kinds[PROCESS_RELEASE].run_ms))
		return;
	log_error("the supervisor removes the virtual addresses itself, since no process can be "
		  "started");
	release_addresses_of(options, is_stale, RELEASE_TO_LOG);
}

bool absence_release_again(const struct options *options, bool is_stale)
{
	if (!descriptors_raise())
		return false;
	return release_addresses_of(options, is_stale, RELEASE_TO_LOG) == EXIT_STATUS_OK;
}

static void set_due(struct absence_watch *watch)
{
	loop_timer_set(watch->due, watch->absence.due);
}

static void end_release(struct absence_watch *watch)
{
	watch->is_releasing = false;
	children_suspend(watch->children, PROCESS_VRRP, false);
}

/* Kills a vrrp process first, as it must not add addresses while they are removed. */
static void run_release(struct absence_watch *watch)
{
	watch->is_releasing = true;
	children_suspend(watch->children, PROCESS_VRRP, true);
	children_kill(watch->children, PROCESS_VRRP, SIGKILL);
	absence_release(watch->children, watch->options, *watch->stale & STALE_APPLIED);
	if (!children_runs(watch->children, PROCESS_RELEASE))
		end_release(watch);
}

static void release(struct absence_watch *watch, struct mono now)
{
	log_error("no vrrp process has been at work for %.1f s, so the other director may have the "
		  "virtual addresses by now: lvsd removes them here, and the next vrrp process "
		  "begins as BACKUP",
		  (double)mono_sub(now, watch->absence.since) / NS_PER_S);
	run_release(watch);
}

static void on_due(void *arg)
{
	struct absence_watch *watch = arg;
	struct mono now = clock_mono();

	if (vrrp_absence_is_over(&watch->absence, now))
		release(watch, now);
	set_due(watch);
}

/* If a vrrp process has come to work meanwhile, it has removed the addresses itself. */
static void on_release_again(void *arg)
{
	struct absence_watch *watch = arg;

	if (watch->pause_ms)
		run_release(watch);
}

struct absence_watch *absence_watch_new(struct loop *loop, struct children *children,
					const struct options *options, const uint8_t *stale)
{
	struct absence_watch *watch = mem_calloc(1, sizeof(*watch));

	*watch = (struct absence_watch){
	    .absence = {.due = MONO_NEVER}, .children = children, .options = options,
	    .stale = stale};
	watch->due = loop_timer_new(loop, on_due, watch);
	watch->again = loop_timer_new(loop, on_release_again, watch);
	return watch;
}

void absence_watch_free(struct absence_watch *watch)
{
	if (!watch)
		return;
	loop_timer_free(watch->due);
	loop_timer_free(watch->again);
	free(watch);
}

void absence_watch_need(struct absence_watch *watch, uint64_t down_us)
{
	vrrp_absence_need(&watch->absence, (int64_t)down_us * NS_PER_US);
	set_due(watch);
}

void absence_watch_at_work(struct absence_watch *watch)
{
	if (watch->is_releasing)
		return;
	watch->pause_ms = 0;
	loop_timer_set(watch->again, MONO_NEVER);
	vrrp_absence_at_work(&watch->absence);
	set_due(watch);
}

void absence_watch_vrrp_ended(struct absence_watch *watch, struct mono alive)
{
	vrrp_absence_ended(&watch->absence, alive, clock_mono());
	set_due(watch);
}

void absence_watch_release_ended(struct absence_watch *watch, bool is_success)
{
	if (is_success ||
	    absence_release_again(watch->options, *watch->stale & STALE_APPLIED)) {
		watch->pause_ms = 0;
		loop_timer_set(watch->again, MONO_NEVER);
	} else {
		watch->pause_ms = watch->pause_ms ? watch->pause_ms * 2 : AGAIN_MIN_MS;
		if (watch->pause_ms > AGAIN_MAX_MS)
			watch->pause_ms = AGAIN_MAX_MS;
		loop_timer_set(watch->again, mono_add_ms(clock_mono(), watch->pause_ms));
	}
	end_release(watch);
}

bool absence_watch_owes(const struct absence_watch *watch)
{
	return watch->pause_ms > 0;
}

void absence_watch_left(struct absence_watch *watch)
{
	run_release(watch);
}

void absence_watch_stop(struct absence_watch *watch)
{
	vrrp_absence_stop(&watch->absence);
	set_due(watch);
	loop_timer_set(watch->again, MONO_NEVER);
}

bool absence_watch_has_released(const struct absence_watch *watch)
{
	return watch->absence.is_released;
}
