/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sync groups: their values, which instances are their members, and what is wrong with them. */
#include "conf/model/check.h"
#include "conf/model/sorted.h"

#include <stdlib.h>

static int vrrp_name_cmp(const void *name, const void *element)
{
	const struct conf_vrrp *const *vrrp = element;

	return strcmp(name, (*vrrp)->name);
}

/* Makes the instances with these names members. An instance of two groups is a member of the first
 * group. If two instances have the same name, which is an error, both become members. check_names()
 * reports names without an instance, and instances of two groups. */
static void member_add(struct draft *draft, const struct conf_sync_group *group,
		       const void **by_name, const char *name)
{
	size_t n = draft->conf->n_vrrps;
	struct conf_vrrp **found = n ? bsearch(name, by_name, n, sizeof(*by_name), vrrp_name_cmp)
				     : NULL;
	struct conf_vrrp **end = (struct conf_vrrp **)by_name + n;

	while (found && found > (struct conf_vrrp **)by_name && !strcmp(found[-1]->name, name))
		found--;
	for (; found && found < end && !strcmp((*found)->name, name); found++) {
		if ((*found)->sync_group)
			continue;
		(*found)->sync_group = group->name;
		(*found)->is_notifying_priority |= group->is_notifying_priority;
		build_tracks_join(draft, group, *found);
	}
}

static void sync_group_build(struct draft *draft, const struct node *node, const void **by_name,
			     struct conf_sync_group *group)
{
	const struct node *members = resolve_child(node, KW_SYNC_GROUP_MEMBERS);

	*group = draft->templates.sync_group;
	group->name = arena_strdup(draft->conf->arena, node->value.text);
	group->is_notifying_all = draft->conf->global.is_notifying_all;
	group->is_notifying_priority = draft->conf->global.is_notifying_priority;
	group->place = *parse_place(node);
	for (const struct node *child = node->children; child; child = child->next)
		build_field(draft, child, CONF_OBJECT_SYNC_GROUP, group);
	build_group_tracks(draft, node, group);
	for (const struct node *line = members ? members->children : NULL; line; line = line->next)
		for (uint32_t i = 0; resolve_id(line) == KW_GROUP_MEMBER && i < line->n_words; i++)
			member_add(draft, group, by_name, line->words[i].text);
}

/* Reports a second group of the same name, which is left out. */
static bool is_new(struct draft *draft, const struct node *node)
{
	const struct conf *conf = draft->conf;

	for (size_t i = 0; i < conf->n_sync_groups; i++) {
		if (strcmp(conf->sync_groups[i].name, node->value.text))
			continue;
		report_ignored(draft->report, parse_place(node),
			       "two vrrp_sync_groups are named %s", node->value.text);
		report_note(draft->report, &conf->sync_groups[i].place, "first defined here");
		return false;
	}
	return true;
}

void build_sync_groups(struct draft *draft, const struct node *root)
{
	struct conf *conf = draft->conf;
	size_t n = resolve_count(root, KW_VRRP_SYNC_GROUP);
	const void **by_name = sorted_list(conf->vrrps, conf->n_vrrps, sizeof(*conf->vrrps),
					   sorted_vrrp_cmp);

	conf->sync_groups = arena_calloc(conf->arena, n, sizeof(*conf->sync_groups));
	for (const struct node *node = root->children; node; node = node->next)
		if (resolve_id(node) == KW_VRRP_SYNC_GROUP && is_new(draft, node))
			sync_group_build(draft, node, by_name,
					 &conf->sync_groups[conf->n_sync_groups++]);
	free(by_name);
}

/* --- checks --- */

/* What the members of a group have in common. */
struct membership {
	size_t n, n_owners;
	const struct conf_vrrp *first;
};

static struct membership membership_of(const struct conf *conf, const struct conf_sync_group *group)
{
	struct membership members = {0};

	for (size_t i = 0; i < conf->n_vrrps; i++) {
		const struct conf_vrrp *vrrp = &conf->vrrps[i];

		if (!vrrp->sync_group || strcmp(vrrp->sync_group, group->name))
			continue;
		members.first = members.n++ ? members.first : vrrp;
		members.n_owners += vrrp->priority == CONF_PRIORITY_OWNER;
	}
	return members;
}

/* Returns whether the group has an effect. */
static bool group_check(struct draft *draft, const struct conf_sync_group *group)
{
	struct membership members = membership_of(draft->conf, group);

	if (!members.n && !report_has_errors(draft->report))
		report_warning(draft->report, &group->place,
			       "vrrp_sync_group %s has no effect: it has no instance", group->name);
	if (members.n == 1 && !report_has_errors(draft->report))
		report_warning(draft->report, &group->place,
			       "vrrp_sync_group %s has one instance alone, %s, which changes its "
			       "state by itself: is another one missing?",
			       group->name, members.first->name);
	if (members.n_owners && members.n_owners < members.n)
		report_warning(draft->report, &group->place,
			       "vrrp_sync_group %s: some of its instances own their addresses "
			       "(priority 255) and others do not: the owners are not MASTER before "
			       "the others can be",
			       group->name);
	return members.n;
}

void check_sync_groups(struct draft *draft)
{
	struct conf *conf = draft->conf;
	size_t n = 0;

	for (size_t i = 0; i < conf->n_sync_groups; i++)
		if (group_check(draft, &conf->sync_groups[i]))
			conf->sync_groups[n++] = conf->sync_groups[i];
	conf->n_sync_groups = n;
}
