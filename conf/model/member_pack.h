/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Fields across a process boundary: those that the schema marks is_crossing, one after the other in
 * the order of its rows. Both ends are one program, so no names are sent. Whoever reads checks what
 * the values mean together; that each has the form of its type is checked here.
 */
#ifndef LVSD_CONF_MODEL_MEMBER_PACK_H
#define LVSD_CONF_MODEL_MEMBER_PACK_H

#include "base/arena.h"
#include "base/pack.h"
#include "conf/schema/schema.h"

/* The fields of base, an object whose keywords are the rows of table that stand in block. */
void member_pack(struct pack_writer *writer, const struct schema_table *table,
		 enum schema_block block, const void *base);

/*
 * Reads them into base; texts are memory of arena, "" when the reader is bad. Bad is: a boolean
 * that is neither 0 nor 1, an address of no known family or with bytes that its family does not
 * use, a text that is longer than its row allows or has a control character in it, a list of more
 * elements than the rest of the bytes can be.
 */
void member_unpack(struct pack_reader *reader, struct arena *arena,
		   const struct schema_table *table, enum schema_block block, void *base);

/* Their parts, for what has no row: names. */
void member_pack_text(struct pack_writer *writer, const char *text);
void member_pack_addr(struct pack_writer *writer, const struct addr *addr);
/* max: of bytes. */
const char *member_unpack_text(struct pack_reader *reader, struct arena *arena, size_t max);
struct addr member_unpack_addr(struct pack_reader *reader);

#endif
