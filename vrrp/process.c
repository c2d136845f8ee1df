/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "vrrp/process.h"
#include "base/exit_status.h"
#include "base/log.h"
#include "base/pulse.h"
#include "base/signals.h"
#include "vrrp/machine/realtime.h"

#include <signal.h>

struct process {
	struct loop *loop;
	struct vrrp_worker *worker; /* NULL: not yet */
};

static void on_left(void *arg)
{
	const struct process *process = arg;

	loop_stop(process->loop);
}

static void on_term(int number, void *arg)
{
	struct process *process = arg;

	(void)number;
	vrrp_worker_leave(process->worker, on_left, process);
}

int vrrp_process_run(int channel, int pulse_fd, const struct vrrp_predecessor *predecessor)
{
	struct process process = {.loop = loop_new()};
	struct loop_signal *term;
	struct signals *signals;
	struct pulse *pulse;
	struct err err;
	int status = 0;

	/* A terminal sends SIGINT to the whole process group; only the supervisor acts on it. */
	signal(SIGINT, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
	vrrp_realtime_enter();
	term = loop_signal_new(process.loop, SIGTERM, on_term, &process);
	signals = signals_new(process.loop, false);
	pulse = pulse_new(process.loop, pulse_fd);
	if (vrrp_worker_new(process.loop, channel, predecessor, pulse, &process.worker, &err) < 0) {
		log_error("vrrp: %s", err.text);
		status = EXIT_STATUS_MACHINE;
	} else {
		loop_run(process.loop);
	}
	vrrp_realtime_leave();
	vrrp_worker_free(process.worker);
	loop_signal_free(term);
	signals_free(signals);
	pulse_free(pulse);
	loop_free(process.loop);
	return status;
}
