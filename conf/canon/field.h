/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A list of differences between two objects. Each function compares one field and, when the values
 * are not equal, appends its name, the older value and the newer one. The list is bytes in a struct
 * out: for each field its kind and three texts with their NULs; field_take() makes an array of it.
 * Example: field_number(out, "weight", 1, 5) appends "weight", "1", "5".
 */
#ifndef LVSD_CONF_CANON_FIELD_H
#define LVSD_CONF_CANON_FIELD_H

#include "conf/canon/diff.h"
#include "conf/text/out.h"

/* Each function compares a value of one type. uint64_t of field_seconds() are microseconds, which
 * are shown as seconds. */
void field_text(struct out *out, const char *name, const char *older, const char *newer);
void field_number(struct out *out, const char *name, uint64_t older, uint64_t newer);
void field_seconds(struct out *out, const char *name, uint64_t older, uint64_t newer);
void field_switch(struct out *out, const char *name, bool older, bool newer);
void field_addr(struct out *out, const char *name, const struct addr *older,
		const struct addr *newer);
void field_endpoint(struct out *out, const char *name, const struct endpoint *older,
		    const struct endpoint *newer);
void field_script(struct out *out, const char *name, const struct conf_script *older,
		  const struct conf_script *newer);

/* An element of a list: "" on the side that lacks it. */
void field_element(struct out *out, const char *name, const char *older, const char *newer);

/* A difference of a secret: only the fact is listed, neither value. */
void field_secret(struct out *out, const char *name, const char *older, const char *newer);

/* A difference of what a probe sends: its length, and whether other characters have the same length. */
void field_sent(struct out *out, const char *name, const char *older, const char *newer);
/* Writes "(LEN OTHER characters)"; other may be "". */
void field_length_write(size_t len, const char *other, struct out *out);

/* The list as an array of *ret_n fields (0: no difference), copied to arena. */
const struct conf_field *field_take(const struct out *out, struct arena *arena, size_t *ret_n);

/* Writes a difference as text. Examples: "weight 1 -> 5", "address added 10.9.0.1/32 dev eth0",
 * "auth_pass changed". */
void field_write(const struct conf_field *field, struct out *out);

#endif
