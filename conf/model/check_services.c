/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds two virtual servers, or two lines of a group, that would be the same service in the kernel.
 */
#include "conf/model/check.h"

#include <stdlib.h>

struct service {
	const struct svckey *key;
	const struct conf_virtual_server *vs;
	const struct conf_group_line *line; /* NULL if vs is not a group */
	size_t i;                           /* the index of the member of vs */
};

static int pointer_cmp(const void *a, const void *b)
{
	return a < b ? -1 : a > b;
}

static int service_cmp(const void *left, const void *right)
{
	const struct service *a = left, *b = right;
	int order = svckey_cmp(a->key, b->key);

	if (order)
		return order;
	order = pointer_cmp(a->vs, b->vs);
	return order ? order : pointer_cmp(a->line, b->line);
}

static void place_note(struct draft *draft, const struct service *service)
{
	if (service->line)
		report_note(draft->report, &service->line->place,
			    "it is a member of virtual_server_group %s", service->vs->group->name);
}

static void clash_report(struct draft *draft, const struct service *first,
			 const struct service *second)
{
	char key[SVCKEY_TEXT_MAX];

	svckey_format(second->key, key);
	if (first->vs == second->vs) {
		/* keepalived accepts both lines, and the second one changes nothing. */
		report_warning(
		    draft->report, &second->line->place,
		    "virtual_server_group %s has %s twice, and the second one is left out",
		    first->vs->group->name, key);
		report_note(draft->report, &first->line->place, "first here");
		return;
	}
	report_ignored(draft->report, &second->vs->place, "two virtual servers serve %s", key);
	draft->conf->virtual_servers[second->vs - draft->conf->virtual_servers].is_dropped = true;
	place_note(draft, second);
	report_note(draft->report, &first->vs->place, "first defined here");
	place_note(draft, first);
}

/* Two members of one service are the same: marks the second one. */
static void member_drop(struct draft *draft, const struct service *second)
{
	struct conf_virtual_server *vs =
	    &draft->conf->virtual_servers[second->vs - draft->conf->virtual_servers];

	vs->members[second->i].line = NULL;
}

static void members_drop(struct conf_virtual_server *vs)
{
	size_t n = 0;

	for (size_t i = 0; i < vs->n_members; i++)
		if (vs->members[i].line)
			vs->members[n++] = vs->members[i];
	vs->n_members = n;
}

struct clash {
	const struct service *first, *second;
};

/* Compares two clashes by the services or lines that clash. Ranges that overlap clash in many
 * services; they are reported once. */
static int parties_cmp(const struct clash *a, const struct clash *b)
{
	int order = pointer_cmp(a->first->vs, b->first->vs);

	order = order ? order : pointer_cmp(a->second->vs, b->second->vs);
	if (order || a->first->vs != a->second->vs)
		return order;
	order = pointer_cmp(a->first->line, b->first->line);
	return order ? order : pointer_cmp(a->second->line, b->second->line);
}

static int clash_cmp(const void *left, const void *right)
{
	const struct clash *a = left, *b = right;
	int order = parties_cmp(a, b);

	return order ? order : pointer_cmp(a->second, b->second);
}

/* list is sorted. */
static void clashes_check(struct draft *draft, const struct service *list, size_t n)
{
	VEC(struct clash) clashes = {0};

	for (size_t i = 1, first = 0; i < n; i++) {
		if (svckey_cmp(list[i].key, list[first].key))
			first = i;
		else
			*vec_push(&clashes) = (struct clash){&list[first], &list[i]};
	}
	if (clashes.n)
		qsort(clashes.items, clashes.n, sizeof(*clashes.items), clash_cmp);
	for (size_t i = 0; i < clashes.n; i++)
		if (!i || parties_cmp(&clashes.items[i - 1], &clashes.items[i]))
			clash_report(draft, clashes.items[i].first, clashes.items[i].second);
	for (size_t i = 0; i < clashes.n; i++)
		if (clashes.items[i].first->vs == clashes.items[i].second->vs)
			member_drop(draft, clashes.items[i].second);
	vec_free(&clashes);
}

void check_services(struct draft *draft)
{
	const struct conf *conf = draft->conf;
	VEC(struct service) list = {0};

	for (size_t i = 0; i < conf->n_virtual_servers; i++) {
		const struct conf_virtual_server *vs = &conf->virtual_servers[i];

		for (size_t k = 0; k < conf_service_count(vs); k++)
			*vec_push(&list) = (struct service){
			    conf_service_key(vs, k), vs, vs->group ? vs->members[k].line : NULL, k};
	}
	if (list.n)
		qsort(list.items, list.n, sizeof(*list.items), service_cmp);
	clashes_check(draft, list.items, list.n);
	vec_free(&list);
	for (size_t i = 0; i < conf->n_virtual_servers; i++)
		members_drop(&draft->conf->virtual_servers[i]);
}

void check_groups_used(struct draft *draft)
{
	const struct conf *conf = draft->conf;

	for (size_t i = 0; i < conf->n_groups; i++)
		if (!conf->groups[i].is_used)
			report_warning(draft->report, &conf->groups[i].place,
				       "virtual_server_group %s has no effect: no virtual_server "
				       "names it",
				       conf->groups[i].name);
}
