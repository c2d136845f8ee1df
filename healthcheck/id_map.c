/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "healthcheck/id_map.h"
#include "base/mem.h"

#include <assert.h>
#include <stdlib.h>

#define CAP_MIN 64

void id_map_fini(struct id_map *map)
{
	free(map->entries);
	*map = (struct id_map){0};
}

/* The preferred entry of id. Ids are consecutive numbers; Fibonacci hashing spreads them evenly. */
static size_t home(const struct id_map *map, check_id id)
{
	return (size_t)((id * 0x9e3779b97f4a7c15u) >> 32) & (map->cap - 1);
}

/* The entry of id, or the free entry where id is to be put. The map is never full. */
static size_t seek(const struct id_map *map, check_id id)
{
	size_t i = home(map, id);

	while (map->entries[i].id && map->entries[i].id != id)
		i = (i + 1) & (map->cap - 1);
	return i;
}

static void grow(struct id_map *map)
{
	struct id_map old = *map;

	map->cap = old.cap ? old.cap * 2 : CAP_MIN;
	map->entries = mem_calloc(map->cap, sizeof(*map->entries));
	for (size_t i = 0; i < old.cap; i++)
		if (old.entries[i].id)
			map->entries[seek(map, old.entries[i].id)] = old.entries[i];
	free(old.entries);
}

void id_map_put(struct id_map *map, check_id id, void *value)
{
	size_t i;

	assert(id != 0);
	if (map->n >= map->cap / 2)
		grow(map);
	i = seek(map, id);
	if (!map->entries[i].id)
		map->n++;
	map->entries[i] = (struct id_map_entry){id, value};
}

void *id_map_find(const struct id_map *map, check_id id)
{
	return map->n && id ? map->entries[seek(map, id)].value : NULL;
}

void *id_map_remove(struct id_map *map, check_id id)
{
	size_t mask = map->cap - 1, hole, i;
	void *value;

	if (!id_map_find(map, id))
		return NULL;
	hole = seek(map, id);
	value = map->entries[hole].value;
	/* Entries behind the hole move forward, unless they would come before their preferred
	 * entry. */
	for (i = (hole + 1) & mask; map->entries[i].id; i = (i + 1) & mask) {
		size_t distance = (i - home(map, map->entries[i].id)) & mask;

		if (distance < ((i - hole) & mask))
			continue;
		map->entries[hole] = map->entries[i];
		hole = i;
	}
	map->entries[hole] = (struct id_map_entry){0};
	map->n--;
	return value;
}
