/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Numbers made of texts and of numbers, the same ones on every machine and in every version: some
 * of them stand in names that the kernel keeps. None of them withstands somebody who wants two
 * texts to have one number.
 */
#ifndef LVSD_BASE_HASH_H
#define LVSD_BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

/* FNV-1a of 64 bits. */
uint64_t hash_bytes(const void *bytes, size_t len);
uint64_t hash_text(const char *text);

/* FNV-1a of 32 bits, where a short name is wanted. */
uint32_t hash_text_short(const char *text);

/* One number of two, each bit of which depends on all bits of both; their order counts. */
uint64_t hash_mix(uint64_t a, uint64_t b);

#endif
