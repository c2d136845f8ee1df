/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writes values on their lines, the options after them, and lists. */
#include "conf/canon/canon_fields.h"
#include "conf/canon/canon.h"
#include "conf/canon/field.h"
#include "conf/model/member.h"
#include "conf/model/member_list.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

void canon_group_line_write(const struct conf_group_line *line, struct out *out)
{
	if (line->fwmark) {
		out_text(out, SCHEMA_FWMARK " ");
		out_number(out, line->fwmark);
		out_text(out, !line->family ? "" : line->family == AF_INET6 ? " inet6" : " inet");
		return;
	}
	out_addr(out, &line->first);
	if (addr_cmp(&line->first, &line->last)) {
		out_text(out, "-");
		out_addr(out, &line->last);
	}
	out_text(out, " ");
	out_number(out, line->port);
}

static void range_write(const struct conf_range *range, struct out *out)
{
	out_number(out, range->first);
	if (range->first == range->last)
		return;
	out_text(out, "-");
	out_number(out, range->last);
}

/* Writes "FROM/TO"; the kernel has both in one number. */
static void realms_write(uint32_t realms, struct out *out)
{
	out_number(out, realms >> 16);
	out_text(out, "/");
	out_number(out, realms & UINT16_MAX);
}

/* Writes two numbers that are kept in one; the second is its upper half. usual is a second number
 * that need not be written. */
static void halves_write(uint64_t number, const char *between, uint64_t usual, struct out *out)
{
	out_number(out, number & UINT32_MAX);
	if (number >> 32 == usual)
		return;
	out_text(out, between);
	out_number(out, number >> 32);
}

static void mac_write(uint64_t mac, struct out *out)
{
	char text[CONF_MAC_TEXT_MAX];

	out_text(out, conf_mac_format(mac, text));
}

/* Writes a number in the form that the row reads. */
static void element_number_write(const struct schema_keyword *row, uint64_t number, struct out *out)
{
	const char *name = row->choices ? schema_choice_name(row, (int64_t)number) : NULL;

	if (name)
		out_text(out, name);
	else if (row->id == KW_ROUTE_REALMS || row->id == KW_RULE_REALMS)
		realms_write((uint32_t)number, out);
	else if (row->id == KW_RULE_FWMARK)
		/* Without a mask, a mark of 0 is no condition. */
		halves_write(number, "/", number & UINT32_MAX ? UINT32_MAX : UINT64_MAX, out);
	else if (row->id == KW_RULE_UIDRANGE)
		halves_write(number - 1, "-", UINT64_MAX, out); /* keepalived requires both ends */
	else if (row->type == SCHEMA_TYPE_MAC)
		mac_write(number, out);
	else if (row->type == SCHEMA_TYPE_TIMER || row->type == SCHEMA_TYPE_SPAN)
		out_seconds(out, number);
	else if (row->lead && number >= CONF_ROUTE_LOCK) {
		out_text(out, row->lead);
		out_text(out, " ");
		out_number(out, number - CONF_ROUTE_LOCK);
	}
	else
		out_number(out, number);
}

/* People read "default". A text that is loaded again says the family of a default route, which its other
 * addresses need not say. */
static bool is_default_route(enum canon_part part, const struct schema_field *field, const void *object)
{
	return part == CANON_BRIEF && field->object == CONF_OBJECT_ROUTE &&
	       field->offset == offsetof(struct conf_route, dst) && !member_prefix_len(field, object);
}

static void network_write(enum canon_part part, const struct schema_field *field, const void *object,
			  struct out *out)
{
	if (is_default_route(part, field, object)) {
		out_text(out, member_addr(field, object)->family == AF_INET6 ? "default6" : "default");
		return;
	}
	out_addr(out, member_addr(field, object));
	out_text(out, "/");
	out_number(out, member_prefix_len(field, object));
}

/* Does a probe send this text? A step of a dialogue may also expect it. */
static bool is_sent(const struct schema_keyword *row, const void *object)
{
	const struct conf_step *step = object;

	return row->is_sent && (row->id != KW_STEP_TEXT || step->verb == CONF_STEP_SEND ||
				step->verb == CONF_STEP_SEND_HEX);
}

/* Writes a text of the file. What a probe sends may be a password: a difference has the name of a header,
 * and the length of the rest. */
static void text_write(enum canon_part part, const struct schema_keyword *row, const void *object,
		       const char *text, struct out *out)
{
	size_t len = row->id == KW_URL_HEADER ? strcspn(text, ":") : 0;

	if (part != CANON_BRIEF || !is_sent(row, object)) {
		lines_quote(out, text);
		return;
	}
	out_bytes(out, text, len);
	out_text(out, len ? " " : "");
	field_length_write(strlen(text + len), "", out);
}

static void value_write(enum canon_part part, const struct schema_keyword *row,
			const struct schema_field *field, const void *object, struct out *out)
{
	switch (field->storage) {
	case FIELD_TEXT:
		text_write(part, row, object, member_text(field, object), out);
		break;
	case FIELD_ADDR:
		out_addr(out, member_addr(field, object));
		break;
	case FIELD_NETWORK:
		network_write(part, field, object, out);
		break;
	case FIELD_RANGE:
		range_write(member_range(field, object), out);
		break;
	case FIELD_LINE:
		canon_group_line_write(member_line(field, object), out);
		break;
	default:
		element_number_write(row, member_number(field, object) - field->is_one_more, out);
	}
}

static bool is_left_out(enum canon_part part, const struct table_entry *entry, const void *object)
{
	const struct schema_field *field = entry->field;

	if (part == CANON_SHARED && field->is_local)
		return true;
	if (!member_is_empty(field, object))
		return false;
	return part == CANON_BRIEF || !(entry->row->def || field->is_always);
}

