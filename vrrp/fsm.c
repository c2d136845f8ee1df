/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The states and timers are those of RFC 9568 section 6.4. Four more rules are for a router that
 * could not hear for a while, and must not decide from what it knew before.
 *
 * 1. A BACKUP that did not run (a paused virtual machine, a starved process): the time in which the
 * router could not listen does not count as silence. The router waits for the master-down time in
 * slices shorter than two intervals. When a slice ends late, the start of the timer moves by the
 * lateness. So a backup that wakes up beside a living master hears that master first.
 *
 * 2. A MASTER that did not run, or whose machine was suspended (VRRP_EVENT_SLEPT): three intervals after
 * its last advertisement, and if it preempts its own skew time later, other routers may have taken over.
 * The router then keeps its addresses, but is silent for a little more than an interval (is_listening). If
 * it hears a better router it becomes BACKUP; if it may not preempt, any other router has this effect. If
 * it hears nobody, it goes on. The caller must read all waiting packets before it sends VRRP_EVENT_TIMER.
 * A replaced process (RESUME) that may not preempt listens in the
 * same way. One that may preempt advertises at once, which keeps the backups quiet, and so does the
 * successor of an orphan, which was at work until then (was_relieved). But if other
 * routers may have taken over already (is_late), it listens too: a process that hung and was replaced
 * is like one that slept. Its addresses go when another router has them, and no earlier.
 *
 * 3. With connection sync: a router that could not hear does not know the connections that the
 * other router serves. It asks for a hello (wants_hello), and leaves a master of lower priority
 * alone until the other kernel has sent the connections (the hold). A MASTER that slept becomes
 * BACKUP, and begins a hold, when it hears a router that took over. The hold begins here, not in
 * the director, which would be too late at an interval of 10 ms. If the director does not answer,
 * the hold ends after twice its usual time. It never lasts longer than four times that time.
 *
 * 4. A router may hear nobody because its switch port does not forward yet. The sign is that no
 * frame of any machine arrives (VRRP_EVENT_FRAME, or an advertisement). After a start or FAULT,
 * silence counts only from the first frame on, or after gate_ns; after FAULT with connection sync
 * after 30 s (awaits_frame_ns). The router answers the first frame with one of its own (BE_HEARD). So
 * two routers that start in a network in which nobody else speaks begin to count at about the same
 * moment, and the skew times decide who is master. The rest is for connection sync, or no preemption.
 * A router that became MASTER by silence before a frame came gives way to a master of lower priority, until a
 * master-down interval after its first frame (alone_until): it sends priority 0, and has returned
 * as in rule 3. A router that lost its master during a hold gives way until the end of that hold. A
 * router that became MASTER after it had heard the network for a whole master-down interval never
 * gives way. No router gives way twice between two returns, whatever packets somebody forges. A
 * master that hears a higher priority steps down in any case. It sends one last advertisement, so
 * that the other router learns of it and may give way. If the master slept, this advertisement has
 * priority 0, and nobody gives way to it.
 *
 * A MASTER that leaves (VRRP_EVENT_LEAVE) sends priority 0, on which another router takes over
 * after its skew time. Until that router's first advertisement this one keeps its addresses, and so
 * goes on serving the clients, but it neither advertises nor announces. When the longest skew time
 * is over and nobody has taken over, the priority 0 may have been lost: it is sent once more. A
 * MASTER that is released (VRRP_EVENT_RELEASE) leaves in the same way, but is BACKUP then.
 *
 * A member of a sync group waits, with its timer expired, until the timers of all members have
 * expired. Its slices go on, so that sleep is noticed. An owner waits for the others too.
 */
#include "vrrp/fsm.h"
#include "vrrp/wait.h"

#include <assert.h>

#define ANSWERS_MAX 8 /* in an interval */

static struct vrrp_action *action_add(struct vrrp_actions *actions, enum vrrp_action_kind kind)
{
	struct vrrp_action *action = &actions->items[actions->n++];

	assert(actions->n <= VRRP_ACTIONS_MAX);
	*action = (struct vrrp_action){.kind = kind};
	return action;
}

static void send_advert(struct vrrp_actions *actions, uint8_t priority)
{
	action_add(actions, VRRP_ACTION_SEND_ADVERT)->priority = priority;
}

/* Changes the state. The caller fills in the rest of the transition that NOTIFY reports. */
static struct vrrp_transition *move(struct vrrp_fsm *fsm, enum vrrp_state_name to,
				    enum vrrp_cause cause, struct vrrp_actions *actions)
{
	struct vrrp_action *action = action_add(actions, VRRP_ACTION_NOTIFY);

