/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the router remembers. For its own files alone. */
#ifndef LVSD_VRRP_ROUTER_STATE_H
#define LVSD_VRRP_ROUTER_STATE_H

#include "vrrp/damping/track_hold.h"
#include "vrrp/router.h"

/* Instances that name the same sync group. */
struct sync_group {
	char *name;
	VEC(unsigned) members;      /* ids, in the order of the file's list */
	enum vrrp_state_name state; /* of the members that count, as it was logged last */
};

/* What the sentence about a FAULT names. */
struct router_cause {
	bool is_known; /* false: the transition to FAULT has just been reported with its cause */
	enum vrrp_fault fault, own; /* own: of the member, if fault is SYNC_GROUP */
	unsigned member;            /* the instance itself without SYNC_GROUP */
	uint64_t track; /* with TRACKER: a hash of its name */
	uint64_t said;  /* of a fault of the machine: a hash of the sentence about it */
};

struct instance {
	unsigned id;
	const struct conf_vrrp *conf; /* NULL: the id is free */
	uint8_t *addrs;               /* as in an advert */
	struct vrrp_pkt advert;       /* of conf; its priority may differ */
	struct vrrp_policy policy;    /* the same; its source is that of fsm_conf */
	bool has_new_vips;            /* between SET and APPLY */
	unsigned n_unsaid;            /* SAY_STATE actions in the queue */
	struct vrrp_fsm_conf fsm_conf;
	struct vrrp_fsm fsm;
	struct vrrp_garp_conf garp_conf, correct_conf; /* the latter: after a lower priority */
	struct vrrp_garp garp;
	/* MASTER, and no frame of another machine has come since it began to announce addresses: the
	 * switch port may not forward, so perhaps nobody has heard that. */
	bool is_unproven;
	struct vrrp_guard guard;
	enum vrrp_vips_missing missing;
	unsigned faults;
	uint64_t said_fault; /* of the first fault of the machine (vrrp_router_event.said) */
	bool sheds_tracker; /* while a configuration without the tracker of the FAULT is acted on */
	bool leaves_bar; /* while the end of BARRED is acted on */
	struct vrrp_track_hold track_hold;
	uint8_t unsaid_priority; /* in FAULT by a tracker: the one that the log knows; 0: that of fsm_conf */
	const struct conf_track *acts_on; /* the tracker whose change is acted on now; else NULL */
	struct mono due; /* while the timer of a MASTER is acted on: when it was to fire; else {0} */
	struct router_cause reported_cause; /* in FAULT: at the end of the last step */
	bool was_deaf; /* it has had a fault other than a tracker's since it took part last */
	struct vrrp_order order; /* TAKE becomes NONE when it has been carried out */
	enum vrrp_order_result order_result; /* of order.number */
	/* The order that was in force before `order`. It is in force again if `order` is
	 * refused. */
	enum vrrp_order_kind order_before;
	uint64_t release_number; /* of the RELEASE whose handover began last; 0: none has */
	bool has_new_order; /* between SET and APPLY, or ADD and START */
	bool wants_take;    /* until the next settlement of its sync group */
	struct mono barred_until;
	struct mono silent_at;   /* the bar ends then, unless another router is heard before */
	/* another router was heard. Cleared if none is heard while the instance is barred */
	bool knows_other;
	struct mono said_hold;   /* the end of a hold that the log knows */
	struct mono said_spared; /* when a line said last that nopreempt leaves a lower master alone */
	bool knows_spared;       /* a line has said so of the present case */
	/* what a backup has learned of its master, as it was reported last, whatever the cause of that
	 * report; and when such news was the cause */
	struct addr reported_master;
	int64_t reported_interval_ns;
	struct mono reported_held, reported_at;
	/* Of the last advertisement of version 3 with IPv4, and as it was reported last. */
	enum vrrp_checksum heard_checksum, reported_checksum;
	uint32_t ah_sent, ah_heard; /* the last numbers of AH */
	uint64_t adverts_received, zeros_received, transitions_to_master, transitions_from_master;
	struct mono since; /* when its state has changed last */
	uint64_t change;   /* the number of that change, of all instances */
	uint64_t n_lower;  /* lower priorities that were heard as MASTER, but those that belong to a change of master */
	struct mono lower_reported_at;
	struct sync_group *group; /* NULL: it is in none */
	bool follows_group;       /* while a fault of another member, or its end, is acted on */
	bool is_joined;           /* it counts in its group */
	bool has_left;            /* LEAVE has come: the others of its group leave too, one after the other */
	bool is_pending;          /* between ADD and START, or between SET and APPLY */
	bool is_starting;         /* START has come, and other members are pending */
	struct vrrp_legacy legacy; /* of that START */
	bool begins_anew; /* while that START is acted on, without the state of the former process */
};

struct vrrp_router {
	VEC(struct instance) instances; /* by id */
	VEC(struct sync_group *) groups;
	struct vrrp_sources sources;    /* the last known state of each source */
	struct vrrp_queue queue;
	bool has_changed_state;
	uint64_t n_changes; /* of states, of all instances */
	bool is_preemption_forbidden; /* for all instances, also for those that come later */
};

