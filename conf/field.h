/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One field of two objects: its name, the older value and the newer one, appended to a list of such
 * ("weight 1 -> 5, "). Nothing when the values are the same. An empty text is shown as "none".
 */
#ifndef LVSD_CONF_FIELD_H
#define LVSD_CONF_FIELD_H

#include "conf/conf.h"
#include "conf/out.h"

/* The name alone, separated from what is there; the caller goes on. */
void field_name(struct out *out, const char *name);

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

/* Says that it is another one, and neither of them. */
void field_secret(struct out *out, const char *name, const char *older, const char *newer);

#endif
