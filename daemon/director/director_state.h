/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of the director process share. Nobody else includes this. */
#ifndef LVSD_DAEMON_DIRECTOR_DIRECTOR_STATE_H
#define LVSD_DAEMON_DIRECTOR_DIRECTOR_STATE_H

#include "base/chan.h"
#include "base/log_limit.h"
#include "base/loop.h"
#include "base/vec.h"
#include "conf/conf.h"
#include "daemon/director/checks.h"
#include "daemon/control/control.h"
#include "daemon/director/director.h"
#include "daemon/director/host/host.h"
#include "daemon/director/notify.h"
#include "daemon/director/paths.h"
#include "daemon/director/scripts.h"
#include "daemon/director/config/config.h"
#include "daemon/director/table/kernel.h"
#include "daemon/director/table/timeouts.h"
#include "healthcheck/health.h"
#include "sync/calls.h"
#include "sync/rejoin.h"
#include "vrrp/wire.h"

#include <jansson.h>

/* The director's side of the vrrp process. */
struct roles {
	struct chan *chan;
	struct log_limit nonsense; /* that came from it */
	VEC(struct vrrp_report) reports; /* the last of each instance of the configuration */
	bool is_needed;                  /* by the configuration */
	uint64_t nonce;                  /* of the last HELLO; 0: none yet */
	bool is_gate_open;               /* the instances may be handed out */
	struct mono
	    gate_due; /* when it opens at the latest; MONO_NEVER before the first configuration */
	struct loop_timer *gate;
};

/* Another director that comes back, and we that do. */
struct rejoin {
	struct sync_hello *hello; /* NULL without lvs_sync_daemon, or when it could not be opened */
	bool is_deaf;             /* it could not, and the log knows */
	struct sync_rejoin state;
	struct sync_callers callers; /* who said hello */
	struct loop_timer *step;
	struct sync_calls said; /* our own hellos, as the other director counts them */
	struct sync_greeting greeting; /* the last of them */
	bool is_missed;          /* the other director was silent: a hello is to be said */
	struct loop_timer *again; /* is_missed, or the hello is repeated */
	bool is_owed;            /* a hello is to be said, when next is due or hello is open */
	struct loop_timer *next;
};

struct director {
	const struct director_args *args;
	struct loop *loop;
	struct chan *supervisor;
	struct control *control; /* NULL before is_announced */
	int listen_fd;           /* control.sock, until control has it */
	struct conf *conf;
	struct config config;
	struct claims *claims; /* the virtual routers that no other lvsd here may run */
	struct health *health;
	struct kernel kernel;
	struct host_side host;
	struct checks checks;
	struct paths paths;
	struct roles roles;
	struct rejoin rejoin;
	struct syncing *syncing;
	struct heartbeats *heartbeats;
	struct scripts scripts;
	struct notify notify;
	bool is_announced; /* READY was said, and commands are answered */
	bool is_stopping;
	struct loop_timer *stop;
};

/* roles.c */
void roles_open(struct director *d, int fd);
void roles_close(struct director *d);
/* Writes roles.json again when the run dir was made anew. */
void roles_keep(struct director *d);
/* Sends the instances of the configuration to the vrrp process. */
void roles_update(struct director *d);
/*
 * Once a turn: opens the startup gate when there are first verdicts, or a table that was adopted.
 */
void roles_settle(struct director *d);
/* paths_are_holding_preemption() says something else than before. */
void roles_tell_preemption(struct director *d);
/* A hold of preemption that is under way (vrrp/fsm.h) ends in so many milliseconds. */
void roles_hold(struct director *d, uint32_t ms);
/* Whether an instance leaves a master of lower priority alone now. */
bool roles_are_held(const struct director *d);
/* The last report of an instance, or NULL. */
const struct vrrp_report *roles_find(const struct director *d, const struct conf_vrrp *conf);

/* rejoin.c */

/* Before the sync roles are compared: listens for other directors if lvs_sync_daemon is on. */
void rejoin_settle(struct director *d);
/*
 * Our kernel may have missed connections: its backup role has started, or an instance could not
 * hear for a while. Says hello in the next turn, or as soon as the other director will take it, and
 * tells the vrrp process how long preemption is held for that. While the interface of connection
 * sync has a fault the hello waits, and the log says what that costs.
 */
void rejoin_announce(struct director *d);
/*
 * Connection sync works again, and a hello of before may not have arrived: while preemption is held
 * it is said again, and the time counts from there.
 */
void rejoin_repeat(struct director *d);
/*
 * A heartbeat of another director came; hears_us: by what it says, it hears ours. A hello that it has not
 * answered is repeated while preemption is held. was_silent: none had come for some time, so what its kernel told
 * meanwhile is missing here: a hello is due.
 */
void rejoin_heard(struct director *d, bool hears_us, bool was_silent);
/* Our kernel tells of each connection in use anew, as after the other director's hello. */
void rejoin_tell_anew(struct director *d);
/* Listens anew: the interface is another one under the same name and index. */
void rejoin_reopen(struct director *d);
void rejoin_close(struct director *d);

/* announce.c: what the supervisor, and so the service manager, hears. */

/* The configuration that is in force serves. */
void announce_serving(struct director *d);
/* config_reload() and config_rollback() between two announcements. */
int announced_reload(struct director *d, const struct reload_order *order,
		     struct reload_answer *ret_answer);
int announced_rollback(struct director *d, enum reload_action action,
		       struct reload_answer *ret_answer);

/* kernel_json.c: the answer to the request; with "kernel" all that lvsd holds there too. */
json_t *status_answer(struct director *d, json_t *request);

/* status.c: the object that lvsctl status prints (doc/control.md); the caller's to decref. */
json_t *status_json(const struct director *d);
/* The part of it that says which configuration is in force. */
json_t *status_config_json(const struct director *d);

#endif
