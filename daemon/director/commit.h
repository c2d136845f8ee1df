/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A configuration reaches the parts of the director. */
#ifndef LVSD_DAEMON_DIRECTOR_COMMIT_H
#define LVSD_DAEMON_DIRECTOR_COMMIT_H

#include "base/err.h"
#include "conf/conf.h"

struct director;

/* Whether the machine can carry conf, which is not in force yet: 0, or -errno with a sentence. */
int director_prepare(struct director *d, const struct conf *conf, struct err *err);
/* conf, which was prepared, does not come into force: what was taken for it is given back. */
void director_give_up(struct director *d);
/* Puts conf, which is prepared, in force (the old one is freed), and tells the parts and processes. */
void director_commit(struct director *d, struct conf *conf);

#endif
