/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Allocation that cannot fail. A daemon without memory cannot decide anything sensible. So the
 * process writes to standard error how much memory it asked for, and aborts. The supervisor starts
 * it again, and the kernel's tables do not change meanwhile. Callers do not check for NULL.
 */
#ifndef LVSD_BASE_MEM_H
#define LVSD_BASE_MEM_H

#include <stdarg.h>
#include <stddef.h>

/* Returns n zeroed items of size bytes, for free(). */
void *mem_calloc(size_t n, size_t size);
/* Changes memory to n items of size bytes, as realloc(3). New items are not zeroed. */
void *mem_realloc(void *memory, size_t n, size_t size);
char *mem_strdup(const char *text);
char *mem_printf(const char *format, ...) __attribute__((format(printf, 1, 2)));
char *mem_vprintf(const char *format, va_list args) __attribute__((format(printf, 1, 0)));

/*
 * From now on freed memory stays with the process instead of going back to the system. For a
 * process that will soon need as much memory again: fresh pages cost it more time than its work on
 * them.
 */
void mem_keep_freed(void);

/* Gives freed memory back to the system now: after a start, which needs more than what comes later. */
void mem_trim(void);

/* Writes to standard error that size bytes were asked for, then aborts. */
_Noreturn void mem_exhausted(size_t size);

#endif
