/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The director's side of the vrrp process: it is given the instances and reports their states. */
#ifndef LVSD_DAEMON_DIRECTOR_ROLES_H
#define LVSD_DAEMON_DIRECTOR_ROLES_H

#include "base/greeted.h"
#include "base/log_limit.h"
#include "base/loop.h"
#include "base/vec.h"
#include "conf/conf.h"
#include "daemon/director/roles_gate.h"
#include "daemon/shared/held.h"
#include "vrrp/track.h"
#include "vrrp/wire.h"

/* What a part above hears. */
struct roles_sink {
	/* An instance has another state than before. */
	void (*on_state)(const struct conf_vrrp *conf, const struct vrrp_report *report, void *arg);
	/* An instance could not hear for a while: it holds preemption until roles_hold() says how long. */
	void (*on_wants_hello)(void *arg);
	void *arg;
};

struct roles {
	/* What it is given; conf by roles_update(). */
	struct loop *loop;
	const char *run_dir;
	const struct conf *conf; /* NULL before the first */
	const struct vrrp_sources *sources; /* of trackers: what a vrrp process is told of them */
	struct roles_sink sink;

	struct greeted *vrrp; /* the process */
	struct log_limit nonsense; /* that came from it */
	struct held held;          /* addresses that may be on the machine; addresses.json */
	uint64_t serial;           /* of the last COMMIT */
	struct vrrp_sources heard; /* of trackers: interfaces, which the vrrp process watches */
	VEC(struct vrrp_report) reports; /* the last of each instance of the configuration */
	bool is_needed;                  /* by the configuration */
	bool is_preemption_forbidden;     /* roles_forbid_preemption() */
	bool is_gate_open;               /* the instances may be handed out */
	struct mono
	    gate_due; /* when it opens at the latest; MONO_NEVER before the first configuration */
	struct loop_timer *gate;
};

void roles_open(struct roles *roles, int fd, bool is_restart);
void roles_close(struct roles *roles);
/* Writes roles.json and addresses.json again when the run dir was made anew. */
void roles_keep(struct roles *roles);
/* Sends the instances of a new configuration to the vrrp process. */
void roles_update(struct roles *roles, const struct conf *conf);
/*
 * Once a turn: opens the startup gate when there are first verdicts, or a table that was adopted. Of
 * facts, now and due are filled in.
 */
void roles_settle(struct roles *roles, const struct roles_gate_facts *facts);
/* No instance preempts while that is so, whatever the file says: a way to real servers came back. */
void roles_forbid_preemption(struct roles *roles, bool is_forbidden);
/* The source of a tracker has changed; sources has it already. */
void roles_tell_source(struct roles *roles, const struct vrrp_source *source);
/* A hold of preemption that is under way (vrrp/fsm.h) ends in so many milliseconds. */
void roles_hold(struct roles *roles, uint32_t ms);
/* Addresses may be held though the configuration has no instance, so that no vrrp process removes them. */
bool roles_owe_release(const struct roles *roles);
/* Nobody holds an address any more: they were removed, and no vrrp process comes after. */
void roles_released(struct roles *roles);
/* Whether an instance leaves a master of lower priority alone now. */
bool roles_are_held(const struct roles *roles);
/* The last report of an instance, or NULL. */
const struct vrrp_report *roles_find(const struct roles *roles, const struct conf_vrrp *conf);

#endif
