/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The size of a large block of an arena, for base/arena.c alone. */
#ifndef LVSD_BASE_ARENA_BLOCK_H
#define LVSD_BASE_ARENA_BLOCK_H

/* A build with sanitizers gives 0 on the command line: each object then has a block of its own, so that
 * AddressSanitizer sees a byte that is written beyond it. */
#ifndef ARENA_BLOCK_SIZE
#define ARENA_BLOCK_SIZE (64 * 1024)
#endif

#endif
