/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Memory that is freed as a whole: a configuration snapshot and all its parts are in one arena, so
 * that freeing the arena frees them all. */
#ifndef LVSD_BASE_ARENA_H
#define LVSD_BASE_ARENA_H

#include <stddef.h>

struct arena;

/* Never returns NULL: when memory runs out the process ends (base/mem.h). */
struct arena *arena_new(void);
void arena_free(struct arena *arena);

/* Returns size bytes, zeroed, aligned for pointers and 64-bit numbers. They are valid until
 * arena_free(). */
void *arena_alloc(struct arena *arena, size_t size);
/* The same for n items of size bytes each. If n * size overflows, the process ends. */
void *arena_calloc(struct arena *arena, size_t n, size_t size);

/* Copies a text; the copy is memory of arena. */
char *arena_strdup(struct arena *arena, const char *text);
/* Copies len bytes of text and adds a terminating NUL. */
char *arena_strndup(struct arena *arena, const char *text, size_t len);
char *arena_printf(struct arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* How many bytes the arena has taken from the system so far. */
size_t arena_size(const struct arena *arena);

#endif
