/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A map from check_id to a pointer, O(1): open addressing, no tombstones. */
#ifndef LVSD_HEALTHCHECK_ID_MAP_H
#define LVSD_HEALTHCHECK_ID_MAP_H

#include "healthcheck/health.h"

/* Zeroed: empty. The values stay the caller's. */
struct id_map {
	struct id_map_entry {
		check_id id; /* 0: free */
		void *value;
	} * entries;
	size_t n, cap; /* cap is 0 or a power of two */
};

void id_map_fini(struct id_map *map);

/* id must not be 0; an id that is there gets the new value. */
void id_map_put(struct id_map *map, check_id id, void *value);

/* NULL when id is not there. */
void *id_map_find(const struct id_map *map, check_id id);

/* Returns the value that id had, or NULL when it was not there. */
void *id_map_remove(struct id_map *map, check_id id);

#endif
