/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/director/need.h"
#include "daemon/shared/process_name.h"
#include "host/want.h"
#include "vrrp/wait.h"

static void need_if(bool is_needed, enum process_name name, struct daemon_need *need)
{
	if (is_needed)
		need->processes |= PROCESS_BIT(name);
}

static void need_of_server(const struct conf_real_server *rs, struct daemon_need *need)
{
	need_if(rs->notify_up || rs->notify_down, PROCESS_SCRIPT, need);
	for (size_t i = 0; i < rs->n_checks; i++) {
		enum conf_runner runner = conf_check_kind(&rs->checks[i])->runner;

		need_if(true, runner == CONF_RUNNER_SCRIPT ? PROCESS_SCRIPT : PROCESS_CHECK, need);
	}
}

static bool has_scripts(const struct conf_vrrp *vrrp)
{
	return vrrp->notify || vrrp->notify_master || vrrp->notify_backup || vrrp->notify_fault ||
	       vrrp->notify_stop || vrrp->notify_deleted || vrrp->notify_lower;
}

static bool has_group_scripts(const struct conf_sync_group *group)
{
	return group->notify || group->notify_master || group->notify_backup ||
	       group->notify_fault || group->notify_stop;
}

/* Whether the configuration has a FIFO, which the script process opens. */
static bool has_fifos(const struct conf_global *global)
{
	return global->notify_fifo || global->vrrp_notify_fifo || global->lvs_notify_fifo;
}

static void need_of_instance(const struct conf_vrrp *vrrp, struct daemon_need *need)
{
	const struct vrrp_fsm_conf fsm = {.version = vrrp->version,
					  .priority = vrrp->priority,
					  .interval_ns = vrrp->advert_int_us * NS_PER_US};
	uint64_t leave_us = (uint64_t)(vrrp_fsm_leave_ns(&fsm) / NS_PER_US);
	uint64_t down_us =
	    (uint64_t)(vrrp_fsm_down_ns(&fsm, fsm.interval_ns) / NS_PER_US);

	need_if(true, PROCESS_VRRP, need);
	need_if(has_scripts(vrrp), PROCESS_SCRIPT, need);
	need->n_addresses += (uint32_t)conf_n_held(vrrp);
	if (!need->advert_int_us || vrrp->advert_int_us < need->advert_int_us)
		need->advert_int_us = vrrp->advert_int_us;
	if (vrrp->priority != CONF_PRIORITY_OWNER && (!need->down_us || down_us < need->down_us))
		need->down_us = down_us;
	if (leave_us > need->leave_us)
		need->leave_us = leave_us;
}

struct daemon_need need_of(const struct conf *conf)
{
	struct daemon_need need = {0};

	for (size_t i = 0; i < conf->n_virtual_servers; i++) {
		const struct conf_virtual_server *vs = &conf->virtual_servers[i];

		need_if(vs->quorum_up || vs->quorum_down, PROCESS_SCRIPT, &need);
		need_if(host_needs(vs) != 0, PROCESS_RULES, &need);
		for (size_t j = 0; j < vs->n_real_servers; j++)
			need_of_server(&vs->real_servers[j], &need);
	}
	need_if(conf->n_vrrp_scripts > 0 || has_fifos(&conf->global), PROCESS_SCRIPT, &need);
	for (size_t i = 0; i < conf->n_sync_groups; i++)
		need_if(has_group_scripts(&conf->sync_groups[i]), PROCESS_SCRIPT, &need);
	need_if(!conf_statics_are_empty(&conf->statics), PROCESS_VRRP, &need);
	need.n_addresses = (uint32_t)conf->statics.n_addresses;
	for (size_t i = 0; i < conf->n_vrrps; i++)
		need_of_instance(&conf->vrrps[i], &need);
	return need;
}

bool need_ipvs(const struct conf *conf)
{
	return conf->n_virtual_servers > 0 || conf->global.sync_daemon.is_on;
}
