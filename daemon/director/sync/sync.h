/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The keeper of connection sync between two directors: the kernel's roles (syncing.h), who comes back
 * (rejoin.h) and whether what is sent arrives (heartbeats.h). It knows nothing of the rest of the
 * director.
 */
#ifndef LVSD_DAEMON_DIRECTOR_SYNC_SYNC_H
#define LVSD_DAEMON_DIRECTOR_SYNC_SYNC_H

#include "base/loop.h"
#include "conf/conf.h"
#include "daemon/director/sync/heartbeats.h"
#include "daemon/director/sync/rejoin.h"
#include "daemon/director/sync/syncing.h"
#include "ipvs/genl.h"
#include "ipvs/state.h"
#include "vrrp/wire.h"

/* What a part above is asked and told. */
struct sync_sink {
	/* A hold of preemption that is under way ends in so many milliseconds. */
	void (*hold)(uint32_t ms, void *arg);
	/* Whether an instance holds preemption now. */
	bool (*is_held)(void *arg);
	/* The last report of an instance, or NULL. */
	const struct vrrp_report *(*report)(const struct conf_vrrp *conf, void *arg);
	/* From now on the kernel's roles are lvsd's, or no longer: to be remembered. */
	void (*set_ours)(bool is_ours, void *arg);
	/* The interface of connection sync has changed: syncing_settle() is due. */
	void (*on_change)(void *arg);
	void *arg;
};

struct sync_side {
	/* What it is given; conf is the configuration in force, NULL before the first. */
	struct loop *loop;
	const char *run_dir;
	const struct conf *conf;
	const struct ipvs_state *table; /* the IPVS table; as read last while *is_table_known */
	const bool *is_table_known;
	struct sync_sink sink;

	struct ipvs_genl *genl; /* of the last syncing_settle() */
	struct rejoin rejoin;
	struct syncing *syncing;
	struct heartbeats *heartbeats;
};

#endif
