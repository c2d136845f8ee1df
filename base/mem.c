/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/mem.h"

#include <malloc.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void mem_exhausted(size_t size)
{
	fprintf(stderr, "lvsd: out of memory (%zu bytes asked for)\n", size);
	abort();
}

/* More than a reading of the kernel's table with 50,000 services takes. */
#define KEPT_MAX (256 << 20)
/* The largest value that malloc accepts for it (HEAP_MAX_SIZE / 2). */
#define MAPPED_MIN (32 << 20)

void mem_keep_freed(void)
{
	mallopt(M_TRIM_THRESHOLD, KEPT_MAX);
	mallopt(M_MMAP_THRESHOLD, MAPPED_MIN);
}

void mem_trim(void)
{
	malloc_trim(0);
}

void *mem_calloc(size_t n, size_t size)
{
	void *memory = calloc(n ? n : 1, size ? size : 1);

	if (!memory)
		mem_exhausted(n * size);
	return memory;
}

void *mem_realloc(void *memory, size_t n, size_t size)
{
	void *grown = reallocarray(memory, n ? n : 1, size ? size : 1);

	if (!grown)
		mem_exhausted(n * size);
	return grown;
}

char *mem_strdup(const char *text)
{
	size_t size = strlen(text) + 1;

	return memcpy(mem_calloc(size, 1), text, size);
}

char *mem_vprintf(const char *format, va_list args)
{
	char *text;

	if (vasprintf(&text, format, args) < 0)
		mem_exhausted(SIZE_MAX);
	return text;
}

char *mem_printf(const char *format, ...)
{
	va_list args;
	char *text;

	va_start(args, format);
	text = mem_vprintf(format, args);
	va_end(args);
	return text;
}
