/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The state machine of one VRRP instance (RFC 9568 section 6.4), pure and total: (configuration,
 * state, event, time) gives (state, actions), for every pair of state and event. It knows neither
 * packets nor addresses of the machine: its caller decodes and checks adverts, tells the link's
 * state and carries out the actions in order.
 */
#ifndef LVSD_VRRP_FSM_H
#define LVSD_VRRP_FSM_H

#include "base/mono.h"
#include "vrrp/hold.h"
#include "vrrp/wire.h"

#define VRRP_PRIORITY_OWNER CONF_PRIORITY_OWNER
#define VRRP_PRIORITY_STOP  0

/* What the machine needs of a configuration; VRRP_EVENT_CONFIG tells it of a change. */
struct vrrp_fsm_conf {
	uint8_t version, priority;
	bool is_preempting;
	int64_t interval_ns;
	int64_t interval_max_ns; /* the longest that is adopted from a master; 0: no bound */
	int64_t preempt_delay_ns;
	/* With connection sync: how long a router that has returned leaves a master of lower
	 * priority alone, counted from its hello; 0 without. */
	int64_t hold_ns;
	struct addr source; /* our address on the link, for the tie between equal priorities */
};

enum vrrp_event_kind {
	VRRP_EVENT_START,
	VRRP_EVENT_STOP,
	VRRP_EVENT_ADVERT, /* one that vrrp_pkt_check() accepted */
	VRRP_EVENT_TIMER,  /* the time that vrrp_fsm.wake asked for has come */
	VRRP_EVENT_LINK_UP,
	VRRP_EVENT_LINK_DOWN,
	VRRP_EVENT_CONFIG,
	VRRP_EVENT_RESUME, /* in place of START: a predecessor that just died was MASTER */
	VRRP_EVENT_HOLD,   /* the director has said hello: a hold under way ends in hold_ns */
	VRRP_EVENT_FRAME,  /* a frame of another machine has come: the switch port forwards */
	VRRP_EVENTS,
};

struct vrrp_event {
	enum vrrp_event_kind kind;
	/* ADVERT */
	uint8_t priority;
	int64_t interval_ns;
	struct addr source;
	/* CONFIG: there are addresses that were not there before */
	bool has_new_vips;
	int64_t hold_ns; /* HOLD */
};

enum vrrp_cause {
	VRRP_CAUSE_STARTED,
	VRRP_CAUSE_STOPPED,
	VRRP_CAUSE_RESUMED,
	VRRP_CAUSE_LINK_UP,
	VRRP_CAUSE_LINK_DOWN,
	VRRP_CAUSE_OWNER,     /* priority 255 */
	VRRP_CAUSE_SILENCE,   /* no advertisement in the master-down interval */
	VRRP_CAUSE_LOWER,     /* the master has a lower priority */
	VRRP_CAUSE_RESIGNED,  /* the master sent priority 0 */
	VRRP_CAUSE_BETTER,    /* a higher priority was heard */
	VRRP_CAUSE_TIE,       /* an equal priority with a higher address was heard */
	VRRP_CAUSE_TOOK_OVER, /* another router took over while this one did not run */
	VRRP_CAUSE_GAVE_WAY,  /* a lower one was master while this one heard nobody */
};

struct vrrp_transition {
	enum vrrp_state_name from, to;
	enum vrrp_cause cause;
	int64_t silence_ns; /* SILENCE, RESIGNED, LOWER: since the last advert */
	uint8_t priority;   /* LOWER, BETTER, TIE, TOOK_OVER, GAVE_WAY: the other router's */
	struct addr source; /* the other router, where there is one */
};

enum vrrp_action_kind {
	VRRP_ACTION_SEND_ADVERT,
	VRRP_ACTION_ADD_VIPS, /* all that are missing; never removes */
	VRRP_ACTION_DEL_VIPS, /* all that are there */
	VRRP_ACTION_ANNOUNCE, /* gratuitous ARP or unsolicited neighbour advertisements, at once */
	VRRP_ACTION_REANNOUNCE, /* the same, unless one has just begun */
	VRRP_ACTION_NOTIFY,     /* the state has changed */
	VRRP_ACTION_NEWS,       /* a backup's state has not changed, but wants_hello or its hold */
};

struct vrrp_action {
	enum vrrp_action_kind kind;
	uint8_t priority;                  /* SEND_ADVERT */
	struct vrrp_transition transition; /* NOTIFY */
};

#define VRRP_ACTIONS_MAX 6

struct vrrp_actions {
	struct vrrp_action items[VRRP_ACTIONS_MAX];
	size_t n;
};

/* Why a BACKUP may not know the connections of the master that it hears next. */
enum vrrp_return {
	VRRP_RETURN_NONE,
	VRRP_RETURN_START, /* it has just started: the director says hello by itself */
	VRRP_RETURN_DEAF,  /* it could not hear for a while: FAULT, or sleep */
};

/* Begins as {0}: INIT with the link down. state, master, master_interval_ns and wants_hello are for
 * the caller to read. */
struct vrrp_fsm {
	enum vrrp_state_name state;
	struct mono wake;   /* read it with vrrp_fsm_wake() */
	struct addr master; /* source of the last advert; AF_UNSPEC: none */
	bool is_link_up;
	/* BACKUP */
	struct mono since;          /* when the master-down timer was started */
	int64_t master_interval_ns; /* learned from the master (version 3) */
	bool is_master_gone;        /* priority 0 was heard: the skew time only */
	struct mono heard;          /* the last advert with another priority than 0 */
	uint8_t heard_priority;     /* the master's; 0: none since the return, or it resigned */
	enum vrrp_return returned;  /* until the first advert is heard */
	bool awaits_frame;          /* silence says nothing yet: the port may not forward */
	struct vrrp_hold hold;      /* plus the skew time: two backups may be waiting */
	bool wants_hello;           /* the director is to say hello, and to answer with HOLD */
	/* MASTER */
	bool is_listening;            /* does not know yet whether another router took over */
	bool owes_answer;             /* wake is earlier than usual, to answer a priority 0 */
	struct mono spoken, answered; /* the last advert; the last one in answer to another */
	/* It became MASTER by silence, and may not know whom it could not hear: until then it gives
	 * way. MONO_NEVER: until it has heard a frame; {0}: it does not give way. */
	struct mono alone_until;
	/* In every state: the first frame since the start or the end of FAULT ({0}: none), and
	 * whether it has given way since. */
	struct mono frame_at;
	bool has_given_way;
};

/* When fsm wants VRRP_EVENT_TIMER; MONO_NEVER: not at all. */
struct mono vrrp_fsm_wake(const struct vrrp_fsm *fsm);

/* Does it matter when the first frame is heard, which is still awaited? */
bool vrrp_fsm_wants_frame(const struct vrrp_fsm_conf *conf, const struct vrrp_fsm *fsm);

/* One event. ret_actions is emptied first. */
void vrrp_step(const struct vrrp_fsm_conf *conf, struct vrrp_fsm *fsm,
	       const struct vrrp_event *event, struct mono now, struct vrrp_actions *ret_actions);

#endif
