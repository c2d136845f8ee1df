/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sync groups: their values, which instances are their members, and what is wrong with them. */
#include "base/mem.h"
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
		       const void **by_name, const char *name, uint16_t at)
{
	size_t n = draft->conf->n_vrrps;
	struct conf_vrrp **found = n ? bsearch(name, by_name, n, sizeof(*by_name), vrrp_name_cmp)
				     : NULL;
	struct conf_vrrp **end = (struct conf_vrrp **)by_name + n;

	/* Instances of one name have become members together. */
	if (!found || (*found)->sync_group)
		return;
	while ( found > (struct conf_vrrp **)by_name && !strcmp(found[-1]->name, name))
		found--;
	for (; found < end && !strcmp((*found)->name, name); found++) {
		(*found)->sync_group = group->name;
		(*found)->sync_at = at;
		(*found)->is_notifying_priority |= group->is_notifying_priority;
		build_tracks_join(draft, group, *found);
	}
}

static void sync_group_build(struct draft *draft, const struct node *node, const void **by_name,
			     struct conf_sync_group *group)
{
	const struct node *members = resolve_child(node, KW_SYNC_GROUP_MEMBERS);
	uint16_t at = 0;

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
			member_add(draft, group, by_name, line->words[i].text, at++);
}

static int group_node_cmp(const void *left, const void *right)
{
	const struct node *const *a = left, *const *b = right;
	int order = strcmp((*a)->value.text, (*b)->value.text);
	uint32_t from = parse_place(*a)->at, to = parse_place(*b)->at;

	return order ? order : (from > to) - (from < to);
}

/* The first group of the file that has the name of node. */
static const struct node *first_named(const struct node *const *sorted, size_t n,
				      const struct node *node)
{
	size_t low = 0, high = n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (strcmp(sorted[middle]->value.text, node->value.text) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return sorted[low];
}

/* All groups of the file, sorted by name; groups of one name stay in the order of the file. free()
 * the list. */
static const struct node **group_nodes(const struct node *root, size_t n)
{
	const struct node **list = mem_calloc(n, sizeof(*list));
	size_t k = 0;

	for (const struct node *node = root->children; node; node = node->next)
		if (resolve_id(node) == KW_VRRP_SYNC_GROUP)
			list[k++] = node;
	if (n)
		qsort(list, n, sizeof(*list), group_node_cmp);
	return list;
}

void build_sync_groups(struct draft *draft, const struct node *root)
{
	struct conf *conf = draft->conf;
	size_t n = resolve_count(root, KW_VRRP_SYNC_GROUP);
	const struct node **groups = group_nodes(root, n);
	const void **by_name = sorted_list(conf->vrrps, conf->n_vrrps, sizeof(*conf->vrrps),
					   sorted_vrrp_cmp);

	conf->sync_groups = arena_calloc(conf->arena, n, sizeof(*conf->sync_groups));
	for (const struct node *node = root->children; node; node = node->next) {
		const struct node *first;

		if (resolve_id(node) != KW_VRRP_SYNC_GROUP)
			continue;
		first = first_named(groups, n, node);
		if (first == node) {
			sync_group_build(draft, node, by_name,
					 &conf->sync_groups[conf->n_sync_groups++]);
			continue;
		}
		report_ignored(draft->report, parse_place(node), "two vrrp_sync_groups are named %s",
			       node->value.text);
		report_note(draft->report, parse_place(first), "first defined here");
	}
	free(by_name);
	free(groups);
}

/* --- checks --- */

/* What all members of a group have in common. */
struct membership {
	size_t n, n_owners;
	const struct conf_vrrp *first;
};

/* The memberships of the groups, in the order of the groups; free() the list. */
static struct membership *memberships_count(const struct conf *conf)
{
	struct membership *members = mem_calloc(conf->n_sync_groups, sizeof(*members));
	const void **sorted = sorted_list(conf->sync_groups, conf->n_sync_groups,
					  sizeof(*conf->sync_groups), sorted_sync_group_cmp);

	for (size_t i = 0; i < conf->n_vrrps; i++) {
		const struct conf_vrrp *vrrp = &conf->vrrps[i];
		const struct conf_sync_group wanted = {.name = vrrp->sync_group}, *key = &wanted;
		const struct conf_sync_group *const *found =
		    vrrp->sync_group && conf->n_sync_groups
			? bsearch(&key, sorted, conf->n_sync_groups, sizeof(*sorted),
				  sorted_sync_group_cmp)
			: NULL;
		struct membership *one = found ? &members[*found - conf->sync_groups] : NULL;

		if (!one)
			continue;
		one->first = one->n++ ? one->first : vrrp;
		one->n_owners += vrrp->priority == CONF_PRIORITY_OWNER;
	}
	free(sorted);
	return members;
}

/* Returns whether the group has an effect. */
static bool group_check(struct draft *draft, const struct conf_sync_group *group,
			const struct membership *members)
{
	if (!members->n && !report_has_errors(draft->report))
		report_warning(draft->report, &group->place,
			       "vrrp_sync_group %s has no effect: it has no instance", group->name);
	if (members->n == 1 && !report_has_errors(draft->report))
		report_warning(draft->report, &group->place,
			       "vrrp_sync_group %s has one instance alone, %s, which changes its "
			       "state by itself: is another one missing?",
			       group->name, members->first->name);
	if (members->n_owners && members->n_owners < members->n)
		report_warning(draft->report, &group->place,
			       "vrrp_sync_group %s: some of its instances own their addresses "
			       "(priority 255) and others do not: the owners are not MASTER before "
			       "the others can be",
			       group->name);
	return members->n;
}

void check_sync_groups(struct draft *draft)
{
	struct conf *conf = draft->conf;
	struct membership *members = memberships_count(conf);
	size_t n = 0;

	for (size_t i = 0; i < conf->n_sync_groups; i++)
		if (group_check(draft, &conf->sync_groups[i], &members[i]))
			conf->sync_groups[n++] = conf->sync_groups[i];
	conf->n_sync_groups = n;
	free(members);
}
