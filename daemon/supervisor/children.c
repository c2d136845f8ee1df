/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/supervisor/children.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "base/mem.h"
#include "daemon/shared/spawn.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

/* A process that lived at least this long is started again at once. */
#define HEALTHY_LIFE_MS 1000
/* The pause before a process that died early is started again: the first, and the longest; doubled
 * each time. */
#define RESPAWN_MIN_MS 20
#define RESPAWN_MAX_MS 1000

struct child {
	struct children *all;
	enum process_name name;
	pid_t pid; /* 0 if it is not running */
	bool is_needed, is_suspended;
	bool is_killed; /* the supervisor has killed the process since it was started */
	struct mono started;
	int64_t pause_ms, granted_ms;
	struct loop_timer *respawn;
	/* Set while the process runs for one piece of work, and when it was asked to end because it is
	 * not needed any more: it is killed when this timer fires. */
	struct loop_timer *end;
	int64_t end_ms; /* the time that the process had to end, for the message */
};

struct children {
	struct children_ops ops;
	struct loop_signal *signal;
	struct child each[N_PROCESSES];
	bool starts_nothing;
};

static int child_main(void *arg)
{
	const struct child *child = arg;

	return child->all->ops.run(child->name, child->all->ops.arg);
}

static bool fork_child(struct child *child)
{
	const struct children_ops *ops = &child->all->ops;
	int keep[CHILDREN_KEEP_MAX];
	size_t n = ops->descriptors(child->name, keep, ops->arg);
	pid_t pid;

	fflush(NULL);
	pid = spawn(keep, n, child_main, child);
	if (pid < 0) {
		log_error("%s cannot be started: fork: %s", process_kinds[child->name].title,
			  err_errno((int)pid));
		return false;
	}
	child->pid = pid;
	child->is_killed = false;
	child->started = clock_mono();
	ops->started(child->name, ops->arg);
	return true;
}

static void start_later(struct child *child)
{
	child->pause_ms = child->pause_ms ? child->pause_ms * 2 : RESPAWN_MIN_MS;
	if (child->pause_ms > RESPAWN_MAX_MS)
		child->pause_ms = RESPAWN_MAX_MS;
	loop_timer_set(child->respawn, mono_add_ms(clock_mono(), child->pause_ms));
}

static void child_start(void *arg)
{
	struct child *child = arg;

	if (child->pid || !child->is_needed || child->is_suspended ||
	    child->all->starts_nothing)
		return;
	if (!fork_child(child))
		start_later(child);
}

static void end_within(struct child *child, int64_t ms)
{
	child->end_ms = ms;
	loop_timer_set(child->end, mono_add_ms(clock_mono(), ms));
}

static void on_end_deadline(void *arg)
{
	struct child *child = arg;
	const struct process_kind *kind = &process_kinds[child->name];

	if (!child->pid)
		return;
	child->is_killed = true;
	log_error(
	    "%s %sdid not end within %lld ms: killed%s", kind->title,
	    kind->need == PROCESS_ON_DEMAND ? "" : "is not needed any more, but ",
	    (long long)child->end_ms,
	    child->name == PROCESS_LOADER
		? "; a file system with a file of the configuration or a dump file, or the name "
		  "service, does not answer"
		: "");
	kill(child->pid, SIGKILL);
}

static void child_reap(struct child *child, int status)
{
	bool is_healthy = mono_sub(clock_mono(), child->started) >= HEALTHY_LIFE_MS * NS_PER_MS;

	child->pid = 0;
	loop_timer_set(child->end, MONO_NEVER);
	if (!child->all->ops.ended(child->name, status, child->all->ops.arg))
		return;
	if (is_healthy) {
		child->pause_ms = 0;
		child_start(child);
	} else {
		start_later(child);
	}
}

