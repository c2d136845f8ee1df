/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "conf/model/member_pack.h"
#include "conf/model/member.h"
#include "conf/model/member_list.h"
#include "conf/model/table.h"

void member_pack_text(struct pack_writer *writer, const char *text)
{
	size_t len = strlen(text);

	pack_put_u16(writer, len);
	pack_put(writer, text, len);
}

void member_pack_addr(struct pack_writer *writer, const struct addr *addr)
{
	pack_put_u16(writer, addr->family);
	pack_put(writer, addr->bytes, sizeof(addr->bytes));
}

const char *member_unpack_text(struct pack_reader *reader, struct arena *arena, size_t max)
{
	size_t len = pack_take_u16(reader);
	const uint8_t *bytes;

	pack_require(reader, len <= max);
	bytes = pack_take(reader, len);
	if (!bytes)
		return "";
	for (size_t i = 0; i < len; i++)
		pack_require(reader, bytes[i] >= ' ' && bytes[i] != 0x7f);
	return reader->is_bad ? "" : arena_strndup(arena, (const char *)bytes, len);
}

struct addr member_unpack_addr(struct pack_reader *reader)
{
	struct addr addr = {.family = pack_take_u16(reader)};
	size_t len = addr_len(&addr);

	pack_take_into(reader, addr.bytes, sizeof(addr.bytes));
	pack_require(reader, len || addr.family == AF_UNSPEC);
	/* Values are compared with memcmp(), so unused bytes must be zero. */
	for (size_t i = len; i < sizeof(addr.bytes); i++)
		pack_require(reader, addr.bytes[i] == 0);
	return addr;
}

static void field_pack(struct pack_writer *writer, const struct schema_field *field,
		       const void *base)
{
	uint64_t number = member_number(field, base);

	switch (field->storage) {
	case FIELD_BOOL:
	case FIELD_U8:
		pack_put_u8(writer, (unsigned)number);
		break;
	case FIELD_U16:
		pack_put_u16(writer, number);
		break;
	case FIELD_U32:
		pack_put_u32(writer, (uint32_t)number);
		break;
	case FIELD_U64:
		pack_put_u64(writer, number);
		break;
	case FIELD_TEXT:
		member_pack_text(writer, member_text(field, base));
		break;
	case FIELD_ADDR:
		member_pack_addr(writer, member_addr(field, base));
		break;
	case FIELD_NETWORK:
		member_pack_addr(writer, member_addr(field, base));
		pack_put_u8(writer, member_prefix_len(field, base));
		break;
	case FIELD_RANGE:
		pack_put_u16(writer, member_range(field, base)->first);
		pack_put_u16(writer, member_range(field, base)->last);
		break;
	case FIELD_LIST:
		member_pack_list(writer, field, base);
		break;
	default:
		break;
	}
}

struct packing {
	struct pack_writer *writer;
	const void *element;
};

static int element_field_pack(void *arg, const struct schema_keyword *row,
			      const struct schema_field *field)
{
	const struct packing *packing = arg;

	(void)row;
	if (field->is_crossing)
		field_pack(packing->writer, field, packing->element);
	return 0;
}

/* Packs the number of elements, then the fields of each element that cross. */
void member_pack_list(struct pack_writer *writer, const struct schema_field *list, const void *base)
{
	struct packing packing = {.writer = writer};
	size_t n = member_list_count(list, base);

	pack_put_u16(writer, n);
	for (size_t i = 0; i < n; i++) {
		packing.element = member_list_at(list, base, i);
		member_list_fields(list, element_field_pack, &packing);
	}
}

/* The most bytes that the text of a row may have. */
static size_t text_max(const struct schema_keyword *row)
{
	switch (row->type) {
	case SCHEMA_TYPE_TEXT:
	case SCHEMA_TYPE_HEX:
		return (size_t)row->max;
	case SCHEMA_TYPE_INTERFACE:
		return CONF_IFNAME_MAX - 1;
	default:
		return UINT16_MAX;
	}
}

