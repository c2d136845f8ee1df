/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Connection sync between directors: the kernel's roles (syncing.h), the mirror of its connections (mirroring.h), and
 * in mode kernel the return of a director (rejoin.h) and whether datagrams arrive (heartbeats.h), in mode relay what
 * that needs (relaying.h), before a planned handover the youngest connections (flushing.h). It knows nothing of the
 * rest of the director.
 */
#ifndef LVSD_DAEMON_DIRECTOR_SYNC_SYNC_H
#define LVSD_DAEMON_DIRECTOR_SYNC_SYNC_H

#include "base/loop.h"
#include "conf/conf.h"
#include "daemon/director/sync/flushing.h"
#include "daemon/director/sync/heartbeats.h"
#include "daemon/director/sync/mirroring.h"
#include "daemon/director/sync/rejoin.h"
#include "daemon/director/sync/relaying.h"
#include "daemon/director/sync/syncing.h"
#include "ipvs/genl.h"
#include "ipvs/state.h"
#include "vrrp/wire.h"

/* Callbacks to the parts above. */
struct sync_sink {
	/* Ends the hold of preemption that is under way in ms milliseconds. */
	void (*hold)(uint32_t ms, void *arg);
	/* Whether an instance holds preemption now. */
	bool (*is_held)(void *arg);
	/* The last report of an instance, or NULL. */
	const struct vrrp_report *(*report)(const struct conf_vrrp *conf, void *arg);
	/* The kernel's roles are lvsd's from now on, or no longer; the caller stores that. */
	void (*set_ours)(bool is_ours, void *arg);
	/* The interface of connection sync has changed, so syncing_settle() is due. */
	void (*on_change)(void *arg);
	/* Reads the table again, with its counters; syncing_settle() follows. */
	void (*read_table)(void *arg);
	/* Another director was heard, or is lost; NULL: nobody needs to know. */
	void (*on_peer)(void *arg);
	/* Mode relay: the sync process has a session with this peer, perhaps another one than before; or has none. */
	void (*on_director)(const struct endpoint *peer, bool is_up, void *arg);
	/* The director of a peer has sent a message. It may come twice. */
	void (*on_message)(const struct endpoint *peer, const void *message, size_t len, void *arg);
	void *arg;
};

struct sync_side {
	/* Given at the beginning; conf is the configuration in force, NULL before the first. */
	struct loop *loop;
	const char *run_dir;
	const struct conf *conf;
	const struct ipvs_state *table; /* the IPVS table; as it was read last while
					   *is_table_known */
	const bool *is_table_known;
	struct sync_sink sink;

	struct ipvs_genl *genl; /* as given to the last syncing_settle() */
	struct rejoin rejoin;
	struct mirroring mirroring;
	struct relaying relaying;
	struct flushing flushing;
	struct syncing *syncing;
	struct heartbeats *heartbeats;
};

#endif