	action->transition = (struct vrrp_transition){.from = fsm->state, .to = to, .cause = cause};
	fsm->state = to;
	fsm->alone_until = (struct mono){0};
	return &action->transition;
}

struct mono vrrp_fsm_wake(const struct vrrp_fsm *fsm)
{
	return fsm->state == VRRP_BACKUP || fsm->state == VRRP_MASTER ? fsm->wake : MONO_NEVER;
}

/* --- BACKUP --- */

static struct vrrp_transition *become_backup(const struct vrrp_fsm_conf *conf, struct vrrp_fsm *fsm,
					     enum vrrp_cause cause, int64_t master_interval_ns,
					     struct mono now, struct vrrp_actions *actions)
{
	fsm->is_listening = fsm->is_leaving = fsm->is_staying = false;
	fsm->awaits_frame_ns = 0;
	vrrp_wait_return(fsm, VRRP_RETURN_NONE);
	vrrp_wait_for_master(conf, fsm, master_interval_ns, now);
	return move(fsm, VRRP_BACKUP, cause, actions);
}

/* --- MASTER --- */

/* The advertisement is sent first: it keeps the other backups quiet. */
static struct vrrp_transition *become_master(const struct vrrp_fsm_conf *conf, struct vrrp_fsm *fsm,
					     enum vrrp_cause cause, struct mono now,
					     struct vrrp_actions *actions)
{
	send_advert(actions, conf->priority);
	action_add(actions, VRRP_ACTION_ADD_VIPS);
	action_add(actions, VRRP_ACTION_ANNOUNCE);
	fsm->is_listening = fsm->owes_answer = fsm->wants_hello = false;
	fsm->spoken = now;
	fsm->wake = mono_add_ns(now, conf->interval_ns);
	return move(fsm, VRRP_MASTER, cause, actions);
}

static void fall_silent(const struct vrrp_fsm_conf *conf, struct vrrp_fsm *fsm, struct mono now)
{
	fsm->is_listening = true;
	fsm->wake = mono_add_ns(now, conf->interval_ns + conf->interval_ns / 8);
}

static void speak(const struct vrrp_fsm_conf *conf, struct vrrp_fsm *fsm, struct mono now,
		  struct vrrp_actions *actions)
{
	send_advert(actions, conf->priority);
	fsm->wake = mono_add_ns(now, conf->interval_ns);
	fsm->spoken = now;
	if (fsm->owes_answer)
		fsm->answered = now;
	fsm->is_listening = fsm->owes_answer = false;
}

/* Has the timer come so late that other routers may have taken over, as three intervals
 * (vrrp_down_adverts()) have passed since the last advertisement? A router that preempts is the best one, so
 * that the skew time of any other is longer than its own. */
static bool is_stalled(const struct vrrp_fsm_conf *conf, const struct vrrp_fsm *fsm,
		       struct mono now)
{
	unsigned adverts = vrrp_down_adverts(conf);
	int64_t late = mono_sub(now, fsm->wake);

	if (fsm->is_leaving)
		return false;
	if (fsm->is_listening || adverts == 1)
		return late > conf->interval_ns / 2;
	return late > (adverts - 1) * conf->interval_ns +
			  (vrrp_may_preempt(conf) ? vrrp_fsm_skew_ns(conf, conf->interval_ns) : 0);
}

/* --- leaving INIT and FAULT --- */

/* A router that was hearing all the time goes on with a hold in progress. It took no advertisement in
 * FAULT, so it must hear anew who is master. */
static void backup_resume(const struct vrrp_fsm_conf *conf, struct vrrp_fsm *fsm, struct mono now,
			  struct vrrp_actions *actions)
{
	const struct vrrp_fsm before = *fsm;

	become_backup(conf, fsm, VRRP_CAUSE_LINK_UP, conf->interval_ns, now, actions);
	fsm->hold = before.hold;
	fsm->hold.hears_lower = false;
	fsm->returned = before.returned;
	fsm->awaits_frame_ns = before.awaits_frame_ns;
	vrrp_wait_slice(conf, fsm, now);
}

