/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Computes the digest of a snapshot, by which two directors see whether they serve the same. */
#ifndef LVSD_CONF_CANON_DIGEST_H
#define LVSD_CONF_CANON_DIGEST_H

#include "conf/conf.h"
#include "conf/model/table.h"

/* Sets conf->digest, with the index of table_new(); struct conf says what it covers. */
void digest_set(struct conf *conf, const struct table *table);

#endif
