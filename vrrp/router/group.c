/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sync groups: what a step of one member means for the others (vrrp/router.h). */
#include "base/mem.h"
#include "vrrp/router/state.h"
#include "vrrp/wait.h"

#include <stdlib.h>
#include <string.h>

/* --- members --- */

static struct instance *member_at(const struct vrrp_router *router, const struct sync_group *group,
				  size_t i)
{
	return &router->instances.items[group->members.items[i]];
}

/* A member that leaves for good no longer counts in its group. */
static bool is_running(const struct instance *instance)
{
	return instance->fsm.state != VRRP_INIT &&
	       (!instance->fsm.is_leaving || instance->fsm.is_staying);
}

/* Does the state of this member count as the state of the group? */
static bool is_counting(const struct instance *instance)
{
	return instance->is_joined && is_running(instance);
}

static struct sync_group *group_get(struct vrrp_router *router, const char *name)
{
	struct sync_group *group;

	for (size_t i = 0; i < router->groups.n; i++)
		if (!strcmp(router->groups.items[i]->name, name))
			return router->groups.items[i];
	group = mem_calloc(1, sizeof(*group));
	group->name = mem_strdup(name);
	*(struct sync_group **)vec_push(&router->groups) = group;
	return group;
}

static void group_free(struct sync_group *group)
{
	vec_free(&group->members);
	free(group->name);
	free(group);
}

static void group_leave(struct vrrp_router *router, struct instance *instance)
{
	struct sync_group *group = instance->group;
	size_t n = 0;

	for (size_t i = 0; i < group->members.n; i++)
		if (group->members.items[i] != instance->id)
			group->members.items[n++] = group->members.items[i];
	group->members.n = n;
	instance->group = NULL;
	instance->is_joined = false;
	instance->faults &= ~VRRP_FAULT_BIT(VRRP_FAULT_SYNC_GROUP);
	for (size_t i = 0; !n && i < router->groups.n; i++)
		if (router->groups.items[i] == group) {
			router->groups.items[i] = router->groups.items[--router->groups.n];
			group_free(group);
			break;
		}
}

/* The members in the order of their places in the list of the file; there are few. */
static void members_sort(const struct vrrp_router *router, struct sync_group *group)
{
	for (size_t i = 1; i < group->members.n; i++) {
		unsigned id = group->members.items[i];
		size_t at = i;

		for (; at && member_at(router, group, at - 1)->conf->sync_at >
				 router->instances.items[id].conf->sync_at;
		     at--)
			group->members.items[at] = group->members.items[at - 1];
		group->members.items[at] = id;
	}
}

void router_group_enter(struct vrrp_router *router, struct instance *instance,
			const struct conf_vrrp *conf)
{
	const char *name = conf ? conf->sync_group : NULL;

	if (instance->group && name && !strcmp(instance->group->name, name)) {
		members_sort(router, instance->group);
		return;
	}
	if (instance->group)
		group_leave(router, instance);
	if (!name)
		return;
	instance->group = group_get(router, name);
	*(unsigned *)vec_push(&instance->group->members) = instance->id;
	members_sort(router, instance->group);
}

void router_groups_free(struct vrrp_router *router)
{
	for (size_t i = 0; i < router->groups.n; i++)
		group_free(router->groups.items[i]);
	vec_free(&router->groups);
}

/* --- who counts --- */

static bool has_pending(const struct vrrp_router *router, const struct sync_group *group)
{
	for (size_t i = 0; i < group->members.n; i++)
		if (member_at(router, group, i)->is_pending)
			return true;
	return false;
}

static bool has_joined(const struct vrrp_router *router, const struct sync_group *group)
{
	for (size_t i = 0; i < group->members.n; i++)
		if (member_at(router, group, i)->is_joined)
			return true;
	return false;
}

/* Decides which members count. is_choosy: only those that run without a fault. Returns whether any
 * member counts. */
