/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/director/need.h"
#include "conf/model/needs/needs.h"
#include "conf/model/needs/script_uses.h"
#include "daemon/shared/dump.h"
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
	for (size_t i = 0; i < rs->n_checks; i++) {
		enum conf_runner runner = conf_check_kind(&rs->checks[i])->runner;

		need_if(runner == CONF_RUNNER_SCRIPT, PROCESS_SCRIPT, need);
		need_if(runner == CONF_RUNNER_CHECK, PROCESS_CHECK, need);
	}
}

/* The script process runs commands and opens FIFOs. */
static void need_of_script(const struct conf_script_use *use, void *arg)
{
	(void)use;
	need_if(true, PROCESS_SCRIPT, arg);
}

static void need_of_instance(const struct conf_vrrp *vrrp, struct daemon_need *need)
{
	const struct vrrp_fsm_conf fsm = vrrp_fsm_conf_of(vrrp);
	uint64_t leave_us = (uint64_t)(vrrp_fsm_leave_ns(&fsm) / NS_PER_US);
	uint64_t down_us =
	    (uint64_t)(vrrp_fsm_down_ns(&fsm, fsm.interval_ns) / NS_PER_US);

	need_if(true, PROCESS_VRRP, need);
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

		need_if(host_needs(vs) != 0, PROCESS_RULES, &need);
		for (size_t j = 0; j < vs->n_real_servers; j++)
			need_of_server(&vs->real_servers[j], &need);
	}
	conf_script_uses(conf, need_of_script, &need);
	need_if(conf_mail_is_sent(&conf->global.mail), PROCESS_MAIL, &need);
	need_if(conf_sync_mode(&conf->global) != CONF_SYNC_OFF, PROCESS_SYNC, &need);
	need_if(!conf_statics_are_empty(&conf->statics), PROCESS_VRRP, &need);
	need.n_addresses = (uint32_t)conf->statics.n_addresses;
	need.uses_libcurl = conf_needs_libraries(conf);
	need.dumps = dump_kinds(conf);
	for (size_t i = 0; i < conf->n_vrrps; i++)
		need_of_instance(&conf->vrrps[i], &need);
	return need;
}

bool need_ipvs(const struct conf *conf)
{
	return conf->n_virtual_servers > 0 || conf_sync_mode(&conf->global) != CONF_SYNC_OFF;
}
