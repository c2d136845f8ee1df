/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writes the canonical text of one object by its table of fields, and that of a check, whose kind
 * has further rules. */
#ifndef LVSD_CONF_CANON_CANON_FIELDS_H
#define LVSD_CONF_CANON_CANON_FIELDS_H

#include "conf/canon/lines.h"

enum canon_part {
	CANON_WHOLE,  /* for loading again: in file order, defaults marked, secrets as they are */
	CANON_MASKED, /* for people: the same, with "***" in place of secrets */
	CANON_SHARED, /* for the digest: sorted, what both directors must agree on */
	CANON_BRIEF,  /* only the options of a line that differ from the value without them */
};

/*
 * Writes a line for each field of object, in the order of the members. block is the block in which
 * the keywords of the object stand. An empty value ("", no address, 0 without a default) has no
 * line. rule, when not NULL, is asked first about each row. If the row is more than a plain value,
 * rule writes it and returns true; else rule returns false, and the usual line is written.
 */
typedef bool canon_rule_fn(struct lines *lines, enum canon_part part,
			   const struct schema_keyword *row, const void *arg);
void canon_fields(struct lines *lines, enum canon_part part, enum schema_block block,
		  const void *object, canon_rule_fn *rule, const void *arg);

/* Writes the options that follow a value on its line: " ttl 3 group 224.0.0.9". */
void canon_options_write(const struct table *table, enum canon_part part, enum schema_block block,
			 const void *object, struct out *out);

/* Writes the lines of a list of object (FIELD_LIST). A list without elements has no line. */
void canon_list_write(struct lines *lines, enum canon_part part, const struct table_entry *entry,
		      const void *object);

/*
 * The text of one element, with the options that differ from their defaults; and the text of a
 * whole list of object, with between behind each element but the last. free() the texts. Examples:
 * "10.9.0.1/24 dev eth0 label web"; with " " as between: "200 301-302".
 */
char *canon_element_text(const struct table *table, const struct schema_field *list,
			 const void *element);
char *canon_list_text(const struct table *table, const struct schema_field *list,
		      const char *between, const void *object);

/* A check, with the server and the service that it belongs to. */
struct canon_check {
	const struct conf_check *check;
	const struct conf_real_server *rs;
	const struct conf_virtual_server *vs;
	enum canon_part part;
};

/* Writes a check, inside the block of its real server. */
void canon_write_check(const struct canon_check *check, struct lines *lines);

#endif
