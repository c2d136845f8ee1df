/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "conf/model/route/build_route.h"

#include <stdlib.h>

/* Makes the instances that have this name members of the group. A name without an instance is
 * reported by check_names(). */
static void member_track(struct draft *draft, const struct conf_track_group *group, const char *name)
{
	struct conf_track track = {.kind = CONF_TRACKER_STATIC,
				   .name = group->name,
				   .is_of_group = true,
				   .place = group->place};

	for (size_t i = 0; i < draft->conf->n_vrrps; i++)
		if (!strcmp(draft->conf->vrrps[i].name, name))
			build_track_add(draft, &track, &draft->conf->vrrps[i]);
}

static void group_build(struct draft *draft, const struct node *node, struct conf_track_group *group)
{
	const struct node *members = resolve_child(node, KW_SYNC_GROUP_MEMBERS);
	struct arena *arena = draft->conf->arena;
	size_t n = 0;

	for (const struct node *line = members ? members->children : NULL; line; line = line->next)
		n += line->n_words;
	*group = (struct conf_track_group){.name = arena_strdup(arena, node->value.text),
					   .members = arena_calloc(arena, n, sizeof(char *)),
					   .place = *parse_place(node)};
	for (const struct node *line = members ? members->children : NULL; line; line = line->next)
		for (uint32_t i = 0; resolve_id(line) == KW_GROUP_MEMBER && i < line->n_words; i++)
			group->members[group->n_members++] =
			    arena_strdup(arena, line->words[i].text);
}

/* Does a static item name the group in its track_group? */
static bool is_used(const struct conf_statics *statics, const char *name)
{
	for (size_t i = 0; i < statics->n_addresses; i++)
		if (!strcmp(statics->addresses[i].track_group, name))
			return true;
	for (size_t i = 0; i < statics->n_routes; i++)
		if (!strcmp(statics->routes[i].track_group, name))
			return true;
	for (size_t i = 0; i < statics->n_rules; i++)
		if (!strcmp(statics->rules[i].track_group, name))
			return true;
	return false;
}

static int group_cmp(const void *left, const void *right)
{
	const struct conf_track_group *a = left, *b = right;

	return strcmp(a->name, b->name);
}

/* A static item that names a track_group which is not defined has none: check_names() has reported it. */
static void group_find(const struct conf_statics *statics, const char **name)
{
	for (size_t i = 0; i < statics->n_groups; i++)
		if (!strcmp(statics->groups[i].name, *name))
			return;
	*name = "";
}

static void groups_find(struct conf_statics *statics)
{
	for (size_t i = 0; i < statics->n_addresses; i++)
		group_find(statics, &statics->addresses[i].track_group);
	for (size_t i = 0; i < statics->n_routes; i++)
		group_find(statics, &statics->routes[i].track_group);
	for (size_t i = 0; i < statics->n_rules; i++)
		group_find(statics, &statics->rules[i].track_group);
}

static void groups_build(struct draft *draft, const struct node *root)
{
	struct conf_statics *statics = &draft->conf->statics;

	statics->groups = arena_calloc(draft->conf->arena, resolve_count(root, KW_TRACK_GROUP),
				       sizeof(*statics->groups));
	for (const struct node *node = root->children; node; node = node->next) {
		struct conf_track_group *group = &statics->groups[statics->n_groups];

		if (resolve_id(node) != KW_TRACK_GROUP)
			continue;
		group_build(draft, node, group);
		statics->n_groups++;
		if (!is_used(statics, group->name))
			report_warning(draft->report, &group->place,
				       "track_group %s has no effect: no static address, route or "
				       "rule names it",
				       group->name);
	}
	/* The order of blocks in the file has no meaning, so the groups are sorted. */
	if (statics->n_groups)
		qsort(statics->groups, statics->n_groups, sizeof(*statics->groups), group_cmp);
	for (size_t i = 0; i < statics->n_groups; i++)
		for (size_t k = 0; k < statics->groups[i].n_members; k++)
			member_track(draft, &statics->groups[i], statics->groups[i].members[k]);
}

/* The interface of static addresses without `dev`. */
static const char *default_interface(struct draft *draft, const struct node *root)
{
	const struct node *global = resolve_child(root, KW_GLOBAL_DEFS);
	const struct node *node = global ? resolve_child(global, KW_DEFAULT_INTERFACE) : NULL;

	return node ? arena_strdup(draft->conf->arena, node->value.text) : "eth0";
}

void build_statics(struct draft *draft, const struct node *root)
{
	const struct build_address_owner owner = {"static_ipaddress", default_interface(draft, root)};
	const struct node *addresses = resolve_child(root, KW_STATIC_IPADDRESS);
	const struct node *routes = resolve_child(root, KW_STATIC_ROUTES);
	const struct node *rules = resolve_child(root, KW_STATIC_RULES);
	struct conf_statics *statics = &draft->conf->statics;

	if (addresses)
		build_addresses(draft, addresses, CONF_OBJECT_STATICS, statics, &owner);
	if (routes)
		build_routes(draft, routes, CONF_OBJECT_STATICS, statics);
	if (rules)
		build_rules(draft, rules, CONF_OBJECT_STATICS, statics);
	build_rules_number(draft);
	groups_build(draft, root);
	groups_find(statics);
}
