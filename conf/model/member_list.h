/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The elements of a list that a field of the schema describes (FIELD_LIST, schema/field.h). base
 * points to the struct that has the list. An element is a struct whose fields are in list->tables.
 *
 * Example: the addresses of an instance. base is a struct conf_vrrp, an element a struct conf_vip,
 * and the value of an element its address with the prefix length.
 */
#ifndef LVSD_CONF_MODEL_MEMBER_LIST_H
#define LVSD_CONF_MODEL_MEMBER_LIST_H

#include "base/arena.h"
#include "conf/schema/schema.h"

/* The number of elements of the list; and its element i, which is less than that. */
size_t member_list_count(const struct schema_field *list, const void *base);
const void *member_list_at(const struct schema_field *list, const void *base, size_t i);

/* Appends an element, all zero, and returns it; the other elements may move. Memory of arena. */
void *member_list_add(struct arena *arena, const struct schema_field *list, void *base);

/* Replaces the list by a list of n elements, all zero, and returns the first one. Memory of
 * arena. */
void *member_list_make(struct arena *arena, const struct schema_field *list, void *base, size_t n);

/* The row of the value, or of the name, that each element has. */
const struct schema_keyword *member_list_row(const struct schema_field *list);

/* Calls the function for every field of an element, in the order of the rows, until it returns
 * something other than 0. Returns what the last call returned. */
typedef int member_list_fn(void *arg, const struct schema_keyword *row,
			   const struct schema_field *field);
int member_list_fields(const struct schema_field *list, member_list_fn *each, void *arg);

/* Compare two elements in a total order: member_element_cmp() by all fields; the other function by
 * the value alone (of a network the address), and by the fields that are is_key. */
int member_element_cmp(const struct schema_field *list, const void *left, const void *right);
int member_element_key_cmp(const struct schema_field *list, const void *left, const void *right);

/* Compares two lists in a total order: by the number of elements, then element by element. */
int member_list_cmp(const struct schema_field *list, const void *left, const void *right);

/*
 * A list of pointers to the elements; free() it. In the order of the file if that has a meaning,
 * else sorted by member_element_cmp().
 */
const void **member_list_sorted(const struct schema_field *list, const void *base);

#endif
