/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which processes a configuration needs, and what the supervisor must know of it. Pure. */
#ifndef LVSD_DAEMON_DIRECTOR_NEED_H
#define LVSD_DAEMON_DIRECTOR_NEED_H

#include "conf/conf.h"
#include "daemon/shared/wire.h"

#include <stdbool.h>

struct daemon_need need_of(const struct conf *conf);

/* Whether it asks anything of the kernel's IPVS. What an earlier configuration asked is another question
 * (daemon/director/table/predecessor.c). */
bool need_ipvs(const struct conf *conf);

#endif