static void backup_begin(const struct vrrp_fsm_conf *conf, struct vrrp_fsm *fsm,
			 enum vrrp_cause cause, bool was_hearing, struct mono now,
			 struct vrrp_actions *actions)
{
	fsm->master = (struct addr){0};
	if (vrrp_is_owner(conf) && !conf->is_grouped) {
		fsm->frame_at = (struct mono){0};
		fsm->has_given_way = false;
		become_master(conf, fsm, VRRP_CAUSE_OWNER, now, actions);
		return;
	}
	if (was_hearing) {
		backup_resume(conf, fsm, now, actions);
		return;
	}
	fsm->frame_at = (struct mono){0};
	fsm->has_given_way = false;
	become_backup(conf, fsm, cause, conf->interval_ns, now, actions);
	fsm->returned = cause == VRRP_CAUSE_STARTED ? VRRP_RETURN_START : VRRP_RETURN_DEAF;
	fsm->awaits_frame_ns = vrrp_wait_frame_ns(conf, fsm);
}

/* Removes the addresses that a predecessor left on the interface, unless this router becomes master
 * at once. */
static void fsm_start(const struct vrrp_fsm_conf *conf, struct vrrp_fsm *fsm, bool was_hearing,
		      struct mono now, struct vrrp_actions *actions)
{
	if (!fsm->is_link_up) {
		action_add(actions, VRRP_ACTION_DEL_VIPS);
		fsm->returned = VRRP_RETURN_START;
		move(fsm, VRRP_FAULT, VRRP_CAUSE_LINK_DOWN, actions);
		return;
	}
	if (!vrrp_is_owner(conf) || conf->is_grouped)
		action_add(actions, VRRP_ACTION_DEL_VIPS);
	backup_begin(conf, fsm, VRRP_CAUSE_STARTED, false, now, actions);
	if (was_hearing)
		fsm->awaits_frame_ns = 0;
}

/* The predecessor may have died before it had announced all its addresses. */
static void resume(const struct vrrp_fsm_conf *conf, struct vrrp_fsm *fsm, const struct vrrp_event *event,
		   struct mono now, struct vrrp_actions *actions)
{
	if (!fsm->is_link_up) {
		fsm_start(conf, fsm, true, now, actions);
		return;
	}
	if ((vrrp_may_preempt(conf) || event->was_relieved) && !event->is_late)
		speak(conf, fsm, now, actions);
	else
		fall_silent(conf, fsm, now);
	action_add(actions, VRRP_ACTION_ADD_VIPS);
	if (!fsm->is_listening)
		action_add(actions, VRRP_ACTION_ANNOUNCE);
	move(fsm, VRRP_MASTER, VRRP_CAUSE_RESUMED, actions);
}

/* --- events --- */

static struct vrrp_transition *fsm_stop(struct vrrp_fsm *fsm, enum vrrp_state_name to, enum vrrp_cause cause,
		     struct vrrp_actions *actions)
{
	if (fsm->state == VRRP_MASTER && !fsm->is_leaving)
		send_advert(actions, VRRP_PRIORITY_STOP);
	if (fsm->state == VRRP_MASTER)
		action_add(actions, VRRP_ACTION_DEL_VIPS);
	fsm->is_listening = fsm->wants_hello = fsm->is_leaving = fsm->is_staying = false;
	return move(fsm, to, cause, actions);
}

static void hand_over(const struct vrrp_fsm_conf *conf, struct vrrp_fsm *fsm, struct mono now,
		      struct vrrp_actions *actions)
{
	send_advert(actions, VRRP_PRIORITY_STOP);
	fsm->is_leaving = true;
	fsm->is_listening = fsm->owes_answer = false;
	fsm->leave_until = mono_add_ns(now, vrrp_fsm_leave_ns(conf));
	fsm->wake = mono_add_ns(now, vrrp_fsm_leave_again_ns(conf));
}

static void leave_begin(const struct vrrp_fsm_conf *conf, struct vrrp_fsm *fsm, struct mono now,
			struct vrrp_actions *actions)
{
	if (fsm->is_leaving)
		fsm->is_staying = false;
	else if (fsm->state == VRRP_MASTER)
		hand_over(conf, fsm, now, actions);
	else
		fsm_stop(fsm, VRRP_INIT, VRRP_CAUSE_STOPPED, actions);
}

/* advert: of the router that serves now; NULL: none has come. */
static void leave_end(struct vrrp_fsm *fsm, const struct vrrp_event *advert,
		      struct vrrp_actions *actions)
{
	struct vrrp_transition *transition =
	    fsm_stop(fsm, VRRP_INIT, advert ? VRRP_CAUSE_HANDED_OVER : VRRP_CAUSE_NO_SUCCESSOR,
		     actions);

	if (!advert)
		return;
	transition->source = advert->source;
	transition->priority = advert->priority;
}

