/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/director/need.h"
#include "vrrp/fsm.h"

static void need_of_server(const struct conf_real_server *rs, struct daemon_need *need)
{
	need->script |= rs->notify_up || rs->notify_down;
	for (size_t i = 0; i < rs->n_checks; i++) {
		bool is_script = rs->checks[i].type == CONF_CHECK_MISC;

		need->script |= is_script;
		need->check |= !is_script;
	}
}

static bool has_scripts(const struct conf_vrrp *vrrp)
{
	return vrrp->notify || vrrp->notify_master || vrrp->notify_backup || vrrp->notify_fault ||
	       vrrp->notify_stop;
}

static void need_of_instance(const struct conf_vrrp *vrrp, struct daemon_need *need)
{
	const struct vrrp_fsm_conf fsm = {.version = vrrp->version, .priority = vrrp->priority};
	uint64_t down_us =
	    (uint64_t)(vrrp_fsm_down_ns(&fsm, (int64_t)vrrp->advert_int_us * NS_PER_US) / NS_PER_US);

	need->script |= has_scripts(vrrp);
	need->n_addresses += (uint32_t)vrrp->n_vips;
	if (!need->advert_int_us || vrrp->advert_int_us < need->advert_int_us)
		need->advert_int_us = vrrp->advert_int_us;
	if (vrrp->priority != CONF_PRIORITY_OWNER && (!need->down_us || down_us < need->down_us))
		need->down_us = down_us;
}

struct daemon_need need_of(const struct conf *conf)
{
	struct daemon_need need = {.vrrp = conf->n_vrrps > 0};

	for (size_t i = 0; i < conf->n_virtual_servers; i++) {
		const struct conf_virtual_server *vs = &conf->virtual_servers[i];

		need.script |= vs->quorum_up || vs->quorum_down;
		for (size_t j = 0; j < vs->n_real_servers; j++)
			need_of_server(&vs->real_servers[j], &need);
	}
	for (size_t i = 0; i < conf->n_vrrps; i++)
		need_of_instance(&conf->vrrps[i], &need);
	return need;
}
