/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sorts objects of a snapshot by their keys, for results that must not depend on the order of the
 * file. */
#ifndef LVSD_CONF_MODEL_SORTED_H
#define LVSD_CONF_MODEL_SORTED_H

#include "conf/conf.h"

/* Compares the objects that two elements of a list of pointers point to, for qsort(3). */
typedef int sorted_cmp_fn(const void *left, const void *right);

sorted_cmp_fn sorted_vrrp_cmp;           /* by name */
sorted_cmp_fn sorted_vrrp_router_cmp;    /* by interface, family and VRID */
sorted_cmp_fn sorted_tracker_cmp;        /* definitions of one kind of trackers, by name */
sorted_cmp_fn sorted_sync_group_cmp;     /* by name */
sorted_cmp_fn sorted_track_cmp;          /* by kind, then name */
sorted_cmp_fn sorted_virtual_server_cmp; /* by key */
sorted_cmp_fn sorted_real_server_cmp;    /* by address and port */
sorted_cmp_fn sorted_check_cmp;          /* by type, then ordinal */

/* A list of pointers to n items of size bytes, sorted by cmp (NULL: not sorted); free() the list.
 */
const void **sorted_list(const void *items, size_t n, size_t size, sorted_cmp_fn *cmp);

/* Sorts such a list. */
void sorted_sort(const void **list, size_t n, sorted_cmp_fn *cmp);

/* Called for each key: with the items of both sides that have the key, or with the item of one side
 * and NULL for the other side. */
typedef void sorted_visit_fn(const void *older, const void *newer, void *arg);

/* Walks two lists of pointers that are sorted by cmp (base/merge.h). */
void sorted_walk_lists(const void **older, size_t n_old, const void **newer, size_t n_new,
		       sorted_cmp_fn *cmp, sorted_visit_fn *visit, void *arg);

/* The same for two arrays of items of size bytes, in any order. */
void sorted_walk(const void *older, size_t n_old, const void *newer, size_t n_new, size_t size,
		 sorted_cmp_fn *cmp, sorted_visit_fn *visit, void *arg);

#endif
