/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Workers of the vrrp process on a virtual network and a virtual clock, and the directors of a few lines. */
#ifndef LVSD_TESTS_UNIT_VRRP_WORKER_RIG_H
#define LVSD_TESTS_UNIT_VRRP_WORKER_RIG_H

#include "base/greeted.h"
#include "vrrp/pkt.h"
#include "vrrp/wire.h"
#include "vrrp/worker.h"

#define MACHINES 2

/* A machine with its vrrp process and director. */
struct node {
	unsigned number;
	int ends[2];
	struct loop *loop, *director_loop;
	struct vrrp_worker *worker; /* NULL: it does not run */
	struct greeted *director;
	struct conf_vrrp conf;
	bool has_second;  /* the director sends a second instance, with second_vip */
	uint64_t n_sent;  /* advertisements, as the director heard last */
	bool is_spoiled; /* the director sends an instance that makes no sense */
	const struct conf_statics *statics; /* that the director sends; NULL: it sends no STATICS */
	enum vrrp_state_name state; /* as the director heard last */
	uint64_t serial, carried;
	unsigned n_reports, n_carried, n_released;
	struct vrrp_mismatch mismatch; /* as the director heard last */
	struct vrrp_lateness lateness; /* likewise */
	struct vrrp_report last;       /* the last report */
	struct arena *texts;           /* of last and mismatch */
	uint64_t told;                 /* of the last TOLD */
	char story[256]; /* each state that the director heard of */
};

extern struct node rig_nodes[MACHINES];
/* Of each machine's instance, and of the second one. */
extern struct conf_vip rig_vip, rig_second_vip;

/* A fixture: two machines, with priority 150 and 100. */
void rig_begin(void);
void rig_end(void);
void rig_start_director(struct node *node, bool is_restart);
/* alive: when its predecessor was alive last; MONO_NEVER: there was none. */
void rig_start_worker(struct node *node, struct mono alive);
/* The worker leaves everything as it is. */
void rig_kill_worker(struct node *node);
void rig_run_ms(int64_t ms);
/* Sends the configuration of the node, which is the argument. */
void rig_send_conf(void *arg);
void rig_send_statics(const struct node *node, const struct conf_statics *statics);
/* Each machine's state as its director knows it, and whether the address is there: "MASTER+ BACKUP-".
 */
const char *rig_states(void);

#endif
