/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The states and timers are those of RFC 9568 section 6.4. On top of them stand two rules for a
 * router that did not run for a while (a paused virtual machine, a starved or replaced process),
 * which must not decide from what it knew before:
 *
 * BACKUP: time in which it could not listen does not count as silence. The master-down time is
 * waited for in slices shorter than two intervals; a slice that ends late moves the start of the
 * timer by its lateness. So a backup that wakes up beside a living master hears it first.
 *
 * MASTER: three intervals after its last advert the others may have taken over. It then keeps its
 * addresses but says nothing for a little more than an interval (is_listening). A better router
 * that is heard makes it BACKUP, as does any router if it is not to preempt; if nobody is heard
 * it goes on. The caller's part is to read all waiting packets before it sends VRRP_EVENT_TIMER.
 * A replaced process (RESUME) that may not preempt listens in the same way; one that may sends
 * its advert at once, which is what keeps the backups quiet.
 */
#include "vrrp/fsm.h"

#include <assert.h>
#include <stdio.h>

#define DOWN_ADVERTS 3
#define ANSWERS_MAX  8 /* in an interval */

static struct vrrp_action *act(struct vrrp_actions *actions, enum vrrp_action_kind kind)
{
	struct vrrp_action *action = &actions->items[actions->n++];

	assert(actions->n <= VRRP_ACTIONS_MAX);
	*action = (struct vrrp_action){.kind = kind};
	return action;
}

static void send_advert(struct vrrp_actions *actions, uint8_t priority)
{
	act(actions, VRRP_ACTION_SEND_ADVERT)->priority = priority;
}

/* Changes the state; what NOTIFY says beyond from, to and cause is added by the caller. */
static struct vrrp_transition *move(struct vrrp_fsm *fsm, enum vrrp_state_name to,
				    enum vrrp_cause cause, struct vrrp_actions *actions)
{
	struct vrrp_action *action = act(actions, VRRP_ACTION_NOTIFY);

	action->transition = (struct vrrp_transition){.from = fsm->state, .to = to, .cause = cause};
	fsm->state = to;
	return &action->transition;
}

struct mono vrrp_fsm_wake(const struct vrrp_fsm *fsm)
{
	return fsm->state == VRRP_BACKUP || fsm->state == VRRP_MASTER ? fsm->wake : MONO_NEVER;
}

int64_t vrrp_fsm_skew_ns(const struct vrrp_fsm_conf *conf, int64_t master_interval_ns)
{
	return (256 - conf->priority) * (conf->version == 2 ? NS_PER_S : master_interval_ns) / 256;
}

int64_t vrrp_fsm_down_ns(const struct vrrp_fsm_conf *conf, int64_t master_interval_ns)
{
	return DOWN_ADVERTS * master_interval_ns + vrrp_fsm_skew_ns(conf, master_interval_ns);
}

static bool is_owner(const struct vrrp_fsm_conf *conf)
{
	return conf->priority == VRRP_PRIORITY_OWNER;
}

static bool may_preempt(const struct vrrp_fsm_conf *conf)
{
	return conf->is_preempting || is_owner(conf);
}

/* --- BACKUP --- */

static struct mono down_at(const struct vrrp_fsm_conf *conf, const struct vrrp_fsm *fsm)
{
	return mono_add_ns(fsm->since, fsm->is_master_gone
					   ? vrrp_fsm_skew_ns(conf, fsm->master_interval_ns)
					   : vrrp_fsm_down_ns(conf, fsm->master_interval_ns));
}

/* A slice is longer than an interval, so that a regular advert comes before its end. */
static void wait_slice(const struct vrrp_fsm_conf *conf, struct vrrp_fsm *fsm, struct mono now)
{
	struct mono slice_end = mono_add_ns(now, fsm->master_interval_ns * 3 / 2);

	fsm->wake = mono_min(down_at(conf, fsm), slice_end);
	if (mono_before(fsm->wake, now))
		fsm->wake = now; /* a new configuration cut the wait short: that is no lateness */
}

static void wait_for_master(const struct vrrp_fsm_conf *conf, struct vrrp_fsm *fsm,
			    int64_t master_interval_ns, struct mono now)
{
	fsm->master_interval_ns = conf->version == 2 ? conf->interval_ns : master_interval_ns;
	fsm->is_master_gone = false;
	fsm->since = now;
	wait_slice(conf, fsm, now);
}

