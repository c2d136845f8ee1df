/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "conf/canon/canon.h"
#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

static void group_write(const struct conf_group *group, enum canon_part part, struct lines *lines)
{
	lines_open(lines, KW_VIRTUAL_SERVER_GROUP, group->name);
	canon_fields(lines, part, SCHEMA_VIRTUAL_SERVER_GROUP, group, NULL, NULL);
	lines_close(lines);
}

/* Compares by the name of the group, then by the order of the services in the file. */
static int by_group(const void *left, const void *right)
{
	const struct conf_virtual_server *const *a = left, *const *b = right;
	int order = strcmp((*a)->group->name, (*b)->group->name);

	return order ? order : (*a > *b) - (*a < *b);
}

static int by_place(const void *left, const void *right)
{
	const struct conf_virtual_server *const *a = left, *const *b = right;

	return (*a > *b) - (*a < *b);
}

/* Lists, for each group that is used, the first service that names it, sorted by group. */
static size_t group_users(const struct conf *conf, const struct conf_virtual_server **list)
{
	size_t n = 0, n_users = 0;

	for (size_t i = 0; i < conf->n_virtual_servers; i++)
		if (conf->virtual_servers[i].group)
			list[n_users++] = &conf->virtual_servers[i];
	if (n_users)
		qsort(list, n_users, sizeof(*list), by_group);
	for (size_t i = 0; i < n_users; i++)
		if (!n || strcmp(list[n - 1]->group->name, list[i]->group->name))
			list[n++] = list[i];
	return n;
}

void canon_write_groups(const struct conf *conf, enum canon_part part, struct lines *lines)
{
	const struct conf_virtual_server **list = mem_calloc(conf->n_virtual_servers, sizeof(*list));
	size_t n = group_users(conf, list);

	if (part != CANON_SHARED && n)
		qsort(list, n, sizeof(*list), by_place);
	for (size_t i = 0; i < n; i++)
		group_write(list[i]->group, part, lines);
	free(list);
}
