/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the router (vrrp/router.h) wants done, and the bounded queue in which it waits until somebody
 * takes it. Pure.
 */
#ifndef LVSD_VRRP_ROUTER_QUEUE_H
#define LVSD_VRRP_ROUTER_QUEUE_H

#include "vrrp/fault.h"
#include "vrrp/fsm.h"
#include "vrrp/guard.h"
#include "vrrp/pkt.h"

enum vrrp_router_action_kind {
	VRRP_ROUTER_SEND,
	VRRP_ROUTER_ADD_VIPS, /* all that are missing, then tell with VRRP_ROUTER_VIPS */
	VRRP_ROUTER_DEL_VIPS,
	VRRP_ROUTER_ANNOUNCE,    /* addresses first to first + n - 1 of the list, once */
	VRRP_ROUTER_REPORT,      /* tell the director vrrp_router_report() */
	VRRP_ROUTER_SAY_STATE,   /* to the log, as all that begin with SAY */
	VRRP_ROUTER_SAY_HOLD,    /* a lower master is left alone until then */
	VRRP_ROUTER_SAY_GUARD,   /* an address is put back */
	VRRP_ROUTER_SAY_BAR_END, /* it takes part again */
	VRRP_ROUTER_SAY_REJECTED,
	VRRP_ROUTER_SAY_HEARD, /* an advert was accepted: for vrrp_others_heard() */
};

struct vrrp_router_action {
	enum vrrp_router_action_kind kind;
	unsigned id;
	uint8_t priority;                  /* SEND, SAY_HOLD: the lower master's */
	bool is_quiet;                     /* ADD_VIPS: failures are not to be logged again */
	size_t first, n;                   /* ANNOUNCE; SAY_GUARD: n losses, or attempts */
	struct vrrp_transition transition; /* SAY_STATE */
	enum vrrp_fault fault;             /* SAY_STATE: of FAULT */
	bool leaves_bar;                   /* SAY_STATE: that is the cause */
	struct addr master;                /* SAY_HOLD */
	struct mono until;                 /* SAY_HOLD */
	bool is_delayed;                   /* SAY_HOLD: by preempt_delay */
	enum vrrp_guard_verdict verdict;   /* SAY_GUARD */
	bool is_loss;                      /* SAY_GUARD: it was removed, not refused */
	bool is_over;             /* SAY_BAR_END: its time, rather than for want of others */
	enum vrrp_reason reason;  /* SAY_REJECTED */
	struct vrrp_event advert; /* SAY_HEARD; its source for SAY_REJECTED too */
	bool is_same_list;        /* SAY_HEARD */
};

#define VRRP_QUEUE_MAX 512

/* Begins as {0}; a ring. */
struct vrrp_queue {
	struct vrrp_router_action items[VRRP_QUEUE_MAX];
	size_t first, n;
};

/* A new action at the end, for the caller to fill in. There must be room. */
struct vrrp_router_action *vrrp_queue_push(struct vrrp_queue *queue, unsigned id,
					   enum vrrp_router_action_kind kind);
/* The oldest; false: there is none. */
bool vrrp_queue_take(struct vrrp_queue *queue, struct vrrp_router_action *ret_action);
/* Is there room for n more? */
bool vrrp_queue_has_room(const struct vrrp_queue *queue, size_t n);

#endif
