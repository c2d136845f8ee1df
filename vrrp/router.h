/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * All VRRP instances of this machine as one pure router: (event, time) gives actions. An instance
 * is known by an id that the caller chooses. The router decides everything: what an advertisement
 * means, whether an instance can take part, when addresses are put back or announced, what the
 * director is told. It touches nothing: the caller decodes no packet, and carries out the actions
 * in order, after the loop that reads packets and never inside of it.
 *
 * An instance takes part as long as no fault is set. A fault has a cause, so that several can come
 * and go without hiding each other. Groups, trackers and sessions of BFD have their place here:
 * what one of them makes of other instances is further steps inside vrrp_router_step().
 */
#ifndef LVSD_VRRP_ROUTER_H
#define LVSD_VRRP_ROUTER_H

#include "base/vec.h"
#include "vrrp/fault.h"
#include "vrrp/fsm.h"
#include "vrrp/garp.h"
#include "vrrp/guard.h"
#include "vrrp/pkt.h"
#include "vrrp/router_queue.h"
#include "vrrp/vips.h"

/* What the vrrp process that this one replaces leaves behind for one instance. */
struct vrrp_legacy {
	enum vrrp_state_name last_state; /* as the director heard last */
	struct mono
	    alive; /* when the predecessor was at work for the last time; MONO_NEVER: unknown */
	/* It had hung since then: its last advert may be an interval older. */
	bool was_silent;
	bool has_addresses; /* they are on the machine, or there are none */
};

/* May it go on as MASTER? Not when the others may have taken over meanwhile. */
bool vrrp_may_resume(const struct vrrp_fsm_conf *conf, const struct vrrp_legacy *legacy,
		     struct mono now);

enum vrrp_router_event_kind {
	VRRP_ROUTER_ADD, /* a new id, in INIT */
	VRRP_ROUTER_SET, /* another configuration; nothing happens before APPLY */
	VRRP_ROUTER_APPLY,
	VRRP_ROUTER_START,  /* after the first FAULTS */
	VRRP_ROUTER_STOP,   /* priority 0 if it is master */
	VRRP_ROUTER_REMOVE, /* stop it first; the id is free again */
	VRRP_ROUTER_FAULTS, /* what the machine has for the instance */
	VRRP_ROUTER_VIPS,   /* whether the addresses of a master are there: also after each ADD_VIPS
			     */
	VRRP_ROUTER_PACKET, /* a message with the instance's VRID, of its family, on its interface
			     */
	VRRP_ROUTER_TIME,   /* the time that vrrp_router_wake() said has come */
	VRRP_ROUTER_HOLD,   /* the director has said hello, or will */
	VRRP_ROUTER_FRAME,  /* a frame of another machine has come on its interface */
	VRRP_ROUTER_EVENTS,
};

struct vrrp_router_event {
	enum vrrp_router_event_kind kind;
	unsigned id;
	/* ADD, SET: stays the caller's, unchanged until the next SET or REMOVE. */
	const struct conf_vrrp *conf;
	int64_t hold_ns;           /* ADD, SET: vrrp_fsm_conf.hold_ns; HOLD: until then */
	struct mono barred_until;  /* ADD: what a predecessor had to wait for; {0}: nothing */
	bool has_new_vips;         /* SET */
	struct vrrp_legacy legacy; /* START */
	/* FAULTS: a set of VRRP_FAULTS_OF_MACHINE; source with NO_SOURCE: the old one is kept, a
	 * last priority 0 may still get out. */
	unsigned faults;
	struct addr source;
	enum vrrp_vips_missing missing; /* VIPS */
	/* PACKET: body holds during the step. */
	struct vrrp_path path;
	const uint8_t *body;
	size_t len;
};

struct vrrp_router;

struct vrrp_router *vrrp_router_new(void);
void vrrp_router_free(struct vrrp_router *router);

/* One event. Call it with room for its actions (vrrp_router_has_room()); VIPS makes none. */
void vrrp_router_step(struct vrrp_router *router, const struct vrrp_router_event *event,
		      struct mono now);

/* Is there room for the actions of one more event? */
bool vrrp_router_has_room(const struct vrrp_router *router);
/* Should the actions be carried out before more packets are read? When a state has changed, or
 * there is no room. */
bool vrrp_router_is_urgent(const struct vrrp_router *router);
/* The next action, oldest first; false: none is left. */
bool vrrp_router_take(struct vrrp_router *router, struct vrrp_router_action *ret_action);

/* When the instance wants VRRP_ROUTER_TIME; MONO_NEVER: not at all. */
struct mono vrrp_router_wake(const struct vrrp_router *router, unsigned id);

/* Does the instance still await VRRP_ROUTER_FRAME? */
bool vrrp_router_wants_frame(const struct vrrp_router *router, unsigned id);

/* What an instance is like now. */
const struct vrrp_fsm *vrrp_router_fsm(const struct vrrp_router *router, unsigned id);
const struct vrrp_fsm_conf *vrrp_router_conf(const struct vrrp_router *router, unsigned id);
unsigned vrrp_router_faults(const struct vrrp_router *router, unsigned id);
/* Its advertisement; points into the instance. */
struct vrrp_pkt vrrp_router_advert(const struct vrrp_router *router, unsigned id, uint8_t priority);
/* What the director is told, but for the fault's sentence and what the caller counts. */
struct vrrp_report vrrp_router_report(const struct vrrp_router *router, unsigned id);

#endif
