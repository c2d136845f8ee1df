/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The actions of the router (vrrp/router.h), and the queue in which they wait until the caller
 * takes them. The caller reads no packets while more than VRRP_QUEUE_MAX actions wait. One event of
 * a tracker or of a sync group may add actions for all its instances; the queue grows to hold them.
 * Pure.
 */
#ifndef LVSD_VRRP_ROUTER_QUEUE_H
#define LVSD_VRRP_ROUTER_QUEUE_H

#include "vrrp/fault.h"
#include "vrrp/fsm.h"
#include "vrrp/guard.h"
#include "vrrp/pkt.h"

enum vrrp_router_action_kind {
	VRRP_ROUTER_SEND,
	VRRP_ROUTER_ADD_VIPS, /* add all that are missing, then send the event VIPS */
	VRRP_ROUTER_DEL_VIPS,
	VRRP_ROUTER_ANNOUNCE, /* addresses first to first + n - 1 of the list, once */
	/* one address of the instance on each interface but its own */
	VRRP_ROUTER_ANNOUNCE_EXTRA,
	VRRP_ROUTER_BE_HEARD, /* send a frame of any kind to all machines on the interface */
	VRRP_ROUTER_REPORT,   /* send vrrp_router_report() to the director */
	/* Lines of the log. */
	VRRP_ROUTER_SAY_STATE,
	VRRP_ROUTER_SAY_CAUSE, /* still in FAULT, but the first cause of it is another one now */
	/* the state of the sync group has changed, by an event of this instance */
	VRRP_ROUTER_SAY_GROUP,
	VRRP_ROUTER_SAY_PRIORITY, /* a tracker has changed the priority */
	/* a change of the trackers waits until `until`; MONO_NEVER: it has gone by itself */
	VRRP_ROUTER_SAY_TRACK_HOLD,
	VRRP_ROUTER_SAY_HOLD,     /* a master of lower priority is left alone until `until` */
	/* a backup leaves the master of lower priority alone, because of nopreempt */
	VRRP_ROUTER_SAY_SPARED,
	VRRP_ROUTER_SAY_PROOF, /* a backup waits for proof that it can receive, until `until` at the latest */
	VRRP_ROUTER_SAY_LEAVE,    /* a master hands over, until `until` at the latest */
	VRRP_ROUTER_SAY_ALONE, /* it was released, but no router took over: it stays MASTER */
	VRRP_ROUTER_SAY_GUARD,    /* a missing address is added again */
	VRRP_ROUTER_SAY_BAR_END,  /* the instance takes part again */
	VRRP_ROUTER_SAY_REJECTED, /* for vrrp_others_rejected() */
	VRRP_ROUTER_SAY_HEARD,    /* an advertisement was accepted: for vrrp_others_heard() */
};

/* A list of addresses that is not ours. */
struct vrrp_odd_list {
	size_t n;         /* how many addresses it has */
	struct addr odd;  /* one that only one of both lists has; AF_UNSPEC: none */
	bool is_theirs;   /* odd is in their list */
};

struct vrrp_router_action {
	enum vrrp_router_action_kind kind;
	unsigned id;
	uint32_t ah_sequence;              /* SEND, with AH */
	uint8_t priority;                  /* SEND, SAY_HOLD, SAY_SPARED: the lower master's */
	struct mono due; /* SEND: when it was to leave by its timer; {0}: it answers an event */
	bool is_quiet;                     /* ADD_VIPS: do not log failures */
	size_t first, n;                   /* ANNOUNCE; SAY_GUARD: n losses, or attempts */
	bool is_beside; /* SAY_HEARD: of a lower priority, and no part of a change of master */
	struct vrrp_transition transition; /* SAY_STATE; SAY_GROUP: from and to */
	enum vrrp_fault fault;             /* SAY_STATE: why the new state is FAULT; SAY_CAUSE */
	bool sheds_tracker;                /* SAY_STATE: a configuration took the tracker away */
	bool leaves_bar;                   /* SAY_STATE: the end of the bar is the cause */
	bool is_by_group; /* SAY_STATE: a fault of another member of the sync group, or its end */
	/* SAY_PRIORITY: the tracker that changed it. SAY_TRACK_HOLD: the one that waits. SAY_STATE: the
	 * tracker that is the cause, or NULL. It points into the instance's configuration. */
	const struct conf_track *track;
	uint8_t old_priority;              /* SAY_PRIORITY; priority is the new one */
	struct addr master;                /* SAY_HOLD, SAY_SPARED */
	enum vrrp_state_name former_state; /* SAY_STATE: the instance begins anew in a process that
					      replaces one in which it had this state; else INIT */
	bool follows_group;                /* SAY_STATE: another member of its sync group is the cause */
	struct mono until;                 /* SAY_HOLD, SAY_PROOF, SAY_LEAVE */
	bool is_delayed;                   /* SAY_HOLD: by preempt_delay */
	enum vrrp_guard_verdict verdict;   /* SAY_GUARD */
	bool is_loss;                      /* SAY_GUARD: somebody removed the address */
	bool is_over;             /* SAY_BAR_END: its time is over; else no other router serves */
	enum vrrp_reason reason;  /* SAY_REJECTED */
	struct vrrp_event advert; /* SAY_HEARD: all of it; SAY_REJECTED: its source and interval */
	uint8_t version;          /* SAY_REJECTED */
	bool is_same_list;        /* SAY_HEARD; otherwise the next ones say the difference */
	struct vrrp_odd_list odd_list;
	bool has_pseudo_header;   /* SAY_HEARD: what its checksum covers */
};

#define VRRP_QUEUE_MAX 512
/* The room that the queue keeps while it is empty. */
#define VRRP_QUEUE_MIN 64

/* Begins as {0}; a ring. */
struct vrrp_queue {
	struct vrrp_router_action *items; /* cap of them */
	size_t cap, first, n;
};

void vrrp_queue_free(struct vrrp_queue *queue);
/* Appends an action and returns it for the caller to fill in before the next call. */
struct vrrp_router_action *vrrp_queue_push(struct vrrp_queue *queue, unsigned id,
					   enum vrrp_router_action_kind kind);
/* Takes the oldest action. False: the queue is empty. */
bool vrrp_queue_take(struct vrrp_queue *queue, struct vrrp_router_action *ret_action);
/* Is there room for n more actions below VRRP_QUEUE_MAX? */
bool vrrp_queue_has_room(const struct vrrp_queue *queue, size_t n);

#endif
