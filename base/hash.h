/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hashes of texts and numbers. They give the same result on every machine and in every version of
 * lvsd, because some of them are part of names that the kernel keeps. They are not cryptographic:
 * an attacker can find two texts with the same hash.
 */
#ifndef LVSD_BASE_HASH_H
#define LVSD_BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

/* FNV-1a with 64 bits. */
uint64_t hash_bytes(const void *bytes, size_t len);
uint64_t hash_text(const char *text);

/* FNV-1a with 32 bits, for short names. */
uint32_t hash_text_short(const char *text);

/* Makes one number of two. Each bit of the result depends on all bits of both; the order of a and b
 * matters. */
uint64_t hash_mix(uint64_t a, uint64_t b);

#endif