static bool join_all(const struct vrrp_router *router, const struct sync_group *group, bool is_choosy)
{
	bool is_any = false;

	for (size_t i = 0; i < group->members.n; i++) {
		struct instance *member = member_at(router, group, i);

		member->is_joined = is_choosy ? is_running(member) && !member->faults
					      : is_running(member) || member->is_starting;
		is_any |= member->is_joined;
	}
	return is_any;
}

/* --- faults --- */

/* Another member that counts and has a fault of its own, or NULL. The fault of one that has left is not over: the
 * others do not become BACKUP before they leave too. */
static const struct instance *faulty_other(const struct vrrp_router *router,
					   const struct sync_group *group,
					   const struct instance *instance)
{
	for (size_t i = 0; i < group->members.n; i++) {
		const struct instance *member = member_at(router, group, i);

		if (member != instance && (member->is_joined || member->has_left) &&
		    (member->faults & VRRP_FAULTS_OWN))
			return member;
	}
	return NULL;
}

/* Gives each member the fault SYNC_GROUP if another member has a fault. Does not act on it. */
static void judge_others(const struct vrrp_router *router, const struct sync_group *group)
{
	const unsigned bit = VRRP_FAULT_BIT(VRRP_FAULT_SYNC_GROUP);
	const struct instance *first = faulty_other(router, group, NULL);
	const struct instance *second = first ? faulty_other(router, group, first) : NULL;

	for (size_t i = 0; i < group->members.n; i++) {
		struct instance *member = member_at(router, group, i);
		const struct instance *other = member == first ? second : first;

		member->faults = other ? member->faults | bit : member->faults & ~bit;
	}
}

/* Acts on the new faults of all members. instance: the member whose step changed them. */
static void share_faults(struct vrrp_router *router, const struct sync_group *group,
			 const struct instance *instance, struct mono now)
{
	for (size_t i = 0; i < group->members.n; i++) {
		struct instance *member = member_at(router, group, i);

		member->follows_group = member != instance;
		router_faults_changed(router, member, now);
		member->follows_group = false;
	}
}

unsigned vrrp_router_fault_member(const struct vrrp_router *router, unsigned id)
{
	const struct instance *instance = router_get(router, id), *other = NULL;

	if (instance->group)
		other = faulty_other(router, instance->group, instance);
	return other ? other->id : id;
}

/* --- starts --- */

/* Can the group go on as MASTER? All members that start must be able to, and none may run
 * already. */
static bool can_all_resume(const struct vrrp_router *router, const struct sync_group *group)
{
	for (size_t i = 0; i < group->members.n; i++) {
		const struct instance *member = member_at(router, group, i);

		if (is_running(member) || (member->is_starting && !router_can_resume(member)))
			return false;
	}
	return true;
}

static bool tracks_script(const struct instance *instance)
{
	for (size_t i = 0; i < instance->conf->n_tracks; i++)
		if (instance->conf->tracks[i].kind == CONF_TRACKER_SCRIPT)
			return true;
	return false;
}

/* In keepalived a group waits for the first run of each script, and the last of its members that track one
 * begins, as after a fault. NULL: none does. */
static struct instance *last_tracking(const struct vrrp_router *router, const struct sync_group *group)
{
	struct instance *last = NULL;

	for (size_t i = 0; i < group->members.n; i++)
		if (tracks_script(member_at(router, group, i)))
			last = member_at(router, group, i);
	return last;
}

/* Without scripts they start in the order of the instances in the file. */
static struct instance *next_starting(const struct vrrp_router *router, const struct sync_group *group, bool is_by_list)
{
	struct instance *next = NULL;

	for (size_t i = 0; i < group->members.n; i++) {
		struct instance *member = member_at(router, group, i);

		if (member->is_starting && (!next || (!is_by_list && member->id < next->id)))
			next = member;
	}
	return next;
}

