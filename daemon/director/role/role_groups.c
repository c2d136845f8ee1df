/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon/director/role/role_groups.h"

#include <stdio.h>
#include <string.h>

static bool is_member(const struct conf_vrrp *vrrp, const char *group)
{
	return vrrp->sync_group && !strcmp(vrrp->sync_group, group);
}

/* Whether all instances of the group have reported the same state. */
static bool state_is_common(const struct conf *conf, const char *group, role_find_fn *find,
			    void *arg, enum vrrp_state_name *ret_state)
{
	const struct vrrp_report *first = NULL;

	for (size_t i = 0; i < conf->n_vrrps; i++) {
		const struct vrrp_report *report;

		if (!is_member(&conf->vrrps[i], group))
			continue;
		report = find(&conf->vrrps[i], arg);
		if (!report)
			return false;
		if (report->is_joining)
			continue;
		if (first && first->state != report->state)
			return false;
		first = report;
	}
	if (first)
		*ret_state = first->state;
	return first;
}

enum vrrp_state_name role_group_state(const struct conf *conf, const char *name,
				      role_find_fn *find, void *arg)
{
	enum vrrp_state_name state = VRRP_INIT;

	state_is_common(conf, name, find, arg, &state);
	return state;
}

const char *role_group_cause(const struct conf *conf, const char *name, role_find_fn *find, void *arg,
			     const char *otherwise)
{
	for (size_t i = 0; i < conf->n_vrrps; i++) {
		const struct vrrp_report *report =
		    is_member(&conf->vrrps[i], name) ? find(&conf->vrrps[i], arg) : NULL;

		if (report && !report->is_joining && !report->follows_group && report->cause)
			return report->cause;
	}
	return otherwise;
}

static struct role_group *group_find(const struct role_groups *groups, const char *name)
{
	for (size_t i = 0; i < groups->list.n; i++)
		if (!strcmp(groups->list.items[i].name, name))
			return &groups->list.items[i];
	return NULL;
}

/* A group that tracks a script waits for its first run, and then begins as after a fault. One of whose instances a
 * state is known has begun before. */
static bool has_begun(const struct conf *conf, const char *group, role_find_fn *find, void *arg)
{
	for (size_t i = 0; i < conf->n_vrrps; i++) {
		const struct conf_vrrp *vrrp = &conf->vrrps[i];

		if (!is_member(vrrp, group))
			continue;
		if (find(vrrp, arg))
			return true;
		for (size_t k = 0; k < vrrp->n_tracks; k++)
			if (vrrp->tracks[k].kind == CONF_TRACKER_SCRIPT)
				return true;
	}
	return false;
}

void role_groups_update(struct role_groups *groups, const struct conf *conf, role_find_fn *find,
			void *arg)
{
	struct role_groups list = {0};

	for (size_t i = 0; i < conf->n_sync_groups; i++) {
		const char *name = conf->sync_groups[i].name;
		const struct role_group *known = group_find(groups, name);
		struct role_group *group = vec_push(&list.list);

		snprintf(group->name, sizeof(group->name), "%s", name);
		group->announced =
		    known ? known->announced : role_group_state(conf, name, find, arg);
		group->is_begun = known ? known->is_begun : has_begun(conf, name, find, arg);
	}
	role_groups_fini(groups);
	*groups = list;
}

enum role_news role_groups_begin(struct role_groups *groups, const struct conf *conf,
				 const struct conf_vrrp *vrrp, role_find_fn *find, void *arg)
{
	struct role_group *group = vrrp->sync_group ? group_find(groups, vrrp->sync_group) : NULL;
	size_t n = 0, n_backup = 0, n_reports = 0;

	if (!group || group->is_begun)
		return ROLE_NEWS_STATE;
	for (size_t i = 0; i < conf->n_vrrps; i++) {
		const struct vrrp_report *report;

		if (!is_member(&conf->vrrps[i], group->name))
			continue;
		report = find(&conf->vrrps[i], arg);
		n++;
		n_reports += report != NULL;
		n_backup += report && report->state == VRRP_BACKUP;
	}
	if (n_backup == n_reports && n_reports < n)
		return ROLE_NEWS_NONE;
	group->is_begun = true;
	return n_backup == n ? ROLE_NEWS_GROUP_FIRST : ROLE_NEWS_STATES;
}

const struct conf_sync_group *role_groups_take(struct role_groups *groups, const struct conf *conf,
					       const struct conf_vrrp *vrrp, role_find_fn *find,
					       void *arg, enum vrrp_state_name *ret_state)
{
	struct role_group *group = vrrp->sync_group ? group_find(groups, vrrp->sync_group) : NULL;
	enum vrrp_state_name state;

	if (!group || !state_is_common(conf, group->name, find, arg, &state) ||
	    state == group->announced)
		return NULL;
	for (size_t i = 0; i < conf->n_sync_groups; i++)
		if (!strcmp(conf->sync_groups[i].name, group->name)) {
			*ret_state = group->announced = state;
			return &conf->sync_groups[i];
		}
	return NULL;
}

bool role_groups_has_announced(const struct role_groups *groups, const struct conf_vrrp *vrrp,
			       enum vrrp_state_name state)
{
	const struct role_group *group =
	    vrrp->sync_group ? group_find(groups, vrrp->sync_group) : NULL;

	return group && group->announced == state;
}

void role_tell_group(const struct role_tale *tale, const struct conf_vrrp *conf,
		     const struct vrrp_report *report)
{
	enum vrrp_state_name state;
	const struct conf_sync_group *group =
	    role_groups_take(tale->groups, tale->conf, conf, tale->find, tale->arg, &state);

	if (group)
		tale->on_group(group, state,
				     role_group_cause(tale->conf, group->name, tale->find, tale->arg,
						      report->cause ? report->cause : ""),
				     tale->told_arg);
}

static void tell_members(const struct role_tale *tale, const char *group)
{
	for (size_t i = 0; i < tale->conf->n_vrrps; i++) {
		const struct conf_vrrp *member = &tale->conf->vrrps[i];
		const struct vrrp_report *report = is_member(member, group) ? tale->find(member, tale->arg) : NULL;

		if (report)
			tale->on_state(member, report, tale->told_arg);
	}
}

/* As in keepalived, an instance does not report again a state that its group has announced. */
void role_tell_state(const struct role_tale *tale, const struct conf_vrrp *conf,
		     const struct vrrp_report *report, bool is_first)
{
	enum role_news news = role_groups_begin(tale->groups, tale->conf, conf, tale->find, tale->arg);

	if (news == ROLE_NEWS_GROUP_FIRST)
		role_tell_group(tale, conf, report);
	if (news == ROLE_NEWS_GROUP_FIRST || news == ROLE_NEWS_STATES)
		tell_members(tale, conf->sync_group);
	if (news == ROLE_NEWS_STATE &&
	    (is_first || !role_groups_has_announced(tale->groups, conf, report->state)))
		tale->on_state(conf, report, tale->told_arg);
}

void role_groups_fini(struct role_groups *groups)
{
	vec_free(&groups->list);
}
