/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/curl/overtime.h"
#include "base/log.h"
#include "base/mem.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

struct overtime {
	timer_t timer;
	overtime_fn *fn;
	void *arg;
	/* These two are shared with the signal handler. */
	volatile sig_atomic_t is_inside; /* a call */
	volatile sig_atomic_t is_new;	 /* the call began after the last signal */
};

/* Another process may send the signal too: that has no effect. */
static void on_cpu_time(int number, siginfo_t *info, void *context)
{
	struct overtime *overtime = info->si_value.sival_ptr;
	int error = errno;

	(void)number;
	(void)context;
	if (info->si_code != SI_TIMER || !overtime->is_inside)
		return;
	if (!overtime->is_new)
		overtime->fn(overtime->arg);
	overtime->is_new = false;
	errno = error;
}

/* The signal comes to this thread, at each OVERTIME_MS of its CPU time. */
static int timer_begin(struct overtime *overtime)
{
	const struct itimerspec period = {.it_interval.tv_nsec = OVERTIME_MS * 1000000L,
					  .it_value.tv_nsec = OVERTIME_MS * 1000000L};
	struct sigevent event = {.sigev_notify = SIGEV_THREAD_ID,
				 .sigev_signo = SIGVTALRM,
				 .sigev_value.sival_ptr = overtime};

	event._sigev_un._tid = gettid();
	if (timer_create(CLOCK_THREAD_CPUTIME_ID, &event, &overtime->timer) < 0)
		return -errno;
	timer_settime(overtime->timer, 0, &period, NULL);
	return 0;
}

struct overtime *overtime_new(overtime_fn *fn, void *arg)
{
	struct overtime *overtime = mem_calloc(1, sizeof(*overtime));
	struct sigaction action = {.sa_sigaction = on_cpu_time, .sa_flags = SA_SIGINFO | SA_RESTART};
	sigset_t set;
	int r;

	overtime->fn = fn;
	overtime->arg = arg;
	sigaction(SIGVTALRM, &action, NULL);
	sigemptyset(&set);
	sigaddset(&set, SIGVTALRM);
	r = timer_begin(overtime);
	if (r < 0) {
		log_warning("no timer of CPU time (%s): a server that sends without end may keep this "
			    "process from its other work",
			    strerror(-r));
		free(overtime);
		return NULL;
	}
	sigprocmask(SIG_UNBLOCK, &set, NULL);
	return overtime;
}

void overtime_free(struct overtime *overtime)
{
	sigset_t set;

	if (!overtime)
		return;
	timer_delete(overtime->timer);
	sigemptyset(&set);
	sigaddset(&set, SIGVTALRM);
	sigprocmask(SIG_BLOCK, &set, NULL);
	free(overtime);
}

void overtime_begin(struct overtime *overtime)
{
	if (!overtime)
		return;
	overtime->is_new = true;
	overtime->is_inside = true;
}

void overtime_end(struct overtime *overtime)
{
	if (overtime)
		overtime->is_inside = false;
}