static void start_members(struct vrrp_router *router, const struct sync_group *group,
			  struct mono now)
{
	bool may_resume = can_all_resume(router, group);
	struct instance *first = last_tracking(router, group), *member;
	bool is_by_list = first != NULL;

	if (first && first->is_starting)
		router_start(router, first, may_resume, now);
	while ((member = next_starting(router, group, is_by_list)))
		router_start(router, member, may_resume, now);
}

/* --- MASTER and BACKUP --- */

/* How many of the members that count are MASTER, how many BACKUP, and how many of those want to
 * become MASTER. */
struct tally {
	size_t n_master, n_backup, n_wanting;
};

/* A timer of a BACKUP that is due gets its event first, so that time in which the router slept does
 * not count. */
static void pass_slept(struct vrrp_router *router, struct instance *instance, struct mono now)
{
	if (instance->fsm.state == VRRP_BACKUP && mono_reached(now, vrrp_fsm_wake(&instance->fsm)))
		router_step_kind(router, instance, VRRP_EVENT_TIMER, now);
}

static bool wants_master(struct vrrp_router *router, struct instance *instance, struct mono now)
{
	pass_slept(router, instance, now);
	return vrrp_fsm_wants_master(&instance->fsm_conf, &instance->fsm, now);
}

static struct tally tally_of(struct vrrp_router *router, const struct sync_group *group,
			     struct mono now)
{
	struct tally tally = {0};

	for (size_t i = 0; i < group->members.n; i++) {
		struct instance *member = member_at(router, group, i);

		if (!is_counting(member))
			continue;
		tally.n_master += member->fsm.state == VRRP_MASTER;
		tally.n_backup += member->fsm.state == VRRP_BACKUP;
	}
	/* The first member that does not want to become MASTER decides. */
	for (size_t i = 0; i < group->members.n && !tally.n_master; i++) {
		struct instance *member = member_at(router, group, i);

		if (!is_counting(member) || member->fsm.state != VRRP_BACKUP)
			continue;
		if (!wants_master(router, member, now))
			break;
		tally.n_wanting++;
	}
	return tally;
}

/* Steps the members that count: first this one, as in keepalived, whose lines in a FIFO have that order. */
static void step_all(struct vrrp_router *router, const struct sync_group *group, struct instance *first,
		     enum vrrp_event_kind kind, struct mono now)
{
	if (is_counting(first))
		router_step_kind(router, first, kind, now);
	for (size_t i = 0; i < group->members.n; i++) {
		struct instance *member = member_at(router, group, i);

		if (member != first && is_counting(member))
			router_step_kind(router, member, kind, now);
	}
}

/* The member whose wait for a master ended last. Of two in one moment, that which changed its state last:
 * keepalived sets their timers one after the other. */
static struct instance *last_waiting(const struct vrrp_router *router, const struct sync_group *group,
				     struct instance *instance)
{
	struct instance *last = instance;
	struct mono latest = {0};

	for (size_t i = 0; i < group->members.n; i++) {
		struct instance *member = member_at(router, group, i);
		struct mono at = vrrp_wait_down_at(&member->fsm_conf, &member->fsm);

		if (!is_counting(member) || mono_before(at, latest) ||
		    (at.ns == latest.ns && member->change < last->change))
			continue;
		last = member;
		latest = at;
	}
	return last;
}

/* --- lvsctl vrrp take --- */

/* The order counts when it has reached all members. Each of them must be able to take over. */
static void take_together(struct vrrp_router *router, const struct sync_group *group,
			  struct mono now)
{
	bool is_wanted = false, can_all = true;

