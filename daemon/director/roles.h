/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The director's side of the vrrp process, which gets the VRRP instances and reports their states.
 */
#ifndef LVSD_DAEMON_DIRECTOR_ROLES_H
#define LVSD_DAEMON_DIRECTOR_ROLES_H

#include "base/greeted.h"
#include "base/log_limit.h"
#include "base/loop.h"
#include "base/vec.h"
#include "conf/conf.h"
#include "daemon/director/role/role_groups.h"
#include "daemon/director/role/role_orders.h"
#include "daemon/director/role/roles_gate.h"
#include "daemon/director/role/vrrp_life.h"
#include "daemon/shared/held.h"
#include "vrrp/holding/refusal.h"
#include "vrrp/track.h"
#include "vrrp/unknown/unknown.h"
#include "vrrp/wire.h"

/* Callbacks to the parts above. */
struct roles_sink {
	/* The state of an instance has changed, and its sync group has not announced that state. */
	void (*on_state)(const struct conf_vrrp *conf, const struct vrrp_report *report, void *arg);
	/* All instances of a sync group are in a state now. */
	void (*on_group)(const struct conf_sync_group *group, enum vrrp_state_name state,
			 const char *cause, void *arg);
	/* The new configuration does not have the instance. conf is of the old configuration. */
	void (*on_removed)(const struct conf_vrrp *conf, const struct vrrp_report *report, void *arg);
	/* The instance has heard a lower priority as MASTER. */
	void (*on_lower)(const struct conf_vrrp *conf, const struct vrrp_report *report, void *arg);
	/* The effective priority has changed, and the state has not. */
	void (*on_priority)(const struct conf_vrrp *conf, const struct vrrp_report *report, void *arg);
	/* An instance could not receive for a while. Its hold lasts until roles_hold() sets the
	 * time. */
	void (*on_wants_hello)(void *arg);
	/* An instance leaves a master of lower priority alone for a while, or for another while. */
	void (*on_held)(void *arg);
	/* An instance has another state, so other addresses are served here. */
	void (*on_served)(void *arg);
	/* The vrrp process of an lvsd that died does not answer: it should be killed. */
	void (*on_orphan_silent)(void *arg);
	/* It has ended, and the configuration has no instance: its addresses may be left (roles_owe_release()). */
	void (*on_orphan_left)(void *arg);
	void *arg;
};

/* The last report of an instance. */
struct role_report {
	struct vrrp_report report;
	struct arena *texts; /* what the report points to */
	uint64_t process;    /* which vrrp process sent it; 0: it is from roles.json */
	/* The cause as that process gave it, in texts. report.cause is an older one if the process goes on
	 * with the state of another. */
	const char *said;
};

struct heir;

struct roles {
	/* Given at the beginning; roles_update() sets conf. */
	struct loop *loop;
	const char *run_dir;
	const struct conf *conf; /* NULL before the first configuration */
	const struct vrrp_sources *sources; /* the states of tracked scripts, which each vrrp
					       process gets */
	struct roles_sink sink;
	pid_t predecessor; /* the process of the orphan; 0: not known, -1: there is none */