/* The instance of an id that is in use. */
struct instance *router_get(const struct vrrp_router *router, unsigned id);
/* Is the instance in FAULT because its guard gave up? */
bool router_is_barred(const struct instance *instance);

/* --- one.c: one instance --- */

/* Appends an action about the instance; the caller sets its values. */
struct vrrp_router_action *router_push(struct vrrp_router *router, const struct instance *instance,
				       enum vrrp_router_action_kind kind);
/* The least time between two reports that only say what an instance has heard of another router. */
#define LEARNED_TOLD_NS NS_PER_S
/* The master that a BACKUP hears; AF_UNSPEC: it hears none, or is not BACKUP. */
struct addr router_heard_master(const struct instance *instance);
/* Reports that a backup hears another master (or none), interval, delay or form of checksum than
 * before, though its own state is the same. At most once a second: with two masters at the same time
 * each advertisement would change it. */
void router_report_learned(struct vrrp_router *router, struct instance *instance, struct mono now);
/* Call it after a timer: the master of a BACKUP that waits for its sync group may be silent now. */
void router_report_silence(struct vrrp_router *router, struct instance *instance, struct mono now);
/* Reports the instance to the director. */
void router_report(struct vrrp_router *router, struct instance *instance);
/* Has the log still to say until when the hold lasts? While wants_hello is set the director will say
 * when it ends. */
bool router_owes_hold(const struct instance *instance, struct mono now);
/* Logs one line about a hold, if the log owes it. */
void router_say_hold(struct vrrp_router *router, struct instance *instance, struct mono now);
/* Call it at the end of a step. Logs one line when nopreempt begins to leave a master of lower priority
 * alone; at most one a minute, for a priority that goes up and down. */
void router_say_spared(struct vrrp_router *router, struct instance *instance, struct mono now);
/* Announces the addresses that are due. */
void router_announce(struct vrrp_router *router, struct instance *instance, struct mono now);
/* A frame of another machine has come: a MASTER that is_unproven announces its addresses again, and advertises. */
void router_prove(struct vrrp_router *router, struct instance *instance, struct mono now);
/* Gives an event to the state machine, and turns its actions into actions of the router. */
void router_step_fsm(struct vrrp_router *router, struct instance *instance,
		     const struct vrrp_event *event, struct mono now);
/* The same for an event without values. */
void router_step_kind(struct vrrp_router *router, struct instance *instance,
		      enum vrrp_event_kind kind, struct mono now);
/* The set of faults has changed: puts the instance into FAULT, or ends FAULT. */
void router_faults_changed(struct vrrp_router *router, struct instance *instance, struct mono now);
/* Could an instance that starts go on where its predecessor was MASTER? */
bool router_can_resume(const struct instance *instance);
/* Starts an instance. may_resume: it may go on where its predecessor was MASTER. */
void router_start(struct vrrp_router *router, struct instance *instance, bool may_resume,
		  struct mono now);

/* --- cause.c --- */

/* Call it at the end of a step. In FAULT it logs and reports the cause, if another one is named now than
 * at the end of the step before. */
void router_report_cause(struct vrrp_router *router, struct instance *instance);

/* --- order.c: lvsctl vrrp --- */

/* Computes the effective priority, whether the instance preempts, and the fault of the trackers anew.
 * Does not act on them. */
void router_judge(const struct vrrp_router *router, struct instance *instance);
/* The states of sources that count for the instance. */
const struct vrrp_sources *router_sources(const struct vrrp_router *router,
					  const struct instance *instance);
/* Has an address of the instance `-nodad` behind it? The successor's kernel would then find this
 * machine's address by duplicate address detection, and not use its own. */
bool router_has_probed(const struct instance *instance);
/* Stores the order of an ADD or SET, and does not act on it. An instance that starts does not act
 * on its order at all (router_order_start()); a running instance acts on it with APPLY. */
void router_order_set(struct instance *instance, const struct vrrp_order *order);
void router_order_start(struct instance *instance);
/* Call it when the handover of a RELEASE is over. It does nothing if a later order has replaced the
 * RELEASE: a HOLD stays in force, and a TAKE has ended the handover. Without a successor the RELEASE is
 * refused, unless the group is relieved. */
void router_order_released(struct vrrp_router *router, struct instance *instance);

/* The last order was refused: the one before is in force again. */
void router_order_refuse(const struct vrrp_router *router, struct instance *instance);

/* --- order_act.c --- */

/* Carries out a new RELEASE. Call it before acting on a new configuration: a released instance must
 * not send the advertisement that this would cause. */
void router_order_release(struct vrrp_router *router, struct instance *instance, struct mono now);
/* Carries out a new TAKE. Call it after acting on a new configuration. */
void router_order_take(struct vrrp_router *router, struct instance *instance, struct mono now);

/* --- group.c: sync groups --- */

/* The configuration of the instance may name another sync group than before; NULL: it is gone. */
void router_group_enter(struct vrrp_router *router, struct instance *instance,
			const struct conf_vrrp *conf);
/* Makes the sync group of an instance whole after a step of that instance, unless a member is
 * pending. Does nothing without a group. */
void router_group_settle(struct vrrp_router *router, struct instance *instance, struct mono now);
void router_groups_free(struct vrrp_router *router);

#endif
