/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Fills in the digest of a snapshot; see struct conf for what it stands for. */
#ifndef LVSD_CONF_CANON_DIGEST_H
#define LVSD_CONF_CANON_DIGEST_H

#include "conf/conf.h"

void digest_set(struct conf *conf);

#endif
