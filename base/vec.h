/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A growable array, made of members that any struct can have:
 *
 *	struct { struct op *items; size_t n, cap; } ops = {0};
 *	*vec_push(&ops) = (struct op){...};
 *	vec_free(&ops);
 */
#ifndef LVSD_BASE_VEC_H
#define LVSD_BASE_VEC_H

#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

/* Declares an anonymous struct for items of type. */
#define VEC(type)                                                                                  \
	struct {                                                                                   \
		type *items;                                                                       \
		size_t n, cap;                                                                     \
	}

/* For vec_push(): makes room for one more item. */
static inline void *vec_grow_(void *items, size_t n, size_t *cap, size_t size)
{
	if (n < *cap)
		return items;
	*cap = *cap ? *cap * 2 : 8;
	return mem_realloc(items, *cap, size);
}

/* Appends a zeroed item and returns its address, which is valid until the next push. */
#define vec_push(v)                                                                                \
	((v)->items = vec_grow_((v)->items, (v)->n, &(v)->cap, sizeof(*(v)->items)),               \
	 memset(&(v)->items[(v)->n], 0, sizeof(*(v)->items)), &(v)->items[(v)->n++])

#define vec_clear(v) ((v)->n = 0)

#define vec_free(v) (free((v)->items), (v)->items = NULL, (v)->n = (v)->cap = 0)

#endif
