/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/director/director.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/plural.h"
#include "base/signals.h"
#include "conf/canon/print.h"
#include "daemon/director/commands.h"
#include "daemon/director/commit.h"
#include "daemon/director/director_state.h"
#include "daemon/director/parts.h"
#include "daemon/director/readings.h"
#include "daemon/director/status_take.h"
#include "daemon/shared/options.h"
#include "daemon/director/rundir_restore.h"
#include "daemon/shared/spawn.h"
#include "daemon/shared/wire.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define STOPPING                                                                                   \
	"lvsd is stopping: nothing was done; the next start of lvsd reads the file, so run this "  \
	"command after that start"

/* From now on the configuration in force stays: the supervisor starts no loader for another one, and
 * this director would wait for it in vain. */
static void keep_last(struct director *d)
{
	d->is_last = true;
	rollback_stop(&d->config);
	if (d->control)
		control_refuse(d->control, STOPPING);
	readings_refuse(d, STOPPING);
}

static void on_reload(struct director *d)
{
	static const struct reading_ask ask = {.kind = READING_RELOAD}; /* a signal has no options */

	if (d->is_last)
		readings_log_ignored();
	else
		reading_queue_add(&d->readings, &ask);
}

/* The vrrp process hands over when this director says FLUSHED (flush_settle()). */
static void on_stopping(struct director *d)
{
	keep_last(d);
	flushing_begin(&d->sync);
	d->owes_flushed = true;
}

static void flush_settle(struct director *d)
{
	if (!d->owes_flushed || flushing_is_under_way(&d->sync))
		return;
	d->owes_flushed = false;
	chan_send(d->supervisor, DAEMON_FRAME_FLUSHED, NULL, 0);
}

static void on_supervisor(uint16_t type, const void *body, size_t len, void *arg)
{
	if (type == DAEMON_FRAME_PING)
		chan_send(((struct director *)arg)->supervisor, DAEMON_FRAME_PONG, body, len);
	if (type == DAEMON_FRAME_LISTEN)
		rundir_restore(arg);
	if (type == DAEMON_FRAME_RELEASED)
		roles_released(&((struct director *)arg)->roles);
	if (type == DAEMON_FRAME_STOPPING)
		on_stopping(arg);
	if (type == DAEMON_FRAME_RELOAD)
		on_reload(arg);
	if (type == DAEMON_FRAME_DUMP && len == 1)
		status_dump_ask(arg, *(const uint8_t *)body);
}

/* How long the director waits after TERM, so that it reads the last frames of the vrrp process. */
#define STOP_GRACE_MS 20
/* How long the last notifications may take. */
#define STOP_MAX_MS 3000

static void on_stop_deadline(void *arg)
{
	struct director *d = arg;

	scripts_log_unfinished(&d->scripts);
	loop_stop(d->loop);
}

static void on_stop_grace(void *arg)
{
	struct director *d = arg;

	d->is_stopping = true;
	scripts_stop(&d->scripts); /* from now on notifications have less time */
	mails_stop(&d->mails);
	notify_stop(&d->notify, d->health, d->conf->global.is_notifying_all);
	verdict_file_keep(&d->verdicts);
	flushing_end(&d->sync);
	kernel_stop(&d->kernel);
	through_stop(&d->through);
	heartbeats_leave(&d->sync);
	rejoin_leave(&d->sync); /* sets the sysctls to their usual values; the host's side then
				   restores those that it had before lvsd */
	host_stop(&d->host);
	loop_timer_free(d->stop);
	d->stop = loop_timer_new(d->loop, on_stop_deadline, d);
	loop_timer_set(d->stop, mono_add_ms(clock_mono(), STOP_MAX_MS));
}

void director_stop(struct director *d)
{
	if (d->stop)
		return;
	keep_last(d);
	d->stop = loop_timer_new(d->loop, on_stop_grace, d);
	loop_timer_set(d->stop, mono_add_ms(clock_mono(), STOP_GRACE_MS));
}

/*
 * A start has succeeded when vrrp, check and script have sent HELLO, as far as the configuration needs
 * them. Until then the supervisor may find that one of them cannot run. Nothing waits for rules: a
 * service that needs a rule is withheld until the rule is there. A director that replaces another does not
 * wait, because commands must be answered also while another process is being replaced.
 */
