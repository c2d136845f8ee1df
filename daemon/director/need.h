/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Decides which processes a configuration needs, and what the supervisor must know of the
 * configuration. Pure. */
#ifndef LVSD_DAEMON_DIRECTOR_NEED_H
#define LVSD_DAEMON_DIRECTOR_NEED_H

#include "conf/conf.h"
#include "daemon/shared/wire.h"

#include <stdbool.h>

/* What the supervisor must know of a configuration: which processes to run, and the times that
 * follow from it. */
struct daemon_need need_of(const struct conf *conf);

/* Whether the configuration needs the kernel's IPVS. It may be needed for an earlier configuration,
 * too (daemon/director/table/predecessor.c). */
bool need_ipvs(const struct conf *conf);

#endif
