/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "vrrp/process.h"
#include "base/exit_status.h"
#include "base/log.h"
#include "base/pulse.h"
#include "base/signals.h"
#include "vrrp/orphan/door.h"
#include "vrrp/machine/realtime.h"

#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

struct process {
	struct loop *loop;
	struct vrrp_worker *worker; /* NULL: not yet */
	struct vrrp_door *door;
	bool is_alone;    /* the supervisor is gone */
	bool is_relieved; /* another lvsd has taken over */
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
	vrrp_door_leave(process->door);
}

/* --- without a supervisor --- */

static void on_work(void *arg)
{
	const struct process *process = arg;

	vrrp_door_open(process->door);
}

static void on_alone(void *arg)
{
	struct process *process = arg;

	process->is_alone = true;
	vrrp_door_alone(process->door);
}

static bool is_at_work(void *arg)
{
	return vrrp_worker_is_at_work(((const struct process *)arg)->worker);
}

static bool is_leaving(void *arg)
{
	return vrrp_worker_is_leaving(((const struct process *)arg)->worker);
}

static void on_told(const void *body, size_t len, void *arg)
{
	vrrp_door_state(arg, body, len);
}

static void on_tell(void *arg)
{
	const struct process *process = arg;

	vrrp_worker_tell(process->worker, on_told, process->door);
}

static void on_relieved(void *arg)
{
	struct process *process = arg;

	process->is_relieved = true;
	loop_stop(process->loop);
}

static void on_hand_over(void *arg)
{
	on_term(SIGTERM, arg);
}

int vrrp_process_run(int channel, int pulse_fd, const char *door_name, const struct vrrp_predecessor *predecessor,
		     bool *ret_is_last)
{
	struct process process = {.loop = loop_new()};
	const struct vrrp_door_ops door_ops = {is_at_work, is_leaving, on_tell, on_relieved, on_hand_over, &process};
	struct loop_signal *term;
	struct signals *signals;
	struct pulse *pulse;
	int self = (int)syscall(SYS_pidfd_open, getpid(), 0), status = 0;
	struct err err;

	/* A terminal sends SIGINT to the whole process group; only the supervisor acts on it. */
	signal(SIGINT, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
	vrrp_realtime_enter();
	term = loop_signal_new(process.loop, SIGTERM, on_term, &process);
	signals = signals_new(process.loop, false);
	pulse = pulse_new(process.loop, pulse_fd, on_alone, &process);
	process.door = vrrp_door_new(process.loop, door_name, &door_ops);
	if (vrrp_worker_new(process.loop, channel, predecessor, pulse, &process.worker, &err) < 0) {
		log_error("vrrp: %s", err.text);
		status = EXIT_STATUS_MACHINE;
	} else {
		vrrp_worker_show(process.worker, self);
		vrrp_worker_on_work(process.worker, on_work, &process);
		loop_run(process.loop);
	}
	vrrp_realtime_leave();
	*ret_is_last = process.is_alone && !process.is_relieved && process.worker &&
		       vrrp_worker_is_at_work(process.worker) && !vrrp_door_has_caller(process.door);
	vrrp_door_free(process.door);
	vrrp_worker_free(process.worker);
	loop_signal_free(term);
	signals_free(signals);
	pulse_free(pulse);
	loop_free(process.loop);
	if (self >= 0)
		close(self);
	return status;
}
