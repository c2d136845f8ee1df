/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The state machine of one VRRP instance (RFC 9568 section 6.4), pure and total: (configuration,
 * state, event, time) gives (state, actions), for every pair of state and event. It knows neither
 * packets nor the addresses of the machine: the caller decodes and checks advertisements, reports
 * whether the interface can be used, and carries out the actions in order.
 */
#ifndef LVSD_VRRP_FSM_H
#define LVSD_VRRP_FSM_H

#include "base/mono.h"
#include "vrrp/hold.h"
#include "vrrp/wire.h"

#define VRRP_PRIORITY_OWNER CONF_PRIORITY_OWNER
#define VRRP_PRIORITY_STOP  0

/* The part of a configuration that the state machine needs. After a change the caller sends
 * VRRP_EVENT_CONFIG. */
struct vrrp_fsm_conf {
	uint8_t version, priority;
	bool is_preempting;            /* as the file says */
	bool is_preemption_forbidden;  /* for the time being, whatever the file says */
	int64_t interval_ns;
	int64_t interval_max_ns; /* the longest interval accepted from a master; 0: no bound */
	unsigned down_adverts;   /* intervals of silence, then the master is down; 0 counts as 3 */
	int64_t preempt_delay_ns;
	/* With connection sync: how long this router, after a return, leaves a master of lower
	 * priority alone, counted from its hello. 0: there is no connection sync. */
	int64_t hold_ns;
	/* After a start or FAULT: how long silence does not count, unless a frame of another machine
	 * shows that this router can hear (startup_gate). */
	int64_t gate_ns;
	struct addr source; /* our address; of two equal priorities the higher address wins */
	/* A member of a sync group: a BACKUP becomes MASTER by VRRP_EVENT_TOGETHER alone. */
	bool is_grouped;
	/* A MASTER does not answer a lower priority (RFC 3768 section 6.4.3). */
	bool is_silent_to_lower;
	/* The priority is that of a release by an operator. For messages alone. */
	bool is_released;
};

enum vrrp_event_kind {
	VRRP_EVENT_START,
	VRRP_EVENT_STOP,
	VRRP_EVENT_ADVERT, /* an advertisement that vrrp_pkt_check() accepted */
	VRRP_EVENT_TIMER,  /* the time that vrrp_fsm_wake() asked for has come */
	VRRP_EVENT_LINK_UP,
	VRRP_EVENT_LINK_DOWN,
	VRRP_EVENT_CONFIG,
	VRRP_EVENT_RESUME, /* in place of START: a predecessor was MASTER, its addresses are there */
	VRRP_EVENT_HOLD,   /* the director has sent a hello: a hold in progress ends in hold_ns */
	VRRP_EVENT_PRIORITY, /* conf->priority has changed: a tracker has come or gone */
	VRRP_EVENT_PREEMPTION, /* conf->is_preemption_forbidden has changed */
	VRRP_EVENT_FRAME,  /* a frame of another machine arrived: the switch port forwards */
	/* Of a sync group (is_grouped), from its other members. */
	VRRP_EVENT_TOGETHER, /* all of them want to become MASTER (vrrp_fsm_wants_master()) */
	VRRP_EVENT_YIELD,    /* one of them is BACKUP: a MASTER resigns and is BACKUP too */
	/* As STOP, but a MASTER hands over first (is_leaving). */
	VRRP_EVENT_LEAVE,
	VRRP_EVENT_RELEASE, /* as LEAVE, but the MASTER then stays as BACKUP (is_staying) */
	VRRP_EVENT_TAKE, /* a BACKUP becomes MASTER now, if vrrp_fsm_may_take() says so */
	VRRP_EVENT_SLEPT, /* the machine was suspended: its clock stood still, and the world went on */
	VRRP_EVENTS,
};

struct vrrp_event {
	enum vrrp_event_kind kind;
	/* ADVERT */
	uint8_t priority;
	int64_t interval_ns;
	struct addr source;
	/* CONFIG: the new configuration has addresses that the old one did not have */
	bool has_new_vips;
	int64_t hold_ns; /* HOLD */
	int64_t slept_ns; /* SLEPT: for so long */
	/* LINK_UP: the network was there all the time, so nothing of connection sync was missed. START: a
	 * predecessor was hearing, so the switch port forwards. */
	bool was_hearing;
	/* RESUME: other routers may have taken over meanwhile */
	bool is_late;
	/* RESUME: the predecessor was at work until now, so no other router has taken over */
	bool was_relieved;
	/* RELEASE: the addresses must go before another router adds them, so there is no handover */
	bool is_at_once;
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
	VRRP_CAUSE_GAVE_WAY,  /* a router of lower priority was master while this one was deaf */
	VRRP_CAUSE_SYNC_GROUP, /* another member of the sync group is BACKUP */
	VRRP_CAUSE_HANDED_OVER, /* the router left, and another one advertises */
	VRRP_CAUSE_NO_SUCCESSOR, /* the router left, and no other one has advertised in time */
	VRRP_CAUSE_RELEASED, /* by an operator (RELEASE) */
	VRRP_CAUSE_TAKEN,    /* by an operator (TAKE) */
};

struct vrrp_transition {
	enum vrrp_state_name from, to;
	enum vrrp_cause cause;
	int64_t silence_ns; /* SILENCE, RESIGNED, LOWER: time since the last advertisement */
	/* LOWER, BETTER, TIE, TOOK_OVER, GAVE_WAY, HANDED_OVER, RELEASED, TAKEN: that of the other
	 * router */
	uint8_t priority;
	struct addr source; /* the other router, where there is one */
};

