/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * All VRRP instances of this machine as one pure router: (event, time) gives actions. The caller
 * chooses an id for each instance. The router decides everything: what an advertisement means,
 * whether an instance can take part, when addresses are added again or announced, what is reported
 * to the director. It does no I/O. The caller hands packets over undecoded, and carries out the
 * actions in order, after the loop that reads packets and never inside it.
 *
 * An instance takes part as long as its set of faults (vrrp/fault.h) is empty. When an event of one
 * instance has consequences for others, these are further steps inside vrrp_router_step().
 *
 * Sync groups: instances whose configurations name the same group are in the same state after each
 * step. A fault of a member is a fault of all. A member that becomes BACKUP takes the others with it.
 * They become MASTER when the master-down timers of all of them have expired. A member that comes
 * to a group at work follows that group, and counts only from the moment at which it is in the
 * group's state without a fault of its own: it moves nobody. The members of a group that starts
 * are started with the last of their START events.
 */
#ifndef LVSD_VRRP_ROUTER_H
#define LVSD_VRRP_ROUTER_H

#include "base/vec.h"
#include "vrrp/fault.h"
#include "vrrp/fsm.h"
#include "vrrp/garp.h"
#include "vrrp/guard.h"
#include "vrrp/pkt.h"
#include "vrrp/router/queue.h"
#include "vrrp/track.h"
#include "vrrp/vips.h"

/* What is known of one instance of the vrrp process that this process replaces. */
struct vrrp_legacy {
	enum vrrp_state_name last_state; /* as the director heard last; INIT: nothing is continued */
	enum vrrp_state_name former_state; /* the same in any case; INIT: nothing is replaced */
	struct mono
	    alive; /* when the predecessor was at work for the last time; MONO_NEVER: unknown */
	/* The predecessor had hung: its last advertisement may be one interval older than alive. */
	bool was_silent;
	bool has_addresses; /* the virtual addresses are on the machine, or the instance has none */
	bool was_relieved; /* it has said that it was at work until this process took over: nobody else has */
};

/* Can other routers have taken over since the last advertisement of the former process? Then a new
 * process that goes on as MASTER listens first. Example: alive 1 s ago, an interval of 1 s: false. */
bool vrrp_resumes_late(const struct vrrp_fsm_conf *conf, const struct vrrp_legacy *legacy,
		       struct mono now);

enum vrrp_router_event_kind {
	VRRP_ROUTER_ADD,    /* a new instance, in INIT, under a new id */
	VRRP_ROUTER_SET,    /* a new configuration; nothing happens before APPLY */
	VRRP_ROUTER_APPLY,  /* the configuration of SET is in force */
	VRRP_ROUTER_START,  /* after the first FAULTS */
	VRRP_ROUTER_STOP,   /* a master resigns with priority 0 */
	VRRP_ROUTER_LEAVE,  /* the same, but a master hands over first (VRRP_EVENT_LEAVE) */
	VRRP_ROUTER_REMOVE, /* after STOP; the id is free again */
	VRRP_ROUTER_FAULTS, /* which faults the machine has for the instance */
	VRRP_ROUTER_VIPS,   /* whether a master's addresses are present; also after ADD_VIPS */
	VRRP_ROUTER_PACKET, /* a message of the instance's VRID, family and interface */
	VRRP_ROUTER_TIME,   /* the time of vrrp_router_wake() has come */
	VRRP_ROUTER_HOLD,   /* the director has sent a hello, or says when it will */
	VRRP_ROUTER_SLEPT,  /* the machine was suspended (VRRP_EVENT_SLEPT) */
	VRRP_ROUTER_FRAME,  /* a frame of another machine has arrived on the interface */
	/* Another router gives up an address that the instance has, under another VRID: neighbours may have
	 * learned its hardware address. */
	VRRP_ROUTER_YIELDED,
	/* Of no single instance: the source of a tracker is in this state now. All instances that
	 * track it change in this step. */
	VRRP_ROUTER_SOURCE,
	/* Of no single instance: whether all of them are forbidden to preempt from now on. */
	VRRP_ROUTER_PREEMPTION,
	/* Of no single instance: the router forgets sources that no instance tracks any more. */
	VRRP_ROUTER_FORGET_SOURCES,
	VRRP_ROUTER_EVENTS,
};

