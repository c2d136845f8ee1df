/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One field of two objects: its name, the older value and the newer one, appended to a list of such
 * when the values are not the same. The list is bytes in an out: the kind of the field, then three
 * texts with their NULs; field_take() makes it an array.
 */
#ifndef LVSD_CONF_CANON_FIELD_H
#define LVSD_CONF_CANON_FIELD_H

#include "conf/canon/diff.h"
#include "conf/text/out.h"

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

/* An element of a list that differs, or that one side does not have (""). */
void field_element(struct out *out, const char *name, const char *older, const char *newer);

/* Says that it is another one, and neither of them. */
void field_secret(struct out *out, const char *name, const char *older, const char *newer);

/* The list as an array, copied to arena; *ret_n may be 0. */
const struct conf_field *field_take(const struct out *out, struct arena *arena, size_t *ret_n);

/* "weight 1 -> 5", "address added 10.9.0.1/32 dev eth0", "auth_pass changed". */
void field_write(const struct conf_field *field, struct out *out);

#endif