/* Lateness is not silence. A quarter of an interval is borne: enough is left to hear an advert. */
static void forgive_lateness(const struct vrrp_fsm_conf *conf, struct vrrp_fsm *fsm,
			     struct mono now)
{
	int64_t late = mono_sub(now, fsm->wake);

	if (late <= fsm->master_interval_ns / 4)
		return;
	fsm->since = mono_add_ns(fsm->since, late);
	wait_slice(conf, fsm, now);
}

static struct vrrp_transition *become_backup(const struct vrrp_fsm_conf *conf, struct vrrp_fsm *fsm,
					     enum vrrp_cause cause, int64_t master_interval_ns,
					     struct mono now, struct vrrp_actions *actions)
{
	fsm->is_listening = false;
	wait_for_master(conf, fsm, master_interval_ns, now);
	return move(fsm, VRRP_BACKUP, cause, actions);
}

/* --- MASTER --- */

/* The advert goes first: it is what silences the other backups. */
static struct vrrp_transition *become_master(const struct vrrp_fsm_conf *conf, struct vrrp_fsm *fsm,
					     enum vrrp_cause cause, struct mono now,
					     struct vrrp_actions *actions)
{
	send_advert(actions, conf->priority);
	act(actions, VRRP_ACTION_ADD_VIPS);
	act(actions, VRRP_ACTION_ANNOUNCE);
	fsm->is_listening = fsm->owes_answer = false;
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

/* Late by two intervals is three after the last advert: by then others may have taken over. */
static bool is_stalled(const struct vrrp_fsm_conf *conf, const struct vrrp_fsm *fsm,
		       struct mono now)
{
	int64_t late = mono_sub(now, fsm->wake);

	return late >
	       (fsm->is_listening ? conf->interval_ns / 2 : (DOWN_ADVERTS - 1) * conf->interval_ns);
}

/* --- leaving INIT and FAULT --- */

static void begin(const struct vrrp_fsm_conf *conf, struct vrrp_fsm *fsm, enum vrrp_cause cause,
		  struct mono now, struct vrrp_actions *actions)
{
	fsm->master = (struct addr){0};
	if (is_owner(conf))
		become_master(conf, fsm, VRRP_CAUSE_OWNER, now, actions);
	else
		become_backup(conf, fsm, cause, conf->interval_ns, now, actions);
}

/* What a predecessor left on the interface goes away unless we become master. */
static void start(const struct vrrp_fsm_conf *conf, struct vrrp_fsm *fsm, struct mono now,
		  struct vrrp_actions *actions)
{
	if (!fsm->is_link_up) {
		act(actions, VRRP_ACTION_DEL_VIPS);
		move(fsm, VRRP_FAULT, VRRP_CAUSE_LINK_DOWN, actions);
		return;
	}
	if (!is_owner(conf))
		act(actions, VRRP_ACTION_DEL_VIPS);
	begin(conf, fsm, VRRP_CAUSE_STARTED, now, actions);
}

static void resume(const struct vrrp_fsm_conf *conf, struct vrrp_fsm *fsm, struct mono now,
		   struct vrrp_actions *actions)
{
	if (!fsm->is_link_up) {
		start(conf, fsm, now, actions);
		return;
	}
	if (may_preempt(conf))
		speak(conf, fsm, now, actions);
	else
		fall_silent(conf, fsm, now);
	act(actions, VRRP_ACTION_ADD_VIPS);
	move(fsm, VRRP_MASTER, VRRP_CAUSE_RESUMED, actions);
}

/* --- events --- */

static void stop(struct vrrp_fsm *fsm, enum vrrp_state_name to, enum vrrp_cause cause,
		 struct vrrp_actions *actions)
{
	if (fsm->state == VRRP_MASTER) {
		send_advert(actions, VRRP_PRIORITY_STOP);
		act(actions, VRRP_ACTION_DEL_VIPS);
	}
	fsm->is_listening = false;
	move(fsm, to, cause, actions);
}

/* RFC 9568 section 6.4.2, steps 450 on. */
static void backup_hears(const struct vrrp_fsm_conf *conf, struct vrrp_fsm *fsm,
			 const struct vrrp_event *event, struct mono now)
{
	fsm->master = event->source;
	if (event->priority == VRRP_PRIORITY_STOP) {
		fsm->is_master_gone = true;
		fsm->since = now;
		wait_slice(conf, fsm, now);
	} else if (!may_preempt(conf) || event->priority >= conf->priority) {
		wait_for_master(conf, fsm, event->interval_ns, now);
	}
}

/*
 * One answer serves a whole flood. A lower priority needs none if we have just spoken: the other
 * router may have sent before it could hear us. A priority 0 shortens the timers of the others, so
 * an advert must follow it, at the latest when the next answer may be given.
 */
static void answer(const struct vrrp_fsm_conf *conf, struct vrrp_fsm *fsm, uint8_t priority,
		   struct mono now, struct vrrp_actions *actions)
{
	bool is_stop = priority == VRRP_PRIORITY_STOP;
	struct mono next =
	    mono_add_ns(is_stop ? fsm->answered : fsm->spoken, conf->interval_ns / ANSWERS_MAX);

