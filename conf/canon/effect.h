/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What it takes to put a changed field in force: nothing, as the kernel and VRRP change it in
 * place, or the object has to be made anew; and what it means for connections that are open.
 */
#ifndef LVSD_CONF_CANON_EFFECT_H
#define LVSD_CONF_CANON_EFFECT_H

#include "conf/canon/diff.h"

struct effect {
	enum conf_object object;
	const char *field; /* its name, of "url#2 path" what is before the '#'; NULL: any other */
	bool is_restart;
	const char *remark;
	const char *from, *to; /* how the values begin; NULL: anyhow */
};

/* NULL: the field is changed in place, and there is nothing to say about it. */
const struct effect *effect_find(enum conf_object object, const struct conf_field *field);

#endif