	for (size_t i = 0; i < group->members.n; i++) {
		struct instance *member = member_at(router, group, i);

		is_wanted |= member->wants_take;
		if (!member->wants_take)
			continue;
		pass_slept(router, member, now);
		member->order_result = vrrp_fsm_may_take(&member->fsm_conf, &member->fsm, now);
		if (is_counting(member))
			can_all &= member->order_result == VRRP_ORDER_DONE;
	}
	if (!is_wanted)
		return;
	if (can_all)
		step_all(router, group, member_at(router, group, 0), VRRP_EVENT_TAKE, now);
	for (size_t i = 0; i < group->members.n; i++) {
		struct instance *member = member_at(router, group, i);

		if (member->wants_take && !can_all && member->order_result == VRRP_ORDER_DONE)
			member->order_result = VRRP_ORDER_GROUP;
		if (member->wants_take && !can_all)
			router_order_refuse(router, member);
		member->wants_take = false;
		router_report(router, member);
	}
}

/* --- members that join --- */

static enum vrrp_state_name state_of(const struct vrrp_router *router,
				     const struct sync_group *group)
{
	for (size_t i = 0; i < group->members.n; i++)
		if (is_counting(member_at(router, group, i)))
			return member_at(router, group, i)->fsm.state;
	return VRRP_INIT;
}

/* The state that a member which joins takes over. A member that is released keeps its addresses only
 * until it is relieved: while all of them do that, nobody knows the state to come (INIT). */
static enum vrrp_state_name state_to_follow(const struct vrrp_router *router,
					    const struct sync_group *group)
{
	for (size_t i = 0; i < group->members.n; i++) {
		const struct instance *member = member_at(router, group, i);

		if (is_counting(member) && !member->fsm.is_staying)
			return member->fsm.state;
	}
	return VRRP_INIT;
}

/* A member that joins takes over the state of the group, and changes no other member. */
static void follow(struct vrrp_router *router, struct instance *member, enum vrrp_state_name state,
		   struct mono now)
{
	if (state == VRRP_MASTER && member->fsm.state == VRRP_BACKUP &&
	    wants_master(router, member, now))
		router_step_kind(router, member, VRRP_EVENT_TOGETHER, now);
	else if (state == VRRP_BACKUP)
		router_step_kind(router, member, VRRP_EVENT_YIELD, now);
	if (member->fsm.state != state || (member->faults & VRRP_FAULTS_OWN))
		return;
	member->is_joined = true;
	router_report(router, member);
}

/* --- the whole --- */

static void group_say(struct vrrp_router *router, struct sync_group *group, unsigned id,
		      enum vrrp_state_name to)
{
	struct vrrp_router_action *action;

	if (to == group->state || to == VRRP_INIT) {
		group->state = to;
		return;
	}
	action = vrrp_queue_push(&router->queue, id, VRRP_ROUTER_SAY_GROUP);
	action->transition = (struct vrrp_transition){.from = group->state, .to = to};
	group->state = to;
}

void router_group_settle(struct vrrp_router *router, struct instance *instance, struct mono now)
{
	struct sync_group *group = instance->group;
	enum vrrp_state_name followed;
	struct tally tally;

	if (!group || has_pending(router, group))
		return;
	if (!has_joined(router, group) && !join_all(router, group, true))
		join_all(router, group, false);
	judge_others(router, group);
	start_members(router, group, now);
	share_faults(router, group, instance, now);
	take_together(router, group, now);
	tally = tally_of(router, group, now);
	if (tally.n_master && tally.n_backup)
		step_all(router, group, instance, VRRP_EVENT_YIELD, now);
	else if (tally.n_backup && tally.n_wanting == tally.n_backup)
		step_all(router, group, last_waiting(router, group, instance), VRRP_EVENT_TOGETHER, now);
	followed = state_to_follow(router, group);
	for (size_t i = 0; i < group->members.n; i++) {
		struct instance *member = member_at(router, group, i);

		if (!member->is_joined && is_running(member))
			follow(router, member, followed, now);
	}
	group_say(router, group, instance->id, state_of(router, group));
}

bool vrrp_router_is_joining(const struct vrrp_router *router, unsigned id)
{
	const struct instance *instance = router_get(router, id);

	return instance->group && !instance->is_joined && is_running(instance);
}
