/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A map from check_id to a pointer. Each operation takes constant time: open addressing, without
 * marks for removed entries. */
#ifndef LVSD_HEALTHCHECK_ID_MAP_H
#define LVSD_HEALTHCHECK_ID_MAP_H

#include "healthcheck/health.h"

/* Begins as {0}: empty. The caller owns the values. */
struct id_map {
	struct id_map_entry {
		check_id id; /* 0: free */
		void *value;
	} * entries;
	size_t n, cap; /* cap is 0 or a power of two */
};

/* Frees the map's memory, not the values. */
void id_map_fini(struct id_map *map);

/* Sets the value of id, which must not be 0; an old value is replaced. */
void id_map_put(struct id_map *map, check_id id, void *value);

/* The value of id; NULL when the map does not have it. */
void *id_map_find(const struct id_map *map, check_id id);

/* Removes id. Returns its value; NULL when the map did not have it. */
void *id_map_remove(struct id_map *map, check_id id);

#endif