/* An operator releases the addresses. */
static void release_begin(const struct vrrp_fsm_conf *conf, struct vrrp_fsm *fsm, bool is_at_once,
			  struct mono now, struct vrrp_actions *actions)
{
	if (fsm->state != VRRP_MASTER || fsm->is_leaving)
		return;
	if (!is_at_once) {
		hand_over(conf, fsm, now, actions);
		fsm->is_staying = true;
		return;
	}
	action_add(actions, VRRP_ACTION_DEL_VIPS);
	send_advert(actions, VRRP_PRIORITY_STOP);
	become_backup(conf, fsm, VRRP_CAUSE_RELEASED, conf->interval_ns, now, actions);
	fsm->master = (struct addr){0};
}

/* A BACKUP hears an advertisement: RFC 9568 section 6.4.2, from step 450 on. */
static void backup_hears(const struct vrrp_fsm_conf *conf, struct vrrp_fsm *fsm,
			 const struct vrrp_event *event, struct mono now)
{
	bool is_stop = event->priority == VRRP_PRIORITY_STOP;
	bool is_lower = event->priority < conf->priority && vrrp_may_preempt(conf);

	fsm->hold.is_deaf = fsm->is_master_silent = false;
	if (!is_stop && fsm->returned != VRRP_RETURN_NONE)
		vrrp_wait_notice_return(conf, fsm, event->interval_ns, now);
	if (is_stop) {
		fsm->is_master_gone = true;
		fsm->since = now;
		vrrp_wait_slice(conf, fsm, now);
	} else if (!is_lower || vrrp_wait_leaves_alone(conf, fsm, event, now)) {
		vrrp_wait_for_master(conf, fsm, event->interval_ns, now);
	} else {
		vrrp_wait_slice(conf, fsm, now);
	}
	if (!is_lower)
		vrrp_hold_hear(&fsm->hold, false, now);
	fsm->master = event->source;
	/* The router that resigned may be another one than the router that was heard before. */
	fsm->heard_priority = event->priority;
	if (!is_stop)
		fsm->heard = now;
}

/* advert: of the router that serves now; NULL: none has come, so this one goes on. */
static void release_end(const struct vrrp_fsm_conf *conf, struct vrrp_fsm *fsm,
			const struct vrrp_event *advert, struct mono now,
			struct vrrp_actions *actions)
{
	struct vrrp_transition *transition;

	fsm->is_leaving = fsm->is_staying = false;
	if (!advert) {
		fsm->wake = now;
		action_add(actions, VRRP_ACTION_ADD_VIPS);
		action_add(actions, VRRP_ACTION_REANNOUNCE);
		return;
	}
	action_add(actions, VRRP_ACTION_DEL_VIPS);
	transition =
	    become_backup(conf, fsm, VRRP_CAUSE_RELEASED, advert->interval_ns, now, actions);
	backup_hears(conf, fsm, advert, now);
	transition->source = advert->source;
	transition->priority = advert->priority;
}

/* The handover is over. */
static void handed_over(const struct vrrp_fsm_conf *conf, struct vrrp_fsm *fsm,
			const struct vrrp_event *advert, struct mono now,
			struct vrrp_actions *actions)
{
	if (fsm->is_staying)
		release_end(conf, fsm, advert, now, actions);
	else
		leave_end(fsm, advert, actions);
}

/*
 * A MASTER answers an advertisement of a lower priority with its own. One answer serves a whole
 * flood. No answer is needed if this router has just advertised: the other router may have sent
 * before it could hear that. A priority 0 shortens the timers of the backups, so an advertisement
 * must follow it, at the latest when the next answer is allowed.
 */
static void answer(const struct vrrp_fsm_conf *conf, struct vrrp_fsm *fsm, uint8_t priority,
		   struct mono now, struct vrrp_actions *actions)
{
	bool is_stop = priority == VRRP_PRIORITY_STOP;
	struct mono next =
	    mono_add_ns(is_stop ? fsm->answered : fsm->spoken, conf->interval_ns / ANSWERS_MAX);

	if (!is_stop && conf->is_silent_to_lower)
		return;
	if (fsm->is_listening || mono_reached(now, next)) {
		fsm->owes_answer = true;
		speak(conf, fsm, now, actions);
	} else if (is_stop) {
		fsm->owes_answer = true;
		fsm->wake = mono_min(fsm->wake, next);
	}
}

/* May another router of lower priority stay master, so that its connections live? */
static bool spares_lower(const struct vrrp_fsm_conf *conf)
{
	return !vrrp_is_owner(conf) && (!vrrp_may_preempt(conf) || conf->hold_ns);
}