enum vrrp_action_kind {
	VRRP_ACTION_SEND_ADVERT,
	VRRP_ACTION_ADD_VIPS, /* add all virtual addresses that are missing; remove none */
	VRRP_ACTION_DEL_VIPS, /* remove all virtual addresses that are present */
	VRRP_ACTION_ANNOUNCE, /* gratuitous ARP or unsolicited neighbour advertisements, at once */
	VRRP_ACTION_REANNOUNCE, /* the same, unless an announcement has just begun */
	VRRP_ACTION_CORRECT,    /* the same, as another router may have announced them meanwhile */
	VRRP_ACTION_NOTIFY,     /* the state has changed */
	/* Silence counts from now on: send a frame that every machine on the interface gets, for other
	 * routers that wait for one. */
	VRRP_ACTION_BE_HEARD,
	VRRP_ACTION_NEWS,       /* still BACKUP, but wants_hello or the end of the hold changed */
};

struct vrrp_action {
	enum vrrp_action_kind kind;
	uint8_t priority;                  /* SEND_ADVERT */
	struct vrrp_transition transition; /* NOTIFY */
};

#define VRRP_ACTIONS_MAX 6

/* The actions of one step, in their order. */
struct vrrp_actions {
	struct vrrp_action items[VRRP_ACTIONS_MAX];
	size_t n;
};

/* Why a BACKUP may lack connections of the master that it hears next. */
enum vrrp_return {
	VRRP_RETURN_NONE,
	VRRP_RETURN_START, /* the process has just started: the director sends a hello by itself */
	VRRP_RETURN_DEAF,  /* the router could not hear for a while: FAULT, or sleep */
};

/* Begins as {0}: INIT with the link down. state, master, master_interval_ns and wants_hello are for
 * the caller to read. */
struct vrrp_fsm {
	enum vrrp_state_name state;
	struct mono wake;   /* read it with vrrp_fsm_wake() */
	struct addr master; /* source of the last advertisement; AF_UNSPEC: none */
	bool is_link_up;
	/* BACKUP */
	struct mono since;          /* when the master-down timer was started */
	int64_t master_interval_ns; /* learned from the master (version 3) */
	bool is_master_gone;        /* priority 0 was heard: only the skew time is waited for */
	/* The master counts as gone, and this router waits for its sync group all the same. */
	bool is_master_silent;
	struct mono heard;          /* the last advertisement with another priority than 0 */
	/* the master's; 0: no advertisement came since the return, or the master resigned */
	uint8_t heard_priority;
	enum vrrp_return returned;  /* until the first advertisement is heard */
	/* Silence does not count before a frame comes, or before so long after `since`: the switch port
	 * may not forward yet. 0: it counts. */
	int64_t awaits_frame_ns;
	struct vrrp_hold hold;      /* the skew time is added: two backups may be waiting */
	bool wants_hello;           /* the director must send a hello and answer with HOLD */
	/* MASTER */
	bool is_listening;            /* silent, to hear whether another router took over */
	bool owes_answer;             /* wake is earlier than usual, to answer a priority 0 */
	/* when the last advertisement was sent, and when the last one that answered another
	 * router */
	struct mono spoken, answered;
	/* It has sent priority 0 and is silent. It keeps its addresses until another router
	 * advertises, or until leave_until. Before that it repeats its priority 0 once, at wake. */
	bool is_leaving;
	struct mono leave_until;
	/* The router leaves because of RELEASE, and becomes BACKUP afterwards. If no other router
	 * advertises until leave_until, the router goes on as MASTER, and wake is then the time of its
	 * next advertisement. */
	bool is_staying;
	/* The router became MASTER by silence, perhaps because it was deaf: until this time it
	 * gives way to a master of lower priority. MONO_NEVER: until a while after its first frame;
	 * {0}: it does not give way. */
	struct mono alone_until;
	/* In every state: when the first frame since the start or the end of FAULT came ({0}: none
	 * yet), and whether the router has given way since then. */
	struct mono frame_at;
	bool has_given_way;
};

/* When the state machine needs VRRP_EVENT_TIMER; MONO_NEVER: no timer is running. */
struct mono vrrp_fsm_wake(const struct vrrp_fsm *fsm);

/* Would this BACKUP be MASTER now if it were in no sync group? An owner would, but while it hears
 * another owner with a higher address. A timer that is due must have been
 * given (VRRP_EVENT_TIMER), as time in which the router slept does not count. */
bool vrrp_fsm_wants_master(const struct vrrp_fsm_conf *conf, const struct vrrp_fsm *fsm,
			   struct mono now);

/* May this router become MASTER now, whatever it has heard of a master of lower priority? Example:
 * BACKUP with priority 150 beside a master with 100: VRRP_ORDER_DONE; beside one with 200:
 * VRRP_ORDER_BETTER. */
enum vrrp_order_result vrrp_fsm_may_take(const struct vrrp_fsm_conf *conf,
					 const struct vrrp_fsm *fsm, struct mono now);

/* Does a decision of this router depend on the first frame of another machine (VRRP_EVENT_FRAME),
 * which has not come yet? Then the caller listens for it (vrrp/machine/listen.h). */
bool vrrp_fsm_wants_frame(const struct vrrp_fsm_conf *conf, const struct vrrp_fsm *fsm);

/* Handles one event. ret_actions gets the actions of this event alone, at most VRRP_ACTIONS_MAX. */
void vrrp_step(const struct vrrp_fsm_conf *conf, struct vrrp_fsm *fsm,
	       const struct vrrp_event *event, struct mono now, struct vrrp_actions *ret_actions);

#endif