	if (fsm->is_listening || mono_reached(now, next)) {
		fsm->owes_answer = true;
		speak(conf, fsm, now, actions);
	} else if (is_stop) {
		fsm->owes_answer = true;
		fsm->wake = mono_min(fsm->wake, next);
	}
}

/* RFC 9568 section 6.4.3, steps 700 on. */
static void master_hears(const struct vrrp_fsm_conf *conf, struct vrrp_fsm *fsm,
			 const struct vrrp_event *event, struct mono now,
			 struct vrrp_actions *actions)
{
	struct vrrp_transition *transition;
	enum vrrp_cause cause;

	if (event->priority > conf->priority) {
		cause = VRRP_CAUSE_BETTER;
	} else if (event->priority == conf->priority &&
		   addr_cmp(&event->source, &conf->source) > 0) {
		cause = VRRP_CAUSE_TIE;
	} else if (event->priority != VRRP_PRIORITY_STOP && fsm->is_listening &&
		   !may_preempt(conf)) {
		cause = VRRP_CAUSE_TOOK_OVER;
	} else {
		answer(conf, fsm, event->priority, now, actions);
		/* Neighbours and switches may have learned the other router: correct them. */
		act(actions, VRRP_ACTION_REANNOUNCE);
		return;
	}
	act(actions, VRRP_ACTION_DEL_VIPS);
	transition = become_backup(conf, fsm, cause, event->interval_ns, now, actions);
	transition->source = fsm->master = event->source;
	transition->priority = event->priority;
}

static void backup_timer(const struct vrrp_fsm_conf *conf, struct vrrp_fsm *fsm, struct mono now,
			 struct vrrp_actions *actions)
{
	struct vrrp_transition *transition;
	int64_t silence_ns;

	if (mono_before(now, down_at(conf, fsm))) {
		wait_slice(conf, fsm, now);
		return;
	}
	silence_ns = mono_sub(now, fsm->since);
	transition =
	    become_master(conf, fsm, fsm->is_master_gone ? VRRP_CAUSE_RESIGNED : VRRP_CAUSE_SILENCE,
			  now, actions);
	transition->silence_ns = silence_ns;
	transition->source = fsm->master;
}

/* New addresses are announced; the advert tells our new priority and interval at once. */
static void config(const struct vrrp_fsm_conf *conf, struct vrrp_fsm *fsm, bool has_new_vips,
		   struct mono now, struct vrrp_actions *actions)
{
	struct mono slice_end = fsm->wake;