struct vrrp_router_event {
	enum vrrp_router_event_kind kind;
	unsigned id;
	/* ADD, SET: the caller owns it and leaves it unchanged until the next SET or REMOVE. */
	const struct conf_vrrp *conf;
	int64_t slept_ns;          /* SLEPT */
	int64_t hold_ns;           /* ADD, SET: vrrp_fsm_conf.hold_ns; HOLD: the hold ends in it */
	int64_t gate_ns;           /* ADD, SET: vrrp_fsm_conf.gate_ns */
	struct vrrp_order order;   /* ADD, SET */
	struct mono barred_until;  /* ADD: a predecessor was barred until then; {0}: it was not */
	bool has_new_vips;         /* SET */
	struct vrrp_legacy legacy; /* START */
	/* FAULTS: a set within VRRP_FAULTS_OF_MACHINE, and the address to send from. With NO_SOURCE
	 * the old address is kept, since a last advertisement with priority 0 may still be sent. */
	unsigned faults;
	struct addr source;
	/* FAULTS: a hash of the sentence about the first of them. If it changes, the cause is another
	 * one: "has no carrier" becomes "is down". 0 without a fault. */
	uint64_t said;
	enum vrrp_vips_missing missing; /* VIPS */
	/* PACKET: body stays valid during the step. */
	struct vrrp_path path;
	const uint8_t *body;
	size_t len;
	bool is_signed; /* it came with an AH, with which body begins, in an IP packet with this id */
	uint16_t ip_id;
	uint32_t ah_sequence; /* ADD, FAULTS: AH goes on behind it or a greater number (vrrp_ah_begin()) */
	const struct vrrp_source *tracked; /* SOURCE: copied */
	bool is_forbidden;                 /* PREEMPTION */
};

struct vrrp_router;

/* A router without an instance. */
struct vrrp_router *vrrp_router_new(void);
void vrrp_router_free(struct vrrp_router *router);

/* Handles one event and appends its actions to the queue. vrrp_router_has_room() must hold, except
 * for VIPS, which makes no action. */
void vrrp_router_step(struct vrrp_router *router, const struct vrrp_router_event *event,
		      struct mono now);

/* Is there room for the actions of one more event? */
bool vrrp_router_has_room(const struct vrrp_router *router);
/* Must the actions be carried out before more packets are read? Yes when a state has changed or the
 * queue has no room. */
bool vrrp_router_is_urgent(const struct vrrp_router *router);
/* Takes the oldest action out of the queue. False: the queue is empty. */
bool vrrp_router_take(struct vrrp_router *router, struct vrrp_router_action *ret_action);

/* When the instance needs VRRP_ROUTER_TIME; MONO_NEVER: nothing is waiting for a time. */
struct mono vrrp_router_wake(const struct vrrp_router *router, unsigned id);

/* Does the instance still await VRRP_ROUTER_FRAME? */
bool vrrp_router_wants_frame(const struct vrrp_router *router, unsigned id);

/* The present state of an instance; valid until the next step. */
const struct vrrp_fsm *vrrp_router_fsm(const struct vrrp_router *router, unsigned id);
const struct vrrp_fsm_conf *vrrp_router_conf(const struct vrrp_router *router, unsigned id);
unsigned vrrp_router_faults(const struct vrrp_router *router, unsigned id);
/* The instance's advertisement with the given priority; it points into the instance. */
struct vrrp_pkt vrrp_router_advert(const struct vrrp_router *router, unsigned id, uint8_t priority);
/* What the source of a tracker said last; NULL: nothing. */
const struct vrrp_source *vrrp_router_source(const struct vrrp_router *router,
					     const struct conf_track *track);
/* The state of the source that counts for the instance: with track_hold_time, perhaps a former one. */
const struct vrrp_source *vrrp_router_counted(const struct vrrp_router *router, unsigned id,
					      const struct conf_track *track);
/* The tracker that is the cause of VRRP_FAULT_TRACKER; NULL without that fault. */
const struct conf_track *vrrp_router_fault_track(const struct vrrp_router *router, unsigned id);
/* The member of its sync group whose fault is the cause of VRRP_FAULT_SYNC_GROUP; its own id without
 * that fault. */
unsigned vrrp_router_fault_member(const struct vrrp_router *router, unsigned id);
/* Does the instance follow its sync group, without counting in it yet? False without a group. */
bool vrrp_router_is_joining(const struct vrrp_router *router, unsigned id);
/* The report to the director. The caller fills in the sentence of the fault and the counters that
 * it keeps itself. */
struct vrrp_report vrrp_router_report(const struct vrrp_router *router, unsigned id);

#endif