static bool is_alone(const struct vrrp_fsm *fsm, struct mono now)
{
	return mono_before(now, fsm->alone_until);
}

/* Does this MASTER yield to a router of lower priority, and why? */
static bool yields_to_lower(const struct vrrp_fsm_conf *conf, const struct vrrp_fsm *fsm,
			    struct mono now, enum vrrp_cause *ret_cause)
{
	if (!spares_lower(conf))
		return false;
	if (fsm->is_listening)
		*ret_cause = VRRP_CAUSE_TOOK_OVER;
	else if (is_alone(fsm, now) && !fsm->has_given_way)
		*ret_cause = VRRP_CAUSE_GAVE_WAY;
	else
		return false;
	return true;
}

/*
 * The last advertisement of a MASTER that steps down. The better router may not have heard this one
 * yet. It answers this advertisement with a new announcement of the addresses, which are not here
 * any more: neighbours may still send to this router. A master that slept sends priority 0, which
 * is answered in the same way, and to which nobody gives way.
 */
static void say_last(const struct vrrp_fsm_conf *conf, const struct vrrp_fsm *fsm,
		     enum vrrp_cause cause, struct vrrp_actions *actions)
{
	if (cause == VRRP_CAUSE_GAVE_WAY || (fsm->is_listening && spares_lower(conf)))
		send_advert(actions, VRRP_PRIORITY_STOP);
	else
		send_advert(actions, conf->priority);
}

/* A MASTER hears an advertisement: RFC 9568 section 6.4.3, from step 700 on. */
static void master_hears(const struct vrrp_fsm_conf *conf, struct vrrp_fsm *fsm,
			 const struct vrrp_event *event, struct mono now,
			 struct vrrp_actions *actions)
{
	struct vrrp_transition *transition;
	enum vrrp_cause cause;
	bool is_return;

	if (fsm->is_leaving) {
		if (event->priority != VRRP_PRIORITY_STOP)
			handed_over(conf, fsm, event, now, actions);
		return;
	}
	if (event->priority > conf->priority) {
		cause = VRRP_CAUSE_BETTER;
	} else if (event->priority == conf->priority &&
		   addr_cmp(&event->source, &conf->source) > 0) {
		cause = VRRP_CAUSE_TIE;
	} else if (event->priority == VRRP_PRIORITY_STOP ||
		   !yields_to_lower(conf, fsm, now, &cause)) {
		answer(conf, fsm, event->priority, now, actions);
		/* Neighbours and switches may send to the other router by now: correct them. */
		action_add(actions, VRRP_ACTION_CORRECT);
		return;
	}
	action_add(actions, VRRP_ACTION_DEL_VIPS);
	if (cause != VRRP_CAUSE_TOOK_OVER)
		say_last(conf, fsm, cause, actions);
	if (cause == VRRP_CAUSE_GAVE_WAY)
		fsm->has_given_way = true;
	is_return = fsm->is_listening || is_alone(fsm, now);
	transition = become_backup(conf, fsm, cause, event->interval_ns, now, actions);
	if (is_return)
		fsm->returned = VRRP_RETURN_DEAF;
	backup_hears(conf, fsm, event, now);
	transition->source = event->source;
	transition->priority = event->priority;
}

/* --- frames --- */

bool vrrp_fsm_wants_frame(const struct vrrp_fsm_conf *conf, const struct vrrp_fsm *fsm)
{
	if (fsm->frame_at.ns || !(fsm->awaits_frame_ns || spares_lower(conf)))
		return false;
	return fsm->state == VRRP_MASTER ? mono_is_never(fsm->alone_until)
					 : fsm->state == VRRP_BACKUP;
}

/* Two signs of a master of lower priority: its advertisement did not restart the timer; or it did,
 * and now the hold ends before the master-down time. */
static bool hears_lower(const struct vrrp_fsm_conf *conf, const struct vrrp_fsm *fsm,
			struct mono now)
{
	return !fsm->is_master_gone && (mono_before(fsm->since, fsm->heard) ||
					mono_before(now, vrrp_wait_silent_at(conf, fsm)));
}

static enum vrrp_cause takeover_cause(const struct vrrp_fsm_conf *conf, const struct vrrp_fsm *fsm,
				      struct mono now)
{
	if (vrrp_is_owner(conf) && conf->is_grouped)
		return VRRP_CAUSE_OWNER;
	if (hears_lower(conf, fsm, now))
		return VRRP_CAUSE_LOWER;
	return fsm->is_master_gone ? VRRP_CAUSE_RESIGNED : VRRP_CAUSE_SILENCE;
}

