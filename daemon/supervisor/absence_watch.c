/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/supervisor/absence_watch.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "daemon/shared/wire.h"
#include "daemon/supervisor/release.h"
#include "daemon/supervisor/vrrp_absence.h"

#include <signal.h>
#include <stdlib.h>

struct absence_watch {
	struct vrrp_absence absence;
	struct children *children;
	const struct options *options;
	const uint8_t *stale;
	struct loop_timer *due;
	struct loop_timer *late; /* the release process takes too long */
	bool is_releasing;       /* a vrrp process that runs is killed: its word does not count */
};

void absence_release(struct children *children, const struct options *options, bool is_stale)
{
	if (children_run_once(children, PROCESS_RELEASE))
		return;
	log_error("the supervisor removes the virtual addresses itself, since no process can be "
		  "started");
	release_addresses_of(options, is_stale, RELEASE_TO_LOG);
}

static void set_due(struct absence_watch *watch)
{
	loop_timer_set(watch->due, watch->absence.due);
}

static void end_release(struct absence_watch *watch)
{
	loop_timer_set(watch->late, MONO_NEVER);
	watch->is_releasing = false;
	children_hold(watch->children, PROCESS_VRRP, false);
}

/* A vrrp process must not add addresses while they are removed. */
static void run_release(struct absence_watch *watch)
{
	watch->is_releasing = true;
	children_hold(watch->children, PROCESS_VRRP, true);
	children_kill(watch->children, PROCESS_VRRP, SIGKILL);
	absence_release(watch->children, watch->options, *watch->stale & STALE_APPLIED);
	if (children_runs(watch->children, PROCESS_RELEASE))
		loop_timer_set(watch->late,
			       mono_add_ms(clock_mono(), process_kinds[PROCESS_RELEASE].stop_ms));
	else
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

static void on_late(void *arg)
{
	struct absence_watch *watch = arg;

	log_error("%s did not end within %lld ms: killed; `lvsd --release-addresses` does the same",
		  process_kinds[PROCESS_RELEASE].title,
		  (long long)process_kinds[PROCESS_RELEASE].stop_ms);
	children_kill(watch->children, PROCESS_RELEASE, SIGKILL);
}

struct absence_watch *absence_watch_new(struct loop *loop, struct children *children,
					const struct options *options, const uint8_t *stale)
{
	struct absence_watch *watch = mem_calloc(1, sizeof(*watch));

	*watch = (struct absence_watch){
	    .absence = {.due = MONO_NEVER}, .children = children, .options = options,
	    .stale = stale};
	watch->due = loop_timer_new(loop, on_due, watch);
	watch->late = loop_timer_new(loop, on_late, watch);
	return watch;
}

void absence_watch_free(struct absence_watch *watch)
{
	if (!watch)
		return;
	loop_timer_free(watch->due);
	loop_timer_free(watch->late);
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
	vrrp_absence_at_work(&watch->absence);
	set_due(watch);
}

void absence_watch_ended(struct absence_watch *watch, enum process_name name, struct mono alive)
{
	if (name == PROCESS_VRRP) {
		vrrp_absence_ended(&watch->absence, alive, clock_mono());
		set_due(watch);
	} else if (name == PROCESS_RELEASE) {
		end_release(watch);
	}
}

void absence_watch_left(struct absence_watch *watch)
{
	run_release(watch);
}

void absence_watch_stop(struct absence_watch *watch)
{
	loop_timer_set(watch->due, MONO_NEVER);
	loop_timer_set(watch->late, MONO_NEVER);
}

bool absence_watch_has_released(const struct absence_watch *watch)
{
	return watch->absence.is_released;
}
