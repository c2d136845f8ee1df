/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The member of a struct that a field of the schema describes (schema/field.h): reading, writing
 * and comparing it without knowing the struct. base is the struct that field->object names.
 */
#ifndef LVSD_CONF_MODEL_MEMBER_H
#define LVSD_CONF_MODEL_MEMBER_H

#include "base/arena.h"
#include "conf/schema/schema.h"

/* The field that row is of object, or NULL. */
const struct schema_field *member_field(const struct schema_keyword *row, enum conf_object object);

static inline const void *member_at(const struct schema_field *field, const void *base)
{
	return (const char *)base + field->offset; /* aligned for the type, as it is from offsetof */
}

/* FIELD_BOOL to FIELD_U64; of the others 0. */
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

/* Of a text NULL counts as "". */
static inline const char *member_text(const struct schema_field *field, const void *base)
{
	const char *text = *(const char *const *)member_at(field, base);

	return text ? text : "";
}

static inline const struct addr *member_addr(const struct schema_field *field, const void *base)
{
	return member_at(field, base);
}

static inline const struct conf_script *member_script(const struct schema_field *field, const void *base)
{
	return *(const struct conf_script *const *)member_at(field, base);
}

/* A number that is written must fit, as the bounds of its row see to. */
void member_number_set(const struct schema_field *field, void *base, uint64_t number);
void member_text_set(const struct schema_field *field, void *base, const char *text);
void member_addr_set(const struct schema_field *field, void *base, const struct addr *addr);
void member_network_set(const struct schema_field *field, void *base, const struct addr *addr,
			uint8_t len);
void member_range_set(const struct schema_field *field, void *base, struct conf_range range);
void member_line_set(const struct schema_field *field, void *base,
		     const struct conf_group_line *line);
void member_script_set(const struct schema_field *field, void *base, struct conf_script *script);

/* What the member is without its keyword: 0, "", no address, no script, no element. */
bool member_is_empty(const struct schema_field *field, const void *base);
/* Gives it that value. */
void member_clear(const struct schema_field *field, void *base);

/* FIELD_NETWORK; member_addr() is its address. */
static inline uint8_t member_prefix_len(const struct schema_field *field, const void *base)
{
	return *((const uint8_t *)base + field->second);
}

static inline const struct conf_range *member_range(const struct schema_field *field, const void *base)
{
	return member_at(field, base);
}

static inline const struct conf_group_line *member_line(const struct schema_field *field,
							const void *base)
{
	return member_at(field, base);
}

/* Total order of the values; 0: equal. Of a FIELD_OTHER always 0. */
int member_cmp(const struct schema_field *field, const void *left, const void *right);

/* Likewise; NULL, no script, comes first. Words, user and group count, the place does not. */
int conf_script_cmp(const struct conf_script *a, const struct conf_script *b);

/* The values differ; a FIELD_OTHER may, which its rule knows. */
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
