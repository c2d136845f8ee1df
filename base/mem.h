/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Allocation that cannot fail. A daemon that is out of memory cannot decide anything sensible:
 * the process says so and aborts, its supervisor starts it again and nothing in the kernel changes
 * meanwhile. So no caller checks for NULL.
 */
#ifndef LVSD_BASE_MEM_H
#define LVSD_BASE_MEM_H

#include <stddef.h>

/* n zeroed items of size bytes; free() them. */
void *mem_calloc(size_t n, size_t size);
/* realloc to n items of size bytes; the new part is not zeroed. */
void *mem_realloc(void *memory, size_t n, size_t size);
char *mem_strdup(const char *text);
char *mem_printf(const char *format, ...) __attribute__((format(printf, 1, 2)));

/*
 * What is freed from now on stays with the process: for one that soon needs as much again, since
 * pages that are new each time cost more than what is done with them.
 */
void mem_keep_freed(void);

/* Says on stderr how much was asked for, then aborts. */
_Noreturn void mem_exhausted(size_t size);

#endif
