/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "conf/model/member.h"
#include "conf/model/member_list.h"

#include <assert.h>

const struct schema_field *member_field(const struct schema_keyword *row, enum conf_object object)
{
	for (size_t i = 0; i < FIELDS_MAX; i++)
		if (row->fields[i].storage != FIELD_NONE && row->fields[i].object == object)
			return &row->fields[i];
	return NULL;
}

const struct schema_field *member_field_of(const struct schema_table *table, enum schema_id id,
					   enum conf_object object)
{
	size_t i = 0;

	for (; table->rows[i].id != id; i++)
		assert(i + 1 < table->n);
	return member_field(&table->rows[i], object);
}

static void *writable(const struct schema_field *field, void *base)
{
	return (char *)base + field->offset;
}

uint64_t member_value(const struct schema_field *field, int64_t value)
{
	return (uint64_t)value + field->is_one_more - field->is_one_less;
}

void member_number_set(const struct schema_field *field, void *base, uint64_t number)
{
	void *member = writable(field, base);

	switch (field->storage) {
	case FIELD_BOOL:
		*(bool *)member = number != 0;
		break;
	case FIELD_U8:
		*(uint8_t *)member = (uint8_t)number;
		break;
	case FIELD_U16:
		*(uint16_t *)member = (uint16_t)number;
		break;
	case FIELD_U32:
		*(uint32_t *)member = (uint32_t)number;
		break;
	case FIELD_U64:
		*(uint64_t *)member = number;
		break;
	default:
		break;
	}
}

void member_text_set(const struct schema_field *field, void *base, const char *text)
{
	*(const char **)writable(field, base) = text;
}

void member_addr_set(const struct schema_field *field, void *base, const struct addr *addr)
{
	*(struct addr *)writable(field, base) = *addr;
}

void member_network_set(const struct schema_field *field, void *base, const struct addr *addr,
			uint8_t len)
{
	member_addr_set(field, base, addr);
	*((uint8_t *)base + field->second) = len;
}

void member_range_set(const struct schema_field *field, void *base, struct conf_range range)
{
	*(struct conf_range *)writable(field, base) = range;
}

void member_line_set(const struct schema_field *field, void *base,
		     const struct conf_group_line *line)
{
	*(struct conf_group_line *)writable(field, base) = *line;
}

void member_script_set(const struct schema_field *field, void *base, struct conf_script *script)
{
	*(struct conf_script **)writable(field, base) = script;
}

bool member_is_empty(const struct schema_field *field, const void *base)
{
	switch (field->storage) {
	case FIELD_TEXT:
		return !member_text(field, base)[0];
	case FIELD_ADDR:
	case FIELD_NETWORK:
		return member_addr(field, base)->family == AF_UNSPEC;
	case FIELD_LIST:
		return !member_list_count(field, base);
	case FIELD_SCRIPT:
		return !member_script(field, base);
	case FIELD_RANGE:
		return !member_range(field, base)->last;
	default:
		return !member_number(field, base);
	}
}

void member_clear(const struct schema_field *field, void *base)
{
	static const struct addr none = {.family = AF_UNSPEC};

	switch (field->storage) {
	case FIELD_TEXT:
		member_text_set(field, base, "");
		break;
	case FIELD_ADDR:
		member_addr_set(field, base, &none);
		break;
	case FIELD_NETWORK:
		member_network_set(field, base, &none, 0);
		break;
	case FIELD_SCRIPT:
		member_script_set(field, base, NULL);
		break;
	default:
		member_number_set(field, base, 0);
	}
}

int conf_script_cmp(const struct conf_script *a, const struct conf_script *b)
{
	int order;

	if (!a || !b || a == b)
		return (a != NULL && a != b) - (b != NULL && a != b);
	if (a->argc != b->argc)
		return a->argc < b->argc ? -1 : 1;
	for (size_t i = 0; i < a->argc; i++)
		if ((order = strcmp(a->argv[i], b->argv[i])))
			return order;
	order = strcmp(a->user, b->user);
	return order ? order : strcmp(a->group, b->group);
}

static int number_cmp(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

static int network_cmp(const struct schema_field *field, const void *left, const void *right)
{
	int order = addr_cmp(member_addr(field, left), member_addr(field, right));

	return order ? order
		     : number_cmp(member_prefix_len(field, left), member_prefix_len(field, right));
}

static int range_cmp(const struct conf_range *a, const struct conf_range *b)
{
	int order = number_cmp(a->first, b->first);

	return order ? order : number_cmp(a->last, b->last);
}

/* Marks come before addresses. */
static int line_cmp(const struct conf_group_line *a, const struct conf_group_line *b)
{
	int order = addr_cmp(&a->first, &b->first);

	order = order ? order : number_cmp(a->port, b->port);
	order = order ? order : number_cmp(a->fwmark, b->fwmark);
	order = order ? order : number_cmp(a->family, b->family);
	return order ? order : addr_cmp(&a->last, &b->last);
}

int member_cmp(const struct schema_field *field, const void *left, const void *right)
{
	switch (field->storage) {
	case FIELD_TEXT:
		return strcmp(member_text(field, left), member_text(field, right));
	case FIELD_ADDR:
		return addr_cmp(member_addr(field, left), member_addr(field, right));
	case FIELD_SCRIPT:
		return conf_script_cmp(member_script(field, left), member_script(field, right));
	case FIELD_NETWORK:
		return network_cmp(field, left, right);
	case FIELD_RANGE:
		return range_cmp(member_range(field, left), member_range(field, right));
	case FIELD_LINE:
		return line_cmp(member_line(field, left), member_line(field, right));
	case FIELD_LIST:
		return member_list_cmp(field, left, right);
	default:
		return number_cmp(member_number(field, left), member_number(field, right));
	}
}