static void take_over(const struct vrrp_fsm_conf *conf, struct vrrp_fsm *fsm, struct mono now,
		      struct vrrp_actions *actions)
{
	enum vrrp_cause cause = takeover_cause(conf, fsm, now);
	int64_t silence_ns = mono_sub(now, cause == VRRP_CAUSE_LOWER ? fsm->heard : fsm->since);
	struct mono alone_until = {0};
	struct vrrp_transition *transition;

	if (cause == VRRP_CAUSE_SILENCE && vrrp_hold_awaits_sync(&fsm->hold, now))
		alone_until = fsm->hold.sync_until;
	else if (cause == VRRP_CAUSE_SILENCE && fsm->returned != VRRP_RETURN_NONE)
		alone_until = vrrp_wait_heard_out_at(conf, fsm);
	transition = become_master(conf, fsm, cause, now, actions);
	fsm->alone_until = alone_until;
	transition->silence_ns = silence_ns;
	transition->source = fsm->master;
	transition->priority = fsm->heard_priority;
	fsm->master = (struct addr){0};
}

enum vrrp_order_result vrrp_fsm_may_take(const struct vrrp_fsm_conf *conf,
					 const struct vrrp_fsm *fsm, struct mono now)
{
	if (fsm->state == VRRP_MASTER)
		return fsm->is_leaving && !fsm->is_staying ? VRRP_ORDER_FAULT : VRRP_ORDER_DONE;
	if (fsm->state != VRRP_BACKUP)
		return VRRP_ORDER_FAULT;
	if (!fsm->is_master_silent &&
	    (fsm->returned != VRRP_RETURN_NONE || vrrp_hold_awaits_sync(&fsm->hold, now)))
		return VRRP_ORDER_LEARNING;
	if (!fsm->is_master_silent &&
	    (fsm->heard_priority > conf->priority ||
	     (fsm->heard_priority == conf->priority && addr_cmp(&fsm->master, &conf->source) > 0)))
		return VRRP_ORDER_BETTER;
	return VRRP_ORDER_DONE;
}

/* Becomes MASTER by the event TAKE. The master learns that from this router's first advertisement,
 * which leaves before the addresses are added. A router that is being released still has the
 * addresses: it goes on as MASTER. */
static void take(const struct vrrp_fsm_conf *conf, struct vrrp_fsm *fsm, struct mono now,
		 struct vrrp_actions *actions)
{
	struct vrrp_transition *transition;

	if (fsm->is_staying) {
		release_end(conf, fsm, NULL, now, actions);
		return;
	}
	if (fsm->state != VRRP_BACKUP || vrrp_fsm_may_take(conf, fsm, now) != VRRP_ORDER_DONE)
		return;
	transition = become_master(conf, fsm, VRRP_CAUSE_TAKEN, now, actions);
	transition->source = fsm->master;
	transition->priority = fsm->heard_priority;
	fsm->master = (struct addr){0};
}

static void backup_timer(const struct vrrp_fsm_conf *conf, struct vrrp_fsm *fsm, struct mono now,
			 struct vrrp_actions *actions)
{
	if (conf->is_grouped)
		fsm->is_master_silent = mono_reached(now, vrrp_wait_gone_at(conf, fsm));
	if (conf->is_grouped || mono_before(now, vrrp_wait_down_at(conf, fsm)))
		vrrp_wait_slice(conf, fsm, now);
	else
		take_over(conf, fsm, now, actions);
}

/* The other router may not be master of these addresses yet: priority 0 tells it that it can. */
static void yield_to_group(const struct vrrp_fsm_conf *conf, struct vrrp_fsm *fsm, struct mono now,
			   struct vrrp_actions *actions)
{
	bool is_return = fsm->is_listening || is_alone(fsm, now);

	action_add(actions, VRRP_ACTION_DEL_VIPS);
	send_advert(actions, VRRP_PRIORITY_STOP);
	fsm->has_given_way |= is_alone(fsm, now);
	become_backup(conf, fsm, VRRP_CAUSE_SYNC_GROUP, conf->interval_ns, now, actions);
	fsm->master = (struct addr){0};
	if (is_return)
		fsm->returned = VRRP_RETURN_DEAF;
}

/* The present slice began with the last advertisement. A longer slice could hide that the process
 * slept. */
