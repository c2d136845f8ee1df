/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The states of the sync groups, as the reports of their instances make them, and which of them
 * have been announced. A group is in a state when all its instances are; instances that follow the
 * group without counting in it yet are left out. Pure.
 */
#ifndef LVSD_DAEMON_DIRECTOR_ROLE_ROLE_GROUPS_H
#define LVSD_DAEMON_DIRECTOR_ROLE_ROLE_GROUPS_H

#include "base/vec.h"
#include "conf/conf.h"
#include "vrrp/wire.h"

/* A sync group, and the state of all its members that was announced last. */
struct role_group {
	char name[CONF_NAME_MAX];
	enum vrrp_state_name announced;
	bool is_begun; /* its first states have been reported, or it tracks a script */
};

/* Begins as {0}. */
struct role_groups {
	VEC(struct role_group) list;
};

/* The last report of an instance, or NULL. */
typedef const struct vrrp_report *role_find_fn(const struct conf_vrrp *conf, void *arg);

void role_groups_fini(struct role_groups *groups);
/* To be called with a new configuration. A group that was not known before counts as announced in
 * its present state, as a reload moves nobody. */
void role_groups_update(struct role_groups *groups, const struct conf *conf, role_find_fn *find,
			void *arg);
/* What to report of an instance that has reported another state. */
enum role_news {
	ROLE_NEWS_STATE, /* the state */
	/* Nothing yet: its group begins as BACKUP, and other instances of the group have not reported. */
	ROLE_NEWS_NONE,
	/* The states of all its instances that have reported; with GROUP_FIRST, that of the group before them, as in
	 * keepalived. */
	ROLE_NEWS_STATES,
	ROLE_NEWS_GROUP_FIRST,
};
enum role_news role_groups_begin(struct role_groups *groups, const struct conf *conf,
				 const struct conf_vrrp *vrrp, role_find_fn *find, void *arg);
/* An instance has reported another state. Returns its group when that is in another state than the
 * announced one, which becomes *ret_state; else NULL. */
const struct conf_sync_group *role_groups_take(struct role_groups *groups, const struct conf *conf,
					       const struct conf_vrrp *vrrp, role_find_fn *find,
					       void *arg, enum vrrp_state_name *ret_state);
/* Why the group is in its state: the cause of the first instance that did not merely follow another one; if
 * all did, otherwise. */
const char *role_group_cause(const struct conf *conf, const char *name, role_find_fn *find, void *arg,
			     const char *otherwise);
/* Whom the states are told, and how the other instances are found. */
struct role_tale {
	struct role_groups *groups;
	const struct conf *conf;
	role_find_fn *find;
	void *arg; /* of find */
	void (*on_state)(const struct conf_vrrp *conf, const struct vrrp_report *report, void *arg);
	void (*on_group)(const struct conf_sync_group *group, enum vrrp_state_name state,
			 const char *cause, void *arg);
	void *told_arg; /* of on_state and on_group */
};
/* Tells of the new state of an instance, unless its group has announced it or is told first; is_first: the
 * instance has not reported before. */
void role_tell_state(const struct role_tale *tale, const struct conf_vrrp *conf,
		     const struct vrrp_report *report, bool is_first);
/* Tells of a state that all instances of the group have now. An instance that joins the group may be the last
 * one that has it. */
void role_tell_group(const struct role_tale *tale, const struct conf_vrrp *conf,
		     const struct vrrp_report *report);
/* Has the sync group of the instance announced this state? False without a group. */
bool role_groups_has_announced(const struct role_groups *groups, const struct conf_vrrp *vrrp,
			       enum vrrp_state_name state);
/* The state of a group of conf; VRRP_INIT while its instances differ or have not reported. */
enum vrrp_state_name role_group_state(const struct conf *conf, const char *name,
				      role_find_fn *find, void *arg);

#endif
