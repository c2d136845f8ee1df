/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Hands a configuration to the parts of the director: prepare first, then commit. */
#ifndef LVSD_DAEMON_DIRECTOR_COMMIT_H
#define LVSD_DAEMON_DIRECTOR_COMMIT_H

#include "base/err.h"
#include "conf/conf.h"

struct director;

/* Prepares conf, which is not in force yet. Returns 0, or -errno with a sentence if this machine
 * cannot carry it out. */
int director_prepare(struct director *d, const struct conf *conf, struct err *err);
/* Undoes the preparation of a configuration that does not come into force. */
void director_give_up(struct director *d);
/* Puts conf, which was prepared, in force: frees the old configuration, and tells the parts and
 * processes. */
void director_commit(struct director *d, struct conf *conf);
/* To be called in each turn: tells the supervisor when the script process is not needed any more, since
 * the last notifications of a former configuration are done. */
void director_settle_need(struct director *d);
/* Tells the supervisor again what is needed: addresses of a predecessor may be left now. */
void director_need_again(struct director *d);

#endif