static void wait_anew(const struct vrrp_fsm_conf *conf, struct vrrp_fsm *fsm, struct mono now)
{
	struct mono slice_end = fsm->wake;

	vrrp_wait_slice(conf, fsm, now);
	if (mono_before(now, slice_end))
		fsm->wake = mono_min(fsm->wake, slice_end);
}

/* The other routers learn the new priority at once: a lower one may let one of them take over. */
static void priority_changed(const struct vrrp_fsm_conf *conf, struct vrrp_fsm *fsm,
			     struct mono now, struct vrrp_actions *actions)
{
	if (fsm->state == VRRP_MASTER && !fsm->is_listening && !fsm->is_leaving)
		speak(conf, fsm, now, actions);
	else if (fsm->state == VRRP_BACKUP)
		wait_anew(conf, fsm, now);
}

/* A new configuration. A MASTER announces new addresses, and advertises at once so that the other
 * routers learn its new priority and interval. */
static void config(const struct vrrp_fsm_conf *conf, struct vrrp_fsm *fsm, bool has_new_vips,
		   struct mono now, struct vrrp_actions *actions)
{
	if (fsm->is_leaving)
		return;
	if (fsm->state == VRRP_MASTER) {
		if (!fsm->is_listening)
			speak(conf, fsm, now, actions);
		action_add(actions, VRRP_ACTION_ADD_VIPS);
		if (has_new_vips)
			action_add(actions, VRRP_ACTION_ANNOUNCE);
		return;
	}
	if (fsm->state != VRRP_BACKUP)
		return;
	if (vrrp_is_owner(conf) && !conf->is_grouped) {
		become_master(conf, fsm, VRRP_CAUSE_OWNER, now, actions);
		return;
	}
	if (conf->version == 2 || fsm->master.family == AF_UNSPEC)
		fsm->master_interval_ns = conf->interval_ns;
	else if (conf->interval_max_ns && fsm->master_interval_ns > conf->interval_max_ns)
		fsm->master_interval_ns = conf->interval_max_ns;
	if (!conf->hold_ns) {
		vrrp_hold_end_sync(&fsm->hold, now);
		fsm->wants_hello = false;
	}
	wait_anew(conf, fsm, now);
}

/* The state of the link is remembered in every state of the instance, as START needs it. */
static void link_changed(const struct vrrp_fsm_conf *conf, struct vrrp_fsm *fsm,
			 const struct vrrp_event *event, struct mono now,
			 struct vrrp_actions *actions)
{
	bool is_up = event->kind == VRRP_EVENT_LINK_UP;

	fsm->is_link_up = is_up;
	if (is_up && fsm->state == VRRP_FAULT)
		backup_begin(conf, fsm, VRRP_CAUSE_LINK_UP, event->was_hearing, now, actions);
	else if (!is_up && fsm->is_leaving && !fsm->is_staying)
		leave_end(fsm, NULL, actions);
	else if (!is_up && (fsm->state == VRRP_MASTER || fsm->state == VRRP_BACKUP))
		fsm_stop(fsm, VRRP_FAULT, VRRP_CAUSE_LINK_DOWN, actions);
}

static void advert(const struct vrrp_fsm_conf *conf, struct vrrp_fsm *fsm,
		   const struct vrrp_event *event, struct mono now, struct vrrp_actions *actions)
{
	(void)vrrp_wait_hear_frame(conf, fsm, now);
	if (fsm->state == VRRP_BACKUP)
		backup_hears(conf, fsm, event, now);
	else if (fsm->state == VRRP_MASTER)
		master_hears(conf, fsm, event, now, actions);
}

static void timer(const struct vrrp_fsm_conf *conf, struct vrrp_fsm *fsm, struct mono now,
		  struct vrrp_actions *actions)
{
	bool had_listened;

	if (!mono_reached(now, vrrp_fsm_wake(fsm)))
		return;
	if (fsm->state == VRRP_BACKUP) {
		backup_timer(conf, fsm, now, actions);
		return;
	}
	if (fsm->is_leaving && mono_before(now, fsm->leave_until)) {
		send_advert(actions, VRRP_PRIORITY_STOP);
		fsm->wake = fsm->leave_until;
		return;
	}
	if (fsm->is_leaving) {
		handed_over(conf, fsm, NULL, now, actions);
		return;
	}
	had_listened = fsm->is_listening;
	speak(conf, fsm, now, actions);
	if (had_listened)
		action_add(actions, VRRP_ACTION_REANNOUNCE);
}

