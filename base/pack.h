/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Writes values into a bounded buffer, and reads them back from bytes that are not trusted. The
 * frames between processes are made with it. Errors stick: a writer whose buffer was full, or a
 * reader that found too few bytes, does nothing more, so the caller checks once at the end
 * (is_full, is_bad). Numbers are in host order, because both ends are the same program on the same
 * machine. Pure.
 */
#ifndef LVSD_BASE_PACK_H
#define LVSD_BASE_PACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct pack_writer {
	uint8_t *at;
	size_t left;
	bool is_full; /* a value did not fit; the buffer's contents are useless */
};

/* Appends len bytes. If they do not fit, the writer becomes full. */
void pack_put(struct pack_writer *writer, const void *bytes, size_t len);
/*
 * If value does not fit into 8 bits, the writer becomes full. The same holds for the other widths.
 */
void pack_put_u8(struct pack_writer *writer, unsigned value);
void pack_put_u16(struct pack_writer *writer, size_t value);
void pack_put_u32(struct pack_writer *writer, uint32_t value);
void pack_put_u64(struct pack_writer *writer, uint64_t value);

struct pack_reader {
	const uint8_t *at;
	size_t left;
	bool is_bad; /* too few bytes, or a rule was broken; every later read gives zeros */
};

/* Returns the next len bytes, in the reader's own buffer, or NULL if there are fewer. */
const uint8_t *pack_take(struct pack_reader *reader, size_t len);
/* Copies the next len bytes to value; zeros if there are fewer. */
void pack_take_into(struct pack_reader *reader, void *value, size_t len);
uint8_t pack_take_u8(struct pack_reader *reader);
uint16_t pack_take_u16(struct pack_reader *reader);
uint32_t pack_take_u32(struct pack_reader *reader);
uint64_t pack_take_u64(struct pack_reader *reader);
/* Takes a text: its length in 16 bits, then as many bytes, without control characters and fewer than
 * size. ret_text gets it, or "" once the reader is bad. */
void pack_take_text(struct pack_reader *reader, char *ret_text, size_t size);

/* States a rule that the values read must keep: if is_true is false, the reader becomes bad. */
void pack_require(struct pack_reader *reader, bool is_true);

#endif