/* Writes elements that stand on the line of their own element: "nexthop via 192.0.2.1 nexthop via
 * 192.0.2.2". */
static void hops_write(const struct table *table, enum canon_part part,
		       const struct table_entry *entry, const void *object, struct out *out)
{
	for (size_t i = 0; i < member_list_count(entry->field, object); i++) {
		out_text(out, " ");
		out_text(out, entry->row->name);
		if (entry->row->type != SCHEMA_TYPE_PLAIN) { /* of the element itself: "encap ip" */
			out_text(out, " ");
			value_write(part, entry->row, member_field(entry->row, entry->field->element),
				    member_list_at(entry->field, object, i), out);
		}
		canon_options_write(table, part, entry->row->options,
				    member_list_at(entry->field, object, i), out);
	}
}

/* Options of the line may have the names of options of an encap, so an encap comes last. */
static bool is_last(const struct table_entry *entry, const void *object)
{
	const struct conf_route *route = object;

	if (entry->row->id != KW_ROUTE_NEXTHOP)
		return entry->row->id == KW_ROUTE_ENCAP && entry->field->storage == FIELD_LIST;
	for (size_t i = 0; i < route->n_hops; i++)
		if (route->hops[i].n_encaps)
			return true;
	return false;
}

static void option_write(const struct table *table, enum canon_part part,
			 const struct table_entry *entry, const void *object, struct out *out)
{
	if (is_left_out(part, entry, object))
		return;
	if (entry->field->storage == FIELD_LIST) {
		hops_write(table, part, entry, object, out);
		return;
	}
	out_text(out, " ");
	if (!entry->row->is_item) {
		out_text(out, entry->row->name);
		if (entry->row->type == SCHEMA_TYPE_PLAIN)
			return;
		out_text(out, " ");
	}
	value_write(part, entry->row, entry->field, object, out);
}

void canon_options_write(const struct table *table, enum canon_part part, enum schema_block block,
			 const void *object, struct out *out)
{
	const struct table_entry *items = table->of[block].items;

	for (size_t i = 0; i < table->of[block].n; i++)
		if (!is_last(&items[i], object))
			option_write(table, part, &items[i], object, out);
	for (size_t i = 0; i < table->of[block].n; i++)
		if (is_last(&items[i], object))
			option_write(table, part, &items[i], object, out);
}

/* Writes the value of an element with its options: "10.9.0.1/24 dev eth0". */
static void element_write(const struct table *table, enum canon_part part,
			  const struct schema_field *list, const void *element, struct out *out)
{
	const struct schema_keyword *row = member_list_row(list);

	value_write(part, row, member_field(row, list->element), element, out);
	canon_options_write(table, part, row->options, element, out);
}

char *canon_element_text(const struct table *table, const struct schema_field *list,
			 const void *element)
{
	struct out out;

	out_init(&out, NULL, NULL);
	element_write(table, CANON_BRIEF, list, element, &out);
	return out_take(&out);
}

char *canon_list_text(const struct table *table, const struct schema_field *list,
		      const char *between, const void *object)
{
	size_t n = member_list_count(list, object);
	const void **elements = member_list_sorted(list, object);
	struct out out;

	out_init(&out, NULL, NULL);
	for (size_t i = 0; i < n; i++) {
		out_text(&out, i ? between : "");
		element_write(table, CANON_BRIEF, list, elements[i], &out);
	}
	free(elements);
	return out_take(&out);
}

/* Writes all values after the keyword: "status_code 200 301-302". */
static void values_line_write(struct lines *lines, const struct table_entry *entry, const void *object)
{
	char *text = canon_list_text(lines->table, entry->field, " ", object);

	lines_begin(lines, entry->row->id);
	out_text(lines->out, text);
	lines_end(lines, entry->row->def && !strcmp(text, entry->row->def));
	free(text);
}

/* Writes an element as a line of its own, or as a block of its own. */
static void element_lines_write(struct lines *lines, enum canon_part part,
				const struct table_entry *entry, const void *element)
{
	const struct schema_keyword *row = entry->row;

	if (row->opens && row->is_repeatable) {
		lines_open(lines, row->id, "");
		canon_fields(lines, part, row->opens, element, NULL, NULL);
		lines_close(lines);
		return;
	}
	if (row->opens || row->is_item)
		lines_indent(lines);
	else
		lines_begin(lines, row->id);
	element_write(lines->table, part, entry->field, element, lines->out);
	lines_end(lines, false);
}

/*
 * If the two directors of a pair may have different elements, the list has no lines for the digest.
 */
static bool is_local(enum canon_part part, const struct schema_field *list)
{
	return part == CANON_SHARED && member_field(member_list_row(list), list->element)->is_local;
}

void canon_list_write(struct lines *lines, enum canon_part part, const struct table_entry *entry,
		      const void *object)
{
	const struct schema_field *list = entry->field;
	const struct schema_keyword *row = entry->row;
	size_t n = member_list_count(list, object);
	bool is_block = row->opens && !row->is_repeatable;
	const void **sorted = NULL;

	if (!n)
		return;
	if (row->type == SCHEMA_TYPE_STATUSES || row->type == SCHEMA_TYPE_NUMBERS ||
	    (row->type == SCHEMA_TYPE_WORDS && !row->is_item)) {
		values_line_write(lines, entry, object);
		return;
	}
	if (part == CANON_SHARED)
		sorted = member_list_sorted(list, object);
	if (is_block)
		lines_open(lines, row->id, "");
	for (size_t i = 0; i < n && !is_local(part, list); i++)
		element_lines_write(lines, part, entry,
				    sorted ? sorted[i] : member_list_at(list, object, i));
	if (is_block)
		lines_close(lines);
	free(sorted);
}
