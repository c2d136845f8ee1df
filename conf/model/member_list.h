/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The elements of a list that a field of the schema describes (FIELD_LIST, schema/field.h). base is
 * the struct that has the list; an element is a struct whose fields the rows of list->tables name.
 *
 * Example: the addresses of an instance. base is a struct conf_vrrp, an element a struct conf_vip, and
 * the value of an element its address with the prefix length.
 */
#ifndef LVSD_CONF_MODEL_MEMBER_LIST_H
#define LVSD_CONF_MODEL_MEMBER_LIST_H

#include "base/arena.h"
#include "conf/schema/schema.h"

size_t member_list_count(const struct schema_field *list, const void *base);
const void *member_list_at(const struct schema_field *list, const void *base, size_t i);

/* A further element, all zero, at the end; the older elements may move. Memory of arena. */
void *member_list_add(struct arena *arena, const struct schema_field *list, void *base);

/* Makes it a list of n elements, all zero. */
void *member_list_make(struct arena *arena, const struct schema_field *list, void *base, size_t n);

/* The row of the value, or the name, of each element. */
const struct schema_keyword *member_list_row(const struct schema_field *list);

/* Calls for each field of an element, in the order of the rows, until one returns what is not 0. */
typedef int member_list_fn(void *arg, const struct schema_keyword *row,
			   const struct schema_field *field);
int member_list_fields(const struct schema_field *list, member_list_fn *each, void *arg);

/* Total order of two elements by all of their fields, and by their value (of a network the address). */
int member_element_cmp(const struct schema_field *list, const void *left, const void *right);
int member_element_key_cmp(const struct schema_field *list, const void *left, const void *right);

/* Total order of two lists: by the number of elements, then element by element as they stand. */
int member_list_cmp(const struct schema_field *list, const void *left, const void *right);

/*
 * Pointers to the elements for free(): as they stand when the order of the list has a meaning, else in
 * the order of member_element_cmp().
 */
const void **member_list_sorted(const struct schema_field *list, const void *base);

#endif
