/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/arena.h"
#include "base/arena_block.h"
#include "base/mem.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A block is half as large as all before it together, within these bounds: an arena for one VRRP instance
 * takes half a KiB, and that of a file with 40,000 real servers a few hundred blocks. */
#define BLOCK_MIN  128
#define BLOCK_SIZE ARENA_BLOCK_SIZE

/* The alignment of pointers and 64-bit numbers. No object in an arena needs a larger one. */
#define ALIGNMENT alignof(uint64_t)

struct block {
	struct block *next;
	size_t used, size;
	alignas(ALIGNMENT) char data[];
};

struct arena {
	struct block *blocks; /* the first is the one being filled */
	size_t total;
};

struct arena *arena_new(void)
{
	return mem_calloc(1, sizeof(struct arena));
}

void arena_free(struct arena *arena)
{
	struct block *block, *next;

	if (!arena)
		return;
	for (block = arena->blocks; block; block = next) {
		next = block->next;
		free(block);
	}
	free(arena);
}

static struct block *block_add(struct arena *arena, size_t size)
{
	struct block *block = mem_calloc(1, sizeof(*block) + size);

	block->size = size;
	arena->total += sizeof(*block) + size;
	return block;
}

/* The room of a new block, in which size bytes fit. */
static size_t block_room(const struct arena *arena, size_t size)
{
	size_t room = arena->total / 2 < BLOCK_MIN ? BLOCK_MIN : arena->total / 2;

	if (room > BLOCK_SIZE)
		room = BLOCK_SIZE;
	return room < size ? size : room;
}

/* size bytes at a multiple of alignment, which is a power of two. */
static void *block_take(struct arena *arena, size_t size, size_t alignment)
{
	struct block *block = arena->blocks;
	size_t at = block ? (block->used + alignment - 1) & ~(alignment - 1) : 0;

	if (size > BLOCK_SIZE / 4) {
		/* A large object gets a block of its own, which goes behind the block being filled,
		 * so that the free room of that block stays usable. */
		struct block *own = block_add(arena, size);

		own->used = size;
		if (block) {
			own->next = block->next;
			block->next = own;
		} else {
			arena->blocks = own;
		}
		return own->data;
	}
	if (!block || at > block->size || block->size - at < size) {
		block = block_add(arena, block_room(arena, size));
		block->next = arena->blocks;
		arena->blocks = block;
		at = 0;
	}
	block->used = at + size;
	return block->data + at;
}

void *arena_alloc(struct arena *arena, size_t size)
{
	return block_take(arena, size, ALIGNMENT);
}

void *arena_calloc(struct arena *arena, size_t n, size_t size)
{
	size_t bytes;

	if (__builtin_mul_overflow(n, size, &bytes))
		mem_exhausted(SIZE_MAX);
	return arena_alloc(arena, bytes);
}

char *arena_strndup(struct arena *arena, const char *text, size_t len)
{
	char *copy = block_take(arena, len + 1, 1);

	memcpy(copy, text, len);
	return copy;
}

char *arena_strdup(struct arena *arena, const char *text)
{
	return arena_strndup(arena, text, strlen(text));
}

char *arena_printf(struct arena *arena, const char *format, ...)
{
	va_list args, again;
	char *text;
	int len;

	va_start(args, format);
	va_copy(again, args);
	len = vsnprintf(NULL, 0, format, args);
	va_end(args);
	text = arena_alloc(arena, (size_t)len + 1);
	vsnprintf(text, (size_t)len + 1, format, again);
	va_end(again);
	return text;
}

size_t arena_size(const struct arena *arena)
{
	return arena->total;
}