static void on_child(int number, void *arg)
{
	struct children *children = arg;
	int status;

	(void)number;
	for (int i = 0; i < N_PROCESSES; i++) {
		struct child *child = &children->each[i];

		if (child->pid && waitpid(child->pid, &status, WNOHANG) == child->pid)
			child_reap(child, status);
	}
	children->ops.reaped(children->ops.arg);
}

struct children *children_new(struct loop *loop, const struct children_ops *ops)
{
	struct children *children = mem_calloc(1, sizeof(*children));

	children->ops = *ops;
	children->signal = loop_signal_new(loop, SIGCHLD, on_child, children);
	for (int i = 0; i < N_PROCESSES; i++) {
		struct child *child = &children->each[i];

		*child = (struct child){.all = children, .name = (enum process_name)i};
		child->respawn = loop_timer_new(loop, child_start, child);
		child->end = loop_timer_new(loop, on_end_deadline, child);
	}
	return children;
}

void children_free(struct children *children)
{
	if (!children)
		return;
	for (int i = 0; i < N_PROCESSES; i++) {
		loop_timer_free(children->each[i].respawn);
		loop_timer_free(children->each[i].end);
	}
	loop_signal_free(children->signal);
	free(children);
}

void children_need(struct children *children, enum process_name name, bool is_needed)
{
	struct child *child = &children->each[name];

	if (child->is_needed == is_needed)
		return;
	child->is_needed = is_needed;
	loop_timer_set(child->respawn, MONO_NEVER);
	if (is_needed) {
		child_start(child); /* a process that is just ending is started again when it has
				       ended */
	} else if (child->pid) {
		kill(child->pid, SIGTERM);
		end_within(child, children_stop_ms(children, name));
	}
}

void children_grant(struct children *children, enum process_name name, int64_t ms)
{
	children->each[name].granted_ms = ms;
}

int64_t children_stop_ms(const struct children *children, enum process_name name)
{
	return process_kinds[name].stop_ms + children->each[name].granted_ms;
}

bool children_is_needed(const struct children *children, enum process_name name)
{
	return children->each[name].is_needed;
}

void children_suspend(struct children *children, enum process_name name, bool is_suspended)
{
	struct child *child = &children->each[name];

	if (child->is_suspended == is_suspended)
		return;
	child->is_suspended = is_suspended;
	loop_timer_set(child->respawn, MONO_NEVER);
	child_start(child);
}

bool children_run_once(struct children *children, enum process_name name, int64_t ms)
{
	struct child *child = &children->each[name];

	if (child->pid)
		return true;
	if (!fork_child(child))
		return false;
	if (!children->starts_nothing)
		end_within(child, ms);
	return true;
}

void children_stop_starting(struct children *children)
{
	children->starts_nothing = true;
	for (int i = 0; i < N_PROCESSES; i++) {
		loop_timer_set(children->each[i].respawn, MONO_NEVER);
		loop_timer_set(children->each[i].end, MONO_NEVER);
	}
}

bool children_have(const struct children *children, pid_t pid)
{
	for (int i = 0; i < N_PROCESSES; i++)
		if (children->each[i].pid == pid)
			return true;
	return false;
}

bool children_runs(const struct children *children, enum process_name name)
{
	return children->each[name].pid != 0;
}

void children_kill(struct children *children, enum process_name name, int number)
{
	struct child *child = &children->each[name];

	if (!child->pid)
		return;
	child->is_killed |= number == SIGKILL;
	kill(child->pid, number);
}

bool children_killed(const struct children *children, enum process_name name)
{
	return children->each[name].is_killed;
}

const char *children_end_text(int status, char text[static CHILDREN_END_TEXT_MAX])
{
	if (WIFSIGNALED(status))
		snprintf(text, CHILDREN_END_TEXT_MAX, "killed by signal %d (%s)", WTERMSIG(status),
			 strsignal(WTERMSIG(status)));
	else
		snprintf(text, CHILDREN_END_TEXT_MAX, "exit status %d", WEXITSTATUS(status));
	return text;
}