	struct greeted *vrrp; /* the channel to the vrrp process */
	struct vrrp_life life; /* of the vrrp process */
	enum vrrp_inheritance inheritance; /* of the states that the vrrp process gets next, until one is at work */
	/* The orphan that has told all its states, until a vrrp process of this lvsd is at work; stored in roles.json.
	 * 0: none. */
	pid_t relieved;
	struct heir *heir; /* while the vrrp process of an lvsd that died has the addresses; else NULL */
	struct log_limit nonsense; /* for malformed frames of the vrrp process */
	struct held held;          /* addresses that may be on the machine; stored in
				      addresses.json */
	uint64_t serial;           /* the number of the last COMMIT */
	struct vrrp_sources heard; /* the states of tracked interfaces, which the vrrp process
				      watches */
	struct vrrp_refusals refusals; /* what the kernel refuses, as the vrrp process told last */
	struct vrrp_unknowns unknowns; /* virtual routers that no instance has, likewise */
	VEC(struct role_report) reports; /* of each instance of the configuration */
	uint64_t n_reports;        /* how many reports have come */
	uint64_t process;          /* how many vrrp processes have answered */
	uint64_t tell, told; /* the number of the last TELL, and of the last TOLD */
	struct mono told_at; /* when TOLD came last; {0}: never */
	struct role_orders orders; /* of an operator; stored in roles.json */
	bool owes_orders;          /* an order was dropped: roles_settle() sends the instances again */
	struct role_groups groups; /* the states that the sync groups have announced */
	bool is_needed;                  /* the configuration has an instance */
	bool is_preemption_forbidden;     /* as set by roles_forbid_preemption() */
	bool is_gate_open;               /* the vrrp process may get the instances */
	struct mono
	    gate_not_before, /* when the gate opens at the earliest */
	    gate_due; /* when the gate opens at the latest; MONO_NEVER before the first
			 configuration */
	struct loop_timer *gate;
	struct loop_timer *store; /* for a change of state that roles.json does not have yet */
	struct mono may_store;    /* from when on a change of state is written at once */
	bool is_store_owed;
};

/* fd: the channel to the vrrp process, and orphan_fd: the connection to that of an lvsd that died (-1: there is
 * none); roles_close() closes both. Reads addresses.json; with is_restart, where this director replaces another
 * one, and where there is an orphan, also roles.json. */
void roles_open(struct roles *roles, int fd, int orphan_fd, bool is_restart);
void roles_close(struct roles *roles);
/* Writes roles.json and addresses.json again, for a run dir that was made anew. */
void roles_keep(struct roles *roles);
/* The interfaces of the machine have changed: notes in addresses.json which of them have the addresses. */
void roles_locate(struct roles *roles);
/* Sends the instances of a new configuration to the vrrp process. */
void roles_update(struct roles *roles, const struct conf *conf);
/* Once a turn: opens the startup gate when its conditions hold (roles_gate.h). The caller need not
 * set now and due of facts. */
void roles_settle(struct roles *roles, const struct roles_gate_facts *facts);
/* While is_forbidden, no instance preempts, whatever the file says: a way to real servers has just
 * come back. */
void roles_forbid_preemption(struct roles *roles, bool is_forbidden);
/* Gives an order to the instances of the configuration that is_meant marks. TAKE stays until
 * roles_order_end(). */
struct vrrp_order roles_order(struct roles *roles, enum vrrp_order_kind kind, const bool *is_meant);
/* Drops the order of that number about the instance and its sync group. is_done: it has been carried
 * out; else it was refused, and the order before it is in force again. */
void roles_order_end(struct roles *roles, const struct conf_vrrp *vrrp, uint64_t number,
		     bool is_done);
/* Sends the vrrp process a tracked script's new state, which sources has already. */
void roles_send_source(struct roles *roles, const struct vrrp_source *source);
/* Ends the hold of preemption that is under way (vrrp/fsm.h) in ms milliseconds. */
void roles_hold(struct roles *roles, uint32_t ms);
/* Whether the machine may have virtual addresses although the configuration has no instance. Then
 * there is no vrrp process that would remove them. */
bool roles_owe_release(const struct roles *roles);
/* Whether the machine may have virtual addresses that the configuration has no more: no vrrp process has
 * confirmed that they are gone. */
bool roles_have_left(const struct roles *roles);
/* The addresses were removed, and no vrrp process will add any: forgets them. */
void roles_released(struct roles *roles);
/* Whether a hold is under way: an instance does not preempt a master of lower priority. */
bool roles_are_held(const struct roles *roles);
/* The state of a sync group of the configuration; VRRP_INIT while its instances differ. */
enum vrrp_state_name roles_group_state(const struct roles *roles, const char *name);
/* Asks the vrrp process for reports of now. Returns whether there is a process that can be asked. */
bool roles_ask(struct roles *roles);
/* Whether the reports that roles_ask() asked for last have come. */
bool roles_are_told(const struct roles *roles);
/* The last report of an instance, or NULL. */
const struct vrrp_report *roles_find(const struct roles *roles, const struct conf_vrrp *conf);

#endif
