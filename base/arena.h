/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Memory that is freed whole: a configuration snapshot and all its parts live in one arena. */
#ifndef LVSD_BASE_ARENA_H
#define LVSD_BASE_ARENA_H

#include <stddef.h>

struct arena;

/* Never NULL: running out of memory ends the process (see base/mem.h). */
struct arena *arena_new(void);
void arena_free(struct arena *arena);

/* size bytes, zeroed, aligned for pointers and 64-bit numbers; valid until arena_free(). */
void *arena_alloc(struct arena *arena, size_t size);
/* n items of size bytes each; a product that overflows ends the process. */
void *arena_calloc(struct arena *arena, size_t n, size_t size);

char *arena_strdup(struct arena *arena, const char *text);
/* len bytes of text and a terminating NUL. */
char *arena_strndup(struct arena *arena, const char *text, size_t len);
char *arena_printf(struct arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Bytes taken from the system so far. */
size_t arena_size(const struct arena *arena);

#endif
