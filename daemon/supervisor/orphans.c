/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/supervisor/orphans.h"
#include "base/clock.h"
#include "base/mem.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>

/* How long to wait for another part of lvsd to reap its child, which hides the children behind it.
 */
#define AGAIN_MS 100

struct orphans {
	struct script_groups *groups;
	orphans_is_known_fn *is_known;
	void *arg;
	struct loop_timer *again;
};

static void on_reap_again(void *arg)
{
	orphans_reap(arg);
}

struct orphans *orphans_new(struct loop *loop, struct script_groups *groups,
			    orphans_is_known_fn *is_known, void *arg)
{
	struct orphans *orphans = mem_calloc(1, sizeof(*orphans));

	*orphans = (struct orphans){.groups = groups, .is_known = is_known, .arg = arg};
	orphans->again = loop_timer_new(loop, on_reap_again, orphans);
	prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
	return orphans;
}

void orphans_free(struct orphans *orphans)
{
	if (!orphans)
		return;
	loop_timer_free(orphans->again);
	free(orphans);
}

/*
 * The leader of a script's group stays a zombie until orphans_end_scripts(), so that its number
 * cannot be used again. It may become our child a moment before the end of the script process is
 * known.
 */
static bool must_wait(const struct orphans *orphans, pid_t pid)
{
	return orphans->is_known(pid, orphans->arg) || script_groups_has(orphans->groups, pid);
}

void orphans_reap(struct orphans *orphans)
{
	siginfo_t info = {0};

	while (waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid) {
		/* waitid() returns this same child as long as it is not reaped. */
		if (must_wait(orphans, info.si_pid)) {
			loop_timer_set(orphans->again, mono_add_ms(clock_mono(), AGAIN_MS));
			return;
		}
		waitid(P_PID, (id_t)info.si_pid, &info, WEXITED | WNOHANG);
		info = (siginfo_t){0};
	}
}

/* Whether the process is our child, alive or a zombie. As long as it was not reaped, its number is
 * its own. */
static bool is_our_child(pid_t pid)
{
	siginfo_t info;

	return waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0;
}

size_t orphans_end_scripts(struct orphans *orphans)
{
	size_t n = 0;

	for (size_t i = 0; orphans->groups && i < SCRIPT_RUNNING_MAX; i++) {
		pid_t leader = atomic_exchange(&orphans->groups->leaders[i], 0);

		if (leader > 1 && !orphans->is_known(leader, orphans->arg) && is_our_child(leader) &&
		    kill(-leader, SIGKILL) == 0)
			n++;
	}
	return n;
}
