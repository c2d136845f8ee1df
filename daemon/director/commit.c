/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/director/commit.h"
#include "base/clock.h"
#include "base/log.h"
#include "daemon/director/config/claims.h"
#include "daemon/director/config/ignored.h"
#include "daemon/director/director_state.h"
#include "daemon/director/need.h"
#include "daemon/shared/process_name.h"
#include "daemon/script/rights.h"
#include "sync/want.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Claims the instances of conf. A director that replaces another must serve even if another lvsd
 * has claimed one meanwhile, so then a refusal is only logged. */
static int claim(struct director *d, const struct conf *conf, struct err *err)
{
	int code = claims_take(d->claims, conf, err);

	if (code == 0 || !d->args->is_restart || d->conf)
		return code;
	log_error("%s", err->text);
	return 0;
}

int director_prepare(struct director *d, const struct conf *conf, struct err *err)
{
	int code =
	    script_rights_check(conf, d->args->permitted, loading_responder(&d->config), err) < 0
		? -EPERM
		: 0;

	if (code == 0 && need_ipvs(conf))
		code = kernel_open(&d->kernel, err);
	return code < 0 ? code : claim(d, conf, err);
}

void director_give_up(struct director *d)
{
	claims_keep(d->claims, d->conf);
}

/* The rules that keep others from the relay's private interface, which the director's sockets may use. */
static void owner_of_relay(struct director *d, const struct conf *conf)
{
	const struct sync_roles roles = sync_roles_wanted(conf);
	struct host_owner owner = {.is_on = conf->global.relay.is_on, .uid = geteuid()};

	if (owner.is_on) {
		strcpy(owner.interface, roles.backup.interface);
		owner.master_port = roles.master.port;
		owner.backup_port = roles.backup.port;
	}
	host_owner_changed(&d->host, &owner);
}

static void need_send(struct director *d)
{
	struct daemon_need need = need_of(d->conf);
	bool was_needed = d->scripts.is_needed;

	if (host_needs_iptables(&d->host))
		need.processes |= PROCESS_BIT(PROCESS_RULES);
	checks_need(&d->checks, need.processes & PROCESS_BIT(PROCESS_CHECK));
	/* The notifications of what a reload has removed are still run. */
	d->scripts.is_lingering = was_needed && !(need.processes & PROCESS_BIT(PROCESS_SCRIPT)) &&
				  scripts_are_notifying(&d->scripts);
	if (d->scripts.is_lingering)
		need.processes |= PROCESS_BIT(PROCESS_SCRIPT);
	d->scripts.is_needed = need.processes & PROCESS_BIT(PROCESS_SCRIPT);
	if (was_needed && !d->scripts.is_needed)
		scripts_dismiss(&d->scripts);
	d->roles.is_needed = need.processes & PROCESS_BIT(PROCESS_VRRP);
	need.owes_release = roles_owe_release(&d->roles);
	chan_send(d->supervisor, DAEMON_FRAME_NEED, &need, sizeof(need));
}

void director_need_again(struct director *d)
{
	need_send(d);
}

void director_settle_need(struct director *d)
{
	if (d->scripts.is_lingering && !scripts_are_notifying(&d->scripts))
		need_send(d);
}

/* fifo_write_vrrp_states_on_reload: a program that reads a FIFO begins anew with each reload. */
static void write_states(struct director *d)
{
	for (size_t i = 0; i < d->conf->n_sync_groups; i++) {
		const struct conf_sync_group *group = &d->conf->sync_groups[i];

		notify_write_sync_group(&d->notify, group, roles_group_state(&d->roles, group->name));
	}
	for (size_t i = 0; i < d->conf->n_vrrps; i++) {
		const struct vrrp_report *report = roles_find(&d->roles, &d->conf->vrrps[i]);

		if (report)
			notify_write_instance(&d->notify, &d->conf->vrrps[i], report);
	}
}

void director_commit(struct director *d, struct conf *conf)
{
	struct check_ids added = {0}, dropped = {0};
	struct conf *old = d->conf;

	/* What the model has found in this turn and nobody has read yet names objects of the old configuration. */
	if (old)
		checks_take_changes(&d->checks);
	else
		kernel_load(&d->kernel);
	d->conf = conf;
	claims_keep(d->claims, conf);
	ignored_log(conf);
	config_is_in_force(&d->config, conf, clock_wall_us());
	pair_configure(&d->pair, conf, d->config.applied_wall_us);
	scripts_configure(&d->scripts, conf, loading_responder(&d->config));
	fifos_configure(&d->fifos, conf);
	mails_configure(&d->mails, conf);
	health_configure(d->health, conf, loop_now(d->loop), d->config.applied_wall_us, &added, &dropped);
	d->is_committing = true;
	maint_dir_configure(&d->maint, conf->global.maintenance_dir);
	d->is_committing = false;
	kernel_adopt(&d->kernel, conf);
	verdict_file_configure(&d->verdicts, conf);
	host_want_changed(&d->host, conf);
	owner_of_relay(d, conf);
	kernel_host_ready(&d->kernel, d->host.ready);
	paths_configure(&d->paths, conf);
	through_configure(&d->through, &dropped);
	passive_watch_configure(&d->passive, conf);
	d->sync.conf = conf;
	relaying_load(&d->sync, loading_responder(&d->config));
	d->checks.responder = loading_responder(&d->config);
	d->checks.is_tls_later = d->config.is_tls_due;
	checks_update(&d->checks, conf, &added, &dropped);
	tracking_configure(&d->tracking, conf);
	d->are_files_due = true;
	roles_update(&d->roles, conf);
	if (old && conf->global.writes_states_on_reload)
		write_states(d);
	need_send(d);
	free(added.items);
	free(dropped.items);
	conf_free(old);
}
