/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads, writes and compares a member of a struct that a field of the schema describes
 * (schema/field.h), without knowing the struct. base points to a struct of the kind field->object.
 */
#ifndef LVSD_CONF_MODEL_MEMBER_H
#define LVSD_CONF_MODEL_MEMBER_H

#include "base/arena.h"
#include "conf/schema/schema.h"

/* The field of row that has a member of object, or NULL. */
const struct schema_field *member_field(const struct schema_keyword *row, enum conf_object object);
/* The same for the row with that id, which must be in the table. */
const struct schema_field *member_field_of(const struct schema_table *table, enum schema_id id,
					   enum conf_object object);

static inline const void *member_at(const struct schema_field *field, const void *base)
{
	return (const char *)base + field->offset; /* aligned for the type, as it is from offsetof */
}

/* The value of a FIELD_BOOL to FIELD_U64; 0 for other types. */
static inline uint64_t member_number(const struct schema_field *field, const void *base)
{
	const void *member = member_at(field, base);

	switch (field->storage) {
	case FIELD_BOOL:
		return *(const bool *)member;
	case FIELD_U8:
		return *(const uint8_t *)member;
	case FIELD_U16:
		return *(const uint16_t *)member;
	case FIELD_U32:
		return *(const uint32_t *)member;
	case FIELD_U64:
		return *(const uint64_t *)member;
	default:
		return 0;
	}
}

/* The value of a FIELD_TEXT; "" for NULL. */
static inline const char *member_text(const struct schema_field *field, const void *base)
{
	const char *text = *(const char *const *)member_at(field, base);

	return text ? text : "";
}

/* The value of a FIELD_ADDR or FIELD_NETWORK. */
static inline const struct addr *member_addr(const struct schema_field *field, const void *base)
{
	return member_at(field, base);
}

/* The value of a FIELD_SCRIPT; NULL: there is no script. */
static inline const struct conf_script *member_script(const struct schema_field *field, const void *base)
{
	return *(const struct conf_script *const *)member_at(field, base);
}

/* Set a member. A number must fit into its type; the bounds of the row ensure that. */
/* The number that the member has for a value of the file. */
uint64_t member_value(const struct schema_field *field, int64_t value);

void member_number_set(const struct schema_field *field, void *base, uint64_t number);
void member_text_set(const struct schema_field *field, void *base, const char *text);
void member_addr_set(const struct schema_field *field, void *base, const struct addr *addr);
void member_network_set(const struct schema_field *field, void *base, const struct addr *addr,
			uint8_t len);
void member_range_set(const struct schema_field *field, void *base, struct conf_range range);
void member_line_set(const struct schema_field *field, void *base,
		     const struct conf_group_line *line);
void member_script_set(const struct schema_field *field, void *base, struct conf_script *script);

/* Is the member as without its keyword: 0, "", no address, no script, no element? */
bool member_is_empty(const struct schema_field *field, const void *base);
/* Makes the member empty. */
void member_clear(const struct schema_field *field, void *base);

/* The prefix length of a FIELD_NETWORK, whose address is member_addr(). */
static inline uint8_t member_prefix_len(const struct schema_field *field, const void *base)
{
	return *((const uint8_t *)base + field->second);
}

/* The value of a FIELD_RANGE. */
static inline const struct conf_range *member_range(const struct schema_field *field, const void *base)
{
	return member_at(field, base);
}

/* The value of a FIELD_LINE. */
static inline const struct conf_group_line *member_line(const struct schema_field *field,
							const void *base)
{
	return member_at(field, base);
}

/* Compares the values in a total order. 0: they are equal. The result for a FIELD_OTHER is always
 * 0. */
int member_cmp(const struct schema_field *field, const void *left, const void *right);

/* Compares scripts in a total order, by words, user and group; the place does not count. NULL (no
 * script) comes first. */
int conf_script_cmp(const struct conf_script *a, const struct conf_script *b);

/* Are the values different? The result for a FIELD_OTHER is always true: only its rule can compare
 * it. */
static inline bool member_differs(const struct schema_field *field, const void *left,
				  const void *right)
{
	switch (field->storage) {
	case FIELD_TEXT:
	case FIELD_SCRIPT:
		return *(const void *const *)member_at(field, left) !=
			   *(const void *const *)member_at(field, right) &&
		       member_cmp(field, left, right) != 0;
	case FIELD_ADDR:
		return memcmp(member_at(field, left), member_at(field, right),
			      sizeof(struct addr)) != 0;
	case FIELD_OTHER:
		return true;
	case FIELD_NETWORK:
	case FIELD_RANGE:
	case FIELD_LINE:
	case FIELD_LIST:
		return member_cmp(field, left, right) != 0;
	default:
		return member_number(field, left) != member_number(field, right);
	}
}

#endif