static void field_unpack(struct pack_reader *reader, struct arena *arena,
			 const struct schema_keyword *row, const struct schema_field *field,
			 void *base)
{
	struct conf_range range;
	uint64_t number = 0;
	struct addr addr;

	switch (field->storage) {
	case FIELD_BOOL:
	case FIELD_U8:
		number = pack_take_u8(reader);
		pack_require(reader, field->storage != FIELD_BOOL || number <= 1);
		break;
	case FIELD_U16:
		number = pack_take_u16(reader);
		break;
	case FIELD_U32:
		number = pack_take_u32(reader);
		break;
	case FIELD_U64:
		number = pack_take_u64(reader);
		break;
	case FIELD_TEXT:
		member_text_set(field, base, member_unpack_text(reader, arena, text_max(row)));
		return;
	case FIELD_ADDR:
		addr = member_unpack_addr(reader);
		member_addr_set(field, base, &addr);
		return;
	case FIELD_NETWORK:
		addr = member_unpack_addr(reader);
		member_network_set(field, base, &addr, pack_take_u8(reader));
		return;
	case FIELD_RANGE:
		range.first = pack_take_u16(reader);
		range.last = pack_take_u16(reader);
		member_range_set(field, base, range);
		return;
	case FIELD_LIST:
		member_unpack_list(reader, arena, field, base);
		return;
	default:
		return;
	}
	member_number_set(field, base, number);
}

/* Adds the fewest bytes that a value's field can take when it crosses. */
static int size_add(void *arg, const struct schema_keyword *row, const struct schema_field *field)
{
	static const size_t sizes[] = {
	    [FIELD_BOOL] = 1, [FIELD_U8] = 1, [FIELD_U16] = 2, [FIELD_U32] = 4, [FIELD_U64] = 8,
	    [FIELD_TEXT] = 2, [FIELD_ADDR] = 18, [FIELD_NETWORK] = 19, [FIELD_RANGE] = 4,
	    [FIELD_LIST] = 2, [FIELD_OTHER] = 0};

	(void)row;
	*(size_t *)arg += field->is_crossing ? sizes[field->storage] : 0;
	return 0;
}

struct unpacking {
	struct pack_reader *reader;
	struct arena *arena;
	void *element;
};

static int element_field_unpack(void *arg, const struct schema_keyword *row,
				const struct schema_field *field)
{
	const struct unpacking *unpacking = arg;

	if (field->is_crossing)
		field_unpack(unpacking->reader, unpacking->arena, row, field, unpacking->element);
	return unpacking->reader->is_bad;
}

/* The bytes that are left bound the number of elements, so that a forged count takes no memory. */
void member_unpack_list(struct pack_reader *reader, struct arena *arena,
			const struct schema_field *list, void *base)
{
	struct unpacking unpacking = {.reader = reader, .arena = arena};
	size_t n = pack_take_u16(reader), size = 0;
	char *items;

	member_list_fields(list, size_add, &size);
	pack_require(reader, size && n <= reader->left / size);
	n = reader->is_bad ? 0 : n;
	items = member_list_make(arena, list, base, n);
	for (size_t i = 0; i < n && !reader->is_bad; i++) {
		unpacking.element = items + i * list->size;
		member_list_fields(list, element_field_unpack, &unpacking);
	}
}

/* Does block, or for an instance global_defs, have this keyword? Some keywords of global_defs have
 * a field in each instance. */
static bool is_said_in(const struct schema_keyword *row, enum schema_block block)
{
	return schema_stands_in(row, block) ||
	       (block == SCHEMA_VRRP_INSTANCE && schema_stands_in(row, SCHEMA_GLOBAL_DEFS));
}

/* The field of a row that crosses in block, or NULL. */
static const struct schema_field *crossing(const struct schema_keyword *row,
					   enum schema_block block)
{
	const struct schema_field *field;
	enum conf_object object;

	if (row->fields[0].storage == FIELD_NONE || !table_object(block, &object))
		return NULL;
	field = member_field(row, object);
	return field && field->is_crossing && is_said_in(row, block) ? field : NULL;
}

void member_pack(struct pack_writer *writer, const struct schema_table *table,
		 enum schema_block block, const void *base)
{
	for (size_t i = 0; i < table->n; i++) {
		const struct schema_field *field = crossing(&table->rows[i], block);

		if (field)
			field_pack(writer, field, base);
	}
}

void member_unpack(struct pack_reader *reader, struct arena *arena,
		   const struct schema_table *table, enum schema_block block, void *base)
{
	for (size_t i = 0; i < table->n; i++) {
		const struct schema_field *field = crossing(&table->rows[i], block);

		if (field)
			field_unpack(reader, arena, &table->rows[i], field, base);
	}
}