	if (fsm->state == VRRP_MASTER) {
		if (!fsm->is_listening)
			speak(conf, fsm, now, actions);
		act(actions, VRRP_ACTION_ADD_VIPS);
		if (has_new_vips)
			act(actions, VRRP_ACTION_ANNOUNCE);
		return;
	}
	if (fsm->state != VRRP_BACKUP)
		return;
	if (is_owner(conf)) {
		become_master(conf, fsm, VRRP_CAUSE_OWNER, now, actions);
		return;
	}
	if (conf->version == 2 || fsm->master.family == AF_UNSPEC)
		fsm->master_interval_ns = conf->interval_ns;
	wait_slice(conf, fsm, now);
	/* The slice under way began with the last advert; made longer it could hide a sleep. */
	if (mono_before(now, slice_end))
		fsm->wake = mono_min(fsm->wake, slice_end);
}

/* Events of the link are remembered in every state, for START. */
static void link_changed(const struct vrrp_fsm_conf *conf, struct vrrp_fsm *fsm, bool is_up,
			 struct mono now, struct vrrp_actions *actions)
{
	fsm->is_link_up = is_up;
	if (is_up && fsm->state == VRRP_FAULT)
		begin(conf, fsm, VRRP_CAUSE_LINK_UP, now, actions);
	else if (!is_up && (fsm->state == VRRP_MASTER || fsm->state == VRRP_BACKUP))
		stop(fsm, VRRP_FAULT, VRRP_CAUSE_LINK_DOWN, actions);
}

static void advert(const struct vrrp_fsm_conf *conf, struct vrrp_fsm *fsm,
		   const struct vrrp_event *event, struct mono now, struct vrrp_actions *actions)
{
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
	had_listened = fsm->is_listening;
	speak(conf, fsm, now, actions);
	if (had_listened)
		act(actions, VRRP_ACTION_REANNOUNCE);
}

void vrrp_step(const struct vrrp_fsm_conf *conf, struct vrrp_fsm *fsm,
	       const struct vrrp_event *event, struct mono now, struct vrrp_actions *ret_actions)
{
	ret_actions->n = 0;
	if (fsm->state == VRRP_MASTER && is_stalled(conf, fsm, now))
		fall_silent(conf, fsm, now);
	else if (fsm->state == VRRP_BACKUP)
		forgive_lateness(conf, fsm, now);
	switch (event->kind) {
	case VRRP_EVENT_START:
		if (fsm->state == VRRP_INIT)
			start(conf, fsm, now, ret_actions);
		break;
	case VRRP_EVENT_RESUME:
		if (fsm->state == VRRP_INIT)
			resume(conf, fsm, now, ret_actions);
		break;
	case VRRP_EVENT_STOP:
		if (fsm->state != VRRP_INIT)
			stop(fsm, VRRP_INIT, VRRP_CAUSE_STOPPED, ret_actions);
		break;
	case VRRP_EVENT_ADVERT:
		advert(conf, fsm, event, now, ret_actions);
		break;
	case VRRP_EVENT_TIMER:
		timer(conf, fsm, now, ret_actions);
		break;
	case VRRP_EVENT_LINK_UP:
	case VRRP_EVENT_LINK_DOWN:
		link_changed(conf, fsm, event->kind == VRRP_EVENT_LINK_UP, now, ret_actions);
		break;
	case VRRP_EVENT_CONFIG:
		config(conf, fsm, event->has_new_vips, now, ret_actions);
		break;
	case VRRP_EVENTS:
		break;
	}
}

const char *vrrp_transition_text(const struct vrrp_transition *transition,
				 char text[static VRRP_CAUSE_TEXT_MAX])
{
	static const char *const plain[] = {
	    [VRRP_CAUSE_STARTED] = "started",
	    [VRRP_CAUSE_STOPPED] = "stopped",
	    [VRRP_CAUSE_RESUMED] = "the process was replaced and goes on",
	    [VRRP_CAUSE_LINK_UP] = "the interface can be used",
	    [VRRP_CAUSE_LINK_DOWN] = "the interface cannot be used",
	    [VRRP_CAUSE_OWNER] = "it owns the addresses (priority 255)",
	};
	char source[ADDR_TEXT_MAX];

	addr_format(&transition->source, source);
	switch (transition->cause) {
	case VRRP_CAUSE_SILENCE:
		snprintf(text, VRRP_CAUSE_TEXT_MAX, "no advertisement for %.3f s",
			 (double)transition->silence_ns / NS_PER_S);
		break;
	case VRRP_CAUSE_RESIGNED:
		snprintf(text, VRRP_CAUSE_TEXT_MAX, "%s resigned (priority 0)", source);
		break;
	case VRRP_CAUSE_BETTER:
		snprintf(text, VRRP_CAUSE_TEXT_MAX, "%s has priority %u", source,
			 transition->priority);
		break;
	case VRRP_CAUSE_TIE:
		snprintf(text, VRRP_CAUSE_TEXT_MAX,
			 "%s has the same priority %u and a higher address", source,
			 transition->priority);
		break;
	case VRRP_CAUSE_TOOK_OVER:
		snprintf(text, VRRP_CAUSE_TEXT_MAX,
			 "%s (priority %u) took over while this router did not run", source,
			 transition->priority);
		break;
	default:
		snprintf(text, VRRP_CAUSE_TEXT_MAX, "%s", plain[transition->cause]);
	}
	return text;
}