/* The director has sent a hello, or says when it will: the hold counts from then on. */
static void hello_said(const struct vrrp_fsm_conf *conf, struct vrrp_fsm *fsm, int64_t hold_ns,
		       struct mono now)
{
	fsm->wants_hello = false;
	if (!vrrp_hold_awaits_sync(&fsm->hold, now))
		return;
	vrrp_hold_count(&fsm->hold, hold_ns, conf->hold_ns, now);
	if (fsm->state == VRRP_BACKUP && mono_before(now, vrrp_wait_down_at(conf, fsm)))
		fsm->wake = mono_min(fsm->wake, vrrp_wait_down_at(conf, fsm));
}

static bool is_news(const struct vrrp_fsm *before, const struct vrrp_fsm *fsm)
{
	return fsm->state == VRRP_BACKUP && (before->wants_hello != fsm->wants_hello ||
					     before->hold.sync_until.ns != fsm->hold.sync_until.ns);
}

static void react(const struct vrrp_fsm_conf *conf, struct vrrp_fsm *fsm,
		  const struct vrrp_event *event, struct mono now, struct vrrp_actions *ret_actions)
{
	if (event->kind == VRRP_EVENT_SLEPT)
		vrrp_wait_slept(conf, fsm, event->slept_ns, now);
	if (fsm->state == VRRP_MASTER && is_stalled(conf, fsm, now))
		fall_silent(conf, fsm, now);
	else if (fsm->state == VRRP_BACKUP)
		vrrp_wait_forgive(conf, fsm, now);
	switch (event->kind) {
	case VRRP_EVENT_START:
		if (fsm->state == VRRP_INIT)
			fsm_start(conf, fsm, event->was_hearing, now, ret_actions);
		break;
	case VRRP_EVENT_RESUME:
		if (fsm->state == VRRP_INIT)
			resume(conf, fsm, event, now, ret_actions);
		break;
	case VRRP_EVENT_STOP:
		if (fsm->state != VRRP_INIT)
			fsm_stop(fsm, VRRP_INIT, VRRP_CAUSE_STOPPED, ret_actions);
		break;
	case VRRP_EVENT_LEAVE:
		if (fsm->state != VRRP_INIT)
			leave_begin(conf, fsm, now, ret_actions);
		break;
	case VRRP_EVENT_RELEASE:
		release_begin(conf, fsm, event->is_at_once, now, ret_actions);
		break;
	case VRRP_EVENT_TAKE:
		take(conf, fsm, now, ret_actions);
		break;
	case VRRP_EVENT_ADVERT:
		advert(conf, fsm, event, now, ret_actions);
		break;
	case VRRP_EVENT_TIMER:
		timer(conf, fsm, now, ret_actions);
		break;
	case VRRP_EVENT_LINK_UP:
	case VRRP_EVENT_LINK_DOWN:
		link_changed(conf, fsm, event, now, ret_actions);
		break;
	case VRRP_EVENT_CONFIG:
		config(conf, fsm, event->has_new_vips, now, ret_actions);
		break;
	case VRRP_EVENT_PRIORITY:
		priority_changed(conf, fsm, now, ret_actions);
		break;
	case VRRP_EVENT_PREEMPTION:
		if (fsm->state == VRRP_BACKUP)
			wait_anew(conf, fsm, now);
		break;
	case VRRP_EVENT_HOLD:
		hello_said(conf, fsm, event->hold_ns, now);
		break;
	case VRRP_EVENT_FRAME:
		if (vrrp_wait_hear_frame(conf, fsm, now))
			action_add(ret_actions, VRRP_ACTION_BE_HEARD);
		break;
	case VRRP_EVENT_TOGETHER:
		if (vrrp_fsm_wants_master(conf, fsm, now))
			take_over(conf, fsm, now, ret_actions);
		break;
	case VRRP_EVENT_YIELD:
		if (fsm->state == VRRP_MASTER && !fsm->is_leaving)
			yield_to_group(conf, fsm, now, ret_actions);
		break;
	case VRRP_EVENT_SLEPT:
	case VRRP_EVENTS:
		break;
	}
}

void vrrp_step(const struct vrrp_fsm_conf *conf, struct vrrp_fsm *fsm,
	       const struct vrrp_event *event, struct mono now, struct vrrp_actions *ret_actions)
{
	struct vrrp_fsm before = *fsm;

	ret_actions->n = 0;
	react(conf, fsm, event, now, ret_actions);
	if (fsm->state == before.state && is_news(&before, fsm))
		action_add(ret_actions, VRRP_ACTION_NEWS);
}
