/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Encodes the fields of an object for another process, and decodes them. These are the fields that
 * the schema marks is_crossing, in the order of its rows. Both ends are the same program, so no
 * names are sent. Decoding checks that each value has the form of its type. The caller checks
 * whether the values make sense together.
 */
#ifndef LVSD_CONF_MODEL_MEMBER_PACK_H
#define LVSD_CONF_MODEL_MEMBER_PACK_H

#include "base/arena.h"
#include "base/pack.h"
#include "conf/schema/schema.h"

/* Encodes the fields of base, an object whose keywords are the rows of table that stand in block.
 * For an instance, the values that global_defs gives to all instances are encoded too. */
void member_pack(struct pack_writer *writer, const struct schema_table *table,
		 enum schema_block block, const void *base);

/*
 * Decodes the fields into base. Texts are memory of arena, or "" once the reader is bad. The reader
 * becomes bad by a boolean that is neither 0 nor 1, an address of an unknown family or with bytes
 * that its family does not use, a text that is longer than its row allows or has a control
 * character, and a list of more elements than the remaining bytes can have.
 */
void member_unpack(struct pack_reader *reader, struct arena *arena,
		   const struct schema_table *table, enum schema_block block, void *base);

/* The same for one list of base, even if no row has that list. */
void member_pack_list(struct pack_writer *writer, const struct schema_field *list,
		      const void *base);
void member_unpack_list(struct pack_reader *reader, struct arena *arena,
			const struct schema_field *list, void *base);

/* The same for single texts that no row has, such as names. */
void member_pack_text(struct pack_writer *writer, const char *text);
void member_pack_addr(struct pack_writer *writer, const struct addr *addr);
/* max is the most bytes that the text may have. */
const char *member_unpack_text(struct pack_reader *reader, struct arena *arena, size_t max);
struct addr member_unpack_addr(struct pack_reader *reader);

#endif