static bool are_processes_here(const struct director *d)
{
	return d->args->is_restart ||
	       ((!d->roles.is_needed || greeted_is_met(d->roles.vrrp)) &&
		(!d->checks.is_needed || greeted_is_met(d->checks.worker)) &&
		(!d->scripts.is_needed || scripts_are_greeted(&d->scripts)));
}

static void announce_ready(struct director *d)
{
	char lost[CONF_LOST_MAX];

	spawn_detach(SPAWN_STDERR_LOG);
	announce_serving(d);
	log_notice("%s is in force: %zu virtual server%s, %zu VRRP instance%s, digest %.12s",
		   d->args->config, d->conf->n_virtual_servers, plural(d->conf->n_virtual_servers),
		   d->conf->n_vrrps, plural(d->conf->n_vrrps), d->conf->digest);
	if (conf_lost(d->conf, lost))
		log_warning("%s: --lenient has left out %s", d->args->config, lost);
	mem_trim(); /* the text of the file, and what was made on the way to the configuration */
	d->is_announced = true;
	d->control = control_new(d->loop, d->listen_fd, CONTROL_IDLE_MS, commands, d);
	if (d->is_last)
		control_refuse(d->control, STOPPING);
}

static void settle_kernel(struct director *d)
{
	struct kernel *k = &d->kernel;

	kernel_host_ready(k, d->host.ready);
	kernel_settle(k);
	if (kernel_take_sync_due(k)) {
		bool are_timeouts_set = timeouts_settle(k) == 0;

		kernel_sync_done(k, syncing_settle(&d->sync, k->genl, k->is_sync_ours) == 0 &&
				    are_timeouts_set);
	}
}

static void settle_roles(struct director *d)
{
	const struct roles_gate_facts facts = {.is_restart = d->args->is_restart,
					       .has_services = d->conf->n_virtual_servers > 0,
					       .is_health_known = health_is_known(d->health),
					       .is_adopted = d->kernel.is_adopted,
					       .are_trackers_known =
						   tracking_is_known(&d->tracking)};

	roles_settle(&d->roles, &facts);
}

static void on_settle(void *arg)
{
	struct director *d = arg;

	host_settle(&d->host);
	if (d->is_stopping) {
		if (!scripts_are_notifying(&d->scripts) && !host_is_busy(&d->host))
			loop_stop(d->loop);
		return;
	}
	readings_settle(d);
	parts_settle_files(d);
	reach_watch_settle(&d->reach);
	checks_take_changes(&d->checks);
	settle_kernel(d);
	checks_settle(&d->checks);
	verdict_file_settle(&d->verdicts);
	tracking_settle(&d->tracking);
	paths_settle(&d->paths);
	settle_roles(d);
	order_waits_settle(&d->order_waits, d->control);
	flush_settle(d);
	status_dump_settle(d);
	status_take_settle(d);
	director_settle_need(d);
	if (!d->is_announced && are_processes_here(d))
		announce_ready(d);
}

struct director *director_new(struct loop *loop, const struct director_args *args, int *ret_status)
{
	struct director *d = mem_calloc(1, sizeof(*d));

	*d = (struct director){.args = args, .loop = loop, .listen_fd = args->listen_fd};
	d->supervisor = chan_new(loop, args->supervisor_fd, on_supervisor, NULL, d);
	parts_open(d);
	*ret_status = config_load_first(&d->config);
	if (*ret_status != EXIT_STATUS_OK) {
		director_free(d);
		return NULL;
	}
	loop_on_settle(loop, on_settle, d);
	on_settle(d);
	return d;
}

void director_free(struct director *d)
{
	if (!d)
		return;
	loop_on_settle(d->loop, NULL, NULL);
	control_free(d->control);
	loop_timer_free(d->stop);
	status_dump_close(d);
	status_take_close(d);
	parts_close(d);
	conf_free(d->conf);
	chan_free(d->supervisor);
	free(d);
}

static void on_terminate(int number, void *arg)
{
	struct director **d = arg;

	(void)number;
	director_stop(*d);
}

int director_run(const struct director_args *args)
{
	struct loop *loop = loop_new();
	struct director *d = NULL;
	struct loop_signal *terminate = loop_signal_new(loop, SIGTERM, on_terminate, &d);
	struct signals *signals = signals_new(loop, false);
	int status;

	mem_keep_freed(); /* the next reading of the table needs as much memory */
	d = director_new(loop, args, &status);
	if (d)
		loop_run(loop);
	director_free(d);
	loop_signal_free(terminate);
	signals_free(signals);
	loop_free(loop);
	return status;
}
