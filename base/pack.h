/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Writing values into a bounded buffer and reading them back from bytes that are not trusted: what
 * the frames between processes are made of. Errors stick: a writer that was full, or a reader that
 * found too little, does nothing more, so one look at the end tells. Numbers are in host order, as
 * both ends are one program on one machine. Pure.
 */
#ifndef LVSD_BASE_PACK_H
#define LVSD_BASE_PACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct pack_writer {
	uint8_t *at;
	size_t left;
	bool is_full; /* something did not fit: what was written is of no use */
};

void pack_put(struct pack_writer *writer, const void *bytes, size_t len);
/* A value that is too large for its width makes the writer full. */
void pack_put_u8(struct pack_writer *writer, unsigned value);
void pack_put_u16(struct pack_writer *writer, size_t value);
void pack_put_u32(struct pack_writer *writer, uint32_t value);
void pack_put_u64(struct pack_writer *writer, uint64_t value);

struct pack_reader {
	const uint8_t *at;
	size_t left;
	bool is_bad; /* every later read gives zeros */
};

/* The next len bytes where they lie, or NULL when there are not so many. */
const uint8_t *pack_take(struct pack_reader *reader, size_t len);
/* Copies them; zeros when there are not so many. */
void pack_take_into(struct pack_reader *reader, void *value, size_t len);
uint8_t pack_take_u8(struct pack_reader *reader);
uint16_t pack_take_u16(struct pack_reader *reader);
uint32_t pack_take_u32(struct pack_reader *reader);
uint64_t pack_take_u64(struct pack_reader *reader);

/* What was read must fulfil is_true, or the whole is bad. */
void pack_require(struct pack_reader *reader, bool is_true);

#endif
