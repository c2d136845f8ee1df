/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The canonical text of a snapshot: one statement a line, every value in force, objects in file
 * order. What a person reads and what the digest is made of come from the same code.
 */
#ifndef LVSD_CONF_CANON_H
#define LVSD_CONF_CANON_H

#include "conf/conf.h"
#include "conf/out.h"

enum canon_part {
	CANON_WHOLE,
	CANON_SHARED, /* what both directors of a pair must agree on; see digest in struct conf */
};

void canon_write(const struct conf *conf, enum canon_part part, struct out *out);

/* The urls of a check alone; equal texts mean equal urls. */
void canon_write_urls(const struct conf_check *check, struct out *out);

/* "global", "site", "link", "host", "nowhere". */
const char *canon_scope_name(uint8_t scope);

#endif
